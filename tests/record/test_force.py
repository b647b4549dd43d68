"""A version of the network comes into force by the approval of both parties, and by nothing else."""

from pathlib import Path

import pytest
from sqlalchemy import select

from record import force, journal, tables
from record.archive.rebuild import rebuild
from record.errors import ConfigError, ProofError
from record.proof import note
from record.proof.keys import Signer
from tests.example import KIROV, START, say, seen
from tests.keys import APPROVERS, LOG, WITNESSES, keys_toml, signer_of
from tests.record.founded import approval_of, approve, declared, found, open_with
from tests.record.network_files import FILES

pytestmark = pytest.mark.usefixtures("each_database")

KG, KZ = APPROVERS["kg"], APPROVERS["kz"]
CAPACITY = "capacity = 550"


def larger() -> dict[str, str]:
    """The files with another capacity of the reservoir."""
    return {"basins/talas.toml": FILES["basins/talas.toml"].replace(CAPACITY, "capacity = 551")}


def test_nothing_is_entered_before_both_have_signed_the_founding(tmp_path: Path) -> None:
    record, pen = open_with(tmp_path, declared(tmp_path / "config"))
    assert pen.declare(START) == 0
    assert pen.declare(START) is None
    with pytest.raises(ConfigError, match=r"waits for the approval of kg\.approver\.example .*, kz\.approver"):
        say(pen, "too early", [seen(KIROV, 0, "1")])
    approve(record, pen, KG)
    with pytest.raises(ConfigError, match=r"waits for the approval of kz\.approver"):
        say(pen, "too early", [seen(KIROV, 0, "1")])
    approve(record, pen, KZ)
    assert say(pen, "in time", [seen(KIROV, 0, "1")]).entries == (4,)


def test_the_version_in_force_stays_until_both_have_approved_another(tmp_path: Path) -> None:
    found(tmp_path)
    other = declared(tmp_path / "other", larger())
    record, pen = open_with(tmp_path, other)
    assert record.network.sites["kirov"].capacity == 550
    pen.declare(START)
    approve(record, pen, KZ)
    assert open_with(tmp_path, other)[0].network.sites["kirov"].capacity == 550
    say(pen, "still by the old version", [seen(KIROV, 0, "1")])
    approve(record, pen, KG)
    with pytest.raises(ConfigError, match="another version of the network came into force: start"):
        say(pen, "by the old version", [seen(KIROV, 1, "1")])
    with pytest.raises(ConfigError, match="another version of the network came into force: start"):
        pen.pass_over("follow", "6", in_force=True)
    assert pen.cursor("follow") is None
    renewed, pen = open_with(tmp_path, other)
    assert renewed.network.sites["kirov"].capacity == 551
    assert say(pen, "by the new one", [seen(KIROV, 1, "1")]).entries


@pytest.mark.parametrize("stranger", [LOG, signer_of("stranger.example"), signer_of("kz.approver.example", seed="2")])
def test_another_key_cannot_approve(tmp_path: Path, stranger: Signer) -> None:
    record, pen = open_with(tmp_path, declared(tmp_path / "config"))
    pen.declare(START)
    with pytest.raises(ProofError, match="no known key signed"):
        approve(record, pen, stranger)


def test_one_party_cannot_approve_twice(tmp_path: Path) -> None:
    record, pen = open_with(tmp_path, declared(tmp_path / "config"))
    pen.declare(START)
    approval = approval_of(record, KG)
    assert len(pen.approve(approval, START)) == 1
    assert pen.approve(approval, START) == ()
    with record.engine.begin() as connection:
        assert force.version_in_force(connection) is None


def test_an_approval_serves_one_proposal(tmp_path: Path) -> None:
    """Of the change there and back: who approved it once has not approved its return."""
    first = declared(tmp_path / "first")
    found(tmp_path)
    other = declared(tmp_path / "other", larger())
    record, pen = open_with(tmp_path, other)
    pen.declare(START)
    old = approval_of(record, KG)
    approve(record, pen, KG, KZ)
    record, pen = open_with(tmp_path, first)
    pen.declare(START)
    approve(record, pen, KG, KZ)
    record, pen = open_with(tmp_path, other)
    pen.declare(START)
    with pytest.raises(ProofError, match="not of the proposal of entry"):
        pen.approve(old, START)


