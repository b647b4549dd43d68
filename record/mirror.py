"""Copying the journal of another machine into a full record of one's own, entry by entry, believing nothing.

Every entry comes with the leaf hash that a signed checkpoint vouches for. What is checked beyond that is what the log
itself should have kept to: the chain of each source, times that never run back, the gateway's signature, the original
bytes by their hashes, and that no network came into force without the approvals of both parties.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select

from record import force, issued, journal, tables
from record import leaf as leaves
from record.archive import alarms
from record.archive.fold import Fold
from record.archive.rebuild import drop_rows, make_again
from record.archive.record import Record
from record.archive.segment import manifest
from record.archive.segment.manifest import Piece
from record.archive.segment.segments import Segments
from record.archive.segment.store import open_store
from record.archive.snapshot import Snapshot
from record.archive.standing import CLOCKS_APART, keep_marks
from record.database import open_database, told, writing
from record.errors import ConfigError, ProofError, RecordBusy, RecordError
from record.leaf import Leaf
from record.network import Network
from record.network.key import Role
from record.proof import checkpoint, note, tree
from record.proof.checkpoint import Checkpoint
from record.proof.keys import Verifier
from record.proof.note import Mark, Note
from record.proof.policy import Policy

_SEEN = "the log that is mirrored"
_BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What an entry raises whose fields are not of the kinds that they should be."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest checkpoint that was followed: its note, and when it was first seen here."""

    said: Checkpoint
    note: bytes
    first: datetime


@dataclass(frozen=True, slots=True)
class Copied:
    """An entry's bytes, which a signed checkpoint vouches for, and what they say."""

    raw: bytes
    leaf: Leaf


