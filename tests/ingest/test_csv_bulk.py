"""Tables read in blocks say what they say when each line is read by itself."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.attribute import AHEAD, attribute, attribute_all
from ingest.decode import csv_table
from ingest.decode.csv_table import body
from ingest.reading import Reading, Readings, Unreadable
from record.batch import Batch
from record.entry import Refusal
from record.network.source import Column, Table
from tests.example import BORDER, KIROV, KIROV_STORAGE, START, seen
from tests.ingest.declared import HEAD, RECEIVED, RESERVOIRS, decoded, network, reasons, rows, source, values

HEADINGS = ("дата", "пост", "приток, м3/с", "объем, млн м3")
TABLES = (
    RESERVOIRS,
    RESERVOIRS.model_copy(update={"blanks": ("",)}),
    RESERVOIRS.model_copy(update={"blanks": ("-9999", "-"), "decimal": ".", "encoding": "utf-8-sig"}),
    RESERVOIRS.model_copy(update={"blanks": (), "time_format": "%d.%m.%y %H:%M", "zone": "Europe/Berlin"}),
    RESERVOIRS.model_copy(update={"zone": "Asia/Almaty", "time_format": "%d.%m.%Y %H:%M"}),
    RESERVOIRS.model_copy(update={"time_format": "%d.%m.%Y %H:%M:%S.%f"}),
    Table(
        time_heading="дата",
        time_format="%d.%m.%Y",
        zone="America/Havana",
        delimiter=";",
        columns=(
            Column(heading="приток, м3/с", station="15954", series="inflow.daily", unit="м3/с"),
            Column(heading="объем, млн м3", station="15194", series="storage.daily", unit="млн м3"),
        ),
    ),
)
DAYS = st.sampled_from(
    ["05.05.2026", "29.02.2024", "29.02.2026", "1.11.2026", "01.11.2026", "29.03.2026", "00.13.2026"]
)
HOURS = st.sampled_from([" 00:00", " 23:30", " 02:30", " 24:00", "", " 08:00:00.5", "  08:00", " 08:00\u00a0", " 8:00"])
TIMES = st.one_of(
    st.builds(str.__add__, DAYS, HOURS), st.sampled_from(["", "вчера", "05.05.0001 00:00", "05.05.26 07:00"])
)
NUMBERS = st.sampled_from(
    [
        "12,4",
        "12.4",
        "-3",
        "+0,50",
        "1 143,5",
        " 7",
        "-",
        "-9999",
        "",
        "\u00a0",
        "н/д",
        "nan",
        "1e3",
        "1" * 20,
        "1" * 21,
        "٣",
    ]
)
STATIONS = st.sampled_from(["15954", "15194", " 15954 ", "", "#15954", "пост"])
GOOD_TIMES = st.sampled_from([f"{day:02}.05.2026{hour}" for day in (5, 6) for hour in ("", " 00:00", " 08:30")])
GOOD_NUMBERS = st.sampled_from(["7", "-3", "12,4", "12.4", "-9999", "-", ""])
ROWS = st.one_of(
    st.tuples(GOOD_TIMES, st.sampled_from(["15954", "15194"]), GOOD_NUMBERS, GOOD_NUMBERS),
    st.tuples(TIMES, STATIONS, NUMBERS, NUMBERS),
)
ORDERS = st.sampled_from([(0, 1, 2, 3), (1, 0, 2, 3), (3, 2, 1, 0)])
DAMAGE = st.sampled_from(
    ["", "\0", '"', '""', ";", ";;", "\udc98", "#", "x", '"\n', "\r", "\n\n", "1" * 10_001, "\u2028", " ; "]
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A table of which some lines are damaged."""
    order = draw(ORDERS)
    held = [HEADINGS, *draw(st.lists(ROWS, min_size=1, max_size=12))]
    text = io.StringIO(newline="")
    end = draw(st.sampled_from(["\r\n", "\n", "\r"]))
    csv.writer(text, delimiter=";", lineterminator=end).writerows([[row[at] for at in order] for row in held])
    whole = text.getvalue()
    if draw(st.booleans()):
        whole = end.join('"' + line.replace(";", '";"') + '"' for line in whole.split(end))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(len(";".join(HEADINGS)), len(whole)))
        whole = whole[:at] + draw(DAMAGE) + whole[at + draw(st.integers(0, 2)) :]
    return whole


