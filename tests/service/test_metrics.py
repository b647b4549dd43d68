"""What the service counts of itself, and what it says of the record."""

from datetime import date
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from arna import tokens
from record.errors import RecordError
from service.metrics import Metrics
from service.tokens import Scope
from tests.service.owed import AS_KZ, NOW, owed

KIROV = "/collections/talas-term/locations/kirov:kg"


def read(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_the_template_of_their_address(tmp_path: Path) -> None:
    app, _, _ = owed(tmp_path)
    only = frozenset({Scope.METRICS})
    _, secret = tokens.make(tmp_path / "own", "kg", date(2026, 5, 1), scopes=only, expires=date(2026, 5, 20))
    with TestClient(app) as client:
        for _ in range(2):
            client.get(KIROV, headers=AS_KZ)
        for _ in range(3):
            tag = client.get(KIROV).headers["etag"]
        client.get(KIROV, headers={"If-None-Match": tag, **AS_KZ})
        client.head(KIROV, headers=AS_KZ)
        client.get(f"{KIROV}x?datetime=nonsense")
        for path in ("/collections", "/collections/talas-term", "/nowhere/1", "/nowhere/2"):
            client.get(path)
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {secret}"})
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = read(answer.text)
    place = "/collections/{collection}/locations/{location}"
    # Those that were given again bear the name of what gave them first.
    assert found["arna_requests_total", "GET", place, "200"] == 5
    assert ("arna_requests_total", "GET", "kept", "200") not in found
    assert found["arna_requests_total", "GET", place, "304"] == 1
    assert found["arna_requests_total", "HEAD", place, "200"] == 1
    assert found["arna_requests_total", "GET", "/collections", "200"] == 1
    assert found["arna_requests_total", "GET", "/collections/{collection}", "200"] == 1
    assert found["arna_requests_total", "GET", place, "404"] == 1
    assert found["arna_requests_total", "GET", "unmatched", "404"] == 2
    assert found["arna_request_seconds_count", place] >= 6
    assert found["arna_points_asked_total",] > 0
    assert found["arna_journal_entries",] == 5
    assert found["arna_last_entry_age_seconds",] > 0
    assert found["arna_tokens_ending_soon",] == 1
    assert {name[1] for name in found if name[0] == "arna_warnings"} == {
        "late",
        "silent",
        "stuck",
        "refused",
        "reports",
    }
    assert not [name for name in found if any("kirov" in part or "nowhere" in part for part in name)]


def test_each_app_counts_for_itself(tmp_path: Path) -> None:
    first, second = Metrics(dict), Metrics(dict)
    first.observe({"method": "GET", "path": "/", "state": {}}, 200, 0.001)
    assert read(first.text().decode())["arna_requests_total", "GET", "kept", "200"] == 1
    assert ("arna_requests_total", "GET", "kept", "200") not in read(second.text().decode())


def test_whatever_methods_are_made_up_are_counted_as_one(tmp_path: Path) -> None:
    counted = Metrics(dict)
    for number in range(50):
        counted.observe({"method": f"M{number}", "path": "/", "state": {}}, 0, 0.001)
    assert read(counted.text().decode())["arna_requests_total", "other", "unmatched", "left"] == 50
    assert not counted._known


def test_while_the_record_is_away_the_service_is_not_ready_and_still_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _, _ = owed(tmp_path)
    _, secret = tokens.make(tmp_path / "own", "kg", NOW.date(), scopes=frozenset({Scope.METRICS}))

    def away(*_: object) -> int:
        raise RecordError("the record cannot be read")

    with TestClient(app) as client:
        ready = client.get("/ready")
        assert (ready.status_code, ready.json()["status"], ready.json()["journal_size"]) == (200, "ready", 5)
        monkeypatch.setattr(app.state.archive, "size", away)
        monkeypatch.setattr(app.state.archive, "grown", away)
        refused = client.get("/ready")
        assert (refused.status_code, refused.json()["description"]) == (503, "the record cannot be read")
        found = read(client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).text)
    assert ("arna_journal_entries",) not in found
    assert found["arna_requests_total", "GET", "/ready", "503"] == 1
