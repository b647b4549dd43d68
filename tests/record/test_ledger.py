"""The delivery ledger: what was owed, what became of it, and the same as of any moment, sealed, rebuilt or not."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record import seal
from record.archive import Archive, Record
from record.archive.rebuild import rebuild
from record.entry import Flag, Observation
from record.errors import SelectionError, UnknownName
from record.ledger import Ledger, Page, Row, State
from record.ledger import heard as bulk
from record.ledger.owed import owed
from record.ledger.summary import by_obligation, by_party, summary
from record.writer import Pen
from tests.example import open_pen
from tests.record.owing import GATE, HOUR, INFLOW, LEVEL, MIDNIGHT_KG, MIDNIGHT_KZ, MORNING, give, owing, reading

pytestmark = pytest.mark.usefixtures("each_database")

DAY = date(2026, 5, 1)
DUE = MORNING + HOUR
NOW = MORNING + timedelta(days=3)
SECOND = timedelta(seconds=1)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Ledger, Pen, Record]]:
    record, pen = open_pen(tmp_path, owing())
    yield Ledger(record), pen, record
    record.engine.dispose()


Held = tuple[Ledger, Pen, Record]


def level_of(ledger: Ledger, now: datetime = NOW, as_of: datetime | int | None = None) -> Row:
    (row,) = ledger.page(DAY, DAY, now, obligation="kg-terms", as_of=as_of).rows
    return row


def test_a_page_has_a_row_for_each_reading_that_is_owed(held: Held) -> None:
    page = held[0].page(DAY, DAY + timedelta(days=1), NOW)
    assert [(row.owed.obligation, row.owed.series, row.owed.time, row.owed.due) for row in page.rows] == [
        ("kg-terms", LEVEL, MORNING, DUE),
        ("kg-terms", LEVEL, MORNING + 24 * HOUR, DUE + 24 * HOUR),
        ("kg-days", INFLOW, MIDNIGHT_KG, DUE + 24 * HOUR),
        ("kg-days", INFLOW, MIDNIGHT_KG + 24 * HOUR, DUE + 48 * HOUR),
        ("kz-days", GATE, MIDNIGHT_KZ, DUE + 25 * HOUR),
        ("kz-days", GATE, MIDNIGHT_KZ + 24 * HOUR, DUE + 49 * HOUR),
    ]
    assert {row.state for row in page.rows} == {State.MISSING}
    assert (page.count, page.moment) == (0, NOW)


@pytest.mark.parametrize(
    ("received", "state", "late_by"),
    [
        (MORNING + 30 * timedelta(minutes=1), State.DELIVERED, 0),
        (DUE, State.DELIVERED, 0),
        (DUE + SECOND, State.LATE, 1),
        (DUE + 26 * HOUR, State.LATE, 26 * 3600),
    ],
)
def test_lateness_is_counted_from_the_receipt(held: Held, received: datetime, state: State, late_by: int) -> None:
    ledger, pen, _ = held
    give(pen, received, [reading(LEVEL, MORNING, "21.50")], entered=received + 5 * HOUR)
    row = level_of(ledger)
    assert (row.state, row.late_by, row.received, row.entered) == (state, late_by, received, received + 5 * HOUR)
    assert (row.entry, row.source, row.sent, row.amended, row.without_value) == (0, "telegrams-kg", None, (), None)


def test_what_may_still_come_is_awaited_until_it_is_due(held: Held) -> None:
    assert level_of(held[0], DUE).state is State.AWAITED
    assert level_of(held[0], DUE + SECOND).state is State.MISSING


def test_a_reading_of_another_time_or_series_delivers_nothing(held: Held) -> None:
    ledger, pen, _ = held
    give(pen, MORNING, [reading(LEVEL, MORNING + SECOND, "1"), reading(INFLOW, MORNING, "2")])
    assert level_of(ledger).state is State.MISSING


def test_the_first_value_counts_and_later_words_amend_it(held: Held) -> None:
    ledger, pen, _ = held
    give(pen, MORNING, [reading(LEVEL, MORNING, "21.50", Flag.BAD)])
    give(pen, DUE + HOUR, [reading(LEVEL, MORNING, "21.60")], source="other")
    give(pen, DUE + 2 * HOUR, [reading(LEVEL, MORNING, None)], source="amendments-kg")
    row = level_of(ledger)
    assert (row.state, row.entry, row.source, row.amended) == (State.DELIVERED, 0, "telegrams-kg", (1, 2))
    assert level_of(ledger, as_of=1).amended == ()
    assert level_of(ledger, as_of=2).amended == (1,)


def test_a_word_that_there_is_no_value_delivers_nothing(held: Held) -> None:
    ledger, pen, _ = held
    give(pen, MORNING, [reading(LEVEL, MORNING, None)])
    row = level_of(ledger)
    assert (row.state, row.entry, row.without_value) == (State.MISSING, None, 0)
    give(pen, DUE + HOUR, [reading(LEVEL, MORNING, "21.50")])
    row = level_of(ledger)
    assert (row.state, row.entry, row.late_by, row.without_value, row.amended) == (State.LATE, 1, 3600, 0, ())
    assert level_of(ledger, as_of=1).without_value == 0


def test_a_page_can_be_asked_as_of_any_moment_and_any_size(held: Held) -> None:
    ledger, pen, _ = held
    give(pen, MORNING, [reading(INFLOW, MIDNIGHT_KG, "1.5")])
    give(pen, DUE + HOUR, [reading(LEVEL, MORNING, "21.50")])
    give(pen, DUE + 2 * HOUR, [reading(LEVEL, MORNING, "21.60")])
    moments: list[tuple[datetime | int | None, State]] = [
        (MORNING, State.AWAITED),
        (DUE + HOUR, State.MISSING),
        (DUE + HOUR + SECOND, State.LATE),
        (0, State.AWAITED),  # until the first entry came, before it was due
        (1, State.MISSING),  # until the second came
        (2, State.LATE),
        (3, State.LATE),
        (None, State.LATE),
    ]
    assert [(as_of, level_of(ledger, as_of=as_of).state) for as_of, _ in moments] == moments
    page = ledger.page(DAY, DAY, NOW, as_of=1)
    assert (page.count, page.moment) == (1, DUE + HOUR)


@pytest.mark.parametrize("as_of", [4, -1, datetime(2026, 5, 1)])  # noqa: DTZ001
def test_a_page_as_of_what_never_was_is_refused(held: Held, as_of: datetime | int) -> None:
    with pytest.raises(SelectionError):
        held[0].page(DAY, DAY, NOW, as_of=as_of)


def test_what_cannot_be_owed_cannot_be_asked() -> None:
    network = owing()
    with pytest.raises(UnknownName, match="obligation 'x' is not declared"):
        owed(network, DAY, DAY, obligation="x")
    with pytest.raises(UnknownName, match="party 'uz' is not declared: use one of kg, kz"):
        owed(network, DAY, DAY, party="uz")
    with pytest.raises(SelectionError, match="turn them round"):
        owed(network, DAY, DAY - timedelta(days=1))
    with pytest.raises(SelectionError, match="more than 400"):
        owed(network, DAY, DAY + timedelta(days=400))
    assert owed(network, DAY, DAY, party="kz", obligation="kg-terms") == []
    assert len(owed(network, DAY, DAY + timedelta(days=399), party="kz")) == 400


def test_the_numbers_of_a_party_are_those_of_its_rows(held: Held) -> None:
    ledger, pen, _ = held
    for day, lateness in enumerate((0, 600, 1800, None)):
        time = MORNING + timedelta(days=day)
        if lateness is not None:
            give(pen, time + HOUR + timedelta(seconds=lateness), [reading(LEVEL, time, f"{day}.5")])
    page = ledger.page(DAY, DAY + timedelta(days=4), DUE + timedelta(days=3, seconds=1))
    kg = by_party(page.rows, ["kg", "kz"])["kg"]
    assert (kg.owed, kg.delivered, kg.late, kg.missing, kg.awaited, kg.median_late_by) == (10, 1, 2, 4, 3, 1200)
    terms = by_obligation(page.rows, ["kg-terms"])["kg-terms"]
    assert (terms.owed, terms.late, terms.missing, terms.awaited) == (5, 2, 1, 1)
    assert summary([]).median_late_by is None


days = st.integers(0, 4).map(timedelta)
spoken = st.builds(
    lambda what, day, value: reading(what[0], what[1] + day, value),
    st.sampled_from([(LEVEL, MORNING), (INFLOW, MIDNIGHT_KG), (GATE, MIDNIGHT_KZ), (LEVEL, MORNING + 12 * HOUR)]),
    days,
    st.one_of(st.none(), st.decimals(0, 500, places=2).map(str)),
)
messages = st.lists(st.one_of(st.none(), st.lists(spoken, min_size=1, max_size=8)), min_size=1, max_size=7)


@given(messages, st.sampled_from([0, 24]))
@settings(max_examples=12)
def test_a_page_says_what_the_history_of_each_reading_says(
    said: Sequence[Sequence[Observation] | None], few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(bulk, "FEW", few)
        record, pen = open_pen(Path(folder), owing())
        for number, batch in enumerate(said):
            if batch is None:
                list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
            else:
                give(pen, MORNING + number * 7 * HOUR, batch)
        ledger, archive = Ledger(record), Archive(record)
        before = [ledger.page(DAY, DAY + timedelta(days=4), NOW, as_of=size) for size in range(archive.size() + 1)]
        for page in before:
            assert [heard_of(row) for row in page.rows] == [one_by_one(archive, row, page) for row in page.rows]
        rebuild(record)
        assert [ledger.page(DAY, DAY + timedelta(days=4), NOW, as_of=page.count) for page in before] == before
        record.engine.dispose()


Brief = tuple[int | None, datetime | None, tuple[int, ...], int | None]


def heard_of(row: Row) -> Brief:
    return row.entry, row.received, row.amended, row.without_value


def one_by_one(archive: Archive, row: Row, page: Page) -> Brief:
    """The same from the history of that one reading."""
    said = archive.history(row.owed.series, row.owed.time, page.count)
    first = next((one for one in said if one.value is not None), None)
    until = [one for one in said if first is None or one.entry < first.entry]
    without = next((one.entry for one in until if one.value is None), None)
    if first is None:
        return None, None, (), without
    later = sorted({one.entry for one in said if one.entry > first.entry})
    return first.entry, first.received, tuple(later), without
