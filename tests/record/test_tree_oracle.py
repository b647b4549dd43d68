"""The tree and its proofs against an independent implementation, which is asked in tests alone."""

import pymerkle
from hypothesis import given
from hypothesis import strategies as st

from record.proof import tree


@given(st.integers(1, 300), st.data())
def test_roots_and_proofs_are_those_of_another_implementation(size: int, data: st.DataObject) -> None:
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    nodes: dict[tuple[int, int], bytes] = {}
    leaves = [b"leaf %d" % number for number in range(size)]
    for number, leaf in enumerate(leaves):
        oracle.append_entry(leaf)
        for level, place, digest in tree.grown(number, tree.leaf_hash(leaf), lambda *at: nodes[at]):
            nodes[level, place] = digest

    def root(count: int) -> bytes:
        return tree.root(count, lambda *at: nodes[at])

    assert root(size) == oracle.get_root(size)
    index = data.draw(st.integers(0, size - 1))
    found = tree.inclusion(index, size, lambda *at: nodes[at])
    # The oracle counts from one, and begins its path with the leaf itself or its sibling, whichever is the left one.
    theirs = {bytes.fromhex(digest) for digest in oracle.prove_inclusion(index + 1, size).serialize()["path"]}
    assert theirs == {tree.leaf_hash(leaves[index]), *found}
    old = data.draw(st.integers(1, size))
    proof = tree.consistency(old, size, lambda *at: nodes[at])
    tree.verify_consistency(old, size, proof, oracle.get_root(old), oracle.get_root(size))
    pymerkle.verify_inclusion(tree.leaf_hash(leaves[index]), root(size), oracle.prove_inclusion(index + 1, size))
    pymerkle.verify_consistency(root(old), root(size), oracle.prove_consistency(old, size))
