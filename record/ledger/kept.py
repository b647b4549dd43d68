"""Warnings as they are kept: raised once, ended once, and told to each channel until it has heard of both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, select, text, update

from record import tables
from record.database import aside, told
from record.ledger.amiss import Kind, Warned

_RAISED, _ENDED = "raised", "ended"
_FORGOTTEN = timedelta(days=7)
"""So long after its end a warning is still told to a channel that could not be reached before."""
_BRIEF = timedelta(days=1)
"""So long after its end a warning is told to a channel that had not heard of it at all."""

_RAISE = text(
    """INSERT INTO warning (kind, about, party, since, said, raised)
    VALUES (:kind, :about, :party, :since, :said, :raised) ON CONFLICT DO NOTHING"""
)

_TELL = text(
    """INSERT INTO warning_told (warning, channel, change, at)
    VALUES (:warning, :channel, :change, :at) ON CONFLICT DO NOTHING"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A warning that was raised: what it was of, when it was raised, and when it ended; None while it lasts."""

    no: int
    kind: Kind
    of: str
    party: str
    since: datetime
    said: str
    raised: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Warnings that are new, and warnings that ended."""

    new: tuple[Kept, ...]
    ended: tuple[Kept, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.ended)


def record_warnings(engine: Engine, now: datetime, found: Iterable[Warned]) -> Changes:
    """Raise what is amiss now and was not before, and end what no longer is; return both. Raises `RecordError`.

    What goes on being amiss keeps the words with which it was raised.
    """
    amiss = {_key(one): one for one in found}
    with told("the warnings cannot be read"), engine.begin() as connection:
        if {_key(one) for one in _read(connection, _open())} == set(amiss):
            # Most rounds: nobody who writes has to wait for this.
            return Changes((), ())
    with told("the warnings were not kept"), aside(engine) as connection:
        before = _read(connection, _open())
        gone = [one.no for one in before if _key(one) not in amiss]
        column = tables.warning.c
        if gone:
            end = update(tables.warning).where(column.no.in_(gone), column.ended.is_(None))
            connection.execute(end.values(ended=int(now.timestamp())))
        held = {_key(one) for one in before}
        for key, one in amiss.items():
            if key not in held:
                connection.execute(_RAISE, _row(one, now))
        known = {one.no for one in before}
        new = tuple(one for one in _read(connection, _open()) if one.no not in known)
        ended = _read(connection, select(tables.warning).where(column.no.in_(gone))) if gone else []
        return Changes(new, tuple(ended))


def _key(one: Warned | Kept) -> tuple[str, str, datetime | None]:
    """What makes a warning the same: of what is late, the very reading, so that the next one missed is told too."""
    return one.kind, one.of, one.since if one.kind is Kind.LATE else None


def open_warnings(connection: Connection) -> list[Kept]:
    """What is amiss, in the order in which it was found."""
    return _read(connection, _open())


def untold(engine: Engine, channel: str, now: datetime) -> Changes:
    """What a channel has yet to be told. Raises `RecordError`."""
    column, heard = tables.warning.c, tables.warning_told.c
    with told("the warnings cannot be read"), engine.begin() as connection:
        lately = column.ended.is_(None) | (column.ended >= int((now - _FORGOTTEN).timestamp()))
        kept = _read(connection, select(tables.warning).where(lately).order_by(column.no))
        question = select(heard.warning, heard.change).where(heard.channel == channel)
        question = question.where(heard.warning.in_([one.no for one in kept]))
        knows = {(number, change) for number, change in connection.execute(question)}
    new = [one for one in kept if (one.no, _RAISED) not in knows and _is_fresh(one, now)]
    known = {one.no for one in new} | {number for number, change in knows if change == _RAISED}
    ended = [one for one in kept if one.ended is not None and one.no in known and (one.no, _ENDED) not in knows]
    return Changes(tuple(new), tuple(ended))


def were_told(engine: Engine, channel: str, changes: Changes, now: datetime) -> None:
    """Note that a channel was told. Raises `RecordError`."""
    moment = int(now.timestamp())
    rows = [
        {"warning": one.no, "channel": channel, "change": change, "at": moment}
        for change, kept in ((_RAISED, changes.new), (_ENDED, changes.ended))
        for one in kept
    ]
    with told("it was not noted who was told"), aside(engine) as connection:
        connection.execute(_TELL, rows)


def _is_fresh(one: Kept, now: datetime) -> bool:
    return one.ended is None or one.ended >= now - _BRIEF


def _open() -> Select[Any]:
    column = tables.warning.c
    return select(tables.warning).where(column.ended.is_(None)).order_by(column.no)


def _row(one: Warned, now: datetime) -> dict[str, object]:
    return {
        "kind": one.kind.value,
        "about": one.of,
        "party": one.party,
        "since": int(one.since.timestamp()),
        "said": one.said,
        "raised": int(now.timestamp()),
    }


def _read(connection: Connection, question: Select[Any]) -> list[Kept]:
    return [_kept(row) for row in connection.execute(question)]


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        no=row.no,
        kind=Kind(row.kind),
        of=row.about,
        party=row.party,
        since=_moment(row.since),
        said=row.said,
        raised=_moment(row.raised),
        ended=None if row.ended is None else _moment(row.ended),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
