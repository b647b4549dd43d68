"""The Merkle tree against the definition of RFC 6962, written out plainly, and against its own published roots."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.errors import ProofError
from record.proof import tree


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


def grow(leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    nodes: dict[tuple[int, int], bytes] = {}
    for size, leaf in enumerate(leaves):
        complete = tree.grown(size, tree.leaf_hash(leaf), lambda level, index: nodes[level, index])
        nodes.update({(level, index): digest for level, index, digest in complete})
    return nodes


LEAVES = [f"leaf {number}".encode() for number in range(130)]
NODES = grow(LEAVES)


def node(level: int, index: int) -> bytes:
    return NODES[level, index]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 9, 64, 65, 127, 130])
def test_root_is_that_of_the_definition(size: int) -> None:
    assert tree.root(size, node) == plain_root(LEAVES[:size])


def test_root_of_eight_leaves_is_the_known_one() -> None:
    assert tree.root(8, node).hex() == "c5c2c820ed342fdda8ce896b6b9cf5b8c00a21cc4b20714cc6e5d3c05c35240b"


@given(st.data())
def test_every_leaf_is_shown_to_be_in_every_larger_tree(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(index, size, node)
    leaf, top = tree.leaf_hash(LEAVES[index]), tree.root(size, node)
    tree.verify_inclusion(leaf, index, size, proof, top)
    with pytest.raises(ProofError):
        tree.verify_inclusion(tree.leaf_hash(b"another"), index, size, proof, top)
    with pytest.raises(ProofError):
        tree.verify_inclusion(leaf, index, size, [*proof, top], top)


@given(st.data())
def test_every_tree_is_shown_to_begin_every_larger_one(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, len(LEAVES)))
    old = data.draw(st.integers(1, new))
    proof = tree.consistency(old, new, node)
    old_top, new_top = tree.root(old, node), tree.root(new, node)
    tree.verify_consistency(old, new, proof, old_top, new_top)
    with pytest.raises(ProofError):
        tree.verify_consistency(old, new, proof, tree.leaf_hash(b"another"), new_top)
    with pytest.raises(ProofError):
        tree.verify_consistency(old, new, [*proof, new_top], old_top, new_top)


def test_hashes_of_another_length_prove_nothing() -> None:
    with pytest.raises(ProofError, match="32 bytes"):
        tree.verify_inclusion(b"", 0, 1, [], b"")


def test_the_empty_tree_proves_nothing() -> None:
    with pytest.raises(ProofError):
        tree.verify_consistency(0, 1, [], tree.EMPTY_ROOT, tree.root(1, node))


def test_an_index_outside_the_tree_is_refused() -> None:
    with pytest.raises(ProofError, match="outside"):
        tree.verify_inclusion(tree.leaf_hash(LEAVES[0]), 1, 1, [], tree.root(1, node))
    with pytest.raises(ProofError, match="not among"):
        tree.inclusion(5, 5, node)
