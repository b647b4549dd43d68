"""BUFR: numbers exactly as they were coded, whose and when they are, and garbled messages that harm nobody."""

import importlib
import random
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import bufr_message
from ingest.bufr_message import data, envelope, tables
from ingest.decode import bufr
from ingest.reading import Reading, Said, Unreadable
from tests.ingest.bufr_made import Field, column, field, fields, made, texts
from tests.ingest.declared import RECEIVED, counted, reasons, source, values

eccodes: Any = importlib.import_module("eccodes")

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
LEVEL: Mapping[str, object] = {"name": "upstreamWaterLevel", "series": "level.term"}
POST = [301029, 4004]
AT = datetime(2026, 5, 10, 2, tzinfo=UTC)
DATE: tuple[tuple[int, str | int | None], ...] = ((4001, 2026), (4002, 5), (4003, 10))


def said(body: bytes, *channels: Mapping[str, object], **changes: object) -> list[Said]:
    declared = source("inbox/bufr", format="bufr", table=None, channels=channels or (LEVEL,), **changes)
    return bufr.decode(body, RECEIVED, declared)


def post(*more: tuple[int, str | int | None], day: int | None = 10, hour: int | None = 2) -> list[Field]:
    """A post at an hour of 10 May 2026, and what follows."""
    return fields((1018, "15194"), (2001, 0), (4001, 2026), (4002, 5), (4003, day), (4004, hour), *more)


def readings(found: list[Said]) -> list[Reading]:
    return [one for one in found if isinstance(one, Reading)]


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


@pytest.mark.parametrize(
    ("descriptors", "more", "wanted"),
    [
        ([201130, 13071, 201000, 13071], [field(13071, "200", wider=2), field(13071, "1")], ["200.00", "1.00"]),
        ([202129, 13071, 202000], [field(13071, "1.234", finer=1)], ["1.234"]),
        ([202126, 13071, 202000], [(15, 14)], ["15"]),
        ([207001, 13071, 207000], [field(13071, "1.234", wider=4, finer=1)], ["1.234"]),
        ([208002, 1018, 208000, 13071], [(0x3131, 16), field(13071, "1")], ["1.00"]),
        ([205003, 13071], [(0x414243, 24), field(13071, "1")], ["1.00"]),
        ([206009, 13254, 13071], [(5, 9), field(13071, "1")], ["1.00"]),
        ([206014, 13071, 13071], [field(13071, "2"), field(13071, "1")], ["2.00", "1.00"]),
        ([102002, 2001, 13071], [(0, 2), field(13071, "1"), (0, 2), field(13071, "2")], ["1.00", "2.00"]),
        ([101000, 31001, 13071, 2001], [(2, 8), field(13071, "1"), field(13071, "2"), (0, 2)], ["1.00", "2.00"]),
        ([201130, 101000, 31001, 13071, 201000], [(1, 8), field(13071, "1", wider=2)], ["1.00"]),
        ([101000, 31000, 13071], [(1, 1), field(13071, "1")], ["1.00"]),
        ([101000, 31001, 13071, 13071], [(0, 8), field(13071, "1")], ["1.00"]),
        ([103000, 31001, 101000, 31000, 13071], [(2, 8), (1, 1), field(13071, "1"), (0, 1)], ["1.00"]),
        ([13071, 222000, 236000, 101001, 31031, 101001, 33007, 13071], [
            field(13071, "1"), (0, 1), (70, 7), field(13071, "2"),
        ], ["1.00"]),
    ],
)  # fmt: skip
def test_operators_and_repetition_are_followed(descriptors: list[int], more: list[Field], wanted: list[str]) -> None:
    found = said(made([*POST, *descriptors], [*post(), *more]))
    assert [str(one.value) for one in readings(found)] == wanted
    assert reasons(found) == []


