"""A question of few stations is read row by row from many files, and says what a question of many would say of them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from record import seal
from record.archive import Archive, Record, strips
from record.archive.answer import Answer
from record.archive.segment import make, manifest
from record.archive.segment.manifest import Piece
from record.batch import Batch
from record.entry import Flag, Method, Receipt
from record.errors import RecordDamaged
from record.selection import Selection
from record.writer import Pen
from tests.example import open_example, open_pen
from tests.service.world import network_of_posts, post

APRIL, MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (4, 5, 6, 7))
LATE = post(6)
"""A post that says nothing before May."""
ALONE = timedelta(minutes=30)
"""At half past an hour only a correction speaks, and no file."""
SERIES = tuple(one.id for one in network_of_posts().collection("chu-hourly").series)
_FLAGS = np.array([Flag.GOOD, Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING], dtype=np.int8)


def say(pen: Pen, name: str, series: list[str], times: np.ndarray, seed: int) -> None:
    """One entry: a value of every series at every time, some of them flagged and some missing."""
    which, time = np.repeat(np.arange(len(series)), len(times)), np.tile(times, len(series))
    draw = np.random.default_rng(seed)
    flag = _FLAGS[draw.integers(0, len(_FLAGS), len(time))]
    number = draw.integers(0, 9999, len(time)).tolist()
    value = [None if one == Flag.MISSING else Decimal(many).scaleb(-2) for one, many in zip(flag, number, strict=True)]
    said = Batch(said=tuple((one, Method.MEASURED) for one in series), which=which, time=time, value=value, flag=flag)
    received = JULY + timedelta(hours=seed)
    pen.append(Receipt(source="posts", name=name, media="text/plain", received=received, body=name.encode()), said, [],
               received)  # fmt: skip


def hours(first: datetime, last: datetime, step: int = 3) -> np.ndarray:
    return np.arange(int(first.timestamp()), int(last.timestamp()), step * 3600)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """April and May sealed, June open; of April and May some hours corrected, and half past one of them told.

    Chunks are narrower than they are, so that a month lies in several.
    """
    folder = tmp_path_factory.mktemp("strips")
    record, pen = open_pen(folder, network_of_posts())
    say(pen, "april", [name for name in SERIES if not name.startswith(LATE)], hours(APRIL, MAY), 1)
    say(pen, "may", list(SERIES), hours(MAY, JUNE), 2)
    say(pen, "again before", list(SERIES[:3]), hours(APRIL, APRIL + timedelta(days=2)), 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "CHUNK", (5, 100))
        for done in seal.seal(record, pen, lambda: JUNE + timedelta(days=5), pause=lambda: None):
            assert done.fault is None
    say(pen, "june", list(SERIES), hours(JUNE, JUNE + timedelta(days=9)), 4)
    say(pen, "again", list(SERIES[:2]), hours(MAY, MAY + timedelta(days=1)), 5)
    say(pen, "alone", [SERIES[1], SERIES[8]], hours(APRIL + ALONE, APRIL + timedelta(days=1)), 6)
    yield folder
    record.engine.dispose()


@pytest.fixture
def record(folder: Path) -> Iterator[Record]:
    found = open_example(folder, network_of_posts())
    yield found
    found.engine.dispose()


def same(one: Answer, other: Answer) -> None:
    assert one.heading == other.heading
    assert one.time.tolist() == other.time.tolist()
    assert list(one.layers) == list(other.layers)
    for name, layer in one.layers.items():
        assert layer.dtype == other.layers[name].dtype
        np.testing.assert_array_equal(layer, other.layers[name], err_msg=name)


WINDOWS = [
    (APRIL, JULY),
    (APRIL + timedelta(days=3, minutes=1), MAY + timedelta(days=4, seconds=59)),
    (MAY - timedelta(hours=3), MAY + timedelta(seconds=1)),
    (APRIL + ALONE, APRIL + ALONE + timedelta(seconds=1)),
    (JUNE, JULY),
    (MAY + timedelta(minutes=5), MAY + timedelta(minutes=6)),
]
OF = [
    SERIES[:1],
    SERIES[1:2],
    (f"{LATE}.discharge.hourly",),
    SERIES[:8:2],
    (SERIES[8], SERIES[1], f"{LATE}.level.hourly"),
]


@pytest.mark.parametrize("series", OF)
def test_says_what_a_question_of_many_would_say(
    record: Record, series: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(record)
    for start, end in WINDOWS:
        for as_of in (None, 2, 4, archive.size() - 1):
            for more in ({}, {"rows": True}, {"values_alone": True}, {"flags": frozenset({Flag.GOOD})}):
                selection = Selection(series=series, start=start, end=end, as_of=as_of, **more)
                with monkeypatch.context() as patch:
                    patch.setattr(strips, "FEW", 0)
                    expected = archive.answer(selection)
                same(archive.answer(selection), expected)


def test_says_the_same_from_chunks_that_are_at_hand_and_that_are_not(record: Record) -> None:
    archive, selection = Archive(record), Selection(series=SERIES[:8:2])
    cold = archive.answer(selection)
    same(archive.answer(selection), cold)
    record.segments.forget()
    archive.answer(Selection(series=SERIES))
    same(archive.answer(selection), cold)


def test_reads_so_many_rows_at_a_time_that_they_fit(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, selection = Archive(record), Selection(series=SERIES[:4])
    whole = archive.answer(selection)
    record.segments.forget()
    monkeypatch.setattr(strips, "_ROWS_AT_A_TIME", 3)
    same(archive.answer(selection), whole)


def test_what_is_done_to_an_answer_changes_no_other(record: Record) -> None:
    archive, selection = Archive(record), Selection(series=SERIES[:1])
    first = archive.answer(selection)
    kept = first.layers["discharge"].copy()
    first.layers["discharge"][:] = 0
    np.testing.assert_array_equal(archive.answer(selection).layers["discharge"], kept)


def test_threads_that_ask_for_the_same_for_the_first_time_all_are_told_it(record: Record) -> None:
    archive, asked = Archive(record), [Selection(series=SERIES[number : number + 2]) for number in range(8)] * 4
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(archive.answer, asked))
    for selection, answer in zip(asked, found, strict=True):
        same(answer, Archive(record).answer(selection))


def test_a_chunk_that_is_damaged_is_named(record: Record, folder: Path) -> None:
    archive = Archive(record)
    asked = Selection(series=SERIES[-1:], start=MAY, end=JUNE)
    archive.answer(asked)
    record.segments.forget()
    # May is open by now; what lies in its file is another thing than was opened.
    opened = record.segments.open_all(record_pieces(record))[1]
    path = folder / "segments" / f"{opened.name}.nc"
    kept = path.read_bytes()
    try:
        path.write_bytes(bytes(len(kept)))
        with pytest.raises(RecordDamaged, match=r"\(chu-hourly from 2026-05-01\) is damaged: a chunk of discharge"):
            archive.answer(asked)
    finally:
        path.write_bytes(kept)


def record_pieces(record: Record) -> list[Piece]:
    with record.engine.begin() as connection:
        return manifest.current(connection, "chu-hourly", 0, JULY.timestamp())
