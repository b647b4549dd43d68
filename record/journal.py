"""The journal: an append-only sequence of entries with a Merkle tree over them. The truth of the record.

Functions work on an open connection, so that what they write belongs to the caller's one transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select

from record import leaf as leaves
from record import tables
from record.errors import RecordDamaged
from record.leaf import Leaf
from record.proof import tree


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the journal: its index, when it was entered, its bytes and their leaf hash."""

    index: int
    entered: datetime
    raw: bytes
    hash: bytes

    @property
    def leaf(self) -> Leaf:
        """What the bytes say."""
        return leaves.decode(self.raw)


@dataclass(slots=True)
class Tail:
    """The growing end of the journal within one transaction: its size, its last time, and the tree's new nodes."""

    connection: Connection
    size: int
    entered: datetime
    _fresh: dict[tuple[int, int], bytes] = field(default_factory=dict)
    _chains: dict[str, tuple[int, str | None]] = field(default_factory=dict)

    def node(self, level: int, index: int) -> bytes:
        """A complete node of the tree."""
        fresh = self._fresh.get((level, index))
        return stored_node(self.connection, level, index) if fresh is None else fresh

    def chain(self, source: str) -> tuple[int, str | None]:
        """The next `seq` of a source and the hex hash of its previous leaf."""
        if source not in self._chains:
            last = self.connection.execute(
                select(tables.entry.c.seq, tables.entry.c.hash)
                .where(tables.entry.c.source == source)
                .order_by(tables.entry.c.seq.desc())
                .limit(1)
            ).first()
            self._chains[source] = (0, None) if last is None else (last.seq + 1, last.hash.hex())
        return self._chains[source]

    def append(self, leaf: Leaf, raw: bytes) -> int:
        """Write one entry and its tree nodes; return its index."""
        index, digest = self.size, tree.leaf_hash(raw)
        seq, _ = self.chain(leaf.source)
        complete = tree.grown(index, digest, self.node)
        self.connection.execute(
            insert(tables.entry),
            [
                {
                    "idx": index,
                    "kind": leaf.kind,
                    "source": leaf.source,
                    "seq": seq,
                    "entered": int(leaf.entered.timestamp()),
                    "leaf": raw,
                    "hash": digest,
                }
            ],
        )
        self.connection.execute(
            insert(tables.node), [{"level": level, "idx": place, "hash": top} for level, place, top in complete]
        )
        self._fresh.update({(level, place): top for level, place, top in complete})
        self._chains[leaf.source] = (seq + 1, digest.hex())
        self.size, self.entered = index + 1, leaf.entered
        return index

    def keep(self, index: int, receipts: Iterable[str]) -> None:
        """Note that the entry rests on the receipts with these hashes, whose bytes are already kept."""
        rows = [{"sha256": digest, "entry": index} for digest in sorted(set(receipts))]
        if rows:
            self.connection.execute(insert(tables.entry_receipt), rows)


def tail(connection: Connection) -> Tail:
    """The end of the journal, for appending; the caller's transaction must exclude other writers."""
    last = connection.execute(
        select(tables.entry.c.idx, tables.entry.c.entered).order_by(tables.entry.c.idx.desc()).limit(1)
    ).first()
    if last is None:
        return Tail(connection, 0, datetime(1970, 1, 1, tzinfo=UTC))
    return Tail(connection, last.idx + 1, datetime.fromtimestamp(last.entered, UTC))


def size(connection: Connection) -> int:
    """How many entries the journal holds."""
    last = connection.execute(select(func.max(tables.entry.c.idx))).scalar()
    return 0 if last is None else int(last) + 1


def grown(connection: Connection, count: int | None = None) -> datetime | None:
    """When the last entry was entered, or the last of the first `count`; None where there is none."""
    row = tables.entry.c
    question = select(row.entered).order_by(row.idx.desc()).limit(1)
    moment = connection.execute(question if count is None else question.where(row.idx < count)).scalar()
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def size_as_of(connection: Connection, moment: datetime) -> int:
    """How many entries had been entered before `moment`.

    The bound is exclusive: entries carry whole seconds, read from the clock when the writer's turn has come. An answer
    as of a moment is settled once a commit that was under way then has ended, within seconds.
    """
    before = connection.execute(
        select(tables.entry.c.idx)
        .where(tables.entry.c.entered < moment.timestamp())
        .order_by(tables.entry.c.entered.desc(), tables.entry.c.idx.desc())
        .limit(1)
    ).scalar()
    return 0 if before is None else int(before) + 1


def stored_node(connection: Connection, level: int, index: int) -> bytes:
    """A complete node of the stored tree."""
    found = connection.execute(
        select(tables.node.c.hash).where(tables.node.c.level == level, tables.node.c.idx == index)
    ).scalar()
    if found is None:
        raise RecordDamaged(f"the tree lacks node {level}/{index}: run `arna rebuild`")
    return bytes(found)