class Mirror:
    """The copy of a log in a database and a store of its own."""

    def __init__(self, engine: Engine, segments: Segments, origin: str) -> None:
        self.engine = engine
        self._segments = segments
        self._origin = origin
        self._network: Network | None = None
        self._gateways: list[Verifier] = []
        with told("the mirror cannot be read"), engine.begin() as connection:
            self._turn_to(connection)

    @property
    def size(self) -> int:
        """How many entries the copy holds."""
        with told("the mirror cannot be read"), self.engine.begin() as connection:
            return journal.size(connection)

    def policy(self) -> Policy | None:
        """The policy of the network in force, once the parties have founded it."""
        return None if self._network is None else self._network.policy

    def names(self, given: Policy) -> bool:
        """Whether a version of the network that came into force names just the log and witnesses of `given`."""
        with told("the mirror cannot be read"), self.engine.begin() as connection:
            return force.names_policy(connection, given)

    def root(self, size: int, hashes: Sequence[bytes] = ()) -> bytes:
        """The root of the first `size` entries held, with the leaf `hashes` of the ones that follow them."""
        with told("the mirror cannot be read"), self.engine.begin() as connection:
            return tree.root_after(size, hashes, lambda *at: journal.stored_node(connection, *at))

    def seen(self) -> Seen | None:
        """The newest checkpoint that this mirror has followed or begun to follow."""
        with told("the mirror cannot be read"), self.engine.begin() as connection:
            kept = connection.execute(select(tables.cursor.c.value).where(tables.cursor.c.source == _SEEN)).scalar()
        if kept is None:
            return None
        seconds, _, raw = str(kept).partition(" ")
        return Seen(checkpoint.parse(note.parse(raw.encode()).text), raw.encode(), _moment(int(seconds)))

    def begin(self, signed: bytes, now: datetime) -> None:
        """Remember that the log has signed this, before its entries are fetched; a size is first seen once."""
        last, said = self.seen(), checkpoint.parse(note.parse(signed).text)
        if last is not None and last.said == said:
            return
        value = f"{int(now.timestamp())} {signed.decode()}"
        with told("the checkpoint was not kept"), writing(self.engine) as connection:
            connection.execute(tables.cursor.delete().where(tables.cursor.c.source == _SEEN))
            connection.execute(insert(tables.cursor), {"source": _SEEN, "value": value})

    def lacking(self, copied: Sequence[Copied]) -> list[tuple[str, int]]:
        """SHA-256 and length of the receipts on which entries rest and that are not here yet, each once."""
        named = {said["sha256"]: said["bytes"] for one in copied for said in one.leaf.content["raw"]}
        kept = tables.receipt.c
        with told("the mirror cannot be read"), self.engine.begin() as connection:
            held = set(connection.execute(select(kept.sha256).where(kept.sha256.in_(named))).scalars())
        return [(sha256, length) for sha256, length in named.items() if sha256 not in held]

    def take(self, first: int, copied: Sequence[Copied], receipts: Mapping[str, bytes], since: Seen | None) -> int:
        """Copy the next entries with the bytes that they rest on, all or none; return how many readings they say.

        `first` is the index of the first of them. `since` is the last checkpoint seen before this one, which did not
        have what lies beyond its size. Raises `ProofError` for what the log should not have taken or cannot be read,
        `RecordError` where it cannot be written, or another process has copied meanwhile.
        """
        with told("the entries were not copied"), writing(self.engine) as connection:
            tail, readings, folding = journal.tail(connection), 0, self._folding(connection)
            if tail.size != first:
                raise RecordBusy("another process copies into this mirror: stop one of the two")
            for index, one in enumerate(copied, start=first):
                try:
                    self._refuse_strange(tail, one, since if since and index >= since.said.size else None)
                    _keep(connection, one.leaf, receipts)
                    force.refuse_unapproved(connection, one.leaf)
                    tail.append(one.leaf, one.raw)
                    tail.keep(index, [said["sha256"] for said in one.leaf.content["raw"]])
                    if one.leaf.kind in force.STEPS:
                        force.fold(connection, index, one.leaf)
                        self._turn_to(connection)
                        folding = self._folding(connection)
                        continue
                    readings += self._fold(folding, index, one.leaf)
                except (ProofError, ConfigError) as fault:
                    raise ProofError(f"entry {index}: {fault}") from None
                except _BROKEN as fault:
                    raise ProofError(f"entry {index} is not built as entries are: {fault!r}") from None
        return readings

    def keep(self, signed: bytes, now: datetime) -> None:
        """Keep a checkpoint that was verified, and those of its cosignatures that are right."""
        read = note.parse(signed)
        said, policy = checkpoint.parse(read.text), self.policy()
        witnesses = [one.verifier for one in policy.witnesses.values()] if policy else []
        marks: list[Mark] = []
        for line in read.signatures:
            # A witness that signs nonsense takes away no other's word.
            with suppress(ProofError):
                latest = int((now + CLOCKS_APART).timestamp())
                marks += note.marks(read.text, line.line.encode(), witnesses, latest)
        by_log = Note(read.text, tuple(line for line in read.signatures if line.name == said.origin)).encode()
        with told("the checkpoint was not kept"), writing(self.engine) as connection:
            kept = tables.checkpoint.c
            if connection.execute(select(kept.size).where(kept.size == said.size)).first() is None:
                row = {"size": said.size, "issued": int(now.timestamp()), "note": by_log}
                connection.execute(insert(tables.checkpoint), row)
            keep_marks(connection, said.size, marks)

    def alarm(self, kind: str, said: str, evidence: bytes, now: datetime) -> None:
        """Keep what must not be, with the bytes that show it."""
        with told("the alarm was not kept"), writing(self.engine) as connection:
            alarms.raise_alarm(connection, kind, said, evidence, now)

    def fresh(self) -> datetime | None:
        """The latest time at which a witness signed anything, by its own clock."""
        with told("the mirror cannot be read"), self.engine.begin() as connection:
            time = connection.execute(select(func.max(tables.cosignature.c.time))).scalar()
        return None if time is None else _moment(time)

    def _refuse_strange(self, tail: journal.Tail, copied: Copied, since: Seen | None) -> None:
        leaf = copied.leaf
        if self._gateways:
            note.verified(copied.raw, self._gateways)
        if leaf.content["log"] != self._origin:
            raise ProofError(f"it is an entry of {leaf.content['log']}, not of {self._origin}")
        if (leaf.content["seq"], leaf.content["prev"]) != tail.chain(leaf.source):
            raise ProofError(f"it does not follow the entry of source {leaf.source} before it")
        if leaf.entered < tail.entered:
            raise ProofError("it was dated back: the entry before it is later")
        if since is not None and leaf.entered < since.first - CLOCKS_APART:
            raise ProofError(
                f"it was dated back: it says to have been entered at {leaves.write_time(leaf.entered)}, and a "
                f"checkpoint seen here at {leaves.write_time(since.first)} did not have it"
            )

    def _folding(self, connection: Connection) -> Fold | None:
        return None if self._network is None else Fold(connection, self._network, self._segments)

    def _fold(self, folding: Fold | None, index: int, leaf: Leaf) -> int:
        if folding is None:
            raise ProofError("something was entered before any network is in force")
        piece = folding.entry(index, leaf)
        if piece is not None:
            self._let_stand(folding.connection, index, piece, folding.network)
        return len(leaf.content["rows"]) if leaf.kind == leaves.BATCH else 0

    def _let_stand(self, connection: Connection, index: int, piece: Piece, network: Network) -> None:
        """Make the sealed file here too. Where another version of the library makes other bytes, its rows stand."""
        record = Record(self.engine, network, network, self._segments)
        snapshot = Snapshot(connection, self._segments, piece.size)
        same = make_again(snapshot, record, piece)
        manifest.fold(connection, index, piece)
        if same:
            drop_rows(connection, piece)
        else:
            manifest.replace(connection, piece.period, index)

    def _turn_to(self, connection: Connection) -> None:
        """Take the network in force, and the gateways' keys that it or the proposal before it declares, for known."""
        self._network = force.in_force(connection, trial=True)
        waiting = force.pending(connection)
        networks = [self._network, waiting.network if waiting else None]
        self._gateways = list(dict.fromkeys([*self._gateways, *known_gateways(networks)]))


