"""A log that contradicts itself, or serves what it should not have, is an alarm, and nothing of it is copied."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ingest.mirror import follow
from ingest.peer import Peer
from record import journal, tables
from record import leaf as leaves
from record.archive import Log
from record.entering import Entering
from record.errors import ProofError
from record.mirror import Mirror
from record.proof import note, tree
from service.app import create_app
from service.settings import Settings
from tests import example
from tests.example import KIROV, START, say, seen
from tests.ingest.followed import NOW, Main, alarms, now, record_of, round_of
from tests.keys import APPROVERS, GATEWAY, LOG, WITNESSES, keys_toml, signer_of
from tests.record.founded import approve, declared, open_with
from tests.serving import running

pytestmark = pytest.mark.usefixtures("each_database")


def rewrite(main: Main, change: Callable[[bytes], bytes]) -> None:
    """Rewrite the journal as one who holds its keys: change entry 5, chain, sign and hash everything anew."""
    with main.record.engine.begin() as connection:
        raws = [entry.raw for entry in journal.entries(connection)]
        raws[5] = note.sign(change(note.parse(raws[5]).text.encode()).decode(), [GATEWAY])
        nodes: dict[tuple[int, int], bytes] = {}
        for index, raw in enumerate(raws):
            digest = tree.leaf_hash(raw)
            fresh = tree.grown(index, digest, lambda *at: nodes[at])
            nodes.update({(level, place): top for level, place, top in fresh})
            row = update(tables.entry).where(tables.entry.c.idx == index)
            connection.execute(row.values(leaf=raw, hash=digest))
        for (level, place), top in nodes.items():
            at = update(tables.node).where(tables.node.c.level == level, tables.node.c.idx == place)
            connection.execute(at.values(hash=top))
        connection.execute(tables.checkpoint.delete())


def test_a_rewritten_journal_is_a_fork(main: Main, copy: Mirror) -> None:
    main.say(*range(10))
    round_of(main, copy)
    rewrite(main, lambda text: text.replace(b'"5.1"', b'"9.1"'))
    main.say(11)
    with pytest.raises(ProofError, match="signed 15 entries that do not begin with the 14 that it had signed before"):
        round_of(main, copy)
    assert alarms(copy) == ["fork"]
    with copy.engine.begin() as connection:
        evidence = bytes(connection.execute(select(tables.alarm.c.evidence)).scalar_one())
    assert evidence.count(LOG.name.encode() + b"\n") == 2
    assert copy.size == 14


def test_a_log_that_shows_less_than_before_is_rolled_back(main: Main, copy: Mirror) -> None:
    main.say(*range(5))
    old = Log(main.record).checkpoint()
    main.say(6)
    round_of(main, copy)
    with main.record.engine.begin() as connection:
        connection.execute(tables.checkpoint.delete().where(tables.checkpoint.c.size > int(old.split(b"\n")[1])))
    with pytest.raises(ProofError, match="shows 9 entries, 1 fewer than it did"):
        round_of(main, copy)
    assert alarms(copy) == ["rollback"]


def test_an_edited_entry_is_named(main: Main, copy: Mirror) -> None:
    main.say(*range(5))
    with main.record.engine.begin() as connection:
        raw = bytes(connection.execute(select(tables.entry.c.leaf).where(tables.entry.c.idx == 6)).scalar_one())
        row = update(tables.entry).where(tables.entry.c.idx == 6)
        connection.execute(row.values(leaf=raw.replace(b'"5.2"', b'"8.2"')))
    with pytest.raises(ProofError, match="entry 6 was changed: the log served other bytes than those that it signed"):
        round_of(main, copy)
    assert alarms(copy) == ["tampered"]
    assert copy.size == 0


def test_hashes_that_were_changed_after_signing_are_told_from_a_fork(main: Main, copy: Mirror) -> None:
    main.say(*range(5))
    with main.record.engine.begin() as connection:
        connection.execute(
            update(tables.node).where(tables.node.c.level == 0, tables.node.c.idx == 6).values(hash=bytes(32))
        )
    with pytest.raises(ProofError, match="do not have the root that it signed over 9 entries"):
        round_of(main, copy)
    assert alarms(copy) == ["tampered"]


def test_an_entry_dated_back_is_not_taken(main: Main, copy: Mirror) -> None:
    """The clock of the log is not believed: what an earlier checkpoint lacked was not entered before it was seen."""
    main.say(0)
    round_of(main, copy)
    say(main.pen, "as if it had come in May", [seen(KIROV, 1, "3")], hours=1)
    main.pen.checkpoint(NOW)
    with pytest.raises(ProofError, match=r"entry 5: it was dated back: .* did not have it"):
        round_of(main, copy)
    assert alarms(copy) == ["tampered"]


def test_another_receipt_than_the_one_named_is_not_taken(main: Main, copy: Mirror) -> None:
    main.say(0)
    with main.record.engine.begin() as connection:
        connection.execute(update(tables.receipt).where(tables.receipt.c.body == b"day 0 5").values(body=b"day 0 6"))
    with pytest.raises(ProofError, match="entry 4: the bytes of its receipt"):
        round_of(main, copy)


def test_a_log_signed_by_another_key_is_not_followed(main: Main, copy: Mirror) -> None:
    main.say(0)
    strange = declared(main.folder / "strange", {"keys.toml": keys_toml(log=signer_of(LOG.name, seed="2"))}).policy
    assert strange is not None
    with Peer(main.url) as peer, pytest.raises(ProofError, match="no known key signed"):
        follow(peer, copy, strange, now)
    assert copy.size == 0


def test_a_version_that_only_one_party_approved_is_not_taken(main: Main, copy: Mirror) -> None:
    main.say(0)
    other = declared(main.folder / "other", {"seasons.toml": "# none\n"})
    record, pen = open_with(main.folder, other)
    pen.declare(NOW)
    approve(record, pen, APPROVERS["kg"])
    with record.engine.begin() as connection:
        Entering(connection, record, GATEWAY, NOW).version("arna/network/v1", other)
    pen.checkpoint(NOW)
    with pytest.raises(ProofError, match="a network came into force without the approval of both parties"):
        round_of(main, copy)


def append_raw(main: Main, **fields: object) -> None:
    """Let the main node enter what no pen of ours would write, signed and in its place."""
    with main.record.engine.begin() as connection:
        tail = journal.tail(connection)
        seq, prev = tail.chain("bad")
        envelope = {"log": LOG.name, "source": "bad", "seq": seq, "prev": prev, "raw": []}
        envelope |= {"received": "2026-07-30T02:00:00Z", "entered": "2026-07-30T02:00:00Z"}
        kind = str(fields.pop("kind"))
        leaf = leaves.Leaf(kind, envelope | fields)
        tail.append(leaf, leaves.encode(leaf, GATEWAY))
    main.pen.checkpoint(NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": leaves.REFUSAL, "refused": 3},
        {"kind": leaves.REFUSAL, "refused": [], "raw": 5},
        {"kind": leaves.REFUSAL, "refused": [], "raw": [{"sha256": "x"}]},
        {"kind": leaves.SEAL, "segment": 4},
        {"kind": leaves.PROPOSAL, "version": "x", "files": []},
        {"kind": leaves.PROPOSAL, "version": "x", "files": 3},
        {"kind": leaves.BATCH, "series": [], "rows": [[0, 1, 2, 3, 4]], "refs": [], "reason": None},
        {"kind": leaves.APPROVAL, "version": "x", "proposal": {}, "approval": "x"},
    ],
)
def test_an_entry_that_is_not_built_as_entries_are_is_an_alarm(
    main: Main, copy: Mirror, fields: dict[str, object]
) -> None:
    append_raw(main, **fields)
    with pytest.raises(ProofError, match=r"entry 4|bundle 0"):
        round_of(main, copy)
    assert alarms(copy) == ["tampered"]
    assert copy.size == 0


def test_a_size_beyond_all_measure_is_not_followed(main: Main, copy: Mirror) -> None:
    main.say(0)
    huge = note.sign(f"{LOG.name}\n{2**40}\n{'A' * 43}=\n", [LOG])
    with main.record.engine.begin() as connection:
        connection.execute(tables.checkpoint.insert(), {"size": 2**40, "issued": 0, "note": huge})
    with pytest.raises(ProofError, match="more than 5000000 at once"):
        round_of(main, copy)


def test_two_roots_of_one_size_are_a_fork_though_nothing_else_is_served(
    main: Main, copy: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    main.say(0)
    round_of(main, copy)
    forked = note.sign(f"{LOG.name}\n5\n{'A' * 43}=\n", [LOG])
    with main.record.engine.begin() as connection:
        connection.execute(update(tables.checkpoint).values(note=forked))
    with pytest.raises(ProofError, match="two roots for 5 entries"):
        round_of(main, copy)
    assert alarms(copy) == ["fork"]


def test_a_log_that_others_founded_is_not_final_here(tmp_path: Path, copy: Mirror) -> None:
    """Whoever runs the log has made up approvers and witnesses for both parties, and signs with them."""
    folder = tmp_path / "fake"
    folder.mkdir()
    witnesses = {party: signer_of(f"fake.{party}.example", 4) for party in WITNESSES}
    approvers = {party: signer_of(f"fake.{party}.approver.example") for party in APPROVERS}
    network = declared(folder / "config", {"keys.toml": keys_toml(witnesses=witnesses, approvers=approvers)})
    record, pen = open_with(folder, network)
    pen.declare(START)
    approve(record, pen, *approvers.values())
    signed = pen.checkpoint(NOW)
    for witness in witnesses.values():
        pen.cosign(4, note.cosigned(signed, witness, int(NOW.timestamp())).line.encode(), NOW)
    assert Log(record).standing().final == 4
    true = declared(tmp_path / "true").policy
    assert true is not None
    app = create_app(Settings(config=folder / "config", data=folder, record=example.url_of(folder)), now=now)
    with running(app) as url, Peer(url) as peer, pytest.raises(ProofError, match="others founded it"):
        follow(peer, copy, true, now)
    assert alarms(copy) == ["strangers"]
    assert not Log(record_of(tmp_path / "mirror")).standing().is_final(4)
