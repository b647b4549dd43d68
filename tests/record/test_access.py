"""Who was given what first: notes that add up to the first fetch of each reading, and no more rows than tell it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from record import tables
from record.archive import Record
from record.archive.rebuild import rebuild
from record.ledger import Ledger
from record.ledger.access import ALWAYS, EVERYTHING, Fetch, Given, note
from record.writer import Pen
from tests.example import open_pen
from tests.record.owing import HOUR, LEVEL, MORNING, give, owing, reading

pytestmark = pytest.mark.usefixtures("each_database")

DAY = date(2026, 5, 1)
NOW = MORNING + timedelta(days=3)
AT = int(MORNING.timestamp())
MINUTE = timedelta(minutes=1)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Record, Pen]]:
    record, pen = open_pen(tmp_path, owing())
    give(pen, MORNING - 24 * HOUR, [reading(LEVEL, MORNING - 24 * HOUR, "21.40")])
    give(pen, MORNING, [reading(LEVEL, MORNING, "21.50")])
    yield record, pen
    record.engine.dispose()


def fetch(at: datetime, given: Given, party: str = "kz") -> Fetch:
    return Fetch(party=party, at=at, path="/collections/talas-term/locations/kirov:kg", given=given)


def of_level(start: int = AT, end: int = AT + 1, *, size: int = 2, low: int = 0) -> Given:
    return Given(subject=LEVEL, start=start, end=end, size=size, low=low)


def fetched(record: Record, as_of: datetime | int | None = None) -> dict[str, datetime]:
    (row,) = Ledger(record).page(DAY, DAY, NOW, obligation="kg-terms", as_of=as_of).rows
    return dict(row.first_fetched)


def rows(record: Record) -> int:
    with record.engine.begin() as connection:
        return len(connection.execute(select(tables.access)).all())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (of_level(), True),
        (of_level(AT - 3600, AT + 3600, size=9), True),
        (of_level(AT + 1, AT + 3600), False),  # another time
        (of_level(AT - 3600, AT), False),  # the end is not counted
        (of_level(size=1), False),  # before the entry was there
        (of_level(low=2, size=3), False),  # of later entries alone
        (Given(subject="kirov:kg.inflow.daily", start=AT, end=AT + 1, size=2), False),
        (Given(subject="talas-term", start=AT, end=AT + 1, size=2), True),
        (Given(subject="talas-daily", start=AT, end=AT + 1, size=2), False),
        (Given(subject=EVERYTHING, start=ALWAYS[0], end=ALWAYS[1], low=1, size=2), True),
        (Given(subject=EVERYTHING, start=ALWAYS[0], end=ALWAYS[1], low=0, size=1), False),
    ],
)
def test_a_note_tells_of_the_readings_that_the_answer_held(held: tuple[Record, Pen], given: Given, told: bool) -> None:
    note(held[0].engine, [fetch(MORNING + MINUTE, given)])
    assert fetched(held[0]) == ({"kz": MORNING + MINUTE} if told else {})


def test_the_first_fetch_of_each_other_party_counts(held: tuple[Record, Pen]) -> None:
    record = held[0]
    note(record.engine, [fetch(MORNING + 3 * MINUTE, of_level()), fetch(MORNING + MINUTE, of_level(), "kg")])
    # Two workers write as they come: the later note of the earlier fetch still counts.
    note(record.engine, [fetch(MORNING + 2 * MINUTE, of_level())])
    note(record.engine, [fetch(MORNING + 4 * MINUTE, of_level(size=8))])
    assert fetched(record) == {"kz": MORNING + 2 * MINUTE}


def test_of_several_readings_each_has_its_own_fetches(held: tuple[Record, Pen]) -> None:
    record, pen = held
    give(pen, MORNING + 24 * HOUR, [reading(LEVEL, MORNING + 24 * HOUR, "21.60")])
    note(record.engine, [fetch(MORNING + MINUTE, of_level(AT - 86_400, AT + 86_400, low=1, size=9))])
    rows = Ledger(record).page(DAY - timedelta(days=1), DAY + timedelta(days=1), NOW, obligation="kg-terms").rows
    assert [dict(row.first_fetched) for row in rows] == [{}, {"kz": MORNING + MINUTE}, {}]


def test_fetches_too_are_known_as_of_a_moment(held: tuple[Record, Pen]) -> None:
    record, pen = held
    note(record.engine, [fetch(MORNING + 5 * MINUTE, of_level())])
    give(pen, MORNING + 4 * MINUTE, [reading(LEVEL, MORNING + HOUR, "3")])
    give(pen, MORNING + 6 * MINUTE, [reading(LEVEL, MORNING + 2 * HOUR, "3")])
    assert fetched(record, MORNING + 5 * MINUTE) == {}
    assert fetched(record, MORNING + 6 * MINUTE) == {"kz": MORNING + 5 * MINUTE}
    assert fetched(record, 2) == {}
    assert fetched(record, 3) == {"kz": MORNING + 5 * MINUTE}


def test_who_asks_the_same_again_leaves_one_note(held: tuple[Record, Pen]) -> None:
    record = held[0]
    kept = [note(record.engine, [fetch(MORNING + number * MINUTE, of_level())] * 3) for number in range(1, 20)]
    assert (sum(kept), rows(record)) == (1, 1)
    assert note(record.engine, [fetch(MORNING + HOUR, of_level(AT - 86_400))]) == 1
    assert note(record.engine, [fetch(MORNING + 2 * HOUR, of_level(AT - 3600, size=1))]) == 0
    assert note(record.engine, [fetch(MORNING + 2 * HOUR, of_level(AT - 3600, size=3))]) == 1
    assert note(record.engine, [fetch(MORNING + 2 * HOUR, of_level(), "kg")]) == 1


def test_notes_of_several_workers_meet_no_other(held: tuple[Record, Pen]) -> None:
    record, pen = held

    def write(number: int) -> None:
        if number % 4 == 0:
            give(pen, MORNING + number * MINUTE, [reading(LEVEL, MORNING + number * HOUR, "1")])
        note(record.engine, [fetch(MORNING + (number + 1) * MINUTE, of_level(size=2 + number % 3))])

    with ThreadPoolExecutor(8) as workers:
        assert list(workers.map(write, range(24))) == [None] * 24
    assert fetched(record)["kz"] == MORNING + MINUTE


def test_a_rebuild_leaves_the_notes_as_they_are(held: tuple[Record, Pen]) -> None:
    record = held[0]
    note(record.engine, [fetch(MORNING + MINUTE, of_level())])
    rebuild(record)
    assert fetched(record) == {"kz": MORNING + MINUTE}


def test_a_note_costs_no_more_than_its_row(held: tuple[Record, Pen]) -> None:
    long = Fetch(party="kz", at=MORNING + MINUTE, path="/" + "x" * 5000, given=of_level())
    note(held[0].engine, [long])
    with held[0].engine.begin() as connection:
        assert len(connection.execute(select(tables.access.c.path)).scalar_one()) == 200
