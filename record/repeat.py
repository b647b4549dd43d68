"""Recognising what was said before: a message delivered again changes nothing.

The bytes alone do not tell. A telegram names only its day and hour, so the same bytes can come again next month and
then say something new. A repetition is the same bytes from the same source saying the same values of the same times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, select

from record import journal, tables
from record import leaf as leaves
from record.batch import Batch
from record.entry import Flag, Receipt, Refusal
from record.leaf import Leaf
from record.place import places
from record.portion import MAX_FRAGMENT, plain
from record.spoken import NOBODY, followed, rows_at, superseded_of_message

_JUDGED = 4
"""Where the flag stands in a row: limits that were changed since make no new word of an old one."""
TAKES_BACK = "says missing where a value stands: amend to take it back"
LOOKED_BACK = 5_000
"""Refusals of a source that are compared with those of a message that tells again."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a receipt says that it has not said before."""

    said: Batch
    refusals: Sequence[Refusal]

    @property
    def repeated(self) -> bool:
        """Whether that is nothing at all."""
        return not len(self.said) and not self.refusals


def drop_repeated(connection: Connection, receipt: Receipt, said: Batch, refusals: Sequence[Refusal]) -> Fresh:
    """Leave out what entries of the same source and receipt already hold."""
    earlier = journal.said_by(connection, receipt.source, receipt.sha256)
    if not earlier:
        return Fresh(said, refusals)
    held: set[object] = set()
    refused: set[tuple[str, str]] = set()
    for entry in earlier:
        leaf = entry.leaf
        if leaf.kind == leaves.BATCH:
            held.update(row[:_JUDGED] for row in leaves.batch_of(leaf).rows())
        elif leaf.kind == leaves.REFUSAL and _month(leaf) == _of_month(receipt.received):
            refused.update((row["where"], row["reason"]) for row in leaf.content["refused"])
    new = said.only(np.array([row[:_JUDGED] not in held for row in said.rows()], dtype=bool))
    again = [refusal for refusal in refusals if (plain(refusal.where), plain(refusal.reason)) not in refused]
    return Fresh(new, again)


def _month(leaf: Leaf) -> str:
    """The month in which the message of an entry was received: in another one a telegram means another day."""
    return str(leaf.content["received"])[: len("2026-05")]


def _of_month(received: datetime) -> str:
    return leaves.write_time(received)[: len("2026-05")]


def not_standing(
    connection: Connection, source: str, said: Batch, entry: np.ndarray, position: np.ndarray
) -> np.ndarray:
    """Which rows (bool) are not what the same source said and still stands, word for word.

    `entry` and `position` (int64) tell by which row what stands at the place of each row came into the record; -1 for
    nothing. Of a place of which a message says several things all are compared with what one message said there last,
    in their order.
    """
    return ~_alike(connection, source, said, entry, position)


def not_overruled(
    connection: Connection, source: str, said: Batch, entry: np.ndarray, position: np.ndarray, *, by: str
) -> np.ndarray:
    """Which rows (bool) are not what the source had said before another source, whose name begins `by`, said otherwise.

    A register that is sent each day repeats its old lines, and none of them takes an amendment back; a word that is
    new does. `entry` and `position` are those of `not_standing`.
    """
    told = journal.sources(connection, np.unique(entry[entry >= 0]).tolist())
    others = np.isin(entry, [index for index, name in told.items() if name.startswith(by) and name != source])
    if not others.any():
        return np.ones(len(said), dtype=bool)
    before = np.where(others, entry, NOBODY), position
    return ~_alike(connection, source, said, *followed(connection, *before, lambda name: name != source))


def not_overtaken(connection: Connection, received: datetime, entry: np.ndarray) -> np.ndarray:
    """Which rows (bool) have nothing in their place that came at `received` or later, or that amends."""
    told = journal.entries_of(connection, None, np.unique(entry[entry >= 0]).tolist())
    later = [
        held.index
        for held in told
        if held.leaf.source.startswith(leaves.AMENDMENTS)
        or leaves.parse_time(held.leaf.content["received"]) >= received.replace(microsecond=0)
    ]
    return ~np.isin(entry, later)


