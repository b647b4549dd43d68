"""Readings that a later saying superseded: what stood, what stands in its place since, by whom and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from record import journal, tables
from record import leaf as leaves
from record.entry import Flag
from record.errors import RecordDamaged
from record.proof import canonical

_FLAGS = {int(flag): flag for flag in Flag}
_FOLLOWING = (leaves.DERIVED, leaves.QUALITY)


class Word(NamedTuple):
    """What an entry says of a reading; `value` in the unit of its series, None where it gives none."""

    value: float | None
    flag: Flag
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """A reading of which `new` took the place of `old`; both may say the same.

    `entered`, `source` and `reason` are those of the later entry. `grounds` are the entries on which it rests, where it
    was computed or judged anew.
    """

    series: str
    time: datetime
    old: Word
    new: Word
    entered: datetime
    source: str
    reason: str
    grounds: frozenset[int]


def read(
    connection: Connection, of: tuple[datetime, datetime] | None, by: tuple[int, int], count: int
) -> list[Amended]:
    """What the first `count` entries superseded of readings of times `of`, and of any what the entries `by` did.

    Both bounds are half open. In the order of the later entries, of the series' registration and of time.
    """
    ended: dict[int, list[Any]] = {}
    for row in connection.execute(_question(of, by, count)):
        ended.setdefault(row.ended, []).append(row)
    return [
        one
        for entry in journal.entries_of(connection, None, sorted(ended))
        for one in _of_entry(connection, entry, ended[entry.index])
    ]


def _question(of: tuple[datetime, datetime] | None, by: tuple[int, int], count: int) -> Any:
    row, series = tables.superseded.c, tables.series.c
    wanted: ColumnElement[bool] = row.ended.between(by[0], by[1] - 1)
    if of is not None:
        wanted = or_(and_(row.time >= of[0].timestamp(), row.time < of[1].timestamp()), wanted)
    columns = (series.id, row.time, row.entry, row.position, row.value, row.flag, row.ended)
    return (
        select(*columns)
        .join(tables.series, series.no == row.series)
        .where(wanted, row.ended < count)
        .order_by(row.ended, row.series, row.time)
    )


def _of_entry(connection: Connection, entry: journal.Entry, rows: list[Any]) -> Iterator[Amended]:
    leaf = entry.leaf
    refs = [int(ref["index"]) for ref in leaf.content["refs"]]
    instead: dict[tuple[int, int], tuple[str | None, str]] = {}
    for _, _, value, flag, before in leaf.content["rows"]:
        if before is not None:
            ref, number = map(int, before.split("/"))
            instead[refs[ref], number] = value, flag
    grounds = _grounds(connection, leaf.content["raw"]) if leaf.source in _FOLLOWING else frozenset()
    for row in rows:
        if (row.entry, row.position) not in instead:
            raise RecordDamaged(
                f"entry {entry.index} does not say what it superseded of {row.entry}: run `arna rebuild`"
            )
        value, flag = instead[row.entry, row.position]
        yield Amended(
            series=row.id,
            time=datetime.fromtimestamp(row.time, UTC),
            old=Word(row.value, _FLAGS[row.flag], row.entry),
            new=Word(None if value is None else float(value), leaves.flag_of(flag), entry.index),
            entered=entry.entered,
            source=leaf.source,
            reason=leaf.content["reason"],
            grounds=grounds,
        )


def _grounds(connection: Connection, receipts: Sequence[Mapping[str, Any]]) -> frozenset[int]:
    """The entries on which an entry rests, as its receipts state them."""
    found: set[int] = set()
    for receipt in receipts:
        body = journal.receipt_body(connection, receipt["sha256"])
        said = {} if body is None else canonical.decode(body)
        found.update(said.get("because", ()), *(one["entries"] for one in said.get("inputs", ())))
    return frozenset(found)