def root(connection: Connection, count: int) -> bytes:
    """Root hash of the first `count` entries."""
    return tree.root(count, lambda level, index: stored_node(connection, level, index))


def entries(connection: Connection, start: int = 0, end: int | None = None, step: int = 500) -> Iterator[Entry]:
    """Entries [start, end) in order, read `step` at a time."""
    stop = size(connection) if end is None else end
    columns = (tables.entry.c.idx, tables.entry.c.entered, tables.entry.c.leaf, tables.entry.c.hash)
    for first in range(start, stop, step):
        window = tables.entry.c.idx.between(first, min(first + step, stop) - 1)
        for row in connection.execute(select(*columns).where(window).order_by(tables.entry.c.idx)):
            yield Entry(row.idx, datetime.fromtimestamp(row.entered, UTC), bytes(row.leaf), bytes(row.hash))


def entry_at(connection: Connection, index: int) -> Entry:
    """The entry of that index; raise `RecordDamaged` where the journal has none."""
    for found in entries(connection, index, index + 1):
        return found
    raise RecordDamaged(f"the journal has no entry {index}: it holds {size(connection)}")


def receipt_body(connection: Connection, sha256: str) -> bytes | None:
    """The original bytes with that hash; None where they are not kept."""
    body = connection.execute(select(tables.receipt.c.body).where(tables.receipt.c.sha256 == sha256)).scalar()
    return None if body is None else bytes(body)


def said_by(connection: Connection, source: str, sha256: str) -> list[Entry]:
    """The entries of `source` that rest on that receipt."""
    found = connection.execute(
        select(tables.entry.c.idx, tables.entry.c.entered, tables.entry.c.leaf, tables.entry.c.hash)
        .join(tables.entry_receipt, tables.entry_receipt.c.entry == tables.entry.c.idx)
        .where(tables.entry_receipt.c.sha256 == sha256, tables.entry.c.source == source)
        .order_by(tables.entry.c.idx)
    )
    return [Entry(row.idx, datetime.fromtimestamp(row.entered, UTC), bytes(row.leaf), bytes(row.hash)) for row in found]


def entries_of(connection: Connection, source: str | None, indexes: Sequence[int], step: int = 500) -> Iterator[Entry]:
    """Those of the entries with these indexes, which rise, that are of `source`, or all of them; in order."""
    wanted = select(tables.entry.c.idx, tables.entry.c.entered, tables.entry.c.leaf, tables.entry.c.hash)
    if source is not None:
        wanted = wanted.where(tables.entry.c.source == source)
    for first in range(0, len(indexes), step):
        part = wanted.where(tables.entry.c.idx.in_(indexes[first : first + step])).order_by(tables.entry.c.idx)
        for row in connection.execute(part):
            yield Entry(row.idx, datetime.fromtimestamp(row.entered, UTC), bytes(row.leaf), bytes(row.hash))


def entered(connection: Connection, indexes: Sequence[int], step: int = 500) -> dict[int, int]:
    """When each of these entries was entered, in seconds since 1970."""
    row, found = tables.entry.c, dict[int, int]()
    for first in range(0, len(indexes), step):
        question = select(row.idx, row.entered).where(row.idx.in_(indexes[first : first + step]))
        found |= {int(index): int(time) for index, time in connection.execute(question)}
    return found


def sources(connection: Connection, indexes: Sequence[int], step: int = 500) -> dict[int, str]:
    """The source of each of these entries, without reading them."""
    found: dict[int, str] = {}
    entry = tables.entry.c
    for first in range(0, len(indexes), step):
        asked = select(entry.idx, entry.source).where(entry.idx.in_(indexes[first : first + step]))
        found |= {row.idx: row.source for row in connection.execute(asked)}
    return found


def receipts(connection: Connection, indexes: Sequence[int], step: int = 500) -> dict[int, frozenset[str]]:
    """The SHA-256 of the receipts on which each of these entries rests, without reading them."""
    found: dict[int, set[str]] = {}
    kept = tables.entry_receipt.c
    for first in range(0, len(indexes), step):
        asked = select(kept.entry, kept.sha256).where(kept.entry.in_(indexes[first : first + step]))
        for row in connection.execute(asked):
            found.setdefault(row.entry, set()).add(row.sha256)
    return {index: frozenset(digests) for index, digests in found.items()}


def is_amended(connection: Connection) -> bool:
    """Whether the journal holds any amendment."""
    source = tables.entry.c.source
    # By the order of the index: all names that begin so lie between the two.
    first = (
        select(tables.entry.c.idx).where(source >= leaves.AMENDMENTS, source < f"{leaves.AMENDMENTS[:-1]}.").limit(1)
    )
    return connection.execute(first).first() is not None
