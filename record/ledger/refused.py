"""What was refused, as it is looked through: the newest first, a page at a time, with the originals it came from."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, or_, select

from record import journal, tables
from record.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPart:
    """A part of a message that was refused: `position` is its place in the entry, `where` that in the message.

    `receipts` are the originals on which the entry rests, by their SHA-256; `party` is empty of a source that is no
    longer declared, and so it is not known whether that was a generator.
    """

    entry: int
    position: int
    entered: datetime
    source: str
    party: str
    simulated: bool
    where: str
    reason: str
    fragment: bytes
    receipts: tuple[str, ...]


def newest_refused(
    connection: Connection, network: Network, most: int, before: tuple[int, int] | None, count: int
) -> list[RefusedPart]:
    """Of the first `count` entries, those before an entry and a place in it if given."""
    refusal, entry = tables.refusal.c, tables.entry.c
    question = (
        select(tables.refusal, entry.entered)
        .join(tables.entry, entry.idx == refusal.entry)
        .where(refusal.entry < count)
        .order_by(refusal.entry.desc(), refusal.position.desc())
        .limit(most)
    )
    if before is not None:
        index, position = before
        question = question.where(or_(refusal.entry < index, and_(refusal.entry == index, refusal.position < position)))
    rows = connection.execute(question).all()
    found = journal.entries_of(connection, None, sorted({row.entry for row in rows}))
    receipts = {one.index: tuple(raw["sha256"] for raw in one.leaf.content["raw"]) for one in found}
    return [
        RefusedPart(
            entry=row.entry,
            position=row.position,
            entered=datetime.fromtimestamp(row.entered, UTC),
            source=row.source,
            party=network.sources[row.source].party if row.source in network.sources else "",
            simulated=row.source in network.sources and network.sources[row.source].simulated,
            where=row.place,
            reason=row.reason,
            fragment=bytes(row.fragment),
            receipts=receipts[row.entry],
        )
        for row in rows
    ]
