"""The list of issued reports: of which edition, day and revision each entry is, so that a day is found after years.

A report is issued in two parts. Its `figures` are entered first; then its `copies`, all papers and files made of them,
which can bear the proof that the figures are in the journal. Entries of an earlier version hold both at once, and count
as the copies of a first revision.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from record import leaf as leaves
from record import tables
from record.database import told, writing
from record.leaf import Leaf

FIGURES, COPIES = "figures", "copies"
_MOST_REVISIONS = 1_000_000


def revision_of(said: Mapping[str, Any]) -> int:
    """The number of a revision as an entry states it; 1 where it states none."""
    number = said.get("revision", 1)
    return number if isinstance(number, int) and 0 < number < _MOST_REVISIONS else 1


def part_of(said: Mapping[str, Any]) -> str:
    """Which part of a report an entry holds."""
    return FIGURES if said.get("part") == FIGURES else COPIES


def fold(connection: Connection, index: int, leaf: Leaf) -> None:
    """List the report of an entry."""
    connection.execute(insert(tables.issued), _row(index, leaf))


def list_once(engine: Engine) -> None:
    """List the reports of a record that was laid before they were listed. Raises `RecordError`."""
    with told("the issued reports cannot be listed"):
        with engine.begin() as connection:
            if not _is_unlisted(connection):
                return
        with writing(engine) as connection:
            if _is_unlisted(connection):
                _list_all(connection)


def _is_unlisted(connection: Connection) -> bool:
    if connection.execute(select(tables.issued.c.entry).limit(1)).first() is not None:
        return False
    first = select(tables.entry.c.idx).where(tables.entry.c.source == leaves.REPORTS).limit(1)
    return connection.execute(first).first() is not None


def _list_all(connection: Connection) -> None:
    row = tables.entry.c
    question = select(row.idx, row.leaf).where(row.source == leaves.REPORTS).order_by(row.seq)
    found = [(int(index), leaves.decode(bytes(raw))) for index, raw in connection.execute(question)]
    rows = [_row(index, leaf) for index, leaf in found if leaf.kind == leaves.REPORT]
    if rows:
        connection.execute(insert(tables.issued), rows)


def is_issued(connection: Connection, said: Mapping[str, Any]) -> bool:
    """Whether that part of that revision of that report stands in the journal."""
    row = tables.issued.c
    question = select(row.entry).where(row.kind == str(said.get("kind", "")), row.day == str(said.get("day", "")))
    same = question.where(row.revision == revision_of(said), row.part == part_of(said))
    return connection.execute(same.limit(1)).first() is not None


def _row(index: int, leaf: Leaf) -> dict[str, object]:
    said = leaf.content["report"]
    return {
        "entry": index,
        "kind": str(said.get("kind", "")),
        "day": str(said.get("day", "")),
        "revision": revision_of(said),
        "part": part_of(said),
    }
