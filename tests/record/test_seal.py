"""Sealing changes where readings lie and nothing of what is answered, whatever came before, between and after."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import netCDF4
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from record import journal, seal, tables
from record import leaf as leaves
from record.archive import Archive, Record, cells, open_record
from record.archive.rebuild import rebuild
from record.archive.record import check_segments
from record.archive.segment import make, manifest
from record.archive.segment.segments import Segments
from record.archive.snapshot import Snapshot
from record.entry import Flag, Observation
from record.errors import RecordDamaged, RecordError, SelectionError
from record.network import Network
from record.selection import Selection
from record.writer import Pen
from tests import example
from tests.example import (
    BORDER,
    GATEWAY,
    KIROV,
    KIROV_STORAGE,
    LOG,
    START,
    network_of_two,
    open_example,
    open_pen,
    say,
    seen,
)
from tests.record.trouble import garbage_in_one_page_of

pytestmark = pytest.mark.usefixtures("each_database")

EVERYTHING = (KIROV, KIROV_STORAGE, BORDER)
LONG_AFTER = datetime(2040, 1, 1, tzinfo=UTC)


def close_periods(record: Record, pen: Pen) -> list[seal.Sealed]:
    return list(seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None))


def answers(archive: Archive, sizes: Sequence[int]) -> list[xr.Dataset]:
    found = [archive.select(Selection(series=EVERYTHING, as_of=size)) for size in sizes]
    return [*found, archive.select(Selection(series=EVERYTHING)).drop_attrs(deep=False)]


def recent_rows(record: Record) -> int:
    with record.engine.begin() as connection:
        return len(connection.execute(select(tables.recent.c.series)).all())


observations = st.builds(
    seen,
    st.sampled_from(EVERYTHING),
    st.integers(0, 12).map(lambda step: step * 97),
    st.one_of(st.none(), st.decimals(-10, 500, places=2).map(str)),
    st.sampled_from([Flag.GOOD, Flag.SUSPECT, Flag.BAD]),
)
steps = st.lists(st.one_of(st.none(), st.lists(observations, min_size=1, max_size=12)), min_size=1, max_size=8)


@given(steps, st.sampled_from([0, 24]))
@settings(max_examples=8)
def test_a_record_that_was_sealed_answers_as_one_that_never_was(
    said: Sequence[Sequence[Observation] | None], few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as one, TemporaryDirectory() as other:
        # More series than these are read by whole stretches, which are remembered.
        patch.setattr(cells, "FEW", few)
        (sealed, sealing), (plain, writing) = open_pen(Path(one)), open_pen(Path(other))
        remembering = Archive(sealed)
        sizes = [(0, 0)]
        for number, batch in enumerate(said):
            if batch is None:
                assert all(done.fault is None for done in close_periods(sealed, sealing))
            else:
                for pen in (sealing, writing):
                    say(pen, f"message {number}", batch, hours=number)
            sizes.append((Archive(sealed).size(), Archive(plain).size()))
            fresh = Archive(sealed).select(Selection(series=EVERYTHING))
            assert remembering.select(Selection(series=EVERYTHING)).identical(fresh)
        for mine, theirs in sizes:
            assert values(sealed, mine).identical(values(plain, theirs))
            assert latest(sealed, mine) == latest(plain, theirs)
        assert said_of(sealed, said) == said_of(plain, said)
        again = answers(Archive(sealed), [size for size, _ in sizes])
        forget_views(sealed, Path(one))
        assert rebuild(sealed).unsealed == ()
        for before, after in zip(again, answers(Archive(sealed), [size for size, _ in sizes]), strict=True):
            assert before.identical(after)
        for record in (sealed, plain):
            record.engine.dispose()


def forget_views(record: Record, folder: Path) -> None:
    """Lose all that can be made again."""
    with record.engine.begin() as connection:
        for view in (tables.recent, tables.superseded, tables.latest, tables.segment, tables.open_period):
            connection.execute(delete(view))
    for path in folder.glob("segments/*.nc"):
        path.unlink()


def values(record: Record, size: int) -> xr.Dataset:
    """All values and flags as of a size, and the values of good quality alone."""
    found = Archive(record).select(Selection(series=EVERYTHING, as_of=size))
    good = Archive(record).select(Selection(series=EVERYTHING, as_of=size, flags=frozenset({Flag.GOOD})))
    both = found.assign({f"good_{name}": good[name] for name in good.data_vars})
    return both.drop_vars([name for name in both.data_vars if str(name).endswith("_entry")]).drop_attrs()


def latest(record: Record, size: int) -> dict[str, tuple[object, ...]]:
    found = Archive(record).latest(EVERYTHING, as_of=size)
    return {name: (said.time, said.value, said.flag) for name, said in found.items()}


def said_of(record: Record, said: Sequence[Sequence[Observation] | None]) -> list[object]:
    """All that was ever said of every reading, in order, without the indexes of entries, which seals move on."""
    spoken = {(one.series, one.time) for batch in said if batch is not None for one in batch}
    archive = Archive(record)
    return [
        [(told.value, told.flag, told.source, told.reason) for told in archive.history(series, time)]
        for series, time in sorted(spoken)
    ]


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Record, Pen]:
    """Two years of a few readings, sealed, each with its file."""
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.30"), seen(BORDER, 0, "7"), seen(KIROV, 400, None)], hours=1)
    say(pen, "second", [seen(KIROV, 0, "23.1"), seen(KIROV_STORAGE, 1, "310")], hours=2)
    assert [done.fault for done in close_periods(record, pen)] == [None, None]
    return record, pen


def test_a_segment_is_a_cf_file_of_its_own(sealed: tuple[Record, Pen], tmp_path: Path) -> None:
    files = sorted((tmp_path / "segments").glob("*.nc"))
    assert len(files) == 2
    with sealed[0].engine.begin() as connection:
        pieces = manifest.current(connection, "talas-daily", 0, LONG_AFTER.timestamp())
        entered = [entry.leaf for entry in journal.entries(connection) if entry.leaf.kind == leaves.SEAL]
    assert {piece.sha256 for piece in pieces} == {path.stem for path in files}
    assert [leaf.content["segment"]["sha256"] for leaf in entered] == [piece.sha256 for piece in pieces]
    with xr.open_dataset(tmp_path / "segments" / f"{pieces[0].sha256}.nc") as file:
        assert file.attrs["Conventions"].startswith("CF-1.11")
        assert file.attrs["featureType"] == "timeSeries"
        assert file.inflow.sel(time="2026-05-01T02:00").values.tolist() == [23.1, pytest.approx(np.nan, nan_ok=True)]
        assert file.inflow.encoding["zlib"]
        assert file.inflow.encoding["shuffle"]
    with netCDF4.Dataset(tmp_path / "segments" / f"{pieces[0].sha256}.nc") as file:
        assert file["inflow"].ancillary_variables == "inflow_flag inflow_entry"
        assert file["station_id"].cf_role == "timeseries_id"


def test_rows_go_when_their_file_stands_and_corrections_are_rows_again(sealed: tuple[Record, Pen]) -> None:
    record, pen = sealed
    assert recent_rows(record) == 0
    say(pen, "third", [seen(KIROV, 0, "24")], hours=3)
    assert recent_rows(record) == 1
    history = Archive(record).history(KIROV, START)
    assert [str(said.value) for said in history] == ["20.30", "23.1", "24"]
    assert [said.reason is not None for said in history] == [False, True, True]
    with record.engine.begin() as connection:
        leaf = list(journal.entries(connection))[-1].leaf
    assert (leaf.content["refs"][0]["index"], leaf.content["rows"][0][4]) == (1, "0/0")
    (done,) = close_periods(record, pen)
    assert done.piece is not None
    assert recent_rows(record) == 0
    assert Archive(record).select(Selection(series=(KIROV,))).inflow.values.ravel()[0] == 24
    assert close_periods(record, pen) == []


def test_an_earlier_version_of_a_segment_stays_where_it_was(sealed: tuple[Record, Pen], tmp_path: Path) -> None:
    record, pen = sealed
    before = {path.name for path in (tmp_path / "segments").iterdir()}
    size = Archive(record).size()
    told = Archive(record).select(Selection(series=EVERYTHING, as_of=size))
    say(pen, "third", [seen(KIROV, 0, "24")], hours=3)
    close_periods(record, pen)
    assert {path.name for path in (tmp_path / "segments").iterdir()} > before
    assert Archive(record).select(Selection(series=EVERYTHING, as_of=size)).identical(told)
    with record.engine.begin() as connection:
        assert [stands for _, stands in manifest.everything(connection)] == [False, True, True]


def test_a_period_that_is_not_over_stays_open(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
    soon = datetime(2027, 1, 3, tzinfo=UTC)
    assert list(seal.seal(record, pen, lambda: soon, pause=lambda: None)) == []
    after = datetime(2027, 1, 4, tzinfo=UTC)
    assert len(list(seal.seal(record, pen, lambda: after, pause=lambda: None))) == 1


def damage(folder: Path) -> Path:
    """Turn one byte of the first file."""
    path = min((folder / "segments").glob("*.nc"))
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    return path


def test_a_damaged_segment_is_found_named_and_healed(sealed: tuple[Record, Pen], tmp_path: Path) -> None:
    told = Archive(sealed[0]).select(Selection(series=EVERYTHING))
    path = damage(tmp_path)
    record = open_example(tmp_path)
    with pytest.raises(RecordDamaged, match=f"segment {path.stem} .* is damaged: .*run `arna rebuild`"):
        Archive(record).select(Selection(series=EVERYTHING))
    with pytest.raises(RecordDamaged, match=path.stem):
        check_segments(record)
    assert rebuild(record).segments == 2
    assert check_segments(record) == 2
    assert Archive(record).select(Selection(series=EVERYTHING)).identical(told)


def test_a_lost_segment_is_named_and_made_again(sealed: tuple[Record, Pen], tmp_path: Path) -> None:
    path = min((tmp_path / "segments").glob("*.nc"))
    body = path.read_bytes()
    path.unlink()
    record = open_example(tmp_path)
    with pytest.raises(RecordError, match=f"{path.name} is not in .*segments"):
        Archive(record).select(Selection(series=EVERYTHING))
    rebuild(record)
    assert path.read_bytes() == body


def test_what_a_crash_left_between_file_and_entry_is_swept_away(sealed: tuple[Record, Pen], tmp_path: Path) -> None:
    orphan = tmp_path / "segments" / f"{'0' * 64}.nc"
    orphan.write_bytes(b"half a file")
    (tmp_path / "segments" / "making" / "talas-daily-0.part-1").write_bytes(b"half")
    close_periods(*sealed)
    assert not orphan.exists()
    assert sorted(path.suffix for path in (tmp_path / "segments").rglob("*")) == ["", ".nc", ".nc"]


def test_values_alone_are_those_that_are_there(sealed: tuple[Record, Pen]) -> None:
    found = Archive(sealed[0]).select(Selection(series=EVERYTHING, values_alone=True))
    assert set(found.data_vars) == {"inflow", "storage", "discharge"}
    assert found.sizes["time"] == 2
    assert found.inflow.attrs.get("ancillary_variables") is None
    then = Archive(sealed[0]).select(Selection(series=(KIROV,), values_alone=True, as_of=1))
    assert then.inflow.values.tolist() == [[20.3]]


def test_a_question_sees_one_state_though_a_seal_comes_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
    current, sealed = manifest.current, list[list[seal.Sealed]]()

    def current_then_seal(*asked: Any) -> list[manifest.Piece]:
        found = current(*asked)
        if not sealed:
            sealed.append([])
            sealed[0] += close_periods(record, pen)
        return found

    monkeypatch.setattr(manifest, "current", current_then_seal)
    assert Archive(record).select(Selection(series=(KIROV,))).inflow.values.tolist() == [[20.3]]
    assert [done.fault for done in sealed[0]] == [None]
    assert recent_rows(record) == 0


def without_kirov() -> Network:
    """The network of two after the reservoir's gauge was closed."""
    network = network_of_two()
    return replace(network, stations={"example-border:kz": network.stations["example-border:kz"]})


