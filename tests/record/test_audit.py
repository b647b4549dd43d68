"""Whatever the archive would show otherwise than the journal says is found and named by the audit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, delete, insert, select, update

from record import tables
from record.archive import Record
from record.audit import audit
from record.entry import Flag
from record.place import stretches
from tests.example import BORDER, KIROV, KIROV_STORAGE, open_pen, say, seen
from tests.record.audited import Harm, change_recent, fill, harmed, seconds

pytestmark = pytest.mark.usefixtures("each_database")

RECENT, SUPERSEDED, LATEST = tables.recent.c, tables.superseded.c, tables.latest.c


@pytest.fixture
def record(tmp_path: Path) -> Record:
    record, pen = open_pen(tmp_path)
    fill(record, pen)
    return record


def number_of(connection: Connection, series: str) -> Any:
    return connection.execute(select(tables.series.c.no).where(tables.series.c.id == series)).scalar_one()


def put_recent(series: str, day: int, value: float, entry: int) -> Harm:
    def harm(connection: Connection) -> None:
        row = connection.execute(select(tables.series).where(tables.series.c.id == series)).one()
        stretch = int(stretches(row.home, row.length, np.array([seconds(day)]))[0])
        said = {"stretch": stretch, "series": row.no, "time": seconds(day), "entry": entry, "position": 0}
        connection.execute(insert(tables.recent), said | {"value": value, "flag": int(Flag.GOOD)})

    return harm


def put_bytes(index: int, change: Callable[[bytes], bytes]) -> Harm:
    def harm(connection: Connection) -> None:
        mine = tables.entry.c.idx == index
        raw = bytes(connection.execute(select(tables.entry.c.leaf).where(mine)).scalar_one())
        assert change(raw) != raw
        connection.execute(update(tables.entry).where(mine).values(leaf=change(raw)))

    return harm


def test_an_edited_value_is_found_once(record: Record, tmp_path: Path) -> None:
    assert harmed(record, tmp_path, change_recent(800, value=12.5)) == (
        f"{KIROV} at 2028-07-09T02:00:00Z: "
        "the API would show 12.5 (good, entry 5) and the journal says 30.5 (good, entry 5)",
    )


def test_a_value_that_was_taken_away_is_found(record: Record, tmp_path: Path) -> None:
    (line,) = harmed(record, tmp_path, change_recent(800, value=None))
    assert "would show no value (good, entry 5) and the journal says 30.5 (good, entry 5)" in line


def test_an_edited_flag_is_found(record: Record, tmp_path: Path) -> None:
    (line,) = harmed(record, tmp_path, change_recent(0, flag=int(Flag.BAD)))
    assert line == (
        f"{KIROV} at 2026-05-01T02:00:00Z: the API would show 24.0 (bad, entry 5) and the journal says "
        "24.0 (good, entry 5)"
    )


def test_a_flag_that_does_not_exist_is_one_line(record: Record, tmp_path: Path) -> None:
    (line,) = harmed(record, tmp_path, change_recent(0, flag=7))
    assert "would show 24.0 (flag 7, entry 5)" in line


def test_an_edited_entry_is_found(record: Record, tmp_path: Path) -> None:
    (line,) = harmed(record, tmp_path, change_recent(800, entry=2))
    assert "would show 30.5 (good, entry 2) and the journal says 30.5 (good, entry 5)" in line


def test_a_deleted_row_is_found(record: Record, tmp_path: Path) -> None:
    lines = harmed(
        record, tmp_path, lambda there: there.execute(delete(tables.recent).where(RECENT.time == seconds(800)))
    )
    assert lines == (
        f"{KIROV} at 2028-07-09T02:00:00Z: the API shows nothing and the journal says 30.5 (good, entry 5)",
    )


def test_a_deleted_correction_of_a_sealed_reading_is_found(record: Record, tmp_path: Path) -> None:
    lines = harmed(
        record, tmp_path, lambda there: there.execute(delete(tables.recent).where(RECENT.time == seconds(0)))
    )
    assert lines == (
        f"{KIROV} at 2026-05-01T02:00:00Z: the API would show 23.1 (good, entry 2) and the journal says "
        "24.0 (good, entry 5)",
    )


def test_a_row_that_no_entry_said_is_found(record: Record, tmp_path: Path) -> None:
    assert harmed(record, tmp_path, put_recent(BORDER, 802, 9, 7)) == (
        f"{BORDER} at 2028-07-11T02:00:00Z: the API would show 9.0 (good, entry 7), a value that no entry said",
    )


def test_a_row_of_a_time_of_which_no_entry_speaks_is_found(record: Record, tmp_path: Path) -> None:
    day = 2000

    def harm(connection: Connection) -> None:
        put_recent(BORDER, day, 9, 7)(connection)
        at = tables.open_period
        row = connection.execute(select(at)).mappings().first()
        assert row is not None
        connection.execute(insert(at), {**row, "start": seconds(day - 1), "end": seconds(day + 1)})

    assert harmed(record, tmp_path, harm) == (
        f"{BORDER} at 2031-10-22T02:00:00Z: the API would show 9.0 (good, entry 7), a value that no entry said",
    )


def test_an_edited_superseded_row_is_found_as_of_then(record: Record, tmp_path: Path) -> None:
    change = update(tables.superseded).where(SUPERSEDED.time == seconds(801)).values(value=8)
    assert harmed(record, tmp_path, lambda connection: connection.execute(change)) == (
        f"{KIROV} at 2028-07-10T02:00:00Z as of 7 entries: the API would show 8.0 (good, entry 5) and the journal says "
        "31.0 (good, entry 5)",
    )


def test_each_superseded_row_of_a_sealed_reading_is_found_as_of_its_time(record: Record, tmp_path: Path) -> None:
    change = update(tables.superseded).where(SUPERSEDED.time == seconds(0)).values(flag=int(Flag.BAD))
    lines = harmed(record, tmp_path, lambda connection: connection.execute(change))
    assert [line.split(": ")[0] for line in sorted(lines)] == [
        f"{KIROV} at 2026-05-01T02:00:00Z as of 2 entries",
        f"{KIROV} at 2026-05-01T02:00:00Z as of 5 entries",
    ]


def test_an_edited_newest_reading_is_found(record: Record, tmp_path: Path) -> None:
    change = update(tables.latest).where(LATEST.time == seconds(801)).values(value=8)
    assert harmed(record, tmp_path, lambda connection: connection.execute(change)) == (
        f"{KIROV}, newest reading: the API would show 8.0 (suspect, entry 7) at 2028-07-10T02:00:00Z "
        "and the journal says 32.0 (suspect, entry 7) at 2028-07-10T02:00:00Z",
    )


def test_a_lost_newest_reading_is_found(record: Record, tmp_path: Path) -> None:
    (line,) = harmed(record, tmp_path, lambda there: there.execute(delete(tables.latest).where(LATEST.entry == 2)))
    assert line.startswith(f"{KIROV_STORAGE}, newest reading: the API shows nothing and the journal says 310.0 (good")


def test_a_newest_reading_that_cannot_be_read_is_one_line(record: Record, tmp_path: Path) -> None:
    (line,) = harmed(record, tmp_path, lambda connection: connection.execute(update(tables.latest).values(flag=7)))
    assert line == "newest readings: the API cannot answer: KeyError 7"


def test_a_deleted_refusal_is_found(record: Record, tmp_path: Path) -> None:
    mine = tables.refusal.c.entry == 6
    assert harmed(record, tmp_path, lambda connection: connection.execute(delete(tables.refusal).where(mine))) == (
        "refusal of telegrams in entry 6 (group 2: not readable): the API does not show this refusal, and the journal "
        "holds it",
    )


def test_an_edited_refusal_is_found(record: Record, tmp_path: Path) -> None:
    change = update(tables.refusal).where(tables.refusal.c.entry == 6).values(reason="all well")
    lines = harmed(record, tmp_path, lambda connection: connection.execute(change))
    assert len(lines) == 2
    assert "entry 6 (group 2: all well): the API would show a refusal that no entry said" in lines[1]


def test_changed_bytes_of_an_entry_are_a_difference_and_not_an_exception(record: Record, tmp_path: Path) -> None:
    lines = harmed(record, tmp_path, put_bytes(5, lambda raw: raw.replace(b"30.5", b"39.5")))
    assert lines == (
        "entry 5 was changed: its bytes do not match their hash",
        f"{KIROV} at 2028-07-09T02:00:00Z: "
        "the API would show 30.5 (good, entry 5) and the journal says 39.5 (good, entry 5)",
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\x00" + raw,
        lambda raw: raw.replace(b'"2028-07-10T02:00:00Z"', b"1846807200"),
        lambda raw: raw.replace(b"2028-07-10T02:00:00Z", b"2028-07-10T02:00"),
        lambda raw: raw.replace(b'"rows":[', b'"rows":[[],'),
        lambda raw: raw.replace(b'"id":"kirov:kg.inflow.daily"', b'"id":["kirov:kg.inflow.daily"]'),
        lambda raw: raw.replace(b'"id":"kirov:kg.inflow.daily"', b'"id":7'),
    ],
    ids=[
        "not a note",
        "a time that is no text",
        "a time in part",
        "a row without columns",
        "a name in a list",
        "a number for a name",
    ],
)
def test_bytes_that_cannot_be_read_are_told(record: Record, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    lines = harmed(record, tmp_path, put_bytes(5, change))
    assert lines[0] == "entry 5 was changed: its bytes do not match their hash"
    assert lines[1].startswith("entry 5 cannot be read: ")
    assert lines[2] == (
        f"{KIROV} at 2026-05-01T02:00:00Z: the API would show 24.0 (good, entry 5) and the journal says "
        "23.1 (good, entry 2)"
    )


def test_a_refusal_entry_that_cannot_be_read_is_told(record: Record, tmp_path: Path) -> None:
    lines = harmed(record, tmp_path, put_bytes(6, lambda raw: raw.replace(b'"reason"', b'"season"')))
    assert lines[1] == "entry 6 cannot be read: KeyError 'reason'"


def test_a_refusal_that_is_no_text_is_told(record: Record, tmp_path: Path) -> None:
    lines = harmed(record, tmp_path, put_bytes(6, lambda raw: raw.replace(b'"group 2"', b'["group 2"]')))
    assert lines[1].startswith("refusal of telegrams in entry 6 (['group 2']: not readable): the API does not show")


def test_an_entry_that_was_dated_anew_or_is_gone_is_told(record: Record, tmp_path: Path) -> None:
    def harm(connection: Connection) -> None:
        connection.execute(update(tables.entry).where(tables.entry.c.idx == 7).values(entered=1_900_000_000))
        connection.execute(delete(tables.entry_receipt).where(tables.entry_receipt.c.entry == 2))
        connection.execute(delete(tables.entry).where(tables.entry.c.idx == 2))

    lines = harmed(record, tmp_path, harm)
    assert lines[:2] == (
        "entry 2 is gone from the journal: restore it from a mirror",
        "entry 7 was dated anew: it says 2040-01-01T00:00:00Z itself",
    )


def test_a_damaged_segment_is_one_line_and_the_rest_is_compared(record: Record, tmp_path: Path) -> None:
    for path in (tmp_path / "segments").glob("*.nc"):
        path.write_bytes(path.read_bytes()[:-1] + b"\xa5")
    lines = harmed(record, tmp_path, change_recent(800, value=12.5))
    broken = [line for line in lines if line.startswith("talas-daily from 2026-01-01 as of ")]
    assert len(broken) == 3
    assert all("the API cannot answer: segment " in line for line in broken)
    assert f"{KIROV} at 2028-07-09T02:00:00Z: the API would show 12.5" in lines[-1]


def test_a_period_whose_file_stands_for_it_no_more_is_found(record: Record, tmp_path: Path) -> None:
    mine = tables.segment.c.entry == 4
    lines = harmed(record, tmp_path, lambda connection: connection.execute(delete(tables.segment).where(mine)))
    assert lines == (
        f"{KIROV} at 2027-06-05T02:00:00Z: the API shows nothing and the journal says no value (missing, entry 0)",
    )


def test_no_more_than_twenty_lines_are_told(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, day, "20.3") for day in range(30)], hours=1)
    with record.engine.begin() as connection:
        connection.execute(delete(tables.recent))
        connection.execute(delete(tables.latest))
    done = audit(record, tmp_path / "audit")
    assert (len(done.differences), done.more) == (20, 11)
