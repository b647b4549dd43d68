"""What goes wrong around a record is one line, loses nothing, and is over when its cause is."""

import errno
import logging
import os
import shutil
import stat
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import xarray as xr

from arna import jobs
from arna.desk import Desk
from record import database, journal, seal
from record.archive import Archive, Record, open_record
from record.archive.record import check_segments
from record.archive.segment import manifest
from record.check import check
from record.errors import RecordBusy, RecordDamaged, RecordError
from record.selection import Selection
from record.writer import Pen
from tests.example import (
    BORDER,
    GATEWAY,
    KIROV,
    KNOWN,
    LOG,
    START,
    message,
    network_of_two,
    open_example,
    open_pen,
    say,
    seen,
)
from tests.record.crash import ended, forked
from tests.record.trouble import (
    Harm,
    Room,
    cut_short,
    full_database,
    garbage_everywhere,
    garbage_inside,
    little_space,
    mounted,
    no_room_for_a_seal,
    one_line,
    read_only,
    short_files,
)

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

AS_SHIPPED = database._PRAGMAS
LONG_AFTER = datetime(2040, 1, 1, tzinfo=UTC)
LEVEL = "kirov:kg.level.term"
MANY = [seen(KIROV, day, f"{day}.5") for day in range(600)]
"""More than fits in the room that is left, of two years."""


def everything(record: Record, as_of: datetime | None = None) -> xr.Dataset:
    return Archive(record).select(Selection(series=(KIROV, BORDER), as_of=as_of))


def close_periods(record: Record, pen: Pen) -> list[str]:
    """Seal what is over, and return the line of each period that was not."""
    done = list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None))
    return [one_line(one.fault) for one in done if one.fault is not None]


def files(folder: Path) -> list[str]:
    """What lies in the segments folder and where files are made, without the folders."""
    return sorted(path.name for path in (folder / "segments").rglob("*") if path.is_file())


def in_order(record: Record) -> int:
    """The number of entries, all of which are as they should be, with their files."""
    check_segments(record)
    with record.engine.begin() as connection:
        return check(connection, KNOWN)


@pytest.mark.parametrize("without_room", [full_database, short_files])
def test_a_message_without_room_is_refused_whole_and_taken_when_there_is_room(
    tmp_path: Path, without_room: Room
) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
    before, size = everything(record), in_order(record)
    with without_room(record):
        for _ in range(2):
            with pytest.raises(
                RecordError, match=r"message\.txt of source telegrams was not entered: .*free space"
            ) as fault:
                pen.append(message("second", hours=2), MANY, [], START + timedelta(hours=2), cursor="2")
            one_line(fault.value)
        assert everything(record).identical(before)
        assert (in_order(record), pen.cursor("telegrams")) == (size, None)
    written = pen.append(message("second", hours=2), MANY, [], START + timedelta(hours=2), cursor="2")
    assert (written.rows, written.repeated, pen.cursor("telegrams")) == (600, False, "2")
    assert everything(record).sizes["time"] == 600
    assert in_order(record) == size + len(written.entries)


@pytest.mark.parametrize(
    ("without_room", "why"), [(little_space, "No space left on device"), (short_files, "NetCDF: HDF error")]
)
def test_a_seal_without_room_is_told_leaves_nothing_and_works_when_there_is_room(
    tmp_path: Path, without_room: Room, why: str
) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", MANY, hours=1)
    before = everything(record)
    with without_room(record):
        faults = close_periods(record, pen)
        assert files(tmp_path) == []
    line = f"was not sealed: {why}; look at the space left and at the rights of {tmp_path / 'segments'}"
    assert faults == [f"talas-daily from {year}-01-01 {line}" for year in (2026, 2027)]
    assert everything(record).identical(before)
    assert close_periods(record, pen) == []
    assert len(files(tmp_path)) == 2
    assert everything(record).drop_attrs(deep=False).identical(before.drop_attrs(deep=False))
    in_order(record)


