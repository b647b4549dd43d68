"""How the journal stands with the two countries: up to which entry both have signed, and for whom it waits.

A checkpoint is final once it bears the signatures that the policy asks for. What lies beyond the last final one is
provisional: the one country has it and the other has not yet said that it holds the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, func, insert, select

from record import journal, tables
from record.proof.note import Mark
from record.proof.policy import NONE, Policy

_PAGE, _FEW = 2000, 20
CLOCKS_APART = timedelta(minutes=5)
"""How far the clocks of two countries may differ."""
STALE = "stale"
"""The kind of an alarm that passes: of a log that says nothing new for too long."""


@dataclass(frozen=True, slots=True)
class Signed:
    """The last checkpoint that a witness signed: how many entries, and when."""

    size: int
    time: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A witness that has not signed the newest entries: since when one of them is kept without its word."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Final:
    """A checkpoint that bears the signatures that the policy asks for: how many entries, and when the log signed it."""

    size: int
    issued: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Sizes of the journal, of its last checkpoint and of its last final one; who signed what, who is waited for.

    `final` is None where no policy is declared, so that nothing can be final; `alarms` are what anyone found that must
    not be, the last first.
    """

    size: int
    checkpoint: int
    final: int | None
    signed: Mapping[str, Signed]
    waiting: tuple[Waiting, ...]
    alarms: tuple[str, ...]

    def is_final(self, count: int) -> bool:
        """Whether an answer from the first `count` entries is one that both countries have signed."""
        return self.final is not None and count <= self.final and not self.alarms


def standing(connection: Connection, policy: Policy | None) -> Standing:
    """How the journal stands by `policy`, from the newest cosignatures."""
    column = tables.checkpoint.c
    last = connection.execute(select(func.max(column.size))).scalar()
    signed = {} if policy is None else _last_of_each(connection, policy)
    alarm = tables.alarm.c
    alarms = connection.execute(
        select(alarm.said).where(alarm.kind != STALE, alarm.settled.is_(None)).order_by(alarm.no.desc()).limit(20)
    ).scalars()
    return Standing(
        size=journal.size(connection),
        checkpoint=0 if last is None else last,
        final=None if policy is None else final_size(connection, policy),
        signed=signed,
        waiting=() if policy is None else _waiting(connection, policy, signed),
        alarms=tuple(alarms),
    )


def final_size(connection: Connection, policy: Policy, at_least: int = 0) -> int:
    """How many entries the last final checkpoint of `at_least` so many covers; 0 where none is final."""
    if policy.quorum == NONE:
        return int(connection.execute(select(func.max(tables.checkpoint.c.size))).scalar() or 0)
    mark, names = tables.cosignature.c, {one.verifier.key: name for name, one in policy.witnesses.items()}
    below: int | None = None
    while True:
        newest = select(mark.size, mark.name).where(mark.size >= at_least, mark.name.in_(names))
        if below is not None:
            newest = newest.where(mark.size < below)
        rows = connection.execute(newest.order_by(mark.size.desc()).limit(_PAGE)).all()
        signed: dict[int, set[str]] = {}
        for size, key in rows:
            signed.setdefault(size, set()).add(policy.witnesses[names[key]].verifier.name)
        whole = list(signed)[:-1] if len(rows) == _PAGE else list(signed)
        found = next((size for size in whole if policy.is_satisfied(signed[size])), None)
        if found is not None or len(rows) < _PAGE:
            return found or 0
        # The last size of a page may go on in the next one.
        below = list(signed)[-1] + 1


def first_final(connection: Connection, policy: Policy, index: int) -> int | None:
    """How many entries the first final checkpoint covers that covers the entry `index`; None before there is one."""
    kept, mark = tables.checkpoint.c, tables.cosignature.c
    if policy.quorum == NONE:
        return connection.execute(select(func.min(kept.size)).where(kept.size > index)).scalar()
    names = {one.verifier.key: one.verifier.name for one in policy.witnesses.values()}
    later = select(mark.size, mark.name).where(mark.size > index, mark.name.in_(names)).order_by(mark.size)
    rows = connection.execution_options(yield_per=_FEW).execute(later)
    for size, marks in groupby(rows, key=lambda row: int(row.size)):
        if policy.is_satisfied({names[one.name] for one in marks}):
            return size
    return None


def finals(
    connection: Connection, policy: Policy, most: int, below: int | None = None, at_least: int = 0
) -> list[Final]:
    """The final checkpoints of `at_least` and fewer than `below` entries, the newest first, no more than `most`."""
    kept, mark = tables.checkpoint.c, tables.cosignature.c
    names = {one.verifier.key: one.verifier.name for one in policy.witnesses.values()}
    found: list[Final] = []
    while len(found) < most:
        question = select(kept.size, kept.issued).where(kept.size >= at_least).order_by(kept.size.desc()).limit(_PAGE)
        rows = connection.execute(question if below is None else question.where(kept.size < below)).all()
        if not rows:
            break
        signed: dict[int, set[str]] = {}
        marks = select(mark.size, mark.name).where(mark.size.between(rows[-1].size, rows[0].size), mark.name.in_(names))
        for size, key in connection.execute(marks):
            signed.setdefault(size, set()).add(names[key])
        whole = (row for row in rows if policy.is_satisfied(signed.get(row.size, set())))
        found += [Final(row.size, datetime.fromtimestamp(row.issued, UTC)) for row in whole]
        below = rows[-1].size
    return found[:most]


def keep_marks(connection: Connection, size: int, marks: Iterable[Mark]) -> None:
    """Keep cosignatures of the checkpoint of that size; a newer one of the same key takes an earlier one's place."""
    column = tables.cosignature.c
    for mark in marks:
        connection.execute(tables.cosignature.delete().where(column.size == size, column.name == mark.key))
        row = {"size": size, "name": mark.key, "time": mark.time, "line": mark.line}
        connection.execute(insert(tables.cosignature), row)


def _last_of_each(connection: Connection, policy: Policy) -> dict[str, Signed]:
    found = {}
    mark = tables.cosignature.c
    for name, witness in policy.witnesses.items():
        newest = select(mark.size, mark.time).where(mark.name == witness.verifier.key).order_by(mark.size.desc())
        last = connection.execute(newest.limit(1)).first()
        if last is not None:
            found[name] = Signed(last.size, datetime.fromtimestamp(last.time, UTC))
    return found


def _waiting(connection: Connection, policy: Policy, signed: Mapping[str, Signed]) -> tuple[Waiting, ...]:
    """Who has not signed the newest checkpoint, since the time of the first one that lacks the signature."""
    found = []
    for name in policy.witnesses:
        size = signed[name].size if name in signed else -1
        since = connection.execute(select(func.min(tables.checkpoint.c.issued)).where(tables.checkpoint.c.size > size))
        moment = since.scalar()
        if moment is not None:
            found.append(Waiting(name, datetime.fromtimestamp(moment, UTC)))
    return tuple(found)
