"""Reviews: a person looked at readings, and says how far they can be relied on.

A review raises the readings of its scope from provisional to `verified` or `validated`, or with a reason sets them back
to `provisional`. It speaks of what its author saw, the first `size` entries: a reading that a later entry says is
provisional again. That a check changed its flag since is nobody's new word of it, and the doubt stands beside the
review. Reviews count in the order in which they were entered, and a lower word that raises takes no higher
one back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select

from record import leaf as leaves
from record import tables
from record.errors import ProofError
from record.leaf import Leaf

MAX_SCOPE = 250
"""So many spans may stand in one review: its entry must fit a tile."""
_FIELDS = frozenset({"series", "start", "end"})
_FEW = 500


class Level(IntEnum):
    """How far a person has looked at a reading; in entries the word stands, in arrays the number."""

    PROVISIONAL = 0
    VERIFIED = 1
    VALIDATED = 2

    @property
    def word(self) -> str:
        """The word that entries carry."""
        return self.name.lower()


LEVEL_BY_WORD: dict[str, Level] = {level.word: level for level in Level}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Times of a series: `start <= time < end`, in seconds since 1970."""

    series: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a person says: of which readings, as they stood when the journal held `size` entries; `signer` is a key."""

    level: Level
    author: str
    reason: str
    party: str
    signer: str
    size: int
    scope: tuple[Span, ...]

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields of its entry."""
        return {
            "level": self.level.word,
            "author": self.author,
            "reason": self.reason,
            "party": self.party,
            "signer": self.signer,
            "size": self.size,
            "scope": [
                {"series": one.series, "start": _written(one.start), "end": _written(one.end)} for one in self.scope
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One span of a review that stands in the journal as entry `entry`."""

    entry: int
    level: Level
    author: str
    reason: str
    party: str
    signer: str
    size: int
    span: Span


def said(leaf: Leaf) -> Review:
    """The review that an entry holds; raise `ProofError` where it is not as this house writes it."""
    content = leaf.content
    try:
        texts = {name: _text(content[name]) for name in ("author", "reason", "party", "signer")}
        scope = tuple(_span(one) for one in content["scope"])
        if not 0 < len(scope) <= MAX_SCOPE or type(content["size"]) is not int:
            raise ValueError(f"it names no readings, more than {MAX_SCOPE} spans, or no size")
        return Review(level=LEVEL_BY_WORD[content["level"]], size=content["size"], scope=scope, **texts)
    except (ValueError, TypeError, KeyError) as fault:
        raise ProofError(f"a review that cannot be read: {fault}") from None


def reviewed(entry: int, review: Review) -> list[Reviewed]:
    """The spans of a review, each by itself."""
    return [
        Reviewed(
            entry=entry,
            level=review.level,
            author=review.author,
            reason=review.reason,
            party=review.party,
            signer=review.signer,
            size=review.size,
            span=one,
        )
        for one in review.scope
    ]


def fold(connection: Connection, entry: int, leaf: Leaf) -> None:
    """Note the spans of the review that entry `entry` holds."""
    rows = [
        {
            "entry": entry,
            "position": position,
            "level": int(one.level),
            "author": one.author,
            "reason": one.reason,
            "party": one.party,
            "signer": one.signer,
            "size": one.size,
            "series": one.span.series,
            "start": one.span.start,
            "end": one.span.end,
        }
        for position, one in enumerate(reviewed(entry, said(leaf)))
    ]
    connection.execute(insert(tables.review), rows)


def read(connection: Connection, series: Sequence[str] | None, start: float, end: float, count: int) -> list[Reviewed]:
    """What the first `count` entries say of these series, or of all, at times start <= time < end, in their order."""
    # Most records hold none, and every history asks: plain text costs a third of a question that must be put together.
    if connection.exec_driver_sql("SELECT 1 FROM review LIMIT 1").first() is None:
        return []
    row = tables.review.c
    question = (
        select(tables.review)
        .where(row.start < end, row.end > start, row.entry < count)
        .order_by(row.entry, row.position)
    )
    if series is not None and len(series) <= _FEW:
        question = question.where(row.series.in_(series))
    wanted = None if series is None else set(series)
    return [
        Reviewed(
            entry=found.entry,
            level=Level(found.level),
            author=found.author,
            reason=found.reason,
            party=found.party,
            signer=found.signer,
            size=found.size,
            span=Span(series=found.series, start=found.start, end=found.end),
        )
        for found in connection.execute(question)
        if wanted is None or found.series in wanted
    ]


def status_of(series: Sequence[str], time: np.ndarray, entry: np.ndarray, reviews: Iterable[Reviewed]) -> np.ndarray:
    """How far each reading was reviewed (int8: 0 provisional, 1 verified, 2 validated), of the shape of `entry`.

    `entry` (int64) holds a row a series and a column a time: the entry that says it, -1 where nobody does. `time`
    (int64) is seconds since 1970 and rises. `reviews` come in the order in which they were entered.
    """
    status = np.zeros(entry.shape, dtype=np.int8)
    for one, row, within in _cells(series, time, reviews):
        seen, held = entry[row, within], status[row, within]
        raised = held if one.level else 0
        status[row, within] = np.where((seen >= 0) & (seen < one.size), np.maximum(raised, one.level), held)
    return status


def came_later(series: Sequence[str], time: np.ndarray, entry: np.ndarray, reviews: Iterable[Reviewed]) -> np.ndarray:
    """Which readings (bool) a review names whose author cannot have seen that entry; as `status_of`."""
    late = np.zeros(entry.shape, dtype=bool)
    for one, row, within in _cells(series, time, reviews):
        late[row, within] |= entry[row, within] >= one.size
    return late


def _cells(
    series: Sequence[str], time: np.ndarray, reviews: Iterable[Reviewed]
) -> Iterator[tuple[Reviewed, int, slice]]:
    """Each review of these series, with the row and the columns of which it speaks."""
    row_of = {name: row for row, name in enumerate(series)}
    for one in reviews:
        row = row_of.get(one.span.series)
        if row is not None:
            first, last = np.searchsorted(time, [one.span.start, one.span.end]).tolist()
            yield one, row, slice(first, last)


def _span(content: Mapping[str, Any]) -> Span:
    if set(content) != _FIELDS:
        raise ValueError("a span with missing or unknown fields")
    start, end = (int(leaves.parse_time(content[name]).timestamp()) for name in ("start", "end"))
    if start >= end:
        raise ValueError("a span that ends before it starts")
    return Span(series=_text(content["series"]), start=start, end=end)


def _text(content: Any) -> str:
    if not isinstance(content, str) or not content:
        raise ValueError("a text that is none")
    return content


def _written(seconds: int) -> str:
    return leaves.write_time(datetime.fromtimestamp(seconds, UTC))
