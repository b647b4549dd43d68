"""BUFR: numbers exactly as they were coded, and whose and when they are."""

import importlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.reading import Unreadable
from ingest.written.bufr_message import tables
from tests.ingest.bufr_made import AT, DATE, LEVEL, POST, column, field, fields, made, post, readings, said, texts
from tests.ingest.declared import reasons

eccodes: Any = importlib.import_module("eccodes")

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"


def test_the_shared_sample_says_what_is_known_of_it() -> None:
    file = SAMPLES / "bufr_hydro_constructed.bufr"
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    found = said(file.read_bytes(), LEVEL, {**LEVEL, "name": "013072"})
    assert [(one.station, one.time, one.value) for one in readings(found)] == [
        ("15012", datetime(2026, 1, 5, 2, tzinfo=UTC), Decimal("1.43")),
        ("15012", datetime(2026, 1, 5, 2, tzinfo=UTC), None),
    ]
    assert reasons(found) == []


@pytest.mark.parametrize("name", ["upstreamWaterLevel", "013071"])
def test_a_channel_is_called_by_element_or_code(name: str) -> None:
    (one,) = readings(said(made([*POST, 13071], post((13071, "1.80"))), {**LEVEL, "name": name}))
    assert (str(one.value), one.unit, one.station, one.time) == ("1.80", "m", "15194", AT)
    assert (one.where, one.fragment) == (
        "message 1, subset 1, #1#upstreamWaterLevel",
        b"013071 upstreamWaterLevel 1.80 m",
    )


def test_eccodes_is_asked_for_tables_and_given_no_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("codes_new_from_message", "codes_bufr_new_from_file", "codes_new_from_file"):
        monkeypatch.delattr(eccodes, name)
    assert len(readings(said(made([*POST, 13071], post((13071, "1.80")))))) == 1


@pytest.fixture
def no_eccodes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "eccodes", None)
        tables._eccodes.cache_clear()
        yield
    tables._eccodes.cache_clear()


@pytest.mark.usefixtures("no_eccodes")
def test_without_eccodes_a_message_is_refused_with_what_to_install() -> None:
    body = made([*POST, 13071], post((13071, "1.80"))) * 2
    assert said(body) == [Unreadable(fragment=body, where="message", reason=tables.ABSENT)]
    assert "install arna[bufr]" in tables.ABSENT


def test_nothing_is_written_to_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    for descriptors in ([13254], [363254], [63254]):
        assert len(reasons(said(made([*POST, *descriptors], post((13071, "1")))))) >= 1
    assert len(reasons(said(made([*POST, 13071], post((13071, "1")), version=77)))) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("code", "value", "series", "text", "unit"),
    [
        (13082, "273.1", "temperature.term", "-0.05", "Cel"),
        (12101, "300.00", "temperature.term", "26.85", "Cel"),
        (13011, "12.0", "precipitation.daily", "12.0", "mm"),
        (13011, "-0.1", "precipitation.daily", "0.0", "mm"),
        (23040, "0.1", "discharge.term", "0.1", "m3/s"),
        (13071, "163.82", "level.term", "163.82", "m"),
        (13071, None, "level.term", None, "m"),
    ],
)
def test_a_number_is_exact_and_its_unit_one_of_ours(
    code: int, value: str | None, series: str, text: str | None, unit: str
) -> None:
    (one,) = readings(said(made([*POST, code], post((code, value))), {"name": f"{code:06}", "series": series}))
    assert (None if one.value is None else str(one.value), one.unit) == (text, unit)


@pytest.mark.parametrize(
    ("descriptors", "head", "station"),
    [
        ([1018], [(1018, "15194")], "15194"),
        ([301150], [(1125, 0), (1126, 417), (1127, 1), (1128, "36007")], "0-417-1-36007"),
        ([1001, 1002], [(1001, 6), (1002, 7)], "06007"),
        ([1019], [(1019, "Chu at Kochkor")], "Chu at Kochkor"),
        ([1018, 301150], [(1018, None), (1125, 0), (1126, 417), (1127, 1), (1128, "36007")], "0-417-1-36007"),
        ([1019, 1018], [(1019, "Chu"), (1018, "15194")], "15194"),
    ],
)
def test_a_station_is_named_in_many_ways(
    descriptors: list[int], head: list[tuple[int, str | int | None]], station: str
) -> None:
    body = made(
        [*descriptors, 301011, 4004, 13071],
        fields(*head, (4001, 2026), (4002, 5), (4003, 10), (4004, 2), (13071, "1")),
    )
    assert [one.station for one in readings(said(body))] == [station]
    own = {**LEVEL, "station": station}
    assert [one.station for one in readings(said(body, {**LEVEL, "series": "level.hourly"}, own))] == [station]
    assert reasons(said(body, {**LEVEL, "station": "15999"}))[0][1].startswith(
        f"source tables-kg declares no channel '{station}/upstreamWaterLevel'"
    )


