"""What was issued and sealed: reports and files that the journal names by their hashes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from record import journal, tables
from record.errors import UnknownName
from record.issued import COPIES, FIGURES, part_of, revision_of

__all__ = ["COPIES", "FIGURES", "IssuedReport", "body", "latest", "newest", "reports", "sealing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReport:
    """One part of a report as it was issued: its entry, when, of which day, on how many entries it rests.

    `kind` is the edition and `day` the first day of its period. `forms` are its files by name, as SHA-256. `part` is
    "figures" or "copies"; of copies, `figures` is the entry of the figures that they were made from, None where an
    earlier version issued all at once.
    """

    entry: int
    entered: datetime
    kind: str
    day: str
    as_of_size: int
    forms: dict[str, str]
    revision: int = 1
    part: str = COPIES
    figures: int | None = None


def reports(connection: Connection, kind: str, day: str, last: str | None = None) -> list[IssuedReport]:
    """Every part of every report of that kind and day, in the order of their entries.

    With `last`, of all days from `day` to that one, both counted, in the order of the days.
    """
    row = tables.issued.c
    question = select(row.entry).where(row.kind == kind, row.day.between(day, day if last is None else last))
    return _read(connection, question.order_by(row.day, row.entry))


def latest(connection: Connection, kind: str, most: int, before: str | None = None) -> list[IssuedReport]:
    """The reports of that kind whose copies are issued, all revisions, newest day first, no more than `most`.

    With `before`, of days before that one.
    """
    row = tables.issued.c
    question = select(row.entry).where(row.kind == kind, row.part == COPIES)
    if before is not None:
        question = question.where(row.day < before)
    return _read(connection, question.order_by(row.day.desc(), row.entry.desc()).limit(most))


def newest(connection: Connection, kind: str) -> int:
    """The last entry of any report of that kind; -1 where none is issued."""
    row = tables.issued.c
    entry = connection.execute(select(func.max(row.entry)).where(row.kind == kind)).scalar()
    return -1 if entry is None else int(entry)


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


def _read(connection: Connection, question: Select[Any]) -> list[IssuedReport]:
    wanted = [int(index) for index in connection.execute(question).scalars()]
    # Not by their source, whose whole chain would be looked through.
    known = {entry.index: entry for entry in journal.entries_of(connection, None, sorted(wanted))}
    return [_report(known[index]) for index in wanted if index in known]


def _report(entry: journal.Entry) -> IssuedReport:
    said = entry.leaf.content["report"]
    return IssuedReport(
        entry=entry.index,
        entered=entry.entered,
        kind=str(said.get("kind", "")),
        day=str(said.get("day", "")),
        as_of_size=int(said.get("as_of_size", 0)),
        forms={str(form["name"]): str(form["sha256"]) for form in said.get("forms", [])},
        revision=revision_of(said),
        part=part_of(said),
        figures=said["figures"] if isinstance(said.get("figures"), int) else None,
    )
