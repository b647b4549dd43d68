"""The documents that describe the service: tagged by their bytes, and made anew when the record has grown."""

from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.example import KIROV, open_pen, say, seen
from tests.service.served import NOW, ROOT
from tests.service.world import HOURLY, World, post

DOCUMENTS = (
    "/",
    "/conformance?f=html",
    "/conformance",
    "/api",
    "/api?f=html",
    "/api/3.1",
    "/collections",
    f"/collections/{HOURLY}",
    f"/collections/{HOURLY}/instances",
    f"/collections/{HOURLY}/locations?limit=3",
    f"/collections/{HOURLY}/items?limit=3",
    f"/collections/{HOURLY}/items/{post(0)}.discharge.hourly",
)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_that_the_asker_has_is_not_sent_again(
    served_world: World, forgetful: httpx2.Client, path: str
) -> None:
    address = f"{served_world.url}{path}"
    first = forgetful.get(address, headers={"Accept-Encoding": "identity"})
    tag = first.headers["etag"]
    assert (tag[0], first.headers["cache-control"]) == ('"', "public, max-age=5")
    for _ in range(2):
        again = forgetful.get(address, headers={"Accept-Encoding": "identity", "If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert forgetful.get(address, headers={"Accept-Encoding": "identity"}).content == first.content


def test_a_document_is_another_once_the_record_tells_other_times(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    (tmp_path / "own").mkdir()
    app = create_app(Settings(config=ROOT / "config", data=tmp_path / "own"), now=lambda: NOW)
    renewal.install(app, lambda: record)
    paths = [f"/collections/talas-daily{more}" for more in ("", "/locations", f"/items/{KIROV}")]
    with TestClient(app, raise_server_exceptions=False) as client:
        tags = []
        for day in range(2):
            say(pen, f"day {day}", [seen(KIROV, day, "1.5")])
            answers = [client.get(path) for path in paths for _ in range(2)]
            assert all(f"2026-05-0{day + 1}T02:00:00Z" in answer.text for answer in answers)
            tags += [answer.headers["etag"] for answer in answers]
    assert len(set(tags)) == 2 * len(paths)