def bytes_of(text: str, table: Table) -> bytes:
    try:
        return text.encode(table.encoding, "surrogateescape")
    except UnicodeError:
        return text.encode("utf-8", "surrogateescape")


@settings(max_examples=300)
@given(damaged(), st.sampled_from(TABLES), st.sampled_from([2, 5, 1 << 14]))
def test_blocks_say_what_lines_say(text: str, table: Table, block: int) -> None:
    message = bytes_of(text, table)
    with patch.object(body, "BLOCK", block):
        found = decoded(message, table)
    with patch.object(body, "_sound", lambda lines: np.zeros(len(lines), dtype=bool)):
        wanted = decoded(message, table)
    assert found == wanted


def test_a_regular_table_is_never_read_line_by_line() -> None:
    lines = [
        f"{day:02}.05.2026 {hour:02}:00;1595{day % 5};{day},{hour};-\r\n" for day in range(1, 31) for hour in range(24)
    ]
    with patch.object(body, "read_line", side_effect=AssertionError("a line was read by itself")):
        said = rows("".join(lines))
        quoted = rows("".join(lines).replace(";-", ';"-"'))
        empty = rows("".join(lines).replace(";-", ";"))
        bare = rows("05.05.2026 00:00;15954;;\r\n")
    assert values(said) == [
        value for day in range(1, 31) for hour in range(24) for value in (Decimal(f"{day}.{hour}"), None)
    ]
    assert values(quoted) == values(said)
    assert values(empty) == values(said)[::2]
    assert values(bare) == [None, None]


def test_one_bad_line_of_many_is_refused_alone() -> None:
    lines = [f"{day:02}.05.2026 {hour:02}:00;15954;1,5;400\r\n" for day in range(1, 31) for hour in range(24)]
    lines[300] = '05.05.2026 00:00;"15954;1,5;400\r\n'
    lines[400] = "05.05.2026 00:00;15954;1,5;4oo\r\n"
    said = rows("".join(lines))
    assert [where for where, _ in reasons(said)] == ["line 302", "line 402, column 'объем, млн м3'"]
    assert len(values(said)) == 2 * len(lines) - 3


def test_a_reading_that_had_to_be_read_by_itself_stands_in_its_place_among_the_others() -> None:
    said = rows("05.05.2026 00:00;15954;1;2\r\n05.05.2026 00:00;15954;3;?\r\n05.05.2026 00:00;15954;4;5")
    inflow = [
        (one.where, one.value, one.doubts) for one in said if isinstance(one, Reading) and one.quantity == "inflow"
    ]
    assert inflow == [
        (f"line {line}, column 'приток, м3/с'", Decimal(value), ()) for line, value in ((2, 1), (3, 3), (4, 4))
    ]
    (last,) = [one for one in said if isinstance(one, Reading) and one.doubts]
    assert (last.value, last.fragment) == (Decimal(5), b"05.05.2026 00:00;15954;4;5")


def test_rows_stand_in_the_order_of_their_lines() -> None:
    lines = "05.05.2026 00:00;15954;1;2\r\n05.05.2026 00:00;15954;3;?\r\n05.05.2026 00:00;15954;4;5\r\n"
    said = csv_table.decode((HEAD + lines).encode("cp1251"), RECEIVED, ZoneInfo(RESERVOIRS.zone), RESERVOIRS)
    inflow, storage, refused = said
    assert isinstance(inflow, Readings)
    assert isinstance(storage, Readings)
    assert isinstance(refused, Unreadable)
    assert (inflow.place.tolist(), list(inflow.value)) == ([2, 3, 4], [Decimal(1), Decimal(3), Decimal(4)])
    assert (storage.place.tolist(), list(storage.value)) == ([2, 4], [Decimal(2), Decimal(5)])