def test_a_field_beside_the_values_is_their_quality() -> None:
    more = [field(31021, 1), (2, 4), field(13071, "1"), (3, 4), field(13071, "2"), field(13071, "3")]
    body = made([*POST, 204004, 31021, 13071, 13071, 204000, 13071], [*post(), *more])
    found = readings(said(body, quality={"2": "bad"}))
    assert [(one.bad, one.doubts) for one in found] == [
        (True, ()), (False, ("quality code '3' is not declared",)), (False, ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("descriptors", "more", "words"),
    [
        ([13071, 13254, 13071], [field(13071, "1"), (0, 30)], "element 0 13 254 of its template is not in version 41"),
        ([13071, 363254], [field(13071, "1")], "sequence 3 63 254 of its template is not in version 41"),
        ([13071, 203012], [field(13071, "1")], "operator 2 03 012 of its template is not read"),
        ([13071, 221001, 13071], [field(13071, "1")], "operator 2 21 001 of its template is not read"),
        ([13071, 222000, 222001], [field(13071, "1")], "operator 2 22 001 of its template is not read"),
        ([13071, 224255], [field(13071, "1")], "operator 2 24 255 of its template is not read"),
        ([13071, 101000, 13071], [field(13071, "1"), (0, 14)], "repeats without a number of times"),
        ([13071, 101000], [field(13071, "1")], "repeats without a number of times"),
        ([13071, 102002, 13071], [field(13071, "1"), (0, 28)], "its template ends within what it repeats"),
        ([13071, 201001, 13071], [field(13071, "1"), (0, 14)], "before its template does"),
        ([13071, 13072, 23040], [field(13071, "1")], "before its template does"),
    ],
)
def test_what_stands_before_the_unreadable_is_read(descriptors: list[int], more: list[Field], words: str) -> None:
    body = made([*POST, *descriptors], [*post(), *more])
    found = said(body)
    assert values(found) == [Decimal(1)]
    assert words in reasons(found)[-1][1]
    assert found[-1].fragment == body  # type: ignore[union-attr]


def test_data_that_go_on_after_the_template_make_nothing_of_it_certain() -> None:
    found = said(made([*POST, 13071], [*post((13071, "1")), (1, 20)]))
    assert values(found) == []
    assert "go on after the end of its template" in reasons(found)[0][1]
    assert values(said(made([*POST, 13071], [*post((13071, "1")), (0, 64)]))) == [Decimal(1)]


GOOD = made([*POST, 13071], post((13071, "1")))


def spoilt(at: int, octet: int) -> bytes:
    return GOOD[:at] + bytes([octet]) + GOOD[at + 1 :]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (GOOD[:-1], "it breaks off"),
        (b"BUFR", "it breaks off"),
        (spoilt(6, 200), "it breaks off"),
        (spoilt(6, 0), "it breaks off"),
        (spoilt(6, GOOD[6] - 1), "does not end with 7777"),
        (spoilt(7, 5), "edition 5 of BUFR is not read"),
        (spoilt(10, 5), "section of identification is too short"),
        (spoilt(10, GOOD[10] + 1), "section"),
        (spoilt(11, 10), "master table 10 is not that of"),
        (spoilt(17, 0x80), "section"),
        (spoilt(8 + 22 + 5, 0), "no descriptors or no subsets"),
        (spoilt(8 + 22 + 2, 3), "section of descriptors or of data is too short"),
        (spoilt(8 + 22 + 2, 12), "section"),
    ],
)
def test_a_message_whose_sections_do_not_fit_is_refused_whole(body: bytes, words: str) -> None:
    found = said(body)
    ((where, reason),) = reasons(found)
    assert where == "message 1"
    assert words in reason
    assert found[0].fragment == body  # type: ignore[union-attr]


def test_a_section_of_the_sender_is_passed_over_and_edition_3_is_read() -> None:
    for made_so in ({"optional": b"local"}, {"edition": 3}, {"edition": 3, "optional": b"x" * 300}, {"version": 20}):
        body = made([*POST, 13071], post((13071, "1")), **made_so)
        assert values(said(body)) == [Decimal(1)]


def test_messages_follow_each_other_among_headings_and_garbled_ones() -> None:
    body = b"\x01\r\r\nISHD01 UCFM\r\r\n" + GOOD + b"\r\n" + spoilt(7, 9) + GOOD + b"7777\x03"
    found = said(body)
    assert [one.where for one in readings(found)] == [
        "message 1, subset 1, #1#upstreamWaterLevel",
        "message 3, subset 1, #1#upstreamWaterLevel",
    ]
    assert [where for where, _ in reasons(found)] == ["message 2"]


def test_a_message_of_which_nothing_is_declared_says_so() -> None:
    found = said(made([*POST, 13072, 13073], post((13072, "1"), (13073, None))))
    ((_, reason),) = reasons(found)
    assert "declares no channel 'downstreamWaterLevel'" in reason
    ((_, reason),) = reasons(said(made(POST, post())))
    assert reason == "it holds no value of air, snow or water"


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "MAX_STEPS", 50)
    found = said(made([*POST, 101000, 31002, 13071], [*post(), (60, 16), *([field(13071, "1")] * 60)]))
    assert "more than 50 elements in one message: split it" in reasons(found)[0][1]
    assert 10 < len(readings(found)) < 50
    for group in ([100000, 31002], [101000, 31002, 201000]):
        found = said(made([*POST, 13071, *group], [*post((13071, "1")), (60000, 16)]))
        assert "more than 50 elements" in reasons(found)[0][1]
    found = said(made([13071], column(13071, ["1"] * 2), subsets=60000, compressed=True))
    assert "more than 50 elements" in reasons(found)[0][1]


