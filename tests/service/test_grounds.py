"""`/history` of a computed value says by which rule it came, and from which entries."""

from pathlib import Path

from starlette.testclient import TestClient

from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.ingest.computing import POST_FLOW, POST_LEVEL, House, said, term

ROOT = Path(__file__).parents[2]


def test_the_history_of_a_computed_value_tells_its_grounds(tmp_path: Path) -> None:
    house = House(tmp_path)
    entry = house.tell(said(POST_LEVEL, term(1), "2"))
    house.follow()
    app = create_app(Settings(config=ROOT / "config", data=tmp_path), now=house.now)
    renewal.install(app, lambda: house.record)
    with TestClient(app) as client:
        (one,) = client.get(f"/history?series={POST_FLOW}&time=2026-07-01T02:00:00Z").json()["said"]
        following = client.get("/status").json()["following"]
    assert (one["value"], one["method"], one["source"]) == ("20", "computed", "derived")
    assert one["grounds"]["rule"] == "rating"
    assert one["grounds"]["curves"] == ["made-up"]
    assert one["grounds"]["inputs"] == [{"series": POST_LEVEL, "entries": [entry]}]
    assert following == {"entries": 3, "followed": 3, "since": None, "fault": None}
    house.record.engine.dispose()
