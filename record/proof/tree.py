"""The Merkle tree of RFC 6962 section 2.1 over the leaves of the journal.

Only hashes of complete subtrees are kept, by (level, index): the node covers leaves [index * 2^level,
(index + 1) * 2^level) and never changes. `Nodes` looks one up; whoever stores them decides how.
All hashes are 32 bytes of SHA-256. Verifiers follow RFC 9162 sections 2.1.3.2 and 2.1.4.2 and are strict: a hash of
another length, an index outside the tree or an empty old tree proves nothing.
"""

import hashlib
from collections.abc import Callable, Sequence

from record.errors import ProofError

Nodes = Callable[[int, int], bytes]

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf's bytes, domain separated by 0x00."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node, domain separated by 0x01."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(size: int, leaf: bytes, node: Nodes) -> list[tuple[int, int, bytes]]:
    """Nodes (level, index, hash) that become complete when a leaf with hash `leaf` joins a tree of `size` leaves."""
    level, index, digest = 0, size, leaf
    complete = [(level, index, digest)]
    while index & 1:
        digest = node_hash(node(level, index - 1), digest)
        level, index = level + 1, index >> 1
        complete.append((level, index, digest))
    return complete


def root_after(size: int, leaves: Sequence[bytes], node: Nodes) -> bytes:
    """Root of the tree that a tree of `size` leaves becomes when leaves with these hashes join it."""
    fresh: dict[tuple[int, int], bytes] = {}

    def known(level: int, index: int) -> bytes:
        return found if (found := fresh.get((level, index))) is not None else node(level, index)

    for place, leaf in enumerate(leaves, start=size):
        fresh.update({(level, index): digest for level, index, digest in grown(place, leaf, known)})
    return root(size + len(leaves), known)


def root(size: int, node: Nodes) -> bytes:
    """Root of the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _range_hash(0, size, node)


def inclusion(index: int, size: int, node: Nodes) -> list[bytes]:
    """Proof that leaf `index` is in the tree of `size` leaves, the leaf's sibling first."""
    if not 0 <= index < size:
        raise ProofError(f"entry {index} is not among the first {size} entries")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    return proof[::-1]


def consistency(old: int, new: int, node: Nodes) -> list[bytes]:
    """Proof that the tree of `old` leaves is the beginning of the tree of `new` leaves."""
    if not 0 < old <= new:
        raise ProofError(f"no consistency from {old} to {new} entries: the old size must be from 1 to the new one")
    if old == new:
        return []
    proof: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    if start:
        proof.append(_range_hash(start, end, node))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], top: bytes) -> None:
    """Raise `ProofError` unless `proof` leads from the hash `leaf` at `index` to the root `top` of `size` leaves."""
    _refuse_short([leaf, top, *proof])
    if not 0 <= index < size:
        raise ProofError(f"entry {index} lies outside a tree of {size} entries")
    place, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("inclusion proof is too long")
        if place & 1 or place == last:
            digest = node_hash(sibling, digest)
            place, last = _climb(place, last)
        else:
            digest = node_hash(digest, sibling)
        place, last = place >> 1, last >> 1
    if last or digest != top:
        raise ProofError("inclusion proof does not lead to the root: the entry is not in this tree")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_top: bytes, new_top: bytes) -> None:
    """Raise `ProofError` unless the tree `new` with root `new_top` begins with the tree `old` with root `old_top`."""
    _refuse_short([old_top, new_top, *proof])
    if not 0 < old <= new:
        raise ProofError(f"no consistency from {old} to {new} entries")
    if old == new:
        if proof or old_top != new_top:
            raise ProofError(f"two roots for the same {old} entries")
        return
    hashes = [old_top, *proof] if old & (old - 1) == 0 else list(proof)
    if not hashes:
        raise ProofError("consistency proof is empty")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    _fold_consistency(place, last, hashes, old_top, new_top)


def _fold_consistency(place: int, last: int, hashes: Sequence[bytes], old_top: bytes, new_top: bytes) -> None:
    old_digest = new_digest = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("consistency proof is too long")
        if place & 1 or place == last:
            old_digest, new_digest = node_hash(sibling, old_digest), node_hash(sibling, new_digest)
            place, last = _climb(place, last)
        else:
            new_digest = node_hash(new_digest, sibling)
        place, last = place >> 1, last >> 1
    if last or old_digest != old_top or new_digest != new_top:
        raise ProofError("consistency proof does not join the two roots: the trees differ")


def _climb(place: int, last: int) -> tuple[int, int]:
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(width: int) -> int:
    return 1 << ((width - 1).bit_length() - 1)


def _range_hash(start: int, end: int, node: Nodes) -> bytes:
    """Hash of leaves [start, end), where `start` is a multiple of the largest power of two in the width."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(width)
    return node_hash(_range_hash(start, middle, node), _range_hash(middle, end, node))


def _refuse_short(hashes: Sequence[bytes]) -> None:
    if any(len(digest) != HASH_BYTES for digest in hashes):
        raise ProofError("a hash in the proof is not 32 bytes long")
