"""A sound record has no difference, whatever was written before or meanwhile and however little is held at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.archive import Archive, Record
from record.audit import Audited, audit, entries, refusals, spill
from record.audit.newest import Newest
from record.audit.standing import earlier_sizes, in_order, standing
from record.entry import Flag, Observation
from record.errors import RecordError
from record.selection import Selection
from record.writer import Pen
from tests.example import KIROV, network_of_two, open_example, open_pen, say, seen
from tests.record.audited import EVERYTHING, REFUSAL, change_recent, close_periods, fill, found, harmed
from tests.record.trouble import short_files

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def written(tmp_path: Path) -> tuple[Record, Pen]:
    record, pen = open_pen(tmp_path)
    fill(record, pen)
    return record, pen


@pytest.fixture
def record(written: tuple[Record, Pen]) -> Record:
    return written[0]


def test_a_sound_record_has_no_difference(record: Record, tmp_path: Path) -> None:
    done = audit(record, tmp_path)
    # Of the present 6 readings, of earlier states 2 + 3 in the first period and 2 in the third; 3 newest; 2 refusals.
    assert done == Audited(entries=8, readings=9, cells=18, undeclared=0, unasked=0, differences=(), more=0)


def test_an_empty_record_has_no_difference(tmp_path: Path) -> None:
    done = audit(open_example(tmp_path), tmp_path / "audit")
    assert done == Audited(entries=0, readings=0, cells=0, undeclared=0, unasked=0, differences=(), more=0)


def test_series_that_are_declared_no_more_are_counted_and_passed_over(
    written: tuple[Record, Pen], tmp_path: Path
) -> None:
    network = network_of_two()
    border = "example-border:kz"
    closed = open_example(tmp_path, replace(network, stations={border: network.stations[border]}))
    done = audit(closed, tmp_path / "audit")
    assert (done.readings, done.undeclared, done.differences) == (9, 8, ())
    assert done.cells == 4


def test_what_is_written_between_the_questions_gives_no_false_alarm(
    written: tuple[Record, Pen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = written
    said = [0]

    def writing_first(question: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*args: Any, **named: Any) -> Any:
            for series in EVERYTHING:
                said[0] += 1
                one = [seen(series, day, str(said[0])) for day in (0, 800, 801, 900 + said[0] % 3, 5000 + said[0])]
                say(pen, f"message {said[0]}", one, [REFUSAL], hours=4 + said[0])
            if said[0] % 2:
                close_periods(record, pen)
            answer = question(*args, **named)
            say(pen, f"after {said[0]}", [seen(KIROV, 9000 + said[0], "1")], hours=4 + said[0])
            return answer

        return asked

    for name in ("select", "latest", "refusals"):
        monkeypatch.setattr(Archive, name, writing_first(getattr(Archive, name)))
    assert found(record, tmp_path) == ()
    assert said[0] >= 18


def test_commits_in_another_thread_meanwhile_give_no_false_alarm(written: tuple[Record, Pen], tmp_path: Path) -> None:
    record, pen = written
    done = Event()

    def write() -> int:
        for number in range(1000):
            one = [seen(series, day, str(number)) for series in EVERYTHING for day in (0, 800, 801, 802 + number)]
            say(pen, f"message {number}", one, [REFUSAL], hours=5 + number)
            if done.is_set():
                return number
        return 1000

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        try:
            audits = [audit(record, tmp_path / "audit") for _ in range(8)]
        finally:
            done.set()
        assert writer.result() > 8
    assert [one.differences for one in audits] == [()] * 8
    assert audits[0].entries < audits[-1].entries


def test_a_full_workplace_is_one_line_and_is_left_empty(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, day, "20.3") for day in range(250, 600)], hours=1)
    assert found(record, tmp_path) == ()
    with (
        short_files(record),
        pytest.raises(RecordError, match="the audit broke off: File too large; look at the space"),
    ):
        audit(record, tmp_path / "audit")
    assert list((tmp_path / "audit").iterdir()) == []


observations = st.builds(
    seen,
    st.sampled_from(EVERYTHING),
    st.integers(0, 12).map(lambda step: step * 97),
    st.one_of(st.none(), st.sampled_from(["1", "1.0", "-0.05"]), st.decimals(-10, 500, places=2).map(str)),
    st.sampled_from([Flag.GOOD, Flag.SUSPECT, Flag.BAD]),
)
steps = st.lists(st.one_of(st.none(), st.lists(observations, min_size=1, max_size=12)), min_size=1, max_size=8)


@given(steps, st.booleans())
@settings(max_examples=15)
def test_random_corrections_and_seals_give_no_difference(
    said: Sequence[Sequence[Observation] | None], little_at_a_time: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        if little_at_a_time:
            take_little_at_a_time(patch)
        record, pen = open_pen(Path(folder))
        for number, batch in enumerate(said):
            if batch is None:
                close_periods(record, pen)
            else:
                say(pen, f"message {number}", batch, [REFUSAL] * (number % 3), hours=number)
        done = audit(record, Path(folder) / "audit")
        assert done.differences == ()
        spoken = {(one.series, one.time) for batch in said if batch is not None for one in batch}
        assert done.cells >= len(spoken)
        record.engine.dispose()


def take_little_at_a_time(patch: pytest.MonkeyPatch) -> None:
    for module in (spill, entries, refusals):
        patch.setattr(module, "_AT_A_TIME", 2)
    patch.setattr(spill, "MOST", 3)


def test_portions_are_small_and_find_the_same(record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    choose = Archive.select

    def counted(archive: Archive, selection: Selection) -> Any:
        asked.append(len(selection.series))
        return choose(archive, selection)

    monkeypatch.setattr(Archive, "select", counted)
    whole = harmed(record, tmp_path, change_recent(800, value=12.5))
    assert max(asked) == 3
    take_little_at_a_time(monkeypatch)
    asked.clear()
    assert found(record, tmp_path) == whole
    # A time of silence, three years of one or two portions, silence again; and a collection that never spoke.
    assert asked == [3, 2, 2, 2, 1, 2, 1, 2, 2, 1, 3, 1]


def rows_said(*said: tuple[int, int]) -> Any:
    """Rows of one series as (time, entry), in the order of the journal."""
    rows = np.zeros(len(said), dtype=spill.ROW)
    rows["time"], rows["entry"] = zip(*said, strict=True)
    rows["flag"] = int(Flag.MISSING)
    return in_order(rows)


def test_an_earlier_time_that_is_said_later_is_not_the_newest() -> None:
    newest = Newest(1)
    assert newest.put(rows_said((3600, 0), (7200, 1))) == [0]
    assert newest.put(rows_said((3600, 2))) == []
    assert newest.of(0) == (datetime(1970, 1, 1, 2, tzinfo=UTC), 0, Flag.MISSING, 1)


def test_the_earlier_sizes_are_those_at_which_most_that_was_superseded_stood() -> None:
    rows = rows_said((1, 0), (2, 0), (3, 1), (1, 4), (2, 5), (3, 6), (1, 8))
    sizes, unasked = earlier_sizes(rows)
    assert (sizes, unasked) == ([4, 8], 0)
    assert standing(rows, 4)["entry"].tolist() == [0, 0, 1]
    assert standing(rows, 8)["entry"].tolist() == [4, 5, 6]


def test_no_more_than_three_earlier_sizes_are_asked_for_and_the_rest_is_counted() -> None:
    sizes, unasked = earlier_sizes(rows_said(*((1, entry) for entry in range(6))))
    assert (sizes, unasked) == ([1, 2, 3], 2)


def test_of_two_rows_of_one_entry_the_later_stands_and_neither_is_superseded() -> None:
    rows = rows_said((1, 0), (1, 3), (1, 3))
    rows["value"] = [1, 2, 3]
    assert standing(rows, 9)["value"].tolist() == [3]
    assert earlier_sizes(rows) == ([3], 0)
