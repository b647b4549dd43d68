"""The entries of the journal, read once from first to last, and what is wrong with them themselves."""

from collections.abc import Iterator

from record import journal
from record import leaf as leaves
from record.archive.record import Record
from record.audit.audited import BROKEN, Findings, said_of
from record.batch import Batch
from record.database import told
from record.errors import ProofError
from record.journal import Entry
from record.leaf import Leaf
from record.proof import tree

_AT_A_TIME = 500


def read(record: Record, first: int, past: int, findings: Findings) -> Iterator[tuple[Entry, Leaf]]:
    """Entries [first, past) as their bytes have it now; what is gone, was changed or cannot be read is told."""
    expected = first
    for entry in _entries(record, first, past):
        for gone in range(expected, entry.index):
            findings.tell(f"entry {gone} is gone from the journal: restore it from a mirror")
        expected = entry.index + 1
        if tree.leaf_hash(entry.raw) != entry.hash:
            findings.tell(f"entry {entry.index} was changed: its bytes do not match their hash")
        leaf = _leaf_of(entry, findings)
        if leaf is not None:
            yield entry, leaf


def batch_said(entry: Entry, leaf: Leaf, findings: Findings) -> Batch | None:
    """The rows of a batch; that they cannot be read is a difference, and then None."""
    try:
        said = leaves.batch_of(leaf)
        strange = [name for name in said.series if not isinstance(name, str)]
        if strange:
            raise ProofError(f"a batch of series {strange[0]!r}, which is no name")
        return said
    except BROKEN as fault:
        findings.tell(f"entry {entry.index} cannot be read: {said_of(fault)}")
        return None


def _entries(record: Record, first: int, past: int) -> Iterator[Entry]:
    """Some of them a transaction: they never change, and a long one would hold up the pen."""
    for start in range(first, past, _AT_A_TIME):
        with told("the journal cannot be audited"), record.engine.begin() as connection:
            found = list(journal.entries(connection, start, min(start + _AT_A_TIME, past)))
        yield from found


def _leaf_of(entry: Entry, findings: Findings) -> Leaf | None:
    try:
        leaf = entry.leaf
        entered = leaf.entered
    except BROKEN as fault:
        findings.tell(f"entry {entry.index} cannot be read: {said_of(fault)}")
        return None
    if entered != entry.entered:
        findings.tell(f"entry {entry.index} was dated anew: it says {leaves.write_time(entered)} itself")
    return leaf
