"""Proof files, policies, cosignatures, tiles and a witness's decisions, on a small log of our own."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.errors import ProofError
from record.proof import inclusion, note, policy, tiles, tree, witness
from record.proof.checkpoint import Checkpoint
from record.proof.inclusion import Proof
from record.proof.keys import COSIGNATURE, ED25519, Signer, new_signer

ORIGIN = "arna.example/test"
LOG = new_signer(ORIGIN)
KZ, KG = (new_signer(f"witness.{party}.example", COSIGNATURE) for party in ("kz", "kg"))
POLICY = f"""# both ministries, or it is not final
log {LOG.verifier.vkey}
witness KZ {KZ.verifier.vkey} https://witness.kz.example
witness KG {KG.verifier.vkey}
group both all KZ KG
quorum both
"""
SEVEN = 1_764_040_800


class Log:
    """A tree of so many entries, which says what it likes."""

    def __init__(self, size: int, salt: bytes = b"") -> None:
        self.size, self.leaves, self.nodes = 0, list[bytes](), dict[tuple[int, int], bytes]()
        for number in range(size):
            self.leaves.append(tree.leaf_hash(b"entry %d" % number + salt))
            for level, place, digest in tree.grown(number, self.leaves[-1], self.node):
                self.nodes[level, place] = digest
            self.size += 1

    def node(self, level: int, place: int) -> bytes:
        return self.nodes[level, place]

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        wanted = self.size if size is None else size
        return Checkpoint(ORIGIN, wanted, tree.root(wanted, self.node))

    def signed(self, size: int | None = None, witnesses: Sequence[Signer] = ()) -> bytes:
        raw = note.sign(self.checkpoint(size).text, [LOG])
        return raw + b"".join(note.cosigned(raw, one, SEVEN).line.encode() for one in witnesses)

    def request(self, old: int, new: int) -> bytes:
        proof = tree.consistency(old, new, self.node) if old else []
        return witness.encode(witness.Request(old, tuple(proof), self.signed(new)))


def proof_of(log: Log, index: int, witnesses: Sequence[Signer] = (KZ, KG)) -> Proof:
    return Proof(index, tuple(tree.inclusion(index, log.size, log.node)), log.signed(witnesses=witnesses))


@given(st.integers(1, 700), st.data())
def test_a_proof_file_shows_that_an_entry_is_there_and_who_says_so(size: int, data: st.DataObject) -> None:
    log = Log(size)
    index = data.draw(st.integers(0, size - 1))
    said = inclusion.parse(proof_of(log, index).encode())
    seen, signed = inclusion.verify(said, log.leaves[index], ORIGIN, policy.parse(POLICY))
    assert seen == log.checkpoint()
    assert signed.signed == {ORIGIN: None, KZ.name: SEVEN, KG.name: SEVEN}
    with pytest.raises(ProofError, match="not in this tree"):
        inclusion.verify(said, tree.leaf_hash(b"another"), ORIGIN, policy.parse(POLICY))


def test_a_missing_signature_is_called_by_its_ministry() -> None:
    log, agreed = Log(5), policy.parse(POLICY)
    for witnesses, lacking in (((KZ,), "KG"), ((KG,), "KZ"), ((), "KZ, KG")):
        with pytest.raises(ProofError, match=f"lacks the signature of {lacking}$"):
            inclusion.verify(proof_of(log, 2, witnesses), log.leaves[2], ORIGIN, agreed)
    bare = proof_of(log, 2).checkpoint.replace(note.parse(log.signed()).signatures[0].line.encode(), b"")
    with pytest.raises(ProofError, match="did not sign"):
        inclusion.verify(Proof(2, proof_of(log, 2).hashes, bare), log.leaves[2], ORIGIN, agreed)
    with pytest.raises(ProofError, match="does not know the log"):
        inclusion.verify(proof_of(log, 2), log.leaves[2], "another.example", agreed)


def test_a_log_key_may_not_cosign_and_a_cosignature_fits_one_time_alone() -> None:
    raw = Log(3).signed()
    with pytest.raises(ProofError, match="no witness's key"):
        note.cosigned(raw, new_signer("log.example", ED25519), SEVEN)
    line = note.cosigned(raw, KZ, SEVEN)
    later = note.Signature(line.name, line.key, (SEVEN + 60).to_bytes(8, "big") + line.payload[8:])
    with pytest.raises(ProofError, match="does not fit"):
        note.verified(raw + later.line.encode(), [KZ.verifier])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (POLICY.replace("quorum both\n", ""), "names no quorum"),
        (POLICY.replace("all KZ KG", "all KZ XX"), "line 5 .*'XX' is neither"),
        (POLICY.replace("all KZ KG", "3 KZ KG"), "asks for 3 of 2"),
        (POLICY.replace("all KZ KG", "² KZ KG"), "asks for ² of 2"),
        (POLICY + "group more any KZ\n", "'KZ' is in a group already"),
        (POLICY + "quorum KZ\n", "quorum stands twice"),
        (POLICY + "witless KZ\n", "line 7 .*not one of"),
        (POLICY.replace("witness KG", "witness KZ"), "'KZ' is taken"),
        (POLICY.replace(KG.verifier.vkey, KZ.verifier.vkey), "line 4 .*stands twice"),
        (POLICY.replace(KG.verifier.vkey, new_signer(KZ.name, COSIGNATURE).verifier.vkey), "stands twice"),
        (POLICY.replace(KG.verifier.vkey, new_signer("kg.example").verifier.vkey), "not for cosigning"),
        (f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}\nquorum none\n", "stands twice"),
        ("quorum nobody\n", "defined before"),
        ("log\nquorum none\n", "a log is a key"),
        ("witness KZ\nquorum none\n", "a witness is a name"),
        ("group both\nquorum none\n", "a group is a name"),
        ("\n" * 1001, "1001 lines"),
    ],
)
def test_a_policy_that_is_wrong_says_in_which_line(text: str, said: str) -> None:
    with pytest.raises(ProofError, match=said):
        policy.parse(text)


def test_any_of_a_group_or_nobody_can_be_asked_for() -> None:
    either = policy.parse(POLICY.replace("all KZ", "any KZ"))
    assert [either.is_satisfied(names) for names in ({KZ.name}, {KG.name}, set[str]())] == [True, True, False]
    assert policy.parse(f"log {LOG.verifier.vkey}\nquorum none\n").is_satisfied(set[str]())
    assert either.lacking({KZ.name}) == ["KG"]
    assert either.witnesses["KZ"].url == "https://witness.kz.example"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"something\n\nelse\n", "first line"),
        (b"c2sp.org/tlog-proof@v1\n\nnote\n", "no line with an index"),
        (b"c2sp.org/tlog-proof@v1\nindex 01\n\nnote\n", "no line with an index"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nnote\n", "not 32 bytes"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\n!\n\nnote\n", "not base64"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\nAAB=\n\nnote\n", "not how base64 is spelled"),
        (b"c2sp.org/tlog-proof@v1\nindex 1\n" + b"A" * 44 * 70 + b"\n\nnote\n", "not"),
        (b"\xff\n\n", "not plain text"),
        (b"c2sp.org/tlog-proof@v1\n" + b" " * inclusion.MAX_BYTES, "none has more"),
    ],
)
def test_what_is_no_proof_file_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(ProofError, match=said):
        inclusion.parse(raw)


@given(st.binary(max_size=300))
def test_no_bytes_break_a_reader(raw: bytes) -> None:
    for read in (inclusion.parse, witness.parse, tiles.entries, tiles.hashes):
        with suppress(ProofError):
            read(raw)


@given(st.none() | st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_the_path_of_a_tile_leads_back_to_it(level: int | None, number: int, width: int) -> None:
    assert tiles.parse_path(tiles.path(level, number, width)) == (level, number, width)


@pytest.mark.parametrize(
    "said",
    ["tile/0/1", "tile/64/000", "tile/0/x000/001", "tile/0/000.p/256", "tile/0/000.p/0", "tile/00/000", "../etc"],
)
def test_another_spelling_of_a_path_is_refused(said: str) -> None:
    with pytest.raises(ProofError):
        tiles.parse_path(said)


def test_a_root_can_be_worked_out_from_tiles_alone() -> None:
    log = Log(600)
    full = [tiles.hashes(tiles.tile(0, number, 256, log.node)) for number in range(2)]
    part = tiles.hashes(tiles.tile(0, 2, tiles.width_at(0, 2, 600), log.node))
    leaves = [digest for tile in (*full, part) for digest in tile]
    assert leaves == log.leaves
    assert tiles.hashes(tiles.tile(1, 0, tiles.width_at(1, 0, 600), log.node)) == [log.node(8, 0), log.node(8, 1)]
    assert tiles.width_at(2, 0, 600) == 0


def test_a_bundle_that_ends_early_or_holds_too_much_is_refused() -> None:
    assert tiles.entries(tiles.bundle([b"one", b"", b"three"])) == [b"one", b"", b"three"]
    for raw, said in ((b"\x00", "within"), (b"\x00\x05abc", "within"), (b"\x00\x00" * 257, "at most")):
        with pytest.raises(ProofError, match=said):
            tiles.entries(raw)
    with pytest.raises(ProofError, match="longer than 65535"):
        tiles.bundle([bytes(65_536)])


def test_a_witness_follows_one_tree_and_keeps_evidence_of_another() -> None:
    log, forked = Log(20), Log(20, salt=b"!")
    logs, held = {ORIGIN: LOG.verifier}, {ORIGIN: log.checkpoint(12)}
    assert witness.decide(log.request(0, 12), logs, {}).accepted == log.checkpoint(12)
    assert witness.decide(log.request(12, 20), logs, held).accepted == log.checkpoint(20)
    assert witness.decide(log.request(7, 20), logs, held).body == "12\n"
    rolled_back = witness.decide(log.request(7, 7), logs, held)
    assert (rolled_back.status, rolled_back.body) == (409, "12\n")
    other = witness.decide(forked.request(12, 20), logs, held)
    assert (other.status, other.accepted, other.evidence) == (422, None, None)
    assert "does not continue that of 12" in other.body
    same_size = witness.decide(forked.request(12, 12), logs, held)
    assert (same_size.status, same_size.evidence) == (422, "the log signed two roots for 12 entries")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"old x\n\nnote", 400),
        (b"old 3\n\n" + Log(3).signed().replace(b"arna", b"other"), 404),
        (b"old 0\n\n" + note.sign(Log(3).checkpoint().text, [new_signer(ORIGIN)]), 403),
        (b"old 4\n\n" + Log(3).signed(), 400),
        (b"old 0\n\n" + note.sign(f"{ORIGIN}\nmany\nroot\n", [LOG]), 400),
        (b"old 0\n\n" + note.sign(Checkpoint(ORIGIN, 0, bytes(32)).text, [LOG]), 422),
        (b"old 0\nAAAA\n\n" + Log(3).signed(), 400),
        (b"old 0\n" + b"A" * witness.MAX_BODY_BYTES, 400),
    ],
)
def test_a_witness_refuses_what_it_should_not_sign(body: bytes, status: int) -> None:
    answer = witness.decide(body, {ORIGIN: LOG.verifier}, {})
    assert (answer.status, answer.accepted) == (status, None)


def test_groups_nested_without_end_are_counted_all_the_same() -> None:
    witness = new_signer("w.example", COSIGNATURE)
    lines = [f"log {new_signer('log.example').verifier.vkey}", f"witness W {witness.verifier.vkey}", "group g0 all W"]
    lines += [f"group g{number} all g{number - 1}" for number in range(1, 990)]
    read = policy.parse("\n".join([*lines, "quorum g989", ""]))
    assert read.is_satisfied({"w.example"})
    assert not read.is_satisfied(set())
