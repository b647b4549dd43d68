"""The manifest: which files hold which periods. It is folded from the seals of the journal, as all else is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select, update

from record import leaf as leaves
from record import tables
from record.archive.period import Period
from record.place import stretches

_SEGMENT = tables.segment.c
_ANY = 1 << 62
_TIMES = ("start", "end", "first", "last")
_FIELDS = ("collection", "start", "end", "first", "last", "low", "size", "sha256", "bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A sealed file: its period, the first and last time it holds, and what it rests on.

    It holds what stood when the journal had `size` entries; none of it was said by an entry before `low`.
    """

    period: Period
    first: int
    last: int
    low: int
    size: int
    sha256: str
    bytes: int

    def content(self) -> dict[str, object]:
        """The same as a seal's entry says it, with times as the journal writes them."""
        said = self.row()
        return said | {name: leaves.write_time(datetime.fromtimestamp(said[name], UTC)) for name in _TIMES}

    def row(self) -> dict[str, Any]:
        """The same as a row of the manifest."""
        period = {"collection": self.period.collection, "start": self.period.start, "end": self.period.end}
        return period | {name: getattr(self, name) for name in _FIELDS[3:]}


def piece_said(content: Mapping[str, Any]) -> Piece:
    """The piece that a seal's entry describes; raises `ProofError` for a time that is not one of the journal."""
    read = dict(content) | {name: int(leaves.parse_time(content[name]).timestamp()) for name in _TIMES}
    return _piece([read[name] for name in _FIELDS])


def _piece(row: Sequence[Any]) -> Piece:
    """The piece that values in the order of `_FIELDS` describe."""
    collection, start, end, first, last, low, size, sha256, length = row[: len(_FIELDS)]
    period = Period(collection, start, end)
    return Piece(period=period, first=first, last=last, low=low, size=size, sha256=sha256, bytes=length)


def fold(connection: Connection, entry: int, piece: Piece) -> None:
    """Let the piece that seal `entry` names stand for its period, in place of an earlier one."""
    replace(connection, piece.period, entry)
    connection.execute(insert(tables.segment), [{"entry": entry, **piece.row()}])


def replace(connection: Connection, period: Period, entry: int) -> None:
    """Note that the piece that stands for `period`, if any, was replaced at `entry`."""
    standing = (_SEGMENT.collection == period.collection) & (_SEGMENT.start == period.start)
    change = update(tables.segment).where(standing, _SEGMENT.replaced.is_(None)).values(replaced=entry)
    connection.execute(change)


def current(connection: Connection, collection: str, start: float, end: float) -> list[Piece]:
    """The standing pieces of a collection that hold a time from `start` to before `end`, in order of time."""
    question = (
        select(*(_SEGMENT[name] for name in _FIELDS))
        .where(_SEGMENT.collection == collection, _SEGMENT.replaced.is_(None))
        .where(_SEGMENT.first < end, _SEGMENT.last >= start)
        .order_by(_SEGMENT.start)
    )
    return [_piece(row) for row in connection.execute(question)]


def of_period(connection: Connection, period: Period) -> Piece | None:
    """The standing piece of a period."""
    found = current(connection, period.collection, period.start, period.end)
    return found[0] if found else None


def covering(connection: Connection, collection: str, time: np.ndarray) -> list[Piece]:
    """The standing pieces whose periods hold any of the times (int64, seconds)."""
    low, high = int(time.min()), int(time.max())
    found = current(connection, collection, low, high + 1)
    return [piece for piece in found if ((time >= piece.period.start) & (time < piece.period.end)).any()]


def everything(connection: Connection) -> Sequence[tuple[Piece, bool]]:
    """Every piece ever sealed, in the order of their seals, and whether it still stands."""
    question = select(*(_SEGMENT[name] for name in _FIELDS), _SEGMENT.replaced).order_by(_SEGMENT.entry)
    return [(_piece(row), row.replaced is None) for row in connection.execute(question)]


def sealed_until(connection: Connection, collection: str) -> int | None:
    """The end of the last period of a collection for which a file stands; None where there is none."""
    question = select(func.max(_SEGMENT.end)).where(_SEGMENT.collection == collection, _SEGMENT.replaced.is_(None))
    found: int | None = connection.execute(question).scalar()
    return found


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A period that has recent rows, none of an entry before `low`, and the keys of the stretches that keep them."""

    period: Period
    low: int
    home: int
    length: int

    def stretches(self, start: float, end: float) -> range:
        """Those that may hold a time of the period from `start` to before `end`."""
        first, last = max(start, self.period.start), min(end, self.period.end)
        bounds = stretches(self.home, self.length, np.array([math.floor(first), math.ceil(last) - 1]))
        return range(int(bounds[0]), int(bounds[1]) + 1)


def open_periods(connection: Connection, collection: str, start: float, end: float, count: int) -> list[OpenPeriod]:
    """The periods of a collection, start <= time < end, with recent rows that the first `count` entries may say."""
    column = tables.open_period.c
    question = select(column.start, column.end, column.low, column.home, column.length)
    question = question.where(column.collection == collection, column.start < end, column.end > start)
    found = connection.execute(question.where(column.low < count).order_by(column.start))
    return [OpenPeriod(Period(collection, row.start, row.end), row.low, row.home, row.length) for row in found]


def open_period(connection: Connection, period: Period) -> OpenPeriod | None:
    """The period itself, where it has recent rows."""
    found = open_periods(connection, period.collection, period.start, period.end, _ANY)
    return found[0] if found else None


def close(connection: Connection, period: Period) -> None:
    """Note that a period has no recent row any more."""
    column = tables.open_period.c
    gone = (column.collection == period.collection) & (column.start == period.start)
    connection.execute(delete(tables.open_period).where(gone))
