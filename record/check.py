"""Checking the journal from its bytes alone: hashes, chains, signatures, times, tree and signed checkpoints."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from record import journal, tables
from record import leaf as leaves
from record.errors import ProofError, RecordDamaged
from record.journal import Entry
from record.leaf import Leaf
from record.proof import checkpoint, note, tree
from record.proof.keys import Verifier

_Chains = dict[str, tuple[int, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The public keys that a record is checked against: its gateway's, its log's, and those that these replaced."""

    gateway: Verifier
    log: Verifier
    earlier: Sequence[Verifier] = ()


def checked_entries(connection: Connection, gateways: Sequence[Verifier] = ()) -> Iterator[Entry]:
    """Every entry, once its hash, its place in its source's chain, its time and its signature have been checked.

    Without `gateways` the signatures are left unchecked. Raises `RecordDamaged` at the first fault.
    """
    chains: _Chains = {}
    for count, found in enumerate(journal.entries(connection)):
        if found.index != count:
            raise RecordDamaged(f"entry {count} is gone from the journal: restore it from a mirror")
        if tree.leaf_hash(found.raw) != found.hash:
            raise RecordDamaged(f"entry {count} was changed: its bytes do not match their hash")
        leaf = _read(found, gateways)
        if leaf.entered != found.entered:
            raise RecordDamaged(f"entry {count} was dated anew: it says {leaves.write_time(leaf.entered)} itself")
        _follow(found, leaf, chains)
        yield found


def check(connection: Connection, known: Known) -> int:
    """Check everything; return the number of entries, or raise `RecordDamaged` at the first fault."""
    nodes: dict[tuple[int, int], bytes] = {}
    count = 0
    for found in checked_entries(connection, [known.gateway, *known.earlier]):
        complete = tree.grown(found.index, found.hash, lambda level, place: nodes[level, place])
        nodes.update({(level, place): digest for level, place, digest in complete})
        count += 1

    def root(size: int) -> bytes:
        return tree.root(size, lambda level, place: nodes[level, place])

    if journal.root(connection, count) != root(count):
        raise RecordDamaged("the stored tree does not match the entries: run `arna rebuild`")
    for size, signed in connection.execute(select(tables.checkpoint.c.size, tables.checkpoint.c.note)):
        if size > count:
            raise RecordDamaged(f"a checkpoint of {size} entries was signed and {count} are left: restore a mirror's")
        _check_checkpoint(bytes(signed), root(size), [known.log, *known.earlier])
    return count


def _read(found: Entry, gateways: Sequence[Verifier]) -> Leaf:
    try:
        return leaves.verified(found.raw, gateways) if gateways else found.leaf
    except ProofError as fault:
        raise RecordDamaged(f"entry {found.index} is not as its gateway signed it: {fault}") from None


def _follow(found: Entry, leaf: Leaf, chains: _Chains) -> None:
    seq, prev = chains.get(leaf.source, (0, None))
    if (leaf.content["seq"], leaf.content["prev"]) != (seq, prev):
        raise RecordDamaged(f"entry {found.index} does not follow number {seq - 1} of source {leaf.source}")
    chains[leaf.source] = (seq + 1, found.hash.hex())


def _check_checkpoint(signed: bytes, root: bytes, logs: Sequence[Verifier]) -> None:
    try:
        said = checkpoint.parse(note.verified(signed, logs)[0].text)
    except ProofError as fault:
        raise RecordDamaged(f"a stored checkpoint is not as the log signed it: {fault}") from None
    if said.root != root:
        raise RecordDamaged(
            f"the first {said.size} entries are not those of the checkpoint signed over them: "
            "the journal was rewritten; restore it from a mirror"
        )
