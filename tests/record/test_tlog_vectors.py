"""Published test vectors of transparency logs, where a folder of them is at hand.

The folder is `../shared/vectors/tlog` or the one that ARNA_TLOG_VECTORS names.
"""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from record.errors import ProofError
from record.proof import canonical, checkpoint, note, tree
from record.proof.keys import ED25519, Signer, parse_vkey

FOLDER = Path(os.environ.get("ARNA_TLOG_VECTORS", Path(__file__).parents[3] / "shared" / "vectors" / "tlog"))
ABSENT = "no vectors at hand: set ARNA_TLOG_VECTORS to a folder of them; test_tree.py and test_note.py hold our own"


def cases(name: str) -> list[dict[str, Any]]:
    path = FOLDER / name
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text())["vectors"]
    return found


def every(name: str) -> pytest.MarkDecorator:
    absent = pytest.param({}, marks=pytest.mark.skip(reason=ABSENT))
    found: list[Any] = [*cases(name)] or [absent]
    return pytest.mark.parametrize("case", found)


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def proof_of(case: dict[str, Any]) -> list[bytes]:
    return [raw(digest) for digest in case["proof"] or []]


def wants_error(case: dict[str, Any]) -> bool:
    return bool(case["wantErr"] or case.get("strict32_want_err"))


@every("inclusion.json")
def test_inclusion(case: dict[str, Any]) -> None:
    said = (raw(case["leafHash"]), case["leafIdx"], case["treeSize"], proof_of(case), raw(case["root"]))
    if wants_error(case):
        with pytest.raises(ProofError):
            tree.verify_inclusion(*said)
    else:
        tree.verify_inclusion(*said)


@every("consistency.json")
def test_consistency(case: dict[str, Any]) -> None:
    said = (case["size1"], case["size2"], proof_of(case), raw(case["root1"]), raw(case["root2"]))
    if wants_error(case):
        with pytest.raises(ProofError):
            tree.verify_consistency(*said)
    else:
        tree.verify_consistency(*said)


@every("tree8.json")
def test_tree_of_eight(case: dict[str, Any]) -> None:
    nodes: dict[tuple[int, int], bytes] = {}
    for size, leaf in enumerate(case["leaf_inputs_hex"]):
        assert tree.root(size, lambda *at: nodes[at]).hex() == case["root_hex_by_size"][size]
        for level, index, digest in tree.grown(size, tree.leaf_hash(bytes.fromhex(leaf)), lambda *at: nodes[at]):
            nodes[level, index] = digest
    assert [[nodes[level, index].hex() for index in range(8 >> level)] for level in range(4)] == case[
        "node_hashes_by_level_hex"
    ]


@every("own_tree.json")
def test_roots_of_growing_trees(case: dict[str, Any]) -> None:
    nodes: dict[tuple[int, int], bytes] = {}
    roots = {int(size): top for size, top in case["roots"].items()}
    for size in range(max(roots) + 1):
        if size in roots:
            assert tree.root(size, lambda *at: nodes[at]).hex() == roots[size]
        for level, index, digest in tree.grown(size, tree.leaf_hash(b"leaf %d" % size), lambda *at: nodes[at]):
            nodes[level, index] = digest


@every("note.json")
def test_note(case: dict[str, Any]) -> None:
    if case["op"] == "sign":
        assert note.sign(case["text"], [private_key(case["skey"])]).decode() == case["want"]
        return
    known = [parse_vkey(vkey) for vkey in case["vkeys"]]
    if case["ok"]:
        assert list(note.verified(case["note"].encode(), known)[1]) == case["verified"]
    else:
        with pytest.raises(ProofError):
            note.verified(case["note"].encode(), known)


@every("checkpoint.json")
def test_checkpoint(case: dict[str, Any]) -> None:
    # A hash of another length than ours is no root of a journal of ours, however well it is formed.
    if case["ok"] and not case.get("any_hash_length"):
        said = checkpoint.parse(case["text"])
        assert (said.origin, said.size) == (case["origin"], case["size"])
    else:
        with pytest.raises(ProofError):
            checkpoint.parse(case["text"])


@every("rekor_real.json")
def test_a_real_entry_of_a_public_log(case: dict[str, Any]) -> None:
    leaf = tree.leaf_hash(raw(case["leaf_data_base64"]))
    tree.verify_inclusion(leaf, case["index"], case["size"], proof_of(case), raw(case["root"]))


@every("e2e_log.json")
def test_entries_are_canonical_and_signed_by_their_gateway(case: dict[str, Any]) -> None:
    gateways = [parse_vkey(vkey) for vkey in case["policy"]["sources"]]
    for leaf, digest in zip(case["leaves"], case["leaf_hashes"], strict=True):
        content = note.verified(leaf.encode(), gateways)[0].text.split("\n")[1]
        assert canonical.encode(canonical.decode(content.encode())).decode() == content
        assert tree.leaf_hash(leaf.encode()).hex() == digest


def private_key(text: str) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    _, _, name, _, encoded = text.split("+", 4)
    return Signer(name, ED25519, Ed25519PrivateKey.from_private_bytes(base64.b64decode(encoded)[1:]))
