"""What is amiss: each kind by its threshold, once, from when it is so to when it no longer is."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from record import seal
from record.archive import Record
from record.archive.rebuild import rebuild
from record.entry import Flag, Refusal
from record.ledger import Ledger
from record.ledger.amiss import Kind, Warned
from record.ledger.kept import Changes, record_warnings, untold, were_told
from record.network.obligation import Watch
from record.writer import Pen
from tests.example import open_pen
from tests.record.owing import GATE, HOUR, INFLOW, LEVEL, MIDNIGHT_KG, MIDNIGHT_KZ, MORNING, give, owing, reading

pytestmark = pytest.mark.usefixtures("each_database")

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
BROKEN = Refusal(fragment=b"?", where="line 2", reason="not readable")


def watch(**thresholds: Any) -> Watch:
    return Watch.model_validate({"document": "assumed", **thresholds})


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Record]]:
    made: list[Record] = []
    yield made
    for record in made:
        record.engine.dispose()


def held(tmp_path: Path, opened: list[Record], *watches: Watch, owed: bool = False) -> tuple[Ledger, Pen, Record]:
    network = owing(watches=watches)
    record, pen = open_pen(tmp_path, network if owed else replace(network, obligations={}))
    opened.append(record)
    return Ledger(record), pen, record


def brief(found: Sequence[Warned]) -> list[tuple[str, str, datetime]]:
    return [(one.kind.value, one.of, one.since) for one in found]


# --- late -------------------------------------------------------------------------------------------------------------


def test_a_reading_is_late_from_when_it_was_due_until_a_day_later(tmp_path: Path, opened: list[Record]) -> None:
    ledger, pen, _ = held(tmp_path, opened, owed=True)
    give(pen, MORNING - 2 * DAY, [reading(LEVEL, MORNING - 2 * DAY, "1")])
    means = [reading(INFLOW, MIDNIGHT_KG - day * DAY, "1") for day in (1, 2)]
    give(pen, MORNING - DAY, [reading(LEVEL, MORNING - DAY, "1"), *means])
    give(pen, MORNING - DAY, [reading(GATE, MIDNIGHT_KZ - 2 * DAY, "1")], source="tables-kz")
    due = MORNING + HOUR
    late = ("late", "kg-terms/kirov:kg.level.term", due)
    assert brief(ledger.amiss(due - MINUTE)) == []
    assert brief(ledger.amiss(due)) == []
    assert brief(ledger.amiss(due + MINUTE)) == [late]
    gate = ("late", "kz-days/example-border:kz.discharge.daily", due + HOUR)
    assert brief(ledger.amiss(due + HOUR + MINUTE)) == [late, gate]
    assert late in brief(ledger.amiss(due + DAY))
    # From then on the next day's reading is what is late.
    following = brief(ledger.amiss(due + DAY + MINUTE))
    assert following[0] == ("late", "kg-terms/kirov:kg.level.term", due + DAY)
    (said,) = {one.said for one in ledger.amiss(due + MINUTE)}
    assert said == ("kirov:kg.level.term of 2026-05-01 08:00+06:00 was due by 2026-05-01 09:00+06:00 and has not come")
    give(pen, due + MINUTE, [reading(LEVEL, MORNING, None)])
    assert ledger.amiss(due + 2 * MINUTE)[0].said.endswith(
        "was due by 2026-05-01 09:00+06:00 and was said to have no value"
    )
    give(pen, due + 2 * MINUTE, [reading(LEVEL, MORNING, "1")])
    assert brief(ledger.amiss(due + 3 * MINUTE)) == []


def test_nothing_was_late_before_the_record_began(tmp_path: Path, opened: list[Record]) -> None:
    ledger, pen, _ = held(tmp_path, opened, owed=True)
    assert ledger.amiss(MORNING + 2 * HOUR) == []
    give(pen, MORNING + HOUR + MINUTE, [reading(LEVEL, MORNING + DAY, "1")])
    assert brief(ledger.amiss(MORNING + 2 * HOUR - MINUTE)) == []


# --- silent -----------------------------------------------------------------------------------------------------------


def test_a_source_is_silent_beyond_its_hours(tmp_path: Path, opened: list[Record]) -> None:
    ledger, pen, _ = held(tmp_path, opened, watch(source="telegrams-kg", silent_hours="12.5"))
    give(pen, MORNING, [reading(LEVEL, MORNING, "1")], entered=MORNING + HOUR)
    assert ledger.amiss(MORNING + 12.5 * HOUR) == []
    (one,) = ledger.amiss(MORNING + 12.5 * HOUR + MINUTE)
    assert (one.kind, one.of, one.since, one.party) == (Kind.SILENT, "telegrams-kg", MORNING, "kg")
    assert one.said == "source telegrams-kg has given nothing since 2026-05-01 08:00+06:00, more than 12.5 hours"
    # What is refused is not silence.
    give(pen, MORNING + 13 * HOUR, [], [BROKEN])
    assert ledger.amiss(MORNING + 14 * HOUR) == []


def test_a_source_that_never_spoke_is_silent_since_the_record_began(tmp_path: Path, opened: list[Record]) -> None:
    ledger, pen, _ = held(tmp_path, opened, watch(silent_hours=10), watch(source="telegrams-kg", silent_hours=999))
    assert ledger.amiss(MORNING + DAY) == []
    give(pen, MORNING, [reading(LEVEL, MORNING, "1")])
    (one,) = ledger.amiss(MORNING + 11 * HOUR)
    assert (one.of, one.since, one.party) == ("tables-kz", MORNING, "kz")
    assert one.said == "source tables-kz never gave anything, from 2026-05-01 07:00+05:00, more than 10 hours"


# --- stuck ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "readings"),
    [
        (["1.0", "2.50", "2.50", "2.5"], 3),
        (["2.50", "2.50", "2.50", "2.50"], 4),
        (["2.50", "2.50", "2.51"], None),
        (["2.50", "2.50", None, "2.50"], 3),  # a gap says nothing of what it would have been
        (["2.50", "2.50"], None),
        (["0.00", "0.00", "0.00", "0.00"], None),  # nothing flows in a closed canal
        ([None, None, None, None], None),
    ],
)
@pytest.mark.parametrize("sealed", [False, True])
def test_a_series_is_stuck_when_its_last_values_are_all_the_same(
    tmp_path: Path, opened: list[Record], values: list[str | None], readings: int | None, sealed: bool
) -> None:
    ledger, pen, record = held(tmp_path, opened, watch(stuck_readings=3))
    for day, value in enumerate(values):
        give(pen, MORNING + day * DAY, [reading(LEVEL, MORNING + day * DAY, value, Flag.SUSPECT)])
    if sealed:
        list(seal.seal(record, pen, lambda: datetime(2040, 1, 1, tzinfo=UTC), pause=lambda: None))
    found = ledger.amiss(MORNING + len(values) * DAY)
    if readings is None:
        assert found == []
    else:
        first = MORNING + (len(values) - readings - values.count(None)) * DAY
        assert brief(found) == [("stuck", LEVEL, first)]
        assert found[0].said.startswith(f"kirov:kg.level.term has said 2.5 m {readings} times in a row, since 2026-05-")


def test_each_source_is_stuck_by_its_own_count(tmp_path: Path, opened: list[Record]) -> None:
    ledger, pen, _ = held(tmp_path, opened, watch(source="telegrams-kg", stuck_readings=4))
    for day in range(3):
        give(pen, MORNING + day * DAY, [reading(LEVEL, MORNING + day * DAY, "1"), reading(INFLOW, MORNING, f"{day}")])
        give(pen, MORNING + day * DAY, [reading(GATE, MIDNIGHT_KZ + day * DAY, "1")], source="tables-kz")
    assert ledger.amiss(MORNING + 3 * DAY) == []
    give(pen, MORNING + 3 * DAY, [reading(LEVEL, MORNING + 3 * DAY, "1")])
    assert [(one.of, one.party) for one in ledger.amiss(MORNING + 4 * DAY)] == [(LEVEL, "kg")]


# --- refused ----------------------------------------------------------------------------------------------------------


def test_more_is_refused_than_is_usual(tmp_path: Path, opened: list[Record]) -> None:
    ledger, pen, _ = held(tmp_path, opened, watch(refused_share="0.25"))
    give(pen, MORNING - 2 * DAY, [reading(LEVEL, MORNING - 2 * DAY + day * MINUTE, "1") for day in range(40)], [BROKEN])
    give(pen, MORNING - 2 * DAY + MINUTE, [], [BROKEN] * 9)
    three = [reading(LEVEL, MORNING + hour * HOUR, "1") for hour in range(3)]
    give(pen, MORNING, three, [BROKEN])
    assert ledger.amiss(MORNING + HOUR) == []  # one of four
    give(pen, MORNING + HOUR, [], [BROKEN])
    (one,) = ledger.amiss(MORNING + 2 * HOUR)
    assert (one.kind, one.of, one.since, one.party) == (Kind.REFUSED, "telegrams-kg", MORNING + 2 * HOUR, "kg")
    assert one.said == (
        "source telegrams-kg: 2 of 5 statements of the last day were refused, more than 25 in a hundred"
    )
    assert ledger.amiss(MORNING + DAY + 2 * HOUR) == []


# --- kept -------------------------------------------------------------------------------------------------------------


def amiss(of: str, kind: Kind = Kind.SILENT, said: str = "so it is") -> Warned:
    return Warned(kind=kind, of=of, since=MORNING, said=said, party="kg")


def names(changes: Changes) -> tuple[list[str], list[str]]:
    return [one.of for one in changes.new], [one.of for one in changes.ended]


def test_a_warning_is_raised_once_and_ended_once(tmp_path: Path, opened: list[Record]) -> None:
    ledger, _, record = held(tmp_path, opened)
    engine = record.engine
    assert names(record_warnings(engine, MORNING, [amiss("a"), amiss("b"), amiss("a", Kind.STUCK)])) == (
        ["a", "b", "a"],
        [],
    )
    again = record_warnings(
        engine, MORNING + MINUTE, [amiss("a", said="otherwise"), amiss("b"), amiss("a", Kind.STUCK)]
    )
    assert not again
    assert names(record_warnings(engine, MORNING + 2 * MINUTE, [amiss("b"), amiss("c")])) == (["c"], ["a", "a"])
    assert [(one.of, one.said, one.raised, one.ended) for one in ledger.warnings()] == [
        ("b", "so it is", MORNING, None),
        ("c", "so it is", MORNING + 2 * MINUTE, None),
    ]
    changes = record_warnings(engine, MORNING + 3 * MINUTE, [amiss("a")])
    assert names(changes) == (["a"], ["b", "c"])
    assert changes.ended[0].ended == MORNING + 3 * MINUTE


def test_two_processes_that_find_the_same_raise_it_once(tmp_path: Path, opened: list[Record]) -> None:
    ledger, _, record = held(tmp_path, opened)
    with ThreadPoolExecutor(6) as workers:
        list(workers.map(lambda _: record_warnings(record.engine, MORNING, [amiss("a"), amiss("b")]), range(12)))
    assert [one.of for one in ledger.warnings()] == ["a", "b"]


def test_a_channel_is_told_of_each_change_until_it_has_heard(tmp_path: Path, opened: list[Record]) -> None:
    engine = held(tmp_path, opened)[2].engine
    record_warnings(engine, MORNING, [amiss("a"), amiss("b")])
    assert names(untold(engine, "mail", MORNING)) == (["a", "b"], [])
    assert names(untold(engine, "mail", MORNING)) == (["a", "b"], [])
    told = untold(engine, "mail", MORNING)
    were_told(engine, "mail", told, MORNING)
    were_told(engine, "mail", told, MORNING + MINUTE)  # another process told the same at the same time
    assert not untold(engine, "mail", MORNING)
    record_warnings(engine, MORNING + MINUTE, [amiss("b"), amiss("c")])
    assert names(untold(engine, "mail", MORNING + MINUTE)) == (["c"], ["a"])
    # One that came and went while a channel could not be reached is told with its end.
    assert names(untold(engine, "hook", MORNING + MINUTE)) == (["a", "b", "c"], ["a"])
    were_told(engine, "hook", untold(engine, "hook", MORNING + MINUTE), MORNING)
    assert not untold(engine, "hook", MORNING + MINUTE)
    assert names(untold(engine, "mail", MORNING + 6 * DAY)) == (["c"], ["a"])


def test_a_channel_that_is_new_is_not_told_of_what_is_long_over(tmp_path: Path, opened: list[Record]) -> None:
    engine = held(tmp_path, opened)[2].engine
    record_warnings(engine, MORNING, [amiss("a"), amiss("b")])
    were_told(engine, "mail", untold(engine, "mail", MORNING), MORNING)
    record_warnings(engine, MORNING + MINUTE, [amiss("b")])
    assert names(untold(engine, "hook", MORNING + 2 * DAY)) == (["b"], [])
    assert names(untold(engine, "mail", MORNING + 2 * DAY)) == ([], ["a"])
    assert names(untold(engine, "mail", MORNING + 8 * DAY)) == ([], [])


def test_a_rebuild_leaves_the_warnings_as_they_are(tmp_path: Path, opened: list[Record]) -> None:
    ledger, pen, record = held(tmp_path, opened)
    give(pen, MORNING, [reading(LEVEL, MORNING, "1")])
    record_warnings(record.engine, MORNING, [amiss("a")])
    were_told(record.engine, "mail", untold(record.engine, "mail", MORNING), MORNING)
    rebuild(record)
    assert [one.of for one in ledger.warnings()] == ["a"]
    assert not untold(record.engine, "mail", MORNING)
