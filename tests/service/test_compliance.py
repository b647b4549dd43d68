"""The IOOS compliance checker over what the service gives and the record seals: CF-1.11 and ACDD-1.3, offline.

CF has nothing to say against any of them. Of what ACDD would like, all is there but what nobody declared, which is
named here with its reason; anything else that lacks fails.
"""

import socket
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from compliance_checker.runner import CheckSuite

from record.archive import Archive
from record.archive.answer import Answer
from record.selection import Selection
from service.reports.forms import as_netcdf
from tests.answers import TOLD, written
from tests.service.report_example import Record
from tests.service.report_made import made_report
from tests.service.world import DAILY, HOURLY, World, post

HIGH, MEDIUM = 3, 2
# Nobody declared who may be written to or thanked, nor how high a gauge lies.
UNDECLARED = {
    "acknowledgment/acknowledgement not present",
    "creator_url not present",
    "creator_email not present",
    "publisher_email not present",
    "geospatial_vertical_min not present",
    "geospatial_vertical_max not present",
    "geospatial_vertical_positive not present",
    "geospatial_bounds_vertical_crs not present",
}
# CF's table has no standard name for the stored volume of a reservoir, nor for the index of a journal's entry.
NAMELESS = {"storage"}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Whom the checker would have called."""
    called: list[object] = []

    def refuse(_socket: object, address: object) -> None:
        called.append(address)
        raise OSError("the tests call nobody")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    yield called
    assert called == []


@pytest.fixture(scope="module")
def suite() -> CheckSuite:
    CheckSuite.load_all_available_checkers()
    return CheckSuite()


def findings(suite: CheckSuite, path: Path) -> dict[str, set[tuple[int, str]]]:
    """By convention, what it finds lacking: how much that weighs, and what it is."""
    with warnings.catch_warnings():
        # Of libraries that the checker uses, about their own future.
        warnings.simplefilter("ignore")
        dataset = suite.load_dataset(str(path))
        try:
            ran = suite.run_all(dataset, ["cf:1.11", "acdd:1.3"])
        finally:
            dataset.close()
    assert {name: errors for name, (_, errors) in ran.items()} == {"cf:1.11": {}, "acdd:1.3": {}}
    return {name: {found for group in groups for found in said(group)} for name, (groups, _) in ran.items()}


def said(group: Any) -> Iterator[tuple[int, str]]:
    got, of = group.value if isinstance(group.value, tuple) else (int(bool(group.value)), 1)
    if got != of:
        name = group.name if "variable" in str(group.name) else ""
        yield from ((group.weight, f"{name} {message}".strip()) for message in group.msgs)
        yield from (found for child in group.children or () for found in said(child))


def series_of(world: World, collection: str) -> tuple[str, ...]:
    return tuple(one.id for one in world.network.collection(collection).series)


def answers(world: World) -> dict[str, Answer]:
    archive, hourly = Archive(world.record), series_of(world, HOURLY)
    whole = archive.answer(Selection(series=hourly))
    return {
        "all posts": whole,
        "the reservoir, reviewed": archive.answer(Selection(series=series_of(world, DAILY), status=True)),
        "a post without a place": archive.answer(Selection(series=(f"{post(11)}.discharge.hourly",))),
        "a simulated post": archive.answer(Selection(series=(f"{post(10)}.discharge.hourly",))),
    }


def test_answers_comply(served_world: World, suite: CheckSuite, offline: list[object], tmp_path: Path) -> None:
    assert offline == []
    for place, (called, answer) in enumerate(answers(served_world).items()):
        path = tmp_path / f"{place}.nc"
        path.write_bytes(written("netcdf", answer))
        found = findings(suite, path)
        assert found["cf:1.11"] == set(), called
        heavy = {text for weight, text in found["acdd:1.3"] if weight >= MEDIUM}
        names = {*NAMELESS, *(f"{name}_entry" for name in answer.heading.quantities)}
        lacking = {f'variable "{name}" missing the following attributes: standard_name' for name in names}
        placed = any(station.lat == station.lat for station in answer.heading.stations)
        unplaced = {text for text in heavy if "geospatial" in text} if not placed else set()
        assert heavy - UNDECLARED - lacking - unplaced == set(), called


def test_a_sealed_segment_complies(
    served_world: World, suite: CheckSuite, offline: list[object], tmp_path: Path
) -> None:
    assert offline == []
    (name,) = served_world.record.segments.store.names()
    path = tmp_path / "segment.nc"
    path.write_bytes(served_world.record.segments.store.fetch(name).read_bytes())
    found = findings(suite, path)
    assert found["cf:1.11"] == set()
    # A sealed file says of itself what the journal had when it was sealed; its bytes are not to be made anew for more.
    assert {text for weight, text in found["acdd:1.3"] if weight == HIGH and "variable" not in text} == set()


def test_the_checker_sees_what_lacks(served_world: World, suite: CheckSuite, tmp_path: Path) -> None:
    answer = answers(served_world)["the reservoir, reviewed"]
    path = tmp_path / "answer.nc"
    path.write_bytes(written("netcdf", answer, told=replace(TOLD, makers=())))
    lacking = {text for _, text in findings(suite, path)["acdd:1.3"]}
    assert {"creator_name not present", "institution not present"} <= lacking


def test_a_report_complies(suite: CheckSuite, offline: list[object], tmp_path: Path) -> None:
    assert offline == []
    path = tmp_path / "report.nc"
    path.write_bytes(as_netcdf.write(made_report(Record(tmp_path))))
    assert findings(suite, path)["cf:1.11"] == set()
