"""Long answers: portion by portion the same as at once, never all in memory; how much one netCDF file may hold."""

import gc
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import netCDF4
import numpy as np
import pytest
import xarray as xr

from record.archive import Archive
from record.archive.answer import Answer
from record.errors import RecordError, SelectionError
from record.netcdf import HEADROOM, LIBRARY, Room
from record.selection import Selection
from service.encode import ENCODERS, netcdf, text
from service.written.workplace import sweep, workplace_of
from tests.answers import TOLD, written
from tests.service.world import HOURLY, World

TEXTS = ("covjson", "geojson", "csv", "columns")


@pytest.fixture
def selection(served_world: World) -> Selection:
    series = tuple(one.id for one in served_world.network.collection(HOURLY).series)
    return Selection(series=series)


@pytest.mark.parametrize("form", TEXTS)
def test_portions_make_the_same_text_as_the_whole(served_world: World, selection: Selection, form: str) -> None:
    archive = Archive(served_world.record)
    _, portions = archive.portions(selection)
    assert written(form, archive.answer(selection)) == written(form, archive.answer(selection), portions)


def test_portions_laid_aside_make_the_same_file_as_the_whole(
    served_world: World, selection: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(served_world.record)
    at_once = written("netcdf", archive.answer(selection))
    monkeypatch.setattr(netcdf, "_IN_MEMORY", 0)
    answer = archive.answer(selection)
    alone = [answer.of(row) for row in range(len(answer.heading.stations))]
    assert len({len(one.time) for one in alone}) > 1
    assert written("netcdf", answer, alone) == at_once
    path = tmp_path / "answer.nc"
    path.write_bytes(at_once)
    with xr.open_dataset(path) as opened:
        for name, layer in answer.layers.items():
            np.testing.assert_array_equal(opened[name].values, layer, err_msg=name)


@pytest.mark.parametrize("in_memory", [0, 2_000_000])
def test_a_file_of_too_many_cells_is_refused_with_the_forms_that_stream(
    served_world: World, selection: Selection, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(netcdf, "MOST_CELLS", 1000)
    monkeypatch.setattr(netcdf, "_IN_MEMORY", in_memory)
    with pytest.raises(SelectionError, match=r"more than 1000: .* covjson, csv, geojson or columns, which stream"):
        written("netcdf", Archive(served_world.record).answer(selection))


def test_a_full_disk_is_told_in_one_line(
    served_world: World, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("record.netcdf.HEADROOM", 1 << 62)
    with pytest.raises(RecordError, match=r"^the netCDF file of chu-hourly was not made: .*No space left[^\n]*$"):
        written("netcdf", Archive(served_world.record).answer(selection))


def test_portions_and_the_whole_are_the_same_file_with_reviews_too(
    served_world: World, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(served_world.record)
    reviewed = replace(selection, status=True)
    at_once = written("netcdf", archive.answer(reviewed))
    heading, portions = archive.portions(reviewed)
    assert heading.kinds == ("", "_flag", "_entry", "_status")
    assert written("netcdf", archive.answer(reviewed), portions) == at_once
    assert written("netcdf", archive.answer(reviewed), backwards(archive.answer(reviewed))) == at_once


def backwards(answer: Answer) -> Iterator[Answer]:
    """The same answer, whose layers come in another order."""
    yield Answer(answer.heading, answer.time, dict(reversed(list(answer.layers.items()))))


def test_a_fault_of_the_record_is_no_fault_of_the_disk(served_world: World, selection: Selection) -> None:
    def torn() -> Iterator[Answer]:
        yield from ()
        raise RuntimeError("the archive has a fault")

    answer = Archive(served_world.record).answer(selection)
    with pytest.raises(RuntimeError, match="the archive has a fault"):
        written("netcdf", answer, torn())


def test_a_file_that_cannot_be_closed_is_let_go_of_under_the_lock(
    served_world: World, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed: list[bool] = []

    class Unclosable(netCDF4.Dataset):
        def close(self) -> memoryview:
            raise RuntimeError("NetCDF: HDF error")

        def __del__(self) -> None:
            freed.append(LIBRARY.locked())

    monkeypatch.setattr(netCDF4, "Dataset", Unclosable)
    with pytest.raises(RecordError, match="was not made: NetCDF: HDF error"):
        written("netcdf", Archive(served_world.record).answer(selection))
    assert freed == [True]


def test_room_is_promised_to_one_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=HEADROOM + 10_000))
    room = Room()
    with room.promised(tmp_path / "first", 8000):
        with pytest.raises(OSError, match="No space left"), room.promised(tmp_path / "second", 8000):
            pass
        # What is on the disk already is not to come any more.
        (tmp_path / "first").write_bytes(bytes(9000))
        room.refuse(tmp_path, 8000)
        (tmp_path / "first").write_bytes(b"")
    room.refuse(tmp_path, 8000)


def test_answers_are_made_in_the_data_folder_and_leavings_of_the_dead_are_swept(
    served_world: World, selection: Selection, tmp_path: Path
) -> None:
    within = workplace_of(tmp_path)
    assert sweep(within) == 0
    answer = Archive(served_world.record).answer(selection)
    pieces = netcdf.write(answer.heading, [answer], replace(TOLD, workplace=within))
    next(pieces)
    (used,) = within.iterdir()
    dead = within / "arna-answer-dead"
    dead.mkdir()
    (dead / "answer.nc").write_bytes(b"half")
    (within / "somebody's").mkdir()
    assert sweep(within) == 1
    assert {used.name, "somebody's"} == {path.name for path in within.iterdir()}
    del pieces
    gc.collect()
    assert [path.name for path in within.iterdir()] == ["somebody's"]


def test_nothing_is_left_of_a_file_that_nobody_took_to_its_end(
    served_world: World, selection: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(netcdf, "_PIECE", 1000)
    answer = Archive(served_world.record).answer(selection)
    pieces = netcdf.write(answer.heading, [answer], TOLD)
    next(pieces)
    assert list(tmp_path.iterdir())
    del pieces
    gc.collect()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", TEXTS)
def test_a_station_is_written_before_the_next_is_read(
    served_world: World, selection: Selection, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(text, "_PIECE", 1)
    heading, portions = Archive(served_world.record).portions(selection)
    read: list[str] = []

    def noted(portions: Iterator[Answer]) -> Iterator[Answer]:
        for portion in portions:
            read.append(portion.heading.stations[0].id)
            yield portion

    pieces = ENCODERS[form].write(heading, noted(portions), TOLD)
    begun = b""
    while b"post-01" not in begun:
        begun += next(pieces)
    assert read == ["post-00:kg"]
    assert b"post-05" not in begun