def test_a_later_proposal_takes_the_place_of_one_that_waits(tmp_path: Path) -> None:
    found(tmp_path)
    record, pen = open_with(tmp_path, declared(tmp_path / "a", larger()))
    pen.declare(START)
    stale = approval_of(record, KZ)
    record, pen = open_with(tmp_path, declared(tmp_path / "b", {"seasons.toml": "# none\n"}))
    pen.declare(START)
    with pytest.raises(ProofError, match="not of the proposal"):
        pen.approve(stale, START)


def test_a_new_approver_needs_the_old_ones_and_signs_too(tmp_path: Path) -> None:
    found(tmp_path)
    successor = signer_of("kz.approver.example", seed="2027")
    file = keys_toml(approvers={"kg": KG, "kz": successor})
    record, pen = open_with(tmp_path, declared(tmp_path / "new", {"keys.toml": file}))
    pen.declare(START)
    with record.engine.begin() as connection:
        waiting = force.pending(connection)
    assert waiting is not None
    assert set(waiting.needed.values()) == {KG.verifier, KZ.verifier, successor.verifier}
    approve(record, pen, KG, successor)
    with record.engine.begin() as connection:
        assert max(connection.execute(select(tables.network_step.c.entry)).scalars()) == 6
    approve(record, pen, KZ)
    with record.engine.begin() as connection:
        assert force.in_force(connection) is not None
        assert force.pending(connection) is None


def test_keys_cannot_be_dropped_by_one_side(tmp_path: Path) -> None:
    found(tmp_path)
    record, pen = open_with(tmp_path, declared(tmp_path / "none", {"keys.toml": ""}))
    pen.declare(START)
    approve(record, pen, KG)
    with record.engine.begin() as connection:
        assert force.in_force(connection) is not None
        held = force.in_force(connection)
    assert held is not None
    assert held.keys


def test_a_lost_witness_key_is_replaced_by_both(tmp_path: Path) -> None:
    found(tmp_path)
    fresh = signer_of("kz.witness.example", WITNESSES["kz"].kind, seed="2")
    file = keys_toml(witnesses=WITNESSES | {"kz": fresh})
    record, pen = open_with(tmp_path, declared(tmp_path / "new", {"keys.toml": file}))
    pen.declare(START)
    approve(record, pen, KG, KZ)
    policy = open_with(tmp_path, record.declared)[0].network.policy
    assert policy is not None
    assert policy.witnesses["kz"].verifier == fresh.verifier


def test_a_rebuild_finds_the_same_version_in_force(tmp_path: Path) -> None:
    record, _ = found(tmp_path)
    with record.engine.begin() as connection:
        before = connection.execute(select(tables.network_step)).all()
    rebuild(record)
    with record.engine.begin() as connection:
        assert connection.execute(select(tables.network_step)).all() == before


def test_garbage_is_no_approval(tmp_path: Path) -> None:
    pen = open_with(tmp_path, declared(tmp_path / "config"))[1]
    pen.declare(START)
    for raw in (b"", b"\xff\xfe", b"yes\n\n\xe2\x80\x94 kg x\n", note.sign("yes\n", [KG])):
        with pytest.raises(ProofError):
            pen.approve(raw, START)


def test_what_stands_beside_an_approval_is_not_entered(tmp_path: Path) -> None:
    """One valid approval in many dresses is one approval, and its entry has the one line that counts."""
    record, pen = open_with(tmp_path, declared(tmp_path / "config"))
    pen.declare(START)
    junk = signer_of("a.junk.example")
    with record.engine.begin() as connection:
        waiting = force.pending(connection)
    assert waiting is not None
    (entry,) = pen.approve(note.sign(waiting.statement, [junk, KG]), START)
    assert pen.approve(note.sign(waiting.statement, [KG, junk]), START) == ()
    with record.engine.begin() as connection:
        (line,) = note.parse(journal.entry_at(connection, entry).leaf.content["approval"].encode()).signatures
    assert line.name == KG.name