def test_a_wigos_identifier_that_lacks_a_part_names_no_station() -> None:
    body = made(
        [301150, 301011, 4004, 13071],
        fields(
            (1125, 0),
            (1126, None),
            (1127, 1),
            (1128, "36007"),
            (4001, 2026),
            (4002, 5),
            (4003, 10),
            (4004, 2),
            (13071, "1"),
        ),
    )
    assert "neither the message nor channel" in reasons(said(body))[0][1]
    assert [one.station for one in readings(said(body, {**LEVEL, "station": "15194"}))] == ["15194"]


@pytest.mark.parametrize(
    ("descriptors", "parts", "time"),
    [
        ([301011], [*DATE], "2026-05-10T00:00"),
        ([301011, 301013], [*DATE, (4004, 2), (4005, 3), (4006, 4)], "2026-05-10T02:03:04"),
        ([301011, 4004, 301011, 4004], [
            (4001, 2025), (4002, 1), (4003, 31), (4004, 9), (4001, 2026), (4002, 2), (4003, 1), (4004, 8),
        ], "2026-02-01T08:00"),
        ([301011, 4004, 4005, 4004], [
            (4001, 2026), (4002, 5), (4003, 10), (4004, 2), (4005, 30), (4004, 3),
        ], "2026-05-10T03:00"),
    ],
)  # fmt: skip
def test_a_time_is_put_together_from_its_parts(
    descriptors: list[int], parts: list[tuple[int, str | int | None]], time: str
) -> None:
    body = made([1018, *descriptors, 13071], fields((1018, "15194"), *parts, (13071, "1")))
    assert [one.time for one in readings(said(body))] == [datetime.fromisoformat(time).replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    ("descriptors", "parts", "words"),
    [
        ([301011], [(4001, None), (4002, 5), (4003, 10)], "its year is missing"),
        ([4001, 4003], [(4001, 2026), (4003, 10)], "its month is missing"),
        ([301011, 4004], [(4001, 2026), (4002, 5), (4003, 10), (4004, None)], "its hour is missing"),
        ([301011], [(4001, 2026), (4002, 2), (4003, 29)], "2026-2-29-0-0-0 is in no calendar"),
        ([301011, 4004], [(4001, 2026), (4002, 2), (4003, 1), (4004, 24)], "is in no calendar"),
        ([301011], [(4001, 0), (4002, 2), (4003, 1)], "is in no calendar"),
        ([301011, 4024], [(4001, 1), (4002, 1), (4003, 1), (4024, -1)], "is in no calendar"),
        ([301011, 4024], [(4001, 2026), (4002, 2), (4003, 1), (4024, 6)], "its period begins after it ends"),
        (
            [301011, 4024, 4025],
            [(4001, 2026), (4002, 2), (4003, 1), (4024, -1), (4025, -30)],
            "two lengths of different",
        ),
        ([301011, 4015], [(4001, 2026), (4002, 2), (4003, 1), (4015, 10)], "timeIncrement changes what it says"),
        ([301011, 8021], [(4001, 2026), (4002, 2), (4003, 1), (8021, 4)], "significance 4 of its time is not read"),
        ([], [], "its year is missing"),
    ],
)
def test_a_time_that_cannot_be_told_refuses_the_value(
    descriptors: list[int], parts: list[tuple[int, str | int | None]], words: str
) -> None:
    found = said(made([1018, *descriptors, 13071], fields((1018, "15194"), *parts, (13071, "1"))))
    ((where, reason),) = reasons(found)
    assert where == "message 1, subset 1"
    assert reason.startswith("upstreamWaterLevel: ")
    assert words in reason
    assert found[0].fragment == b"013071 upstreamWaterLevel 1.00 m"  # type: ignore[union-attr]


