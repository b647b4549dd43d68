"""Folding the whole journal anew: the archive is a view, and this makes it again from nothing."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, insert
from sqlalchemy.exc import SQLAlchemyError

from record import journal, tables
from record import leaf as leaves
from record.archive import fold
from record.check import checked_entries
from record.database import translated
from record.proof import tree


def rebuild(engine: Engine, progress: Callable[[int], None] | None = None) -> int:
    """Delete every view and fold it again from the entries, in one transaction; return the number of entries.

    `progress`, where given, is told how many entries are done. Raises `RecordDamaged` where an entry's bytes do not
    match its hash.
    """
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            for _ in checked_entries(connection):
                pass
            for view in (tables.observation, tables.latest, tables.refusal, tables.node, tables.series):
                connection.execute(delete(view))
            return _fold_all(connection, progress)
    except SQLAlchemyError as fault:
        raise translated(fault, "the archive was not rebuilt") from None


def _fold_all(connection: Connection, progress: Callable[[int], None] | None) -> int:
    nodes: dict[tuple[int, int], bytes] = {}
    count = 0
    for entry in journal.entries(connection):
        complete = tree.grown(entry.index, entry.hash, lambda level, place: nodes[level, place])
        nodes.update({(level, place): top for level, place, top in complete})
        rows = [{"level": level, "idx": place, "hash": top} for level, place, top in complete]
        connection.execute(insert(tables.node), rows)
        _fold_entry(connection, entry)
        count += 1
        if progress is not None:
            progress(count)
    return count


def _fold_entry(connection: Connection, entry: journal.Entry) -> None:
    leaf = entry.leaf
    if leaf.kind == leaves.BATCH:
        seen = leaves.observations(leaf)
        numbers = fold.series_numbers(connection, [said.series for said in seen])
        places = [(numbers[said.series], int(said.time.timestamp())) for said in seen]
        fold.fold(connection, entry.index, seen, numbers, fold.standing(connection, places))
    elif leaf.kind == leaves.REFUSAL:
        fold.fold_refusals(connection, entry.index, leaf.source, leaf.content["refused"])
