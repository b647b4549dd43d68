"""Reviews: which readings a person's word raises, which it leaves, and that it is an entry like any other."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update

from record import leaf as leaves
from record import review, tables
from record.archive import Archive, Record
from record.archive.rebuild import rebuild
from record.audit import audit
from record.check import check
from record.entry import Flag
from record.errors import ConfigError, ProofError, SelectionError, UnknownName
from record.leaf import Leaf
from record.review import Level, Review, Reviewed, Span, status_of
from record.selection import Selection
from record.writer import Pen
from tests.example import BORDER, KIROV, KIROV_STORAGE, KNOWN, START, message, open_pen, say, seen

pytestmark = pytest.mark.usefixtures("each_database")

AT, DAY = int(START.timestamp()), 86_400


def days(first: int, past: int, series: str = KIROV) -> Span:
    return Span(series=series, start=AT + first * DAY, end=AT + past * DAY)


def of(*scope: Span, level: Level = Level.VERIFIED, size: int = 1, reason: str = "field book of May") -> Review:
    return Review(
        level=level, author="A. Person", reason=reason, party="kg", signer="kg.amender", size=size, scope=scope
    )


def enter(pen: Pen, said: Review, body: str | None = None) -> int | None:
    return pen.review(message(body or f"{said}", source="reviews-kg"), said, START)


def shown(record: Record, as_of: int | None = None) -> list[int]:
    """How far each day of the inflow is reviewed."""
    answer = Archive(record).select(Selection(series=(KIROV,), as_of=as_of, status=True))
    status: list[int] = answer.inflow_status.values[0].tolist()
    return status


def test_a_review_raises_the_readings_of_its_scope_that_its_author_saw(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "1", [seen(KIROV, day, "1") for day in range(4)])
    say(pen, "2", [seen(KIROV, 4, "1"), seen(BORDER, 1, "5")])
    assert enter(pen, of(days(1, 6), size=1)) == 2
    assert shown(record) == [0, 1, 1, 1, 0]
    assert shown(record, as_of=2) == [0, 0, 0, 0, 0]
    say(pen, "3", [seen(KIROV, 2, "7")])
    assert shown(record) == [0, 1, 0, 1, 0]
    assert shown(record, as_of=3) == [0, 1, 1, 1, 0]
    first, second = Archive(record).history(KIROV, START + timedelta(days=2))
    assert (first.status, second.status) == (Level.VERIFIED, Level.PROVISIONAL)


def test_a_flag_that_comes_and_goes_takes_no_review_with_it(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "1", [seen(KIROV, day, "1") for day in range(3)])
    enter(pen, of(days(0, 3), level=Level.VALIDATED))
    for number, flag in enumerate((Flag.SUSPECT, Flag.GOOD, Flag.SUSPECT)):
        pen.append(message(f"q{number}", source=leaves.QUALITY), [replace(seen(KIROV, 1, "1"), flag=flag)], [], START)
    archive = Archive(record)
    answer = archive.select(Selection(series=(KIROV,), status=True))
    assert answer.inflow_status.values.tolist() == [[2, 2, 2]]
    assert answer.inflow_flag.values[0, 1] == Flag.SUSPECT
    assert "inflow_row" not in answer
    assert "inflow_row" in archive.select(Selection(series=(KIROV,), status=True, rows=True))
    assert [one.status for one in archive.history(KIROV, START + timedelta(days=1))] == [Level.VALIDATED] * 4
    # What is said anew is not what was reviewed, whatever flags it gets; as of before it is.
    size = archive.size()
    say(pen, "2", [seen(KIROV, 1, "2")])
    pen.append(message("q9", source=leaves.QUALITY), [replace(seen(KIROV, 1, "2"), flag=Flag.BAD)], [], START)
    assert shown(record) == [2, 0, 2]
    assert shown(record, as_of=size) == [2, 2, 2]
    assert [int(one.status) for one in archive.history(KIROV, START + timedelta(days=1))] == [2, 2, 2, 2, 0, 0]


def test_the_same_review_is_entered_once_and_none_of_what_nobody_can_have_seen(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "1", [seen(KIROV, 0, "1")])
    assert enter(pen, of(days(0, 1))) == 1
    assert enter(pen, of(days(0, 1))) is None
    for size in (0, 3):
        with pytest.raises(ConfigError, match=f"the review is of the first {size} entries, and the journal holds 2"):
            enter(pen, of(days(0, 1), size=size))
    with record.engine.connect() as connection:
        assert check(connection, KNOWN) == 2


def test_validated_is_not_lowered_by_verified_but_by_a_word_that_sets_back(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "1", [seen(KIROV, day, "1") for day in range(3)])
    enter(pen, of(days(0, 2), level=Level.VALIDATED))
    enter(pen, of(days(0, 3)))
    assert shown(record) == [2, 2, 1]
    enter(pen, of(days(1, 3), level=Level.PROVISIONAL, reason="the staff had moved"))
    assert shown(record) == [2, 0, 0]
    enter(pen, of(days(2, 3), level=Level.VALIDATED))
    assert shown(record) == [2, 0, 2]
    reasons = [one.reason for one in Archive(record).reviews([KIROV], START, START + timedelta(days=1))]
    assert reasons == ["field book of May", "field book of May"]
    everything = Archive(record).reviews(None, START, START + timedelta(days=9), as_of=3)
    assert [(one.entry, one.span) for one in everything] == [(1, days(0, 2)), (2, days(0, 3))]
    with pytest.raises(UnknownName):
        Archive(record).reviews(["nowhere"], START, START)


def test_an_answer_describes_the_status_and_gives_it_only_where_it_is_asked_for(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "1", [seen(KIROV, 0, "1"), seen(KIROV_STORAGE, 1, "2")])
    enter(pen, of(days(0, 3), days(0, 3, KIROV_STORAGE)))
    archive = Archive(record)
    asked = Selection(series=(KIROV, KIROV_STORAGE), status=True)
    answer = archive.select(asked)
    assert answer.inflow_status.values.tolist() == [[1, 0]]
    assert answer.storage_status.values.tolist() == [[0, 1]]
    assert answer.inflow_status.dtype == np.int8
    assert answer.inflow_status.attrs["flag_meanings"] == "provisional verified validated"
    assert answer.inflow.attrs["ancillary_variables"] == "inflow_flag inflow_entry inflow_status"
    assert "inflow_status" not in archive.select(replace(asked, status=False))
    with pytest.raises(SelectionError, match="ask for one of the two"):
        replace(asked, values_alone=True)


def test_reviews_are_folded_anew_and_audited(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "1", [seen(KIROV, 0, "1"), seen(KIROV, 1, "1")])
    enter(pen, of(days(0, 1), days(1, 2, KIROV_STORAGE)))
    before = Archive(record).reviews(None, START, START + timedelta(days=9))
    assert audit(record, tmp_path / "work").differences == ()
    with record.engine.begin() as connection:
        connection.execute(delete(tables.review).where(tables.review.c.position == 1))
        connection.execute(update(tables.review).values(level=2))
    lost = f"{KIROV_STORAGE} verified by A. Person in entry 1 (field book of May): the API does not show this review"
    differences = audit(record, tmp_path / "work").differences
    assert any(line.startswith(lost) for line in differences)
    assert any(line.startswith(f"{KIROV} validated") and "no entry said" in line for line in differences)
    rebuild(record)
    assert Archive(record).reviews(None, START, START + timedelta(days=9)) == before
    assert audit(record, tmp_path / "work").differences == ()


@pytest.mark.parametrize(
    "change",
    [
        {"level": "checked"},
        {"level": 1},
        {"author": ""},
        {"reason": None},
        {"size": "1"},
        {"scope": []},
        {"scope": [{"series": KIROV, "start": "2026-05-01T00:00:00Z", "end": "2026-05-01T00:00:00Z"}]},
        {"scope": [{"series": KIROV, "start": "2026-05-01T00:00:00Z", "end": "2026-05-02"}]},
        {"scope": [{"series": KIROV, "start": "2026-05-01T00:00:00Z"}]},
        {"scope": [{"series": 7, "start": "2026-05-01T00:00:00Z", "end": "2026-06-01T00:00:00Z"}]},
        {"scope": [None]},
        {"scope": [{"series": KIROV, "start": "2026-05-01T00:00:00Z", "end": "2026-06-01T00:00:00Z"}] * 251},
    ],
)
def test_a_review_that_is_not_as_we_write_it_cannot_be_read(change: dict[str, Any]) -> None:
    content = dict(of(days(0, 1)).fields)
    assert review.said(Leaf(leaves.REVIEW, content)) == of(days(0, 1))
    with pytest.raises(ProofError, match=r"a review that cannot be read|is not a time of the journal"):
        review.said(Leaf(leaves.REVIEW, content | change))


def one_by_one(series: str, time: int, entry: int, reviews: list[Reviewed]) -> int:
    """The status of one cell, by the words of the docs."""
    status = 0
    for one in reviews:
        seen = one.span.series == series and one.span.start <= time < one.span.end and entry < one.size
        if seen and entry >= 0:
            status = max(status, int(one.level)) if one.level is not Level.PROVISIONAL else 0
    return status


spans = st.builds(
    lambda series, start, length: Span(series=series, start=start, end=start + length),
    st.sampled_from(["a", "b", "c"]),
    st.integers(-1, 8),
    st.integers(1, 5),
)


@given(
    st.lists(st.tuples(st.sampled_from(Level), st.integers(1, 6), spans), max_size=8),
    st.lists(st.integers(-1, 6), min_size=16, max_size=16),
)
def test_the_status_of_many_cells_is_that_of_each(words: list[tuple[Level, int, Span]], entries: list[int]) -> None:
    reviews = [
        review.reviewed(number, of(span, level=level, size=size))[0] for number, (level, size, span) in enumerate(words)
    ]
    time, entry = np.arange(8), np.array(entries).reshape(2, 8)
    found = status_of(["a", "b"], time, entry, reviews)
    assert found.dtype == np.int8
    assert found.tolist() == [
        [one_by_one(name, at, int(entry[row, at]), reviews) for at in range(8)] for row, name in enumerate("ab")
    ]