def test_a_gauge_that_closed_does_not_keep_the_record_from_being_rebuilt(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3")], hours=1)
    close_periods(record, pen)
    closed = open_example(tmp_path, without_kirov())
    assert rebuild(closed).unsealed == ("talas-daily from 2026-01-01",)
    assert recent_rows(closed) == 1
    closed.engine.dispose()
    with pytest.raises(RecordError, match="is declared in talas-daily and kept in none: run `arna rebuild` once"):
        open_example(tmp_path)


def test_a_gauge_that_opens_again_has_its_readings_again_after_a_rebuild(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3"), seen(BORDER, 0, "7")], hours=1)
    told = Archive(record).select(Selection(series=EVERYTHING))
    rebuild(open_example(tmp_path, without_kirov()))
    again = open_record(
        example.url_of(tmp_path),
        network_of_two(),
        segments=str(tmp_path / "segments"),
        data=tmp_path,
        renew_views=True,
    )
    rebuild(again)
    assert Archive(again).select(Selection(series=EVERYTHING)).identical(told)
    say(Pen(again, gateway=GATEWAY, log=LOG), "second", [seen(KIROV, 1, "21")], hours=2)
    found = Archive(again).select(Selection(series=(KIROV,))).inflow.values
    assert found.tolist() == [[20.3, 21]]
    again.engine.dispose()


def test_a_period_in_which_hardly_a_time_is_shared_stays_rows_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3"), seen(BORDER, 1, "7")], hours=1)
    monkeypatch.setattr(make, "MOST_CELLS", 7)
    (done,) = close_periods(record, pen)
    assert done.piece is None
    assert "stays as rows: 2 stations at 2 different times are 8 cells, more than 7" in str(done.fault)
    assert recent_rows(record) == 2


def test_files_are_closed_when_others_are_opened(sealed: tuple[Record, Pen], tmp_path: Path) -> None:
    record = sealed[0]
    small = Record(record.engine, record.network, record.declared, Segments(record.segments.store, open_files=1))
    archive = Archive(small)
    for _ in range(20):
        archive.select(Selection(series=EVERYTHING))
    held = [os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink() and path.exists()]
    assert len([path for path in held if str(tmp_path / "segments") in path]) <= 2


def test_a_chunk_that_is_damaged_after_its_file_was_opened_is_named(sealed: tuple[Record, Pen], tmp_path: Path) -> None:
    record = sealed[0]
    with record.engine.begin() as connection:
        piece = manifest.current(connection, "talas-daily", 0, LONG_AFTER.timestamp())[0]
    opened = record.segments.open(piece)
    path = tmp_path / "segments" / f"{piece.sha256}.nc"
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(RecordDamaged, match="a chunk of inflow cannot be inflated"):
        opened.block("inflow", 0, 0)


def test_an_answer_that_would_be_too_large_is_refused_before_it_is_laid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3"), seen(BORDER, 1, "7")], hours=1)
    monkeypatch.setattr(Snapshot.grid, "__defaults__", (7,))
    with pytest.raises(SelectionError, match="12 cells, more than 7: ask for fewer series or a shorter time"):
        Archive(record).select(Selection(series=EVERYTHING))
    assert Archive(record).select(Selection(series=(KIROV,))).sizes["time"] == 1


def test_one_damaged_page_of_rows_is_one_line(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    if record.engine.dialect.name != "sqlite":
        pytest.skip("the pages of PostgreSQL are its own business")
    say(pen, "first", [seen(KIROV, day, "20.3") for day in range(900)], hours=1)
    with record.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    record.engine.dispose()
    garbage_in_one_page_of(tmp_path / "record.sqlite", "recent")
    with pytest.raises(RecordDamaged, match="the record cannot be read: database disk image is malformed; restore"):
        Archive(open_example(tmp_path)).select(Selection(series=(KIROV,)))