def test_a_file_that_was_not_finished_gives_its_space_back(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", MANY, hours=1)
    with short_files(record):
        close_periods(record, pen)
    held = (
        [Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")] if sys.platform == "linux" else []
    )
    lost = [path.stat().st_size for path in held if path.is_symlink() and f"{tmp_path}/segments" in os.readlink(path)]
    assert sum(lost) == 0


def test_a_seal_whose_entry_has_no_room_stays_rows_and_its_file_is_swept(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", MANY, hours=1)
    before = everything(record)
    with no_room_for_a_seal(record):
        faults = close_periods(record, pen)
    assert len(faults) == 2
    assert all("the seal of talas-daily" in line and "free space" in line for line in faults), faults
    assert everything(record).identical(before)
    assert close_periods(record, pen) == []
    with record.engine.begin() as connection:
        assert files(tmp_path) == sorted(f"{piece.sha256}.nc" for piece, _ in manifest.everything(connection))


def test_a_disk_that_is_really_full_refuses_message_and_seal_and_recovers(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "-o", "size=4m"):
        folder = tmp_path / "disk"
        record, pen = open_pen(folder)
        say(pen, "first", MANY, hours=1)
        before = everything(record)
        usage = shutil.disk_usage(folder)
        (folder / "filler").write_bytes(bytes(usage.free - 20_000))
        (line, _) = close_periods(record, pen)
        assert os.strerror(errno.ENOSPC) in line
        with pytest.raises(RecordError, match="was not entered: database or disk is full"):
            say(pen, "second", [seen(BORDER, day, "7") for day in range(2000)], hours=2)
        assert everything(record).identical(before)
        (folder / "filler").unlink()
        say(pen, "second", [seen(BORDER, day, "7") for day in range(2000)], hours=2)
        assert close_periods(record, pen) == []
        in_order(record)
        record.engine.dispose()


def test_a_segments_folder_that_is_none_stops_the_seal_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    record, pen = open_pen(tmp_path)
    (tmp_path / "segments").write_text("a file\n", encoding="utf-8")
    say(pen, "first", MANY, hours=1)
    with pytest.raises(RecordError, match=f"segments cannot be kept in {tmp_path / 'segments'}: .*; set ARNA_SEGMENTS"):
        close_periods(record, pen)
    jobs.seal_nightly(Desk(record, pen, tmp_path, lambda: LONG_AFTER))
    (line,) = [told for told in caplog.records if told.name == "arna.jobs"]
    assert line.levelno == logging.WARNING
    assert "cannot be kept" in one_line(line.getMessage())
    say(pen, "second", [seen(KIROV, 0, "24")], hours=2)
    assert everything(record).sizes["time"] == 600
    (tmp_path / "segments").unlink()
    assert close_periods(record, pen) == []


def test_a_segments_folder_that_is_read_only_stops_the_seal_alone(tmp_path: Path) -> None:
    with mounted(tmp_path / "segments", "-o", "size=4m"):
        record, pen = open_pen(tmp_path)
        say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
        assert close_periods(record, pen) == []
        (tmp_path / "segments" / ("0" * 64 + ".nc")).write_bytes(b"left by a crash")
        say(pen, "second", MANY, hours=2)
        before = everything(record)
        read_only(tmp_path / "segments")
        with pytest.raises(RecordError, match="Read-only file system; set ARNA_SEGMENTS") as fault:
            close_periods(record, pen)
        one_line(fault.value)
        assert everything(open_example(tmp_path)).identical(before)
        read_only(tmp_path / "segments", yes=False)
        assert close_periods(record, pen) == []
        assert len(files(tmp_path)) == 3


def test_a_file_that_cannot_be_named_is_told_and_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", MANY, hours=1)

    def refuse(_: Path, target: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        faults = close_periods(record, pen)
    assert len(faults) == 2
    assert all("Read-only file system; set ARNA_SEGMENTS" in line for line in faults), faults
    assert files(tmp_path) == []
    assert close_periods(record, pen) == []


def test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_before_its_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
    told: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(descriptor: int) -> None:
        told.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def note_replace(path: Path, target: Path) -> Path:
        told.append("name")
        return replace(path, target)

    def note_entry(pen: Pen, piece: manifest.Piece, now: datetime) -> int:
        told.append("entry")
        return entered(pen, piece, now)

    entered = Pen.seal
    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    monkeypatch.setattr(Pen, "seal", note_entry)
    assert close_periods(record, pen) == []
    assert told == ["file", "name", "folder", "entry"]


def test_every_connection_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here alone: elsewhere in the tests none does."""
    monkeypatch.setattr(database, "_PRAGMAS", AS_SHIPPED)
    record, _ = open_pen(tmp_path)
    with record.engine.connect() as one, record.engine.connect() as other:
        for connection in (one, other):
            said = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
            assert said == ["wal", 2]


def test_a_database_that_may_only_be_read_is_read_and_refuses_the_pen(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", MANY, hours=1)
    before = everything(record)
    url = f"sqlite:///file:{tmp_path / 'record.sqlite'}?mode=ro&uri=true"
    reading = open_record(url, network_of_two(), segments=str(tmp_path / "segments"), data=tmp_path)
    assert everything(reading).identical(before)
    with pytest.raises(RecordError, match="was not entered: attempt to write a readonly database") as fault:
        say(Pen(reading, gateway=GATEWAY, log=LOG), "second", [seen(KIROV, 0, "24")])
    one_line(fault.value)
    assert len(close_periods(reading, Pen(reading, gateway=GATEWAY, log=LOG))) == 2
    reading.engine.dispose()


@pytest.mark.parametrize("harm", [garbage_everywhere, garbage_inside, cut_short])
def test_a_database_file_that_is_damaged_is_told_in_one_line(tmp_path: Path, harm: Harm) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", MANY, hours=1)
    record.engine.dispose()
    harm(tmp_path / "record.sqlite")
    said = r"(file is not a database|database disk image is malformed); restore the file from a copy"
    with pytest.raises(RecordDamaged, match=said) as fault:
        everything(open_example(tmp_path))
    one_line(fault.value)


def test_a_clock_set_back_changes_no_answer_of_the_past(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    told: list[tuple[datetime, xr.Dataset]] = []
    # Hours of the clock; it is set back twice, once with a seal before the next message.
    for number, hours in enumerate([5, 9, 2, 3, 12, 1]):
        say(pen, f"message {number}", [seen(KIROV, 0, f"{number}.5"), seen(BORDER, number, "7")], hours=hours)
        if number in (2, 4):
            now = iter([LONG_AFTER, START + timedelta(hours=hours)])
            done = seal.seal(record, pen, partial(next, now), lambda: None)
            assert [one.fault for one in done] == [None]
        with record.engine.begin() as connection:
            last = journal.tail(connection).entered
        told += [(moment, everything(record, moment)) for moment in (START + timedelta(hours=4), last)]
    for moment, answer in told:
        assert everything(record, moment).identical(answer), moment
    assert everything(record).inflow.values[0, 0] == 5.5
    entered = [arrival.entered for arrival in Archive(record).arrivals(START, LONG_AFTER)]
    assert entered == sorted(entered)
    assert len(entered) == 8
    in_order(record)


def test_a_damaged_file_of_another_period_or_collection_does_not_matter(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [*MANY, seen(LEVEL, 0, "3.1")], hours=1)
    assert close_periods(record, pen) == []
    with record.engine.begin() as connection:
        pieces = {(piece.period.collection, piece.first): piece for piece, _ in manifest.everything(connection)}
    first, second, level = (pieces[key] for key in sorted(pieces))
    path = tmp_path / "segments" / f"{second.sha256}.nc"
    path.write_bytes(path.read_bytes()[:-1])
    archive = Archive(open_example(tmp_path))
    end = datetime(2027, 1, 1, tzinfo=UTC)
    assert first.period.end == end.timestamp()
    assert archive.select(Selection(series=(KIROV,), end=end)).sizes["time"] == 245
    assert archive.history(KIROV, START)[0].value is not None
    assert level.period.collection == "talas-term"
    assert archive.select(Selection(series=(LEVEL,))).sizes["time"] == 1
    assert archive.latest([KIROV, LEVEL])[KIROV].value == 599.5
    with pytest.raises(RecordDamaged, match=f"segment {second.sha256} .*run `arna rebuild`") as fault:
        archive.select(Selection(series=(KIROV,)))
    one_line(fault.value)


def test_two_processes_that_open_a_new_record_at_once_both_can(tmp_path: Path) -> None:
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        children = [forked(partial(open_example, folder), folder / f"told-{child}") for child in range(4)]
        codes = [ended(child) for child in children]
        assert codes == [0] * 4, "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("told-*"))


def test_a_writer_that_waits_too_long_is_told_who_holds_it_up(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    with record.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    other = open_example(tmp_path)
    with other.engine.connect().execution_options(writes=True) as held, held.begin():
        with pytest.raises(RecordBusy, match="another process is writing; wait for it to end") as fault:
            say(pen, "first", [seen(KIROV, 0, "20.3")])
        one_line(fault.value)
    assert say(pen, "first", [seen(KIROV, 0, "20.3")]).rows == 1