def test_what_was_strange_of_a_time_is_over_with_the_next_one() -> None:
    body = made([*POST, 4015, 8021, 301011, 4004, 8021, 13071], [
        *post((4015, 10), (8021, 4)), *fields(*DATE, (4004, 2), (8021, None), (13071, "1")),
    ])  # fmt: skip
    assert [one.time for one in readings(said(body))] == [AT]


@pytest.mark.parametrize(
    ("series", "spans", "time", "doubts"),
    [
        ("precipitation.daily", [(4024, -24)], "2026-05-09T02:00", 0),
        ("precipitation.daily", [(4023, -1)], "2026-05-09T02:00", 0),
        ("precipitation.daily", [(4024, -24), (4024, 0)], "2026-05-09T02:00", 0),
        ("precipitation.daily", [(4024, -48), (4024, -24)], "2026-05-08T02:00", 0),
        ("precipitation.daily", [(4024, -12)], "2026-05-09T14:00", 1),
        ("precipitation.daily", [], "2026-05-10T02:00", 0),
        ("precipitation.daily", [(4024, None)], "2026-05-10T02:00", 0),
        ("precipitation.hourly", [(4025, -60)], "2026-05-10T01:00", 0),
        ("precipitation.term", [(4025, 0)], "2026-05-10T02:00", 0),
        ("precipitation.term", [(4025, -10)], "2026-05-10T01:50", 1),
    ],
)
def test_a_displacement_of_time_is_the_period_of_what_follows(
    series: str, spans: list[tuple[int, int | None]], time: str, doubts: int
) -> None:
    body = made([*POST, *(code for code, _ in spans), 13011], post(*spans, (13011, "1.0")))
    (one,) = readings(said(body, {"name": "013011", "series": series}))
    assert (one.time, len(one.doubts)) == (datetime.fromisoformat(time).replace(tzinfo=UTC), doubts)


def test_a_period_holds_until_another_is_said() -> None:
    body = made(
        [*POST, 4024, 13011, 13011, 4024, 13011],
        post((4024, -24), (13011, "1"), (13011, "2"), (4024, -48), (13011, "3")),
    )
    found = readings(said(body, {"name": "013011", "series": "precipitation.daily"}))
    assert [one.time.day for one in found] == [9, 9, 8]


def test_a_value_under_a_statistic_has_a_name_of_its_own() -> None:
    body = made(
        [*POST, 8023, 13071, 8023, 13071, 8023, 13071],
        post((8023, 2), (13071, "3"), (8023, 4), (13071, "2"), (8023, None), (13071, "1")),
    )
    highest = {**LEVEL, "name": "upstreamWaterLevel@2", "series": "level.hourly"}
    assert [(one.interval, one.value) for one in readings(said(body, LEVEL, highest))] == [
        ("hourly", Decimal(3)), ("term", Decimal(2)), ("term", Decimal(1)),
    ]  # fmt: skip
    assert "no channel 'upstreamWaterLevel@2'" in reasons(said(body))[0][1]


def test_compressed_subsets_say_the_same_as_those_one_after_another() -> None:
    stations, levels = ["15194", "15261", "15954"], ["1.20", None, "163.80"]
    descriptors = [1018, 301011, 4004, 13071, 13072]
    date: list[tuple[int, str | int | None]] = [(4001, 2026), (4002, 5), (4003, 10), (4004, 2)]
    plain = [
        one for station, level in zip(stations, levels, strict=True)
        for one in fields((1018, station), *date, (13071, level), (13072, None))
    ]  # fmt: skip
    packed = [*texts(1018, stations), *(one for code, value in date for one in column(code, [value] * 3))]
    packed += [*column(13071, levels), *column(13072, [None] * 3)]
    lower = {**LEVEL, "name": "013072"}
    found = said(made(descriptors, packed, subsets=3, compressed=True), LEVEL, lower)
    assert found == said(made(descriptors, plain, subsets=3), LEVEL, lower)
    assert [one.value for one in readings(found)] == [Decimal("1.20"), None, None, None, Decimal("163.80"), None]


def test_a_text_that_compressed_subsets_share_stands_once() -> None:
    body = made([1018, 301011, 13071], [
        field(1018, "15194"), (0, 6), *(one for code, value in DATE for one in column(code, [value] * 2)),
        *column(13071, ["1", "2"]),
    ], subsets=2, compressed=True)  # fmt: skip
    assert [one.station for one in readings(said(body))] == ["15194", "15194"]