def test_a_quoted_cell_that_runs_on_into_the_next_line_spoils_no_other() -> None:
    good, opens, shuts = "05.05.2026 00:00;15954;1;2", '05.05.2026 00:00;1"5;"1;2', '05.05.2026 00:00";1"5;1;2'
    for bad in ([opens, shuts], [opens, '05.05.2026 00:00;"15954;1";2']):
        said = rows("\r\n".join([good, *bad, good, good]) + "\r\n")
        assert [where.split(",")[0] for where, _ in reasons(said)] == ["line 3", "line 4"]
        assert values(said) == [Decimal(1), Decimal(2)] * 3


def test_a_comment_with_as_many_cells_as_a_row_says_nothing() -> None:
    text = "пост;дата;приток, м3/с;объем, млн м3\r\n#1;05.05.2026 00:00;1;2\r\n15954;05.05.2026 00:00;3;4\r\n"
    assert values(decoded(text)) == [Decimal(3), Decimal(4)]


def test_columns_of_readings_must_be_of_one_length() -> None:
    none = np.zeros(0, dtype=np.int64)
    with pytest.raises(ValueError, match="differ in length"):
        Readings(
            quantity="level", interval="term", unit="m", stations=("a",), which=none, time=none, value=[None],
            place=none, where=str, fragment=lambda _: b"",
        )  # fmt: skip


NAMES = ("15954", "15194", "example-border", "99999", "")


@st.composite
def columns(draw: st.DrawFn) -> Readings:
    """Readings of one quantity of known, unknown and foreign stations, at possible and impossible times."""
    count = draw(st.integers(0, 8))
    which = draw(st.lists(st.integers(0, len(NAMES) - 1), min_size=count, max_size=count))
    limit = int((RECEIVED + AHEAD).timestamp())
    when = st.sampled_from([int(START.timestamp()), limit, limit + 1, -6_000_000_000, -62_000_000_000])
    value = st.one_of(st.none(), st.decimals(-100, 1000, places=2))
    return Readings(
        quantity=draw(st.sampled_from(["level", "inflow", "storage"])),
        interval=draw(st.sampled_from(["term", "daily"])),
        unit=draw(st.sampled_from(["m", "cm", "м3/с", "furlong", "млн м3"])),
        stations=NAMES,
        which=np.array(which, dtype=np.int64),
        time=np.array(draw(st.lists(when, min_size=count, max_size=count)), dtype=np.int64),
        value=draw(st.lists(value, min_size=count, max_size=count)),
        place=np.arange(2, 2 + count),
        where=lambda number: f"line {number}",
        fragment=lambda number: str(number).encode(),
        doubts={0: ("last_cell_may_be_cut_off",)} if count and draw(st.booleans()) else {},
    )


@settings(max_examples=300)
@given(columns(), st.booleans(), st.sampled_from([(), ("kz",)]))
def test_many_readings_are_attributed_as_each_by_itself(said: Readings, simulated: bool, also: Sequence[str]) -> None:
    declared, known = source(simulated=simulated, speaks_for=also), network()
    received = RECEIVED + timedelta(microseconds=5)
    observations, refusals = attribute_all([said], declared, known, received)
    one_by_one = [attribute(one, declared, known, received) for one in said]
    assert refusals == [found for found in one_by_one if isinstance(found, Refusal)]
    wanted = [one for found in one_by_one if isinstance(found, list) for one in found]
    assert observations.observations() == wanted


def test_batches_are_joined_row_by_row() -> None:
    said = [seen(KIROV, 0, "1"), seen(KIROV_STORAGE, 0, None), seen(KIROV, 1, "2"), seen(BORDER, 1, "3")]
    for cut in range(len(said) + 1):
        joined = Batch.joined([Batch.of(said[:cut]), Batch.of([]), Batch.of(said[cut:])])
        assert joined.observations() == said
        assert len(joined.said) == 3
    assert len(Batch.joined([])) == 0
