"""Numbers and instants as text: exactly what the arrays hold, whatever slices they are spelled in."""

import csv
import io
import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.archive.answer import About, Answer, Heading
from record.network import Collection
from service.encode import text
from tests.answers import written

NAN = float("nan")
HARD = [1e-9, 1e20, -0.0, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, 123456789012345678.0, 20.0, NAN, 1e16, 2.0**53 + 2]
FIRST, LAST = (
    int(datetime(year, month, day, tzinfo=UTC).timestamp()) for year, month, day in ((1, 1, 1), (9999, 12, 31))
)
floats = st.lists(st.floats(allow_infinity=False), max_size=9)


def joined(pieces: object) -> bytes:
    return b"".join(pieces)  # type: ignore[arg-type]


def same(read: float | None, value: float) -> bool:
    """The same number to the last bit; of NaN, none."""
    return read is None if np.isnan(value) else np.float64(read).tobytes() == np.float64(value).tobytes()


@given(floats, st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_numbers_are_read_back_to_the_last_bit(values: list[float], length: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "SLICE", length)
        read = json.loads(joined(text.numbers(np.array(values, dtype=np.float64))))
    assert len(read) == len(values)
    assert all(same(one, value) for one, value in zip(read, values, strict=True))


@given(st.lists(st.tuples(st.integers(0, 2**63 - 1), st.booleans()), max_size=9), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_where_nobody_spoke_a_count_is_null(said: list[tuple[int, bool]], length: int) -> None:
    values = np.array([value for value, _ in said], dtype=np.int64)
    spoken = np.array([spoken for _, spoken in said], dtype=bool)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "SLICE", length)
        assert json.loads(joined(text.counts(values, spoken))) == [value if held else None for value, held in said]
        assert json.loads(joined(text.counts(values, None))) == values.tolist()


@given(st.lists(st.integers(FIRST, LAST), max_size=6))
@settings(max_examples=80, deadline=None)
def test_instants_are_spelled_as_the_calendar_has_them(seconds: list[int]) -> None:
    time = np.array(sorted(seconds), dtype=np.int64)
    expected = [f"{one}Z" for one in np.datetime_as_string(time.astype("datetime64[s]"), unit="s")]
    assert json.loads(joined(text.instants(time))) == expected


def test_all_days_that_are_looked_up_are_those_of_the_calendar() -> None:
    days = np.arange(np.datetime64("1899-12-30"), np.datetime64("2100-01-03")).astype(np.int64)
    spelled = text.spelled(days * 86_400 + 86_399).tobytes().decode()
    assert [spelled[at : at + 10] for at in range(0, len(spelled), 20)] == list(map(str, days.astype("datetime64[D]")))
    assert {spelled[at : at + 10] for at in range(10, len(spelled), 20)} == {"T23:59:59Z"}
    (lowest,) = json.loads(joined(text.instants(np.array([-1]))))
    assert lowest == "1969-12-31T23:59:59Z"


def test_the_span_of_nothing_is_open() -> None:
    assert text.span(np.empty(0, dtype=np.int64)) == "../.."
    assert text.span(np.array([0, 60, 3600])) == "1970-01-01T00:00:00Z/1970-01-01T01:00:00Z"


def one_station(values: list[float], entries: list[int]) -> Answer:
    heading = Heading(
        collection=Collection(id="chu-hourly", basin="chu", interval="hourly", series=()),
        stations=(About(id="a:kg", name='A, "b"', nature="real", verified=True, computed=False, lat=NAN, lon=NAN),),
        quantities=("discharge", "level"),
        kinds=("", "_flag", "_entry"),
        count=2**62,
        as_of=None,
        origin="test",
    )
    entry = np.array([entries])
    layers = {"discharge": np.array([values]), "discharge_flag": np.ones((1, len(values)), np.int8)}
    layers |= {"discharge_entry": entry, "level": np.full((1, len(values)), NAN)}
    layers |= {"level_flag": np.full((1, len(values)), 9, np.int8), "level_entry": np.full((1, len(values)), -1)}
    return Answer(heading, np.arange(len(values)) * 3600, layers)


@pytest.mark.parametrize("length", [1, 4, 1 << 17])
def test_a_table_holds_every_value_as_it_is(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    monkeypatch.setattr(text, "SLICE", length)
    entries = [2**62 - place for place in range(len(HARD))]
    raw = written("csv", one_station(HARD, entries))
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\r\n") == raw.count(b"\n") == len(HARD) + 1
    rows = list(csv.reader(io.StringIO(raw.decode(), newline=""), strict=True))[1:]
    assert len(rows) == len(HARD)
    for row, value, entry in zip(rows, HARD, entries, strict=True):
        assert row[:4] == ["a:kg", 'A, "b"', "real", "true"]
        assert same(float(row[5]) if row[5] else None, value)
        assert row[6:] == ["1", str(entry), "", "9", ""]


@pytest.mark.parametrize("form", ["covjson", "geojson", "columns"])
def test_json_holds_every_value_as_it_is(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(text, "SLICE", 3)
    read = json.loads(written(form, one_station(HARD, [2**62] * len(HARD))))
    if form == "covjson":
        columns = {name: said["values"] for name, said in read["ranges"].items()}
    else:
        columns = read["stations"][0] if form == "columns" else read["features"][0]["properties"]
    values, entries = columns["discharge"], columns["discharge_entry"]
    assert all(same(one, value) for one, value in zip(values, HARD, strict=True))
    assert set(entries) == {2**62}


def test_pieces_are_joined_until_they_are_worth_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_PIECE", 3)
    assert list(text.gathered([b"a", b"b", memoryview(b"cd"), b"e"])) == [b"abcd", b"e"]
