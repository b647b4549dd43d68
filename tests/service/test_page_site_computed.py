"""The page of a computed reading leads to its grounds, and to the proof of its entry once there is one."""

from pathlib import Path

from starlette.testclient import TestClient

from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.ingest.computing import POST_FLOW, POST_LEVEL, House, said, term

ROOT = Path(__file__).parents[2]
READING = f"series={POST_FLOW}&time=2026-07-01T02:00:00Z"


def test_the_history_of_a_computed_reading_names_its_grounds(tmp_path: Path) -> None:
    house = House(tmp_path)
    entry = house.tell(said(POST_LEVEL, term(1), "2"))
    house.follow()
    app = create_app(Settings(config=ROOT / "config", data=tmp_path), now=house.now)
    renewal.install(app, lambda: house.record)
    site = house.record.network.stations[POST_FLOW.partition(".")[0]].site
    with TestClient(app) as client:
        told = client.get(f"/history?{READING}").json()["said"][0]
        early = client.get(f"/sites/{site}?{READING}&lang=en").text
        house.pen.checkpoint(house.now)
        page = client.get(f"/sites/{site}?{READING}&lang=en").text
        proof = client.get(f"/proof?entry={told['entry']}")
        level = client.get(f"/sites/{site}?series={POST_LEVEL}&lang=en").text
    house.record.engine.dispose()
    assert f'data-key="history:{POST_FLOW}:{told["entry"]}">20.0</data>' in page
    grounds = page[page.index("Grounds") : page.index("Original message")]
    assert "by rating curve (made-up)" in grounds
    assert f"<code>{POST_LEVEL}</code>, entries {entry}" in grounds
    assert 'class="badge computed"' in page
    assert f"/proof?entry={told['entry']}" in grounds
    assert proof.status_code == 200
    assert "/proof?entry=" not in early
    assert "none yet" in early
    assert f"series={POST_FLOW}" in level[level.index("What it follows from") :]