def known_gateways(networks: Iterable[Network | None]) -> list[Verifier]:
    """The keys of the gateways that these networks declare."""
    return [key.verifier for network in networks if network for key in network.keys_of(Role.GATEWAY)]


def open_mirror(url: str, *, segments: str, data: Path, origin: str) -> Mirror:
    """The copy of the log `origin` in the database `url`; raises `RecordError` where it holds another's."""
    mirror = Mirror(open_database(url), Segments(open_store(segments, data)), origin)
    with told("the mirror cannot be read"), mirror.engine.begin() as connection:
        if journal.size(connection):
            held = journal.entry_at(connection, 0).leaf.content["log"]
            if held != origin:
                raise RecordError(f"this record is of {held}, not of {origin}: give the mirror a folder of its own")
    issued.list_once(mirror.engine)
    return mirror


def _keep(connection: Connection, leaf: Leaf, receipts: Mapping[str, bytes]) -> None:
    """Keep the bytes on which an entry rests, where they are new and are those that it names."""
    kept = tables.receipt.c
    for said in leaf.content["raw"]:
        sha256 = said["sha256"]
        if connection.execute(select(kept.sha256).where(kept.sha256 == sha256)).first() is not None:
            continue
        if sha256 not in receipts:
            raise ProofError(f"the bytes of its receipt {sha256} were not given")
        if hashlib.sha256(receipts[sha256]).hexdigest() != sha256:
            raise ProofError(f"the bytes of its receipt {sha256} are not those that it names")
        row = {"sha256": sha256, "media": said["media"], "body": receipts[sha256]}
        connection.execute(insert(tables.receipt), row)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
