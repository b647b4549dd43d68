"""What was issued and sealed: reports and files that the journal names by their hashes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from record import journal, tables
from record import leaf as leaves
from record.errors import UnknownName


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """A report as it was issued: its entry, when, for which day, on how many entries it rests, its forms by SHA-256."""

    entry: int
    entered: datetime
    kind: str
    day: str
    as_of_size: int
    forms: dict[str, str]


def reports(connection: Connection, kind: str, day: str) -> list[IssuedReport]:
    """Every report of that kind and day, in the order in which they were issued."""
    column = tables.entry.c
    found = connection.execute(
        select(column.idx, column.leaf).where(column.source == leaves.REPORTS).order_by(column.seq)
    )
    issued = [_report(row.idx, leaves.decode(bytes(row.leaf))) for row in found]
    return [one for one in issued if (one.kind, one.day) == (kind, day)]


def sealing(connection: Connection, sha256: str) -> int:
    """The entry that sealed a file; raise `UnknownName` where none did."""
    column = tables.segment.c
    entry = connection.execute(select(column.entry).where(column.sha256 == sha256)).scalar()
    if entry is None:
        raise UnknownName(f"no seal names a segment {sha256[:64]}: see /segments")
    return int(entry)


def body(connection: Connection, sha256: str) -> bytes:
    """The bytes of an issued form; raise `UnknownName` where none has that hash."""
    found = journal.receipt_body(connection, sha256)
    if found is None:
        raise UnknownName(f"no form of a report has the hash {sha256[:64]}")
    return found


def _report(entry: int, leaf: leaves.Leaf) -> IssuedReport:
    said = leaf.content["report"]
    return IssuedReport(
        entry=entry,
        entered=leaf.entered,
        kind=str(said.get("kind", "")),
        day=str(said.get("day", "")),
        as_of_size=int(said.get("as_of_size", 0)),
        forms={str(form["name"]): str(form["sha256"]) for form in said.get("forms", [])},
    )
