"""Making entries and writing them within one transaction: their bytes, their place in the tree, and their rows.

Whoever holds the pen enters in this way; nobody else does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select

from record import force, journal, tables
from record import leaf as leaves
from record.archive.fold import Fold, Registered
from record.archive.record import Record
from record.archive.rows import NOBODY, Rows
from record.batch import Batch
from record.entry import Receipt, Refusal
from record.errors import RecordError
from record.leaf import Earlier, Envelope, Leaf
from record.network import Network
from record.portion import batches, halves, refused
from record.proof import tiles
from record.proof.keys import Signer
from record.quantities import quantity_of
from record.repeat import nothing_taken_back, takes_back

Moment = datetime | Callable[[], datetime]
"""When something is entered: a moment, or a clock that is read when its turn has come."""

_NETWORK_SOURCE = "config"


@dataclass(slots=True, kw_only=True)
class Written:
    """Indexes of the entries of some rows, how many rows these are, and what was left out of them."""

    entries: list[int] = field(default_factory=list)
    rows: int = 0
    left_out: list[Refusal] = field(default_factory=list)


class Entering:
    """Enters into the journal of an open transaction, signed by `gateway`."""

    def __init__(self, connection: Connection, record: Record, gateway: Signer, now: Moment) -> None:
        self._connection = connection
        self._network = record.network
        self._gateway = gateway
        self._now = now
        self._tail = journal.tail(connection)
        self._folding = Fold(connection, record.network, record.segments)

    def standing(self, said: Batch) -> Rows:
        """What stands at the place of each row; entry -1 for nothing."""
        return self._folding.standing(said, self._folding.registered(said))

    def batch(self, receipt: Receipt, said: Batch, reason: str, *, may_take_back: bool) -> Written:
        """Enter rows in as many entries as they need.

        Only what `may_take_back` a value says that it is missing; else such a row is left out as a refusal.
        """
        written = Written()
        if not len(said):
            return written
        register = self._folding.registered(said)
        units = {name: quantity_of(self._network.series[name].quantity).unit for name in said.series}
        waiting = list(batches(said))[::-1]
        while waiting:
            portion = waiting.pop()
            before = self._folding.standing(portion, register)
            if not may_take_back:
                kept = ~takes_back(self._connection, portion, before.entry, before.position, before.value)
                written.left_out += nothing_taken_back(portion.only(~kept))
                portion, before = portion.only(kept), before.only(kept)
            if not len(portion):
                continue
            leaf = leaves.batch(
                self._envelope(receipt.source, [receipt]), portion, units, _earlier(self._connection, before), reason
            )
            raw = leaves.encode(leaf, self._gateway)
            if len(raw) > leaves.MAX_BYTES and len(portion) > 1:
                waiting += halves(portion)[::-1]
                continue
            self._take(written, portion, self._enter(leaf, raw, [receipt]), register, before)
        return written

    def refusals(self, receipt: Receipt, refusals: Sequence[Refusal]) -> list[int]:
        """Enter what was refused; return the indexes of the entries."""
        indexes = []
        for content in refused(refusals):
            leaf = leaves.other(leaves.REFUSAL, self._envelope(receipt.source, [receipt]), {"refused": content})
            index = self._enter(leaf, leaves.encode(leaf, self._gateway), [receipt])
            self._folding.refusals(index, receipt.source, content)
            indexes.append(index)
        return indexes

    def version(self, kind: str, network: Network) -> int:
        """Enter a network, or a proposal of one, with its files."""
        moment = read(self._now)
        receipts = [
            Receipt(source=_NETWORK_SOURCE, name=name, media="application/toml", received=moment, body=body)
            for name, body in sorted(network.files.items())
        ]
        fields = force.content_of(network, {receipt.name: receipt.sha256 for receipt in receipts})
        return self.other(kind, _NETWORK_SOURCE, receipts, fields)

    def other(self, kind: str, source: str, receipts: Sequence[Receipt], fields: Mapping[str, Any]) -> int:
        """Enter an entry of another kind; return its index."""
        if kind not in force.STEPS:
            force.refuse_unless_in_force(self._connection, self._network)
        leaf = leaves.other(kind, self._envelope(source, receipts), fields)
        index = self._enter(leaf, leaves.encode(leaf, self._gateway), receipts)
        self._folding.entry(index, leaf)
        return index

    def approval(self, fields: Mapping[str, Any]) -> int:
        """Enter an approval."""
        return self.other(leaves.APPROVAL, _NETWORK_SOURCE, [], fields)

    def _take(
        self, written: Written, portion: Batch, index: int, register: Mapping[str, Registered], before: Rows
    ) -> None:
        self._folding.batch(index, portion, register, before)
        written.entries.append(index)
        written.rows += len(portion)

    def _enter(self, leaf: Leaf, raw: bytes, receipts: Sequence[Receipt]) -> int:
        if len(raw) > tiles.MAX_ENTRY_BYTES:
            raise RecordError(
                f"an entry of {len(raw)} bytes for source {leaf.source} is too long, at most {tiles.MAX_ENTRY_BYTES}: "
                "look for a value with very many digits, or a list that grew too long"
            )
        for receipt in receipts:
            self._keep_bytes(receipt)
        index = self._tail.append(leaf, raw)
        self._tail.keep(index, [receipt.sha256 for receipt in receipts])
        return index

    def _envelope(self, source: str, receipts: Sequence[Receipt]) -> Envelope:
        seq, prev = self._tail.chain(source)
        moment = read(self._now)
        return Envelope(
            log=self._network.origin,
            source=source,
            seq=seq,
            prev=prev,
            received=receipts[0].received if receipts else moment,
            entered=max(moment, self._tail.entered),
            raw=tuple((receipt.sha256, len(receipt.body), receipt.media) for receipt in receipts),
        )

    def _keep_bytes(self, receipt: Receipt) -> None:
        held = select(tables.receipt.c.sha256).where(tables.receipt.c.sha256 == receipt.sha256)
        if self._connection.execute(held).scalar() is None:
            row = {"sha256": receipt.sha256, "media": receipt.media, "body": receipt.body}
            self._connection.execute(insert(tables.receipt), row)


def read(now: Moment) -> datetime:
    """The moment, or what the clock says."""
    return now() if callable(now) else now


def _earlier(connection: Connection, before: Rows) -> Earlier:
    """What each row will supersede, with the leaf hash of the entries that said it."""
    wanted = np.unique(before.entry[before.entry != NOBODY]).tolist()
    hashes: dict[int, str] = {}
    if wanted:
        entry = tables.entry.c
        found = connection.execute(select(entry.idx, entry.hash).where(entry.idx.in_(wanted)))
        hashes = {row.idx: bytes(row.hash).hex() for row in found}
    return Earlier(entry=before.entry, row=before.position, hashes=hashes)
