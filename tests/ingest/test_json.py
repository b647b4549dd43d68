"""JSON by declared paths: where values are found, how times are read, and that no value is lost."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import json_paths
from ingest.reading import Reading, Said, Unreadable
from ingest.written.json_tree import KEPT, fragment, named, parsed, written
from record.network.source import Source
from tests.ingest.declared import RECEIVED, counted, reasons, source, values

SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
ROWS: Mapping[str, object] = {"items": "*", "time": "t", "channel": "c", "value": "v"}
FLOW: Mapping[str, object] = {"name": "Q", "series": "discharge.term", "station": "15194", "unit": "m3/s"}


def declared(paths: Mapping[str, object], *channels: Mapping[str, object], **changes: object) -> Source:
    return source("inbox/json", format="json", table=None, paths=paths, channels=channels or (FLOW,), **changes)


def said(
    message: object, paths: Mapping[str, object] = ROWS, *channels: Mapping[str, object], **changes: object
) -> list[Said]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return json_paths.decode(body, RECEIVED, declared(paths, *channels, **changes))


def times(found: list[Said]) -> list[datetime]:
    return [one.time for one in found if isinstance(one, Reading)]


def test_a_source_without_paths_is_told_to_declare_them() -> None:
    found = json_paths.decode(b"[]", RECEIVED, source(format="json"))
    assert reasons(found) == [
        ("message", "source 'tables-kg' declares no paths: write [source.paths] under it in sources.toml")
    ]


def test_the_shared_sample_of_kiwis_says_what_is_known_of_it() -> None:
    file = SAMPLES / "kiwis_values.json"
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    paths: Mapping[str, object] = {
        "items": "*.data.*", "columns": "^.columns", "time": "Timestamp", "channel": "^.ts_id", "value": "Value",
        "quality": "Quality Code",
    }  # fmt: skip
    quality = {"40": "good", "-1": "missing"}
    found = said(file.read_bytes(), paths, {**FLOW, "name": "4711"}, quality=quality)
    assert [(one.time, one.value) for one in found if isinstance(one, Reading)] == [
        (datetime(2026, 1, 5, 2, tzinfo=UTC), Decimal(143)),
        (datetime(2026, 1, 5, 5, tzinfo=UTC), None),
    ]
    assert reasons(found) == []


def test_the_number_stays_as_it_was_written() -> None:
    (one,) = said(b'[{"t":"2026-03-02T08:00Z","c":"Q","v":12.70}]')
    assert isinstance(one, Reading)
    assert str(one.value) == "12.70"


def test_a_value_that_is_no_number_spoils_no_other() -> None:
    row = '{"t":"2026-03-02T08:00Z","c":"Q","v":%s}'
    rows = ["NaN", "-Infinity", "1" * 41, "1e999", "[1]", "true", '"1,5"', "5"]
    found = said(f"[{','.join(row % value for value in rows)}]".encode())
    assert values(found) == [Decimal(5)]
    assert [reason for _, reason in reasons(found)] == [
        "'NaN' is not a number",
        "'-Infinity' is not a number",
        f"{'1' * 41!r} is not a number",
        "'1e999' is not a number",
        "'[1]' is not a number",
        "'true' is not a number",
        "'1,5' is not a number",
    ]


def test_a_key_that_stands_twice_gives_no_value_and_keeps_both() -> None:
    (one,) = said(b'[{"t":"2026-03-02T08:00Z","c":"Q","v":1,"v":2}]')
    assert isinstance(one, Unreadable)
    assert b'"v": [1, 2]' in one.fragment


def test_a_key_that_holds_dots_is_found() -> None:
    paths: Mapping[str, object] = {"items": "*", "time": "phenomenon.time", "value": "a.b.c"}
    (one,) = said([{"phenomenon.time": "2026-03-02T08:00Z", "a": {"b.c": 3}}], paths)
    assert values([one]) == [Decimal(3)]


def test_a_path_leads_up_over_lists_to_the_objects_around() -> None:
    paths: Mapping[str, object] = {
        "items": "a.*.b.*.*",
        "time": "0",
        "value": "1",
        "station": "^.code",
        "unit": "^.^.unit",
    }
    message = {"unit": "l/s", "a": [{"code": "15194", "b": [[["2026-03-02T08:00Z", 7]]]}]}
    (one,) = said(message, paths, {"name": "q", "series": "discharge.term"})
    assert isinstance(one, Reading)
    assert (one.station, one.unit, one.where) == ("15194", "l/s", "a.0.b.0.0")


def test_a_path_that_leads_out_of_the_message_finds_nothing() -> None:
    paths: Mapping[str, object] = {"items": "*", "time": "^.^.^.t", "value": "v"}
    assert reasons(said([{"v": 1}], paths)) == [("0", "nothing stands at '^.^.^.t', where its time is to be")]


def test_the_channel_of_the_very_station_is_taken_before_a_general_one() -> None:
    general = {"name": "Q", "series": "intake.term", "unit": "l/s"}
    paths = {**ROWS, "station": "s"}
    rows = [{"t": "2026-03-02T08:00Z", "c": "Q", "v": 1, "s": name} for name in ("15194", "15261")]
    found = [(one.station, one.quantity) for one in said(rows, paths, general, FLOW) if isinstance(one, Reading)]
    assert found == [("15194", "discharge"), ("15261", "intake")]


def test_one_declared_channel_is_meant_where_no_path_tells_which() -> None:
    found = said({"t": "2026-03-02T08:00Z", "v": 1}, {"time": "t", "value": "v"})
    assert values(found) == [Decimal(1)]


def test_a_channel_declared_for_another_station_is_refused() -> None:
    found = said([{"t": "2026-03-02T08:00Z", "c": "Q", "v": 1, "s": "15261"}], {**ROWS, "station": "s"})
    assert values(found) == []
    assert "declares no channel 'Q'" in reasons(found)[0][1]


def test_values_of_a_name_nobody_declared_are_counted_in_one_refusal() -> None:
    rows = [{"t": "2026-03-02T08:00Z", "c": name, "v": 1} for name in ("H", "Q", "H", "H", "T")]
    found = said(rows)
    assert values(found) == [Decimal(1)]
    assert [(where, reason.endswith("(3 values)")) for where, reason in reasons(found)] == [("0", True), ("4", False)]


def test_numbers_beside_the_channels_are_refused_unless_ignored() -> None:
    message = {"t": "2026-03-02T08:00Z", "Q": 1, "bat": 3.6, "up": True, "gps": {"lat": 42, "at": [1, 2]}}
    found = said(message, {"time": "t"})
    assert values(found) == [Decimal(1)]
    assert [reason.split("'")[1] for _, reason in reasons(found)] == ["bat", "gps.lat", "gps.at.*"]
    assert reasons(said(message, {"time": "t", "ignored": ["bat", "gps"]})) == []


def test_an_ignored_place_does_not_hide_its_neighbour() -> None:
    message = {"t": "2026-03-02T08:00Z", "Q": 1, "adc": [512, 513], "battery": 4}
    found = said(message, {"time": "t", "ignored": ["adc.0", "bat"]})
    assert [reason.split("'")[1] for _, reason in reasons(found)] == ["adc.*", "battery"]


def test_a_number_in_the_object_around_hides_none_of_the_item() -> None:
    paths: Mapping[str, object] = {"items": "rows.*", "time": "^.at", "time_format": "epoch"}
    found = said({"at": 1772416800, "rows": [{"Q": 1, "at": 5}]}, paths)
    assert values(found) == [Decimal(1)]
    assert [reason.split("'")[1] for _, reason in reasons(found)] == ["at"]


def test_a_message_without_any_of_the_channels_is_refused() -> None:
    found = said({"t": "2026-03-02T08:00Z", "state": "boot"}, {"time": "t"})
    assert reasons(found) == [("message", "none of the declared channels stands in it: Q")]


@pytest.mark.parametrize(
    ("form", "text", "local"),
    [
        (None, "2026-03-02T08:00:00.5+06:00", "2026-03-02T02:00:00.500000"),
        (None, "2026-03-02T08:00:00,123456789Z", "2026-03-02T08:00:00.123456"),
        (None, "2026-03-02 08:00", "2026-03-02T02:00:00"),
        (None, "2026-03-02T08:00:00-0330", "2026-03-02T11:30:00"),
        (None, "2026-03-02t08z", "2026-03-02T08:00:00"),
        (None, "2026-03-02", "2026-03-01T18:00:00"),
        (None, "2026-03", "2026-02-28T18:00:00"),
        ("epoch", 1772416800, "2026-03-02T02:00:00"),
        ("epoch", "1772416800.25", "2026-03-02T02:00:00.250000"),
        ("epoch-ms", 1772416800001, "2026-03-02T02:00:00.001000"),
        ("epoch", -1, "1969-12-31T23:59:59"),
        ("%d.%m.%Y %H:%M", "02.03.2026 08:00", "2026-03-02T02:00:00"),
        ("%Y%m%d", 20260302, "2026-03-01T18:00:00"),
    ],
)
def test_a_time_is_read_by_its_form(form: str | None, text: object, local: str) -> None:
    found = said([{"t": text, "c": "Q", "v": 1}], {**ROWS, "time_format": form})
    assert times(found) == [datetime.fromisoformat(local).replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        (None, "2026-03-02T08:00+24:00", "is in no calendar"),
        (None, "2026-03-02T08:00+05:60", "is in no calendar"),
        (None, "2026-02-29T08:00", "is in no calendar"),
        (None, "2026-03-02T24:00", "is in no calendar"),
        (None, "0001-01-01T00:00", "is outside the years 1 to 9999"),
        (None, "9999-12-31T23:59-12:00", "is outside the years 1 to 9999"),
        (None, "02.03.2026", "is not a time of ISO 8601"),
        (None, "2026-W10-1", "is not a time of ISO 8601"),
        (None, 1772416800, "is not a time of ISO 8601"),
        (None, {"a": 1}, "is not a time of ISO 8601"),
        ("epoch", 1772416800001000, "counted in other parts of a second"),
        ("epoch", "1e9", "is not a count since 1970"),
        ("epoch", True, "is not a count since 1970"),
        ("epoch", "٣", "is not a count since 1970"),
        ("%d.%m.%Y", "2026-03-02", "is not a time of the form"),
        ("%d.%m.%Y", None, "nothing stands at 't'"),
    ],
)
def test_a_time_that_cannot_be_read_refuses_its_item(form: str | None, text: object, words: str) -> None:
    ((where, reason),) = reasons(said([{"t": text, "c": "Q", "v": 1}], {**ROWS, "time_format": form}))
    assert where == "0"
    assert words in reason


def test_an_hour_that_came_never_names_no_moment() -> None:
    found = said([{"t": "2026-03-29T02:30", "c": "Q", "v": 1}], zone="Europe/Berlin")
    assert "never" in reasons(found)[0][1]


def test_codes_of_quality_mean_what_the_source_declares() -> None:
    quality = {"0": "good", "1": "suspect", "2": "bad", "3": "estimated", "9": "missing"}
    rows = [{"t": "2026-03-02T08:00Z", "c": "Q", "v": 5, "q": code} for code in (0, "1", 2.0, 3, 9, None, 7)]
    found = said(rows, {**ROWS, "quality": "q"}, quality=quality)
    told = [(one.value, one.bad, one.estimated, len(one.doubts)) for one in found if isinstance(one, Reading)]
    five = Decimal(5)
    assert told == [
        (five, False, False, 0), (five, False, False, 1), (five, True, False, 0), (five, False, True, 0),
        (None, False, False, 0), (five, False, False, 0), (five, False, False, 1),
    ]  # fmt: skip


def test_rows_must_fit_their_columns() -> None:
    paths: Mapping[str, object] = {"items": "data.*", "columns": "^.cols", "time": "t", "value": "v"}
    rows = [["2026-03-02T08:00Z", 1], ["2026-03-02T08:00Z"], {"t": "2026-03-02T08:00Z", "v": 1}]
    found = said({"cols": ["t", "v"], "data": rows}, paths)
    assert values(found) == [Decimal(1)]
    assert [where for where, _ in reasons(found)] == ["data.1", "data.2"]
    for cols in (None, ["t", 1], "t,t", 5):
        assert values(said({"cols": cols, "data": rows}, paths)) == []


def test_what_follows_the_last_value_that_is_read_is_refused_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_paths, "MAX_VALUES", 3)
    found = said([{"t": "2026-03-02T08:00Z", "c": "Q", "v": number} for number in range(9)])
    assert values(found) == [Decimal(0), Decimal(1), Decimal(2)]
    assert reasons(found) == [("3", "more than 3 values in one message, 6 items are left unread: split it")]


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b'"text"', b"\xff", b"[1,", b"[]", b"{}", b"0", b"null"])
def test_a_message_without_an_item_is_refused_once(body: bytes) -> None:
    ((where, reason),) = reasons(said(body))
    assert where == "message"
    assert reason


def test_a_message_that_is_deep_is_refused() -> None:
    assert parsed(b"[" * 59 + b"]" * 59) != "its values lie more than 60 deep"
    assert parsed(b"[" * 62 + b"]" * 62) == "its values lie more than 60 deep"


def test_a_fragment_is_no_longer_than_is_kept_and_written_as_json() -> None:
    value = parsed('{"a": [1.50, null, true, "é"], "b": {}, "c": [], "d": -0.10}'.encode())
    assert fragment(value).decode() == '{"a": [1.50, null, true, "é"], "b": {}, "c": [], "d": -0.10}'
    assert len(fragment([1] * 1_000_000)) == KEPT
    assert len(written([1] * 1_000_000) or "") == KEPT
    assert fragment({"\ud800": "\ud800"}) == b'{"?": "?"}'


def test_a_name_is_short_and_whole() -> None:
    assert [named(one) for one in (Decimal("40.0"), Decimal("40.5"), 40, "v1.0", "", None)] == [
        "40", "40.5", "40", "v1.0", None, None,
    ]  # fmt: skip
    assert named("x" * 1000) == "x" * 100


CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float),
    st.text(max_size=5),
    st.sampled_from(["Q", "H", "2026-03-02T08:00Z", "2026-02-30", "NaN"]),
    st.just([]),
    st.just({}),
)
ROW = st.fixed_dictionaries({}, optional={"t": CELL, "c": CELL, "v": CELL, "extra": CELL}) | CELL


@given(st.lists(ROW, min_size=1, max_size=12))
def test_every_item_is_accounted_for(rows: list[Any]) -> None:
    assert counted(said(rows)) == len(rows)


@given(st.lists(st.lists(CELL, max_size=4), min_size=1, max_size=12))
def test_every_row_is_accounted_for(rows: list[list[Any]]) -> None:
    paths: Mapping[str, object] = {
        "items": "*.data.*",
        "columns": "^.columns",
        "time": "t",
        "channel": "c",
        "value": "v",
    }
    assert counted(said([{"columns": "t,c,v", "data": rows}], paths)) == len(rows)


@given(st.dictionaries(st.sampled_from("abcdeQ"), st.integers() | st.lists(st.integers(), max_size=3), max_size=6))
def test_every_number_beside_a_time_is_accounted_for(message: dict[str, Any]) -> None:
    count = sum(len(held) if isinstance(held, list) else 1 for held in message.values())
    if isinstance(message.get("Q"), list):
        count += 1 - len(message["Q"])
    assert counted(said({"t": "2026-03-02T08:00Z"} | message, {"time": "t"})) == max(count, 1)
