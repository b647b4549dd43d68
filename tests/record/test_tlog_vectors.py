"""Published test vectors of transparency logs, where a folder of them is at hand.

The folder is `../shared/vectors/tlog` or the one that ARNA_TLOG_VECTORS names.
"""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from record.errors import ProofError
from record.proof import canonical, checkpoint, cosignature, inclusion, note, policy, tiles, tree, witness
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


@every("e2e_log.json")
def test_a_proof_file_of_a_log_that_two_witnesses_sign(case: dict[str, Any]) -> None:
    named = case["policy"]
    said = [f"log {named['log']}", *(f"witness {name} {vkey}" for name, vkey in named["witnesses"].items())]
    said += [f"group both {named['quorum']} {' '.join(named['witnesses'])}", "quorum both"]
    agreed = policy.parse("\n".join(said))
    (origin,) = agreed.logs
    for one in case["cases"]:
        leaf = tree.leaf_hash(one["leaf"].encode())
        if one["ok"]:
            inclusion.verify(inclusion.parse(one["proof"].encode()), leaf, origin, agreed)
        else:
            with pytest.raises(ProofError):
                inclusion.verify(inclusion.parse(one["proof"].encode()), leaf, origin, agreed)
    leaves = [leaf.encode() for leaf in case["leaves"]]
    bundle = tiles.bundle(leaves)
    assert hashlib.sha256(bundle).hexdigest() == case["entry_bundle_sha256"]
    assert tiles.entries(bundle) == leaves
    for step in case["consistency_to_N"]:
        roots = (bytes.fromhex(step["old_root"]), bytes.fromhex(case["root"]))
        tree.verify_consistency(step["old"], len(leaves), [bytes.fromhex(one) for one in step["proof"]], *roots)


@every("own_tree.json")
def test_proofs_and_tiles_of_a_tree(case: dict[str, Any]) -> None:
    size = max(int(said) for said in case["roots"])
    nodes: dict[tuple[int, int], bytes] = {}
    for index in range(size):
        for level, place, digest in tree.grown(index, tree.leaf_hash(b"leaf %d" % index), lambda *at: nodes[at]):
            nodes[level, place] = digest
    for one in case["inclusion"]:
        found = tree.inclusion(one["index"], one["size"], lambda *at: nodes[at])
        assert [digest.hex() for digest in found] == one["proof"]
    for one in case["consistency"]:
        found = tree.consistency(one["old"], one["size"], lambda *at: nodes[at])
        assert [digest.hex() for digest in found] == one["proof"]
    for one in case["tiles"]:
        height, number, width = tiles.parse_path(one["path"])
        assert height is not None
        made = tiles.tile(height, number, width, lambda *at: nodes[at])
        assert hashlib.sha256(made).hexdigest() == one["sha256"]
        assert tiles.hashes(made)[0] == nodes[8 * height, 256 * number]


@every("tile_paths.json")
def test_the_paths_of_tiles(case: dict[str, Any]) -> None:
    if case["op"] == "path":
        level = None if case["level"] == "entries" else case["level"]
        assert tiles.path(level, case["n"], case["width"]) == case["want"]
        assert tiles.parse_path(case["want"]) == (level, case["n"], case["width"])
        return
    for said, want in case["want"].items():
        full = want["full"]
        assert full == 0 or tiles.width_at(int(said), full - 1, case["size"]) == tiles.WIDTH
        assert tiles.width_at(int(said), full, case["size"]) == want["partial"]


@every("cosignature.json")
def test_cosignatures(case: dict[str, Any]) -> None:
    if case["op"] == "timestamp":
        said = raw(case["sig_base64"])
        assert cosignature.time_of(said[4:]) == case["want"]
        return
    known = [parse_vkey(vkey) for vkey in case["vkeys"]]
    if not case["ok"]:
        with pytest.raises(ProofError):
            note.verified(case["note"].encode(), known)
        return
    signed = note.verified(case["note"].encode(), known).signed
    assert {name: time for name, time in signed.items() if time is not None} == case["timestamps"]


@every("cosignature_mldsa44.json")
def test_cosignatures_by_ml_dsa(case: dict[str, Any]) -> None:
    known = [parse_vkey(vkey) for vkey in case.get("vkeys") or [case["vkey"]]]
    signed = note.verified(case["note"].encode(), known).signed
    assert any(time is not None for time in signed.values())


@every("tlog_proof.json")
def test_proof_files(case: dict[str, Any]) -> None:
    if case["op"] == "marshal":
        extra = raw(case["extra"]) if case.get("extra") else None
        said = inclusion.Proof(case["index"], tuple(raw(one) for one in case["hashes"]), case["note"].encode(), extra)
        assert said.encode().decode() == case["want"]
        assert inclusion.parse(case["want"].encode()) == said
    elif case["ok"]:
        inclusion.parse(case["proof"].encode())
    else:
        with pytest.raises(ProofError):
            inclusion.parse(case["proof"].encode())


@every("policy.json")
def test_policies(case: dict[str, Any]) -> None:
    if case.get("ok", True):
        policy.parse(case["policy"])
    else:
        with pytest.raises(ProofError):
            policy.parse(case["policy"])


@every("witness_parse.json")
def test_requests_to_a_witness(case: dict[str, Any]) -> None:
    if not case["ok"]:
        with pytest.raises(ProofError):
            witness.parse(case["body"].encode())
        return
    said = witness.parse(case["body"].encode())
    seen = checkpoint.parse(note.parse(said.note).text)
    assert (said.old, len(said.proof), seen.size) == (case["old"], case["proof_len"], case["size"])
    assert witness.encode(said).decode() == case["body"]


@every("witness_update.json")
def test_what_a_witness_answers(case: dict[str, Any]) -> None:
    log = parse_vkey(case["log_vkey"])
    first = checkpoint.parse(note.verified(case["init"].encode(), [log]).note.text)
    origin = first.origin
    begun = witness.decide(b"old 0\n\n" + case["init"].encode(), {origin: log}, {})
    assert (begun.status, begun.accepted) == (200, first)
    request = witness.Request(case["old"], tuple(raw(one) for one in case["proof"]), case["checkpoint"].encode())
    answer = witness.decide(witness.encode(request), {origin: log}, {origin: first})
    assert answer.status == case["want_status"]
    if "want_body" in case:
        assert answer.body == case["want_body"]


@every("jcs.json")
def test_canonical_json_of_others_is_spelled_so_too_or_refused(case: dict[str, Any]) -> None:
    content = json.loads(case["input"])
    if "outside" in case["note"]:
        with pytest.raises(ProofError):
            canonical.encode(content)
    else:
        assert canonical.encode(content).decode() == case["want"]


def private_key(text: str) -> Signer:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    _, _, name, _, encoded = text.split("+", 4)
    return Signer(name, ED25519, Ed25519PrivateKey.from_private_bytes(base64.b64decode(encoded)[1:]))