def _alike(connection: Connection, source: str, said: Batch, entry: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Which rows (bool) are of the same source and say the same as those that `entry` and `position` name.

    Where a message says several things of a place its rows are so together or not at all. Those name the last of them.
    """
    runs = _runs(said)
    if not runs:
        return _alike_each(connection, source, said, entry, position)
    alike = _alike_each(connection, source, said, *_of_runs(connection, runs, entry, position))
    for run in runs:
        alike[run.rows] = alike[run.entered].all()
        # What would take back the last of them is refused, once, where rows are entered.
        alike[[row for row in run.rows if row > run.entered[-1]]] = False
    return alike


@dataclass(frozen=True, slots=True)
class _Run:
    """The rows of a message at one place, in their order, and those of them that are entered where nothing stands."""

    rows: list[int]
    entered: list[int]


def _runs(said: Batch) -> list[_Run]:
    """Of each place of which a message says several things, what it says there."""
    number = {name: place for place, name in enumerate(said.series)}
    _, place, times = np.unique(places(said.numbered(number), said.time), return_inverse=True, return_counts=True)
    again = np.flatnonzero(times[place] > 1)
    if not len(again):
        return []
    rows: dict[int, list[int]] = {}
    for row, at in zip(again.tolist(), place[again].tolist(), strict=True):
        rows.setdefault(at, []).append(row)
    absent, bad = said.absent(), said.sent == Flag.BAD
    return [_Run(run, _entered(run, absent, bad)) for run in rows.values()]


def _entered(run: list[int], absent: np.ndarray, bad: np.ndarray) -> list[int]:
    """Without what is missing before all values, which stands for nothing, and what would take back a value."""
    entered: list[int] = []
    for row in run:
        if absent[row] and entered and not absent[entered[-1]] and not bad[entered[-1]]:
            continue
        if not absent[row] and entered and absent[entered[0]]:
            entered = []
        entered.append(row)
    return entered


def _of_runs(
    connection: Connection, runs: Sequence[_Run], entry: np.ndarray, position: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """For each row of a run, the row that its counterpart in the message is whose last one is named."""
    entry, position = entry.copy(), position.copy()
    left = [run.entered[::-1] for run in runs]
    rows = [run[0] for run in left]
    at = entry[rows], position[rows]
    while left:
        rows = [run[0] for run in left]
        entry[rows], position[rows] = at
        more = np.array([len(run) > 1 for run in left], dtype=bool)
        left = [run[1:] for run in left if len(run) > 1]
        at = superseded_of_message(connection, at[0][more], at[1][more])
    return entry, position


def _alike_each(
    connection: Connection, source: str, said: Batch, entry: np.ndarray, position: np.ndarray
) -> np.ndarray:
    """The same of each row by itself.

    What the sender said is compared and not what was judged: the flag that stands only where either was never judged.
    """
    told = journal.sources(connection, np.unique(entry[entry >= 0]).tolist())
    alike = np.isin(entry, [index for index, name in told.items() if name == source])
    if alike.any():
        new, (old, noted) = said.only(alike), rows_at(connection, entry[alike], position[alike])
        judged = noted & (new.verdicts is not None)
        flags = np.where(judged, new.sent, new.flag), np.where(judged, old.sent, old.flag)
        same = [one[:_JUDGED] == other[:_JUDGED] for one, other in zip(new.rows(), old.rows(), strict=True)]
        alike[alike] = np.array(same, dtype=bool) & (flags[0] == flags[1])
    return alike


def takes_back(
    connection: Connection, said: Batch, entry: np.ndarray, position: np.ndarray, value: np.ndarray
) -> np.ndarray:
    """Which rows (bool) say missing where a value stands that its sender did not call bad.

    `entry`, `position` (int64) and `value` (float64, NaN for none) tell what stands at the place of each row. A
    telegram that is sent again without a group does not take the group back.
    """
    found: np.ndarray = said.flag == Flag.MISSING
    if found.any():
        found &= said.absent() & (entry != NOBODY) & ~np.isnan(value)
        places = np.flatnonzero(found)
        stood, _ = rows_at(connection, entry[places], position[places])
        found[places] = stood.sent != Flag.BAD
    return found


def nothing_taken_back(said: Batch) -> list[Refusal]:
    """The refusals of rows that would take a value back."""
    names = [f"{name} {leaves.write_time(datetime.fromtimestamp(time, UTC))}" for name, _, time, _, _ in said.rows()]
    return [Refusal(fragment=name.encode(), where=name, reason=TAKES_BACK) for name in names]


def drop_refused(
    connection: Connection, source: str, refusals: Sequence[Refusal], *, reason: str | None = None
) -> list[Refusal]:
    """Leave out what was refused of the source before: the same bytes for the same reason, wherever they stand now.

    A file that grows, or a stretch of time that is asked for again, brings its bad rows each time. Only the latest
    `LOOKED_BACK` refusals of the source are looked at, or all for the one `reason` of these.
    """
    if not refusals:
        return []
    held, column = set[tuple[str, bytes]](), tables.refusal.c
    question = (
        select(column.reason, column.fragment)
        .where(column.source == source)
        .order_by(column.entry.desc(), column.position.desc())
    )
    question = question.limit(LOOKED_BACK) if reason is None else question.where(column.reason == reason)
    for row in connection.execute(question):
        held.add((row.reason, bytes(row.fragment)))
    return [one for one in refusals if (plain(one.reason), one.fragment[:MAX_FRAGMENT]) not in held]
