"""What is remembered of a record holds for the state in which it was read, whoever changes it, and spares questions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, event, insert, select

from record import seal, tables
from record.archive import Archive, Record, newest
from record.database import writing
from record.pulse import Pulse
from record.selection import Selection
from record.writer import Pen
from tests.example import BORDER, KIROV, KIROV_STORAGE, open_example, open_pen, say, seen

pytestmark = pytest.mark.usefixtures("each_database")

EVERYTHING = (KIROV, KIROV_STORAGE, BORDER)
LONG_AFTER = datetime(2040, 1, 1, tzinfo=UTC)


def close_periods(record: Record, pen: Pen) -> None:
    for done in seal.seal(record, pen, lambda: LONG_AFTER, pause=lambda: None):
        assert done.fault is None


@pytest.fixture
def other(tmp_path: Path) -> tuple[Record, Pen]:
    """A pen with an engine of its own, as another process would have."""
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3"), seen(KIROV_STORAGE, 0, "400")], hours=1)
    return record, pen


@pytest.fixture
def reader(tmp_path: Path, other: tuple[Record, Pen]) -> Record:
    return open_example(tmp_path)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    said: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def before_the_next_question(engine: Engine, change: Callable[[], object]) -> Iterator[None]:
    """Let `change` happen when a transaction begins, before it has seen anything."""

    left = [change]

    def begun(_: Any) -> None:
        if left:
            left.pop()()

    event.listen(engine, "begin", begun)
    yield
    event.remove(engine, "begin", begun)
    assert not left


def values(archive: Archive, series: str = KIROV, as_of: int | None = None) -> list[float]:
    found = archive.answer(Selection(series=(series,), as_of=as_of))
    return [] if not len(found.time) else found.layers[series.split(".")[1]][0].tolist()


def test_what_another_commits_is_told_at_once(reader: Record, other: tuple[Record, Pen]) -> None:
    archive, (record, pen) = Archive(reader), other
    assert values(archive) == [20.3]
    say(pen, "second", [seen(KIROV, 1, "21.5")], hours=2)
    assert values(archive) == [20.3, 21.5]
    assert archive.latest([KIROV])[KIROV].value == 21.5
    say(pen, "corrected", [seen(KIROV, 0, "19")], hours=3)
    assert values(archive) == [19, 21.5]
    close_periods(record, pen)
    assert values(archive) == [19, 21.5]
    say(pen, "corrected after the seal", [seen(KIROV, 1, "22")], hours=4)
    assert values(archive) == [19, 22]
    assert values(archive, as_of=1) == [20.3]
    close_periods(record, pen)
    assert values(archive) == [19, 22]
    assert archive.latest(EVERYTHING)[KIROV].value == 22
    assert archive.newest([KIROV]).value.tolist() == [22]


def test_a_seal_between_the_beat_and_the_question_loses_nothing(reader: Record, other: tuple[Record, Pen]) -> None:
    archive, (record, pen) = Archive(reader), other
    assert values(archive) == [20.3]
    with before_the_next_question(reader.engine, lambda: say(pen, "second", [seen(KIROV, 1, "21.5")], hours=2)):
        assert values(archive) == [20.3, 21.5]
    with before_the_next_question(reader.engine, lambda: close_periods(record, pen)):
        assert values(archive) == [20.3, 21.5]
    assert values(archive) == [20.3, 21.5]


def test_a_reading_that_comes_between_the_beat_and_the_question_is_not_passed_over(
    reader: Record, other: tuple[Record, Pen]
) -> None:
    archive, (_, pen) = Archive(reader), other
    assert archive.latest(EVERYTHING)[KIROV].value == 20.3
    assert values(archive, KIROV) == [20.3]
    with before_the_next_question(reader.engine, lambda: say(pen, "border", [seen(KIROV, 90, "7")], hours=2)):
        assert values(archive, KIROV) == [20.3, 7]
    with before_the_next_question(reader.engine, lambda: say(pen, "later", [seen(KIROV, 91, "8")], hours=3)):
        assert archive.latest(EVERYTHING)[KIROV].value == 8


def test_what_was_looked_up_is_not_looked_up_again(reader: Record, other: tuple[Record, Pen]) -> None:
    archive, (_, pen) = Archive(reader), other
    for _ in range(2):
        values(archive)
        with statements(reader.engine) as said:
            values(archive, KIROV_STORAGE)
        assert [one for one in said if "recent" in one] != []
        assert [one for one in said if "segment" in one or "open_period" in one or "entry)" in one] == []
        say(pen, "more", [seen(KIROV, 3, "9")], hours=5)


def test_a_transaction_sees_the_state_by_which_it_is_known(reader: Record, other: tuple[Record, Pen]) -> None:
    pulse, (record, _) = Pulse(reader.engine), other

    def change(source: str) -> None:
        with writing(record.engine) as connection:
            connection.execute(insert(tables.cursor), {"source": source, "value": "1"})

    seen_by: dict[Any, list[int]] = {}
    for number in range(3):
        for time in range(2):
            with pulse.reading() as (connection, state):
                if time:
                    change(f"meanwhile-{number}")
                sources = connection.execute(select(tables.cursor.c.source)).all()
                seen_by.setdefault(state, []).append(len(sources))
    assert list(seen_by.values()) == [[0, 0], [1, 1], [2, 2]]


def test_a_state_that_changes_while_it_is_taken_is_known_by_nothing(reader: Record, other: tuple[Record, Pen]) -> None:
    pulse, (_, pen) = Pulse(reader.engine), other
    with pulse.reading() as (_, state):
        assert state is not None
    if reader.engine.dialect.name == "postgresql":
        # A server says by the transaction itself what that sees.
        return
    with (
        before_the_next_question(reader.engine, lambda: say(pen, "more", [seen(KIROV, 3, "9")], hours=5)),
        pulse.reading() as (_, state),
    ):
        assert state is None


def test_the_newest_readings_are_those_of_the_size_that_is_asked_for(reader: Record, other: tuple[Record, Pen]) -> None:
    archive, (_, pen) = Archive(reader), other
    told = {1: archive.latest([KIROV])[KIROV].value}
    for number in range(2, 5):
        say(pen, str(number), [seen(KIROV, number, str(number))], hours=number)
        told[number] = archive.latest([KIROV])[KIROV].value
    assert told == {1: 20.3, 2: 2, 3: 3, 4: 4}
    for _ in range(2):
        assert {size: archive.latest([KIROV], as_of=size)[KIROV].value for size in told} == told
        assert archive.latest([KIROV], as_of=0) == {}
    archive.latest([KIROV], as_of=3).clear()
    assert archive.latest([KIROV, BORDER], as_of=3).keys() == {KIROV}
    assert archive.latest([KIROV], as_of=3)[KIROV].value == 3


def test_a_series_of_which_no_newest_reading_is_kept_never_spoke(reader: Record) -> None:
    with reader.engine.begin() as connection:
        assert newest.read(connection, []).of([0, 7, None]).entry.tolist() == [-1, -1, -1]
        assert newest.read(connection).of([7, 1, 0]).entry.tolist() == [-1, 0, 0]


def test_the_newest_readings_as_columns_are_those_that_are_told_one_by_one(
    reader: Record, other: tuple[Record, Pen]
) -> None:
    archive, (_, pen) = Archive(reader), other
    say(pen, "missing", [seen(KIROV_STORAGE, 5, None)], hours=2)
    told = archive.latest(EVERYTHING)
    for few in (True, False):
        if not few:
            archive.newest(EVERYTHING * 20)
        found = archive.newest(EVERYTHING)
        assert found.entry.tolist() == [0, 1, -1]
        assert [datetime.fromtimestamp(time, UTC) for time in found.time.tolist()[:2]] == [
            told[name].time for name in EVERYTHING[:2]
        ]
        np.testing.assert_array_equal(found.value, [20.3, np.nan, np.nan])
        assert found.flag.tolist()[:2] == [int(told[name].flag) for name in EVERYTHING[:2]]
    assert BORDER not in told
    assert told[KIROV_STORAGE].value is None
