"""Rows of entries exactly as they were entered, and the earlier rows that each of them superseded.

A row is named by the index of its entry and its number in it: int64 arrays of one length, with entry -1 for nobody.
Each entry is read once, however many of its rows are asked for.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from sqlalchemy import Connection

from record import journal
from record import leaf as leaves
from record.batch import Batch
from record.entry import Flag
from record.errors import RecordDamaged
from record.leaf import Leaf
from record.verdicts import SAID

NOBODY = -1


def rows_at(connection: Connection, entry: np.ndarray, position: np.ndarray) -> tuple[Batch, np.ndarray]:
    """The rows as entered, in the order asked for, and of each (bool) whether its entry notes verdicts.

    Where entries were judged by different checks, all of these are columns: a check that was not run has no opinion,
    and the sender's own word of an entry that notes none is its flag. Raises `RecordDamaged` for a row that is not
    there.
    """
    parts: list[Batch] = []
    order = [np.empty(0, dtype=np.int64)]
    noted = np.zeros(len(entry), dtype=bool)
    for index, leaf, places in _each(connection, entry):
        said, rows = leaves.batch_of(leaf), position[places]
        if rows.min() < 0 or rows.max() >= len(said):
            raise RecordDamaged(f"entry {index} has no row {int(rows.max())}: run `arna check`")
        parts.append(said.at(rows))
        order.append(places)
        noted[places] = said.verdicts is not None
    back = np.empty(len(entry), dtype=np.int64)
    back[np.concatenate(order)] = np.arange(len(entry))
    return Batch.joined(_judged_alike(parts)).at(back), noted


def superseded(connection: Connection, entry: np.ndarray, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows in whose place these came."""
    before, row = np.full(len(entry), NOBODY, dtype=np.int64), np.zeros(len(entry), dtype=np.int64)
    spoke = np.flatnonzero(entry >= 0)
    for index, leaf, places in _each(connection, entry[spoke]):
        refs, rows = [int(ref["index"]) for ref in leaf.content["refs"]], leaf.content["rows"]
        for at in spoke[places].tolist():
            said = rows[int(position[at])][4]
            if said is not None:
                ref, number = map(int, said.split("/"))
                before[at], row[at] = refs[ref], number
        if refs and max(refs) >= index:
            raise RecordDamaged(f"entry {index} supersedes a later one: run `arna check`")
    return before, row


def followed(
    connection: Connection, entry: np.ndarray, position: np.ndarray, past: Callable[[str], bool]
) -> tuple[np.ndarray, np.ndarray]:
    """The last rows, these or earlier ones in the same place, whose source is none that `past` tells to go past."""
    entry, position = entry.copy(), position.copy()
    while True:
        source = journal.sources(connection, np.unique(entry[entry >= 0]).tolist())
        passed = np.isin(entry, [index for index, name in source.items() if past(name)])
        if not passed.any():
            return entry, position
        entry[passed], position[passed] = superseded(connection, entry[passed], position[passed])


def spoken(connection: Connection, entry: np.ndarray, position: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows by which what stands came into the record: that its flag was changed later is no new word of anyone."""
    return followed(connection, entry, position, lambda source: source == leaves.QUALITY)


def said_in(connection: Connection, entry: np.ndarray, position: np.ndarray) -> np.ndarray:
    """The entries of the same."""
    return spoken(connection, entry, position)[0]


def _each(connection: Connection, entry: np.ndarray) -> Iterator[tuple[int, Leaf, np.ndarray]]:
    """Each entry once, by its index, with what it says and the places (int64) at which it is named."""
    order = np.argsort(entry, kind="stable")
    wanted, begin = np.unique(entry[order], return_index=True)
    groups = dict(zip(wanted.tolist(), np.split(order, begin[1:]), strict=False))
    for held in journal.entries_of(connection, None, wanted.tolist()):
        leaf, places = held.leaf, groups.pop(held.index)
        if leaf.kind != leaves.BATCH:
            raise RecordDamaged(f"entry {held.index} holds no rows: run `arna check`")
        yield held.index, leaf, places
    if groups:
        raise RecordDamaged(f"the journal has no entry {next(iter(groups))}: restore it from a mirror")


def _judged_alike(parts: Sequence[Batch]) -> list[Batch]:
    """The same with the same checks, where any has some."""
    checks = tuple(dict.fromkeys(name for part in parts for name in part.checks))
    return [part if part.checks == checks else _with(part, checks) for part in parts]


def _with(part: Batch, checks: tuple[str, ...]) -> Batch:
    found = np.full((len(part), len(checks)), Flag.UNKNOWN, dtype=np.int8)
    found[part.flag == Flag.MISSING] = Flag.MISSING
    for column, name in enumerate(checks):
        if part.verdicts is not None and name in part.checks:
            found[:, column] = part.verdicts[:, part.checks.index(name)]
        elif name == SAID:
            found[:, column] = part.flag
    return part.judged(checks, found)