def test_the_number_of_messages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "MAX_MESSAGES", 2)
    found = said(GOOD * 5)
    assert len(readings(found)) == 2
    assert found[-1].fragment == GOOD * 3  # type: ignore[union-attr]


def test_the_number_of_garbled_messages_is_bounded() -> None:
    assert len(reasons(said(b"BUFR" * 100_000))) == 1 + envelope.MAX_GARBLED


def test_groups_may_lie_as_deep_as_they_can() -> None:
    nested = [100001 + 1000 * at for at in range(63, 0, -1)]
    assert values(said(made([*POST, *nested, 13071], post((13071, "1"))))) == [Decimal(1)]


def test_compressed_values_of_which_the_lowest_is_missing_cannot_be_told() -> None:
    packed = [one for code, value in DATE for one in column(code, [value] * 2)]
    lowest = [field(13071, None), (3, 6), (1, 3), (2, 3)]
    ((_, reason),) = reasons(said(made([301011, 13071], [*packed, *lowest], subsets=2, compressed=True)))
    assert "the lowest of compressed values is missing" in reason


def test_compressed_subsets_that_repeat_unequally_often_cannot_be_told() -> None:
    packed = [one for code, value in DATE for one in column(code, [value] * 2)]
    times = [(1, 8), (2, 6), (0, 2), (1, 2)]
    ((_, reason),) = reasons(said(made([301011, 101000, 31001, 13071], [*packed, *times], subsets=2, compressed=True)))
    assert "unequally often" in reason


def test_sections_that_end_before_the_message_does_are_not_believed() -> None:
    body = GOOD[:-4] + b"\0\0" + GOOD[-4:]
    body = body[:4] + len(body).to_bytes(3) + body[7:]
    assert "do not add up" in reasons(said(body))[0][1]


def test_undeclared_elements_are_counted_in_one_refusal_and_kept_in_part() -> None:
    many = bufr_message._KEPT_PIECES + 50
    body = made([*POST, 101000, 31001, 13072], [*post(), (many, 8), *([field(13072, "1")] * many)])
    (one,) = said(body)
    assert isinstance(one, Unreadable)
    assert one.reason.endswith(f"({many} values)")
    assert one.fragment.count(b"downstreamWaterLevel") == bufr_message._KEPT_PIECES


@given(
    st.lists(
        st.tuples(st.sampled_from([13071, 13072, 23040]), st.none() | st.integers(0, 16000)), min_size=1, max_size=12
    ),
    st.integers(0, 31),
)
def test_every_value_that_is_there_is_accounted_for(pairs: list[tuple[int, int | None]], day: int) -> None:
    raw = [field(code, None) if value is None else (value, field(code, None)[1]) for code, value in pairs]
    found = said(
        made([*POST, *(code for code, _ in pairs)], [*post(day=day), *raw]), LEVEL, {**LEVEL, "name": "013072"}
    )
    silent = sum(code == 23040 and value is None for code, value in pairs)
    alone = int(silent == len(pairs))
    assert counted(found) == len(pairs) - silent + alone
    assert len(readings(found)) == (sum(code != 23040 for code, _ in pairs) if day else 0)


@given(st.integers(0, 2**32), st.integers(1, 8))
def test_garbled_bytes_within_a_message_raise_nothing_and_are_answered(seed: int, count: int) -> None:
    chance = random.Random(seed)
    packed = [one for code in (4001, 4002, 4003, 13071, 13072) for one in column(code, [1, 2, 3])]
    bodies = [
        GOOD,
        made([301011, 13071, 13072], packed, subsets=3, compressed=True),
        made([*POST, 103000, 31001, 4025, 204004, 13071], [*post(), (2, 8), *([(9, 40)] * 4)]),
    ]
    body = bytearray(chance.choice(bodies))
    for _ in range(count):
        body[chance.randrange(8, len(body) - 4)] = chance.randrange(256)
    found = said(bytes(body))
    assert found
    assert found == said(bytes(body))
