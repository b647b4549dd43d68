"""What happened to the record, read from the record itself: of every entry, and of what is no entry."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from record.archive import Record
from record.archive.alarms import settle
from record.database import aside
from record.entry import Refusal
from record.events.event import Event, EventKind, Place
from record.events.story import MARGIN, Story
from record.ledger.amiss import Kind, Warned
from record.ledger.kept import record_warnings
from record.proof import note
from record.review import Level, Review, Span
from record.seal import seal
from record.writer import Pen
from tests.arna.printed import issue
from tests.example import BORDER, KIROV, KIROV_STORAGE, START, message, open_pen, say, seen
from tests.keys import WITNESSES
from tests.record.founded import found

pytestmark = pytest.mark.usefixtures("each_database")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def brief(events: Sequence[Event]) -> list[tuple[str | None, str]]:
    return [(event.id, event.kind.value) for event in events]


def late(of: str = f"daily/{KIROV}") -> Warned:
    return Warned(kind=Kind.LATE, of=of, since=START, said="it has not come", party="kg")


def whole(story: Story, first: int, **changes: Any) -> list[Event]:
    return story.portion(first, story.size(), story.since(first), ends=True)[0]


@pytest.fixture
def opened(tmp_path: Path) -> tuple[Record, Pen, Story]:
    record, pen = open_pen(tmp_path)
    return record, pen, Story(record)


Opened = tuple[Record, Pen, Story]


def test_an_entry_tells_what_is_new_and_what_it_amends_by_collection(opened: Opened) -> None:
    _, pen, story = opened
    say(pen, "1", [seen(KIROV, 0, "1"), seen(KIROV, 2, "2"), seen(KIROV_STORAGE, 1, "400")])
    say(pen, "2", [seen(KIROV, 2, "2.5"), seen(KIROV, 3, "3"), seen(BORDER, 1, "9")], hours=1)
    first, amended, new = sorted(story.of_entries(0, 2), key=lambda event: (event.entry or 0, event.kind))
    assert (first.id, first.kind, first.collection, first.source) == ("0", "new", "talas-daily", "telegrams")
    assert {span.series: span[1:] for span in first.spans} == {
        KIROV: (2, START, START + 2 * DAY),
        KIROV_STORAGE: (1, START + DAY, START + DAY),
    }
    assert (first.moment, first.parties) == (START, ("kg",))
    assert (amended.kind, amended.spans) == ("amended", ((KIROV, 1, START + 2 * DAY, START + 2 * DAY),))
    assert amended.facts["reason"]
    assert {span.series for span in new.spans} == {KIROV, BORDER}
    assert new.parties == ("kg", "kz")
    assert (new.id, amended.id) == ("1.1", "1")


def test_a_flag_that_was_judged_anew_is_no_amendment(opened: Opened) -> None:
    _, pen, story = opened
    say(pen, "1", [seen(KIROV, 0, "1")])
    pen.append(message("why", source="quality", hours=1), [seen(KIROV, 0, "1.0")], [], START + HOUR)
    assert brief(story.of_entries(0, 2)) == [("0", "new"), ("1", "judged")]


def test_all_other_entries_are_told_by_what_they_hold(tmp_path: Path) -> None:
    record, pen = found(tmp_path)
    story, begin = Story(record), Story(record).size()
    assert [event.kind for event in story.of_entries(0, begin)] == ["proposed", "approved", "approved", "network"]
    say(pen, "1", [seen(KIROV, 0, "1")], [Refusal(fragment=b"?", where="line 2", reason="not readable")])
    at = int(START.timestamp())
    pen.review(
        message("r", source="reviews-kg"),
        Review(
            level=Level.VERIFIED, author="A. Person", reason="field book", party="kg", signer="kg.amender",
            size=begin + 1, scope=(Span(series=KIROV, start=at, end=at + 60),),
        ),
        START,
    )  # fmt: skip
    issue(record, pen, tmp_path, date(2026, 5, 1), lambda: START + DAY)
    (sealed,) = seal(record, pen, lambda: START + 800 * DAY, lambda: None)
    new, refused, reviewed, report, segment = story.of_entries(begin, story.size())
    assert [new.kind, refused.kind, reviewed.kind] == ["new", "refused", "reviewed"]
    assert refused.facts == {"refused": 1}
    assert (reviewed.series, reviewed.parties, reviewed.facts["level"]) == ((KIROV,), ("kg",), "verified")
    assert (report.kind, report.facts["report"], report.facts["day"]) == ("report", "daily", "2026-05-01")
    assert sealed.piece is not None
    assert (segment.kind, segment.collection) == ("sealed", "talas-daily")
    assert segment.facts["sha256"] == sealed.piece.sha256


def test_warnings_and_alarms_are_told_once_when_they_begin_and_once_when_they_end(opened: Opened) -> None:
    record, pen, story = opened
    _, before = story.state()
    assert story.changed(before) == ([], before)
    record_warnings(record.engine, START, [late()])
    pen.alarm("audit", "two answers differ", b"both", START)
    (raised, alarm), before = story.changed(before)
    assert (raised.kind, raised.id, raised.collection, raised.series, raised.parties) == (
        EventKind.LATE, None, "talas-daily", (KIROV,), ("kg",)
    )  # fmt: skip
    assert (raised.facts["state"], raised.facts["since"]) == ("raised", "2026-05-01T02:00:00Z")
    assert (alarm.kind, alarm.facts["said"]) == ("alarm", "two answers differ")
    record_warnings(record.engine, START + HOUR, [])
    with aside(record.engine) as connection:
        settle(connection, alarm.facts["no"], "a disk", START + HOUR)
    ended, before = story.changed(before)
    assert [(event.kind.value, event.facts["state"], event.moment) for event in ended] == [
        ("late", "ended", START + HOUR), ("alarm", "settled", START + HOUR)
    ]  # fmt: skip
    assert story.changed(before) == ([], before)


def test_what_began_and_ended_unseen_is_told_as_both(opened: Opened) -> None:
    record, _, story = opened
    _, before = story.state()
    record_warnings(record.engine, START, [late()])
    record_warnings(record.engine, START + HOUR, [])
    assert [event.facts["state"] for event in story.changed(before)[0]] == ["raised", "ended"]


def test_a_checkpoint_that_both_have_signed_is_told_with_its_size(tmp_path: Path) -> None:
    record, pen = found(tmp_path)
    story = Story(record)
    say(pen, "1", [seen(KIROV, 0, "1")])
    signed = pen.checkpoint(START)
    size = int(signed.split(b"\n")[1])
    _, before = story.state()
    for party, seconds in (("kg", 60), ("kz", 120)):
        line = note.cosigned(signed, WITNESSES[party], int(START.timestamp()) + seconds).line.encode()
        assert story.changed(before) == ([], before)
        pen.cosign(size, line, START + timedelta(seconds=seconds))
    (final,), _ = story.changed(before)
    assert (final.kind, final.facts, final.moment) == ("final", {"size": size}, START + timedelta(minutes=2))
    assert final in whole(story, size)


def test_who_comes_back_is_told_of_entries_and_among_them_by_time_of_what_is_no_entry(opened: Opened) -> None:
    record, pen, story = opened
    for hours in (0, 2, 4):
        say(pen, f"{hours}", [seen(KIROV, hours, "1")], hours=hours)
        record_warnings(record.engine, START + (hours + 1) * HOUR, [late()] if hours != 2 else [])
    kinds = [(event.id, event.facts.get("state")) for event in whole(story, 0)]
    assert kinds == [("0", None), (None, "raised"), ("1", None), (None, "ended"), ("2", None), (None, "raised")]
    portions, since = [], story.since(0)
    for first in range(3):
        events, since = story.portion(first, first + 1, since, ends=first == 2)
        portions += [(event.id, event.facts.get("state")) for event in events]
    assert portions == kinds
    # Who has the last entry is told again of what was written about its time.
    assert [event.facts["state"] for event in whole(story, 3)] == ["raised"]
    record_warnings(record.engine, START + 4 * HOUR - MARGIN, [])
    assert [event.facts["state"] for event in whole(story, 3)] == ["ended", "raised"]


def test_an_event_of_an_entry_of_several_has_a_place_of_its_own() -> None:
    events = [Event(kind=EventKind.NEW, moment=START, entry=7, order=order, orders=3) for order in (1, 2, 3)]
    assert [event.id for event in events] == ["7.1", "7.2", "7"]
    assert [event.is_beyond(Place(7, 2)) for event in events] == [False, False, True]
    assert [event.is_beyond(Place(8)) for event in events] == [False] * 3
    assert Event(kind=EventKind.LATE, moment=START).is_beyond(Place(99))
