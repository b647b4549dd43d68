"""The index of a sealed file, read at once, is what pyfive reads key by key; where it is not whole that is said."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import netCDF4
import numpy as np
import pyfive
import pytest

from record.archive.period import Period
from record.archive.segment.index import numbers_of, texts_of, variable_of
from record.archive.segment.manifest import Piece
from record.archive.segment.opened import Opened
from record.errors import RecordDamaged
from record.quantities import ENTRY, FLAG, ROW

LAYERS = {"": "f8", FLAG: "i1", ENTRY: "i8", ROW: "i2"}


def sealed(path: Path, stations: int, times: int, chunk: tuple[int, int]) -> Path:
    """A file as a seal lays it out, with noise in one layer, so that some of its chunks are stored as they are."""
    draw = np.random.default_rng(stations)
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("station", stations)
        file.createDimension("time", times)
        names = file.createVariable("station_id", str, ("station",))
        names[:] = np.array([f"example-{'y' * (number % 9)}-{number}:kz" for number in range(stations)], dtype=object)
        file.createVariable("time", "i8", ("time",))[:] = np.arange(times) * 3600
        for kind, dtype in LAYERS.items():
            layer = file.createVariable(f"discharge{kind}", dtype, ("station", "time"), zlib=True, complevel=1,
                                        shuffle=True, chunksizes=chunk)  # fmt: skip
            noise = draw.integers(0, 1 << 62, (stations, times)).view("f8") if dtype == "f8" else np.zeros(1, dtype)
            layer[:] = np.broadcast_to(noise, (stations, times))
    return path


@contextmanager
def open_index(path: Path) -> Iterator[tuple[pyfive.File, int]]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with pyfive.File(path) as file:
            yield file, descriptor
    finally:
        os.close(descriptor)


def piece_of(path: Path) -> Piece:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    period = Period("example-hourly", 0, 1 << 30)
    return Piece(period=period, first=0, last=1, low=0, size=1, sha256=sha256, bytes=path.stat().st_size)


@pytest.mark.parametrize(
    ("stations", "times", "chunk"),
    [(3, 7, (3, 7)), (12, 100, (5, 40)), (1, 9000, (1, 10)), (700, 30, (5, 10))],
    ids=["one chunk", "edges", "one row, a tree of several levels", "many names, several heaps"],
)
def test_is_what_pyfive_reads(tmp_path: Path, stations: int, times: int, chunk: tuple[int, int]) -> None:
    with open_index(sealed(tmp_path / "made.nc", stations, times, chunk)) as (file, descriptor):
        assert texts_of(file, "station_id", descriptor) == [name.decode() for name in file["station_id"][:]]
        assert numbers_of(file, "time", descriptor).tolist() == file["time"][:].tolist()
        for kind in LAYERS:
            name, known = f"discharge{kind}", file[f"discharge{kind}"]
            found = variable_of(file, name, descriptor)
            assert (found.dtype, found.chunk) == (known.dtype, known.chunks)
            assert found.length == known.dtype.itemsize * chunk[0] * chunk[1]
            for number in range(known.id.get_num_chunks()):
                told = known.id.get_chunk_info(number)
                at = tuple(first // step for first, step in zip(told.chunk_offset, chunk, strict=True))
                lies = int(found.offset[at]), int(found.size[at]), int(found.mask[at])
                assert lies == (told.byte_offset, told.size, told.filter_mask)
            assert found.size.size == known.id.get_num_chunks()


def test_attributes_are_not_read_for_they_take_longer_than_all_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sealed(tmp_path / "made.nc", 12, 100, (5, 40))

    def never(_: object) -> None:
        raise AssertionError("attributes were read")

    monkeypatch.setattr("pyfive.dataobjects.DataObjects.get_attributes", never)
    opened = Opened(path, piece_of(path))
    assert opened.time.tolist() == list(range(0, 360_000, 3600))
    assert len(opened.stations) == 12


def test_times_that_lie_in_chunks_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "made.nc"
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("time", None)
        file.createVariable("time", "i4", ("time",))[:] = np.arange(70) * 3600
    with open_index(path) as (file, descriptor):
        found = numbers_of(file, "time", descriptor)
    assert found.dtype == np.int64
    assert found.tolist() == list(range(0, 252_000, 3600))


def test_times_that_are_not_all_there_are_damage(tmp_path: Path) -> None:
    path, cut = sealed(tmp_path / "made.nc", 3, 5000, (3, 5000)), tmp_path / "cut.nc"
    body = path.read_bytes()
    cut.write_bytes(body[: body.index((3600).to_bytes(8, "little") + (7200).to_bytes(8, "little")) + 800])
    with open_index(path) as (file, _), cut.open("rb") as short, pytest.raises(ValueError, match="time lacks"):
        numbers_of(file, "time", short.fileno())


def test_rows_of_a_chunk_are_those_of_the_whole(tmp_path: Path) -> None:
    path = sealed(tmp_path / "made.nc", 12, 100, (5, 40))
    opened = Opened(path, piece_of(path))
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        for kind in LAYERS:
            values = np.asarray(file[f"discharge{kind}"][5:10, 40:80])
            np.testing.assert_array_equal(opened.block(f"discharge{kind}", 1, 1), values)
            inflated = opened.inflated(f"discharge{kind}", 1, 1)
            rows = opened.rows_of(f"discharge{kind}", inflated, [3, 0])
            np.testing.assert_array_equal(rows, values[[3, 0]])


def test_an_index_that_is_not_whole_is_damage_though_the_hash_is_right(tmp_path: Path) -> None:
    path = sealed(tmp_path / "made.nc", 12, 100, (5, 40))
    body = path.read_bytes()
    last = body.rindex(b"TREE")
    path.write_bytes(body[:last] + b"XXXX" + body[last + 4 :])
    said = r"\(example-hourly from 1970-01-01\) is damaged: there is no tree of chunks at byte"
    with pytest.raises(RecordDamaged, match=said):
        Opened(path, piece_of(path))


@pytest.mark.parametrize(
    ("after", "back", "put", "said"),
    [
        (b"GCOL", 0, b"XXXX", "there is no heap at byte"),
        # The number of a text stands sixteen bytes before it.
        (b"example--0:kz", 16, b"\xff\xff", "station_id lacks text"),
    ],
    ids=["no heap", "no such text"],
)
def test_names_that_are_not_all_there_are_not_passed_over(
    tmp_path: Path, after: bytes, back: int, put: bytes, said: str
) -> None:
    path, other = sealed(tmp_path / "made.nc", 12, 100, (5, 40)), tmp_path / "other.nc"
    body = path.read_bytes()
    at = body.index(after) - back
    other.write_bytes(body[:at] + put + body[at + len(put) :])
    with open_index(path) as (file, _), other.open("rb") as damaged, pytest.raises(ValueError, match=said):
        texts_of(file, "station_id", damaged.fileno())


def test_a_tree_that_ends_too_early_is_damage(tmp_path: Path) -> None:
    path = sealed(tmp_path / "made.nc", 12, 100, (5, 40))
    body = bytearray(path.read_bytes())
    # How many keys a node has stands six bytes after its sign.
    at = body.rindex(b"TREE") + 6
    body[at] -= 1
    path.write_bytes(body)
    with pytest.raises(RecordDamaged, match="8 chunks, and 9 are needed"):
        Opened(path, piece_of(path))
