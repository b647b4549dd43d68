"""A mirror copies what the log signed, answers the same, and raises an alarm where the log contradicts itself."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ingest import mirror as following
from ingest.mirror import follow, stale
from ingest.peer import Peer
from record import journal, tables
from record import leaf as leaves
from record.archive import Archive, Log, Record
from record.archive.record import open_record
from record.check import Known, check
from record.errors import ProofError, SourceError
from record.mirror import Mirror, open_mirror
from record.proof import note, tree
from record.proof.policy import Policy
from record.seal import seal
from record.selection import Selection
from record.writer import Pen
from service.app import create_app
from service.settings import Settings
from tests.example import KIROV, START, say, seen, url_of
from tests.keys import APPROVERS, GATEWAY, LOG, WITNESSES, keys_toml, signer_of
from tests.record.founded import approve, declared, found, open_with
from tests.serving import running

NOW = START + timedelta(days=90)


def now() -> datetime:
    return NOW


class Main:
    """The main node: its folder, its record and pen, and its address."""

    def __init__(self, folder: Path, url: str, record: Record, pen: Pen) -> None:
        self.folder, self.url, self.record, self.pen = folder, url, record, pen

    @property
    def policy(self) -> Policy:
        policy = self.record.network.policy
        assert policy is not None
        return policy

    def say(self, *days: int, value: str = "5") -> None:
        """Let the post speak of these days, each when it has come."""
        for day in days:
            say(self.pen, f"day {day} {value}", [seen(KIROV, day, f"{value}.{day}")], hours=24 * day)
        self.pen.checkpoint(NOW)

    def cosign(self, *parties: str) -> None:
        signed = Log(self.record).checkpoint()
        size = int(signed.split(b"\n")[1])
        for party in parties:
            self.pen.cosign(size, note.cosigned(signed, WITNESSES[party], int(NOW.timestamp())).line.encode(), NOW)


@pytest.fixture
def main(tmp_path: Path) -> Iterator[Main]:
    folder = tmp_path / "main"
    folder.mkdir()
    record, pen = found(folder)
    app = create_app(Settings(config=folder / "config", data=folder), now=now)
    with running(app) as url:
        yield Main(folder, url, record, pen)


@pytest.fixture
def copy(tmp_path: Path, main: Main) -> Mirror:
    return opened(tmp_path / "mirror")


def opened(folder: Path) -> Mirror:
    folder.mkdir(exist_ok=True)
    return open_mirror(url_of(folder), segments=str(folder / "segments"), data=folder, origin=LOG.name)


def round_of(main: Main, copy: Mirror) -> following.Followed:
    with Peer(main.url) as peer:
        return follow(peer, copy, main.policy, now)


def record_of(folder: Path) -> Record:
    return open_record(url_of(folder), None, segments=str(folder / "segments"), data=folder)


def answers(record: Record, as_of: int | None = None) -> list[object]:
    archive = Archive(record)
    whole = Selection(series=(KIROV,), start=START - timedelta(days=400), end=NOW, as_of=as_of)
    dataset = archive.select(whole)
    return [dataset.to_dict(), archive.history(KIROV, START), archive.latest([KIROV]), archive.size()]


def alarms(copy: Mirror) -> list[str]:
    with copy.engine.begin() as connection:
        return list(connection.execute(select(tables.alarm.c.kind)).scalars())


def test_a_mirror_answers_what_the_main_node_answers(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(*range(40))
    main.say(0, 1, value="6")
    assert round_of(main, copy) == following.Followed(46, 46, 42)
    main.say(90)
    assert round_of(main, copy) == following.Followed(47, 1, 1)
    assert round_of(main, copy) == following.Followed(47, 0, 0)
    theirs = record_of(tmp_path / "mirror")
    for as_of in (None, 10, 45):
        assert answers(theirs, as_of) == answers(main.record, as_of)
    with theirs.engine.begin() as connection:
        assert check(connection, Known(gateway=GATEWAY.verifier, log=LOG.verifier)) == 47
        kept = set(connection.execute(select(tables.receipt.c.body)).scalars())
    with main.record.engine.begin() as connection:
        assert kept == set(connection.execute(select(tables.receipt.c.body)).scalars())


def test_a_mirror_makes_the_sealed_files_itself(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(*range(20))
    (sealed,) = seal(main.record, main.pen, lambda: START + timedelta(days=900), lambda: None)
    assert sealed.fault is None
    main.say(3, value="7")
    round_of(main, copy)
    theirs = record_of(tmp_path / "mirror")
    assert theirs.segments.store.names() == main.record.segments.store.names() != set()
    for as_of in (None, 10):
        assert answers(theirs, as_of) == answers(main.record, as_of)


def test_a_round_that_broke_off_goes_on(
    tmp_path: Path, main: Main, copy: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    main.say(*range(300))
    real, asked = Peer.get, []

    def breaking(peer: Peer, path: str, at_most: int) -> object:
        asked.append(path)
        if path.startswith("/log/tile/entries/001"):
            raise SourceError("the line broke")
        return real(peer, path, at_most)

    monkeypatch.setattr(Peer, "get", breaking)
    with pytest.raises(SourceError):
        round_of(main, copy)
    assert copy.size == 256
    monkeypatch.setattr(Peer, "get", real)
    main.say(301)
    assert round_of(main, opened(tmp_path / "mirror")).entries == 49
    assert answers(record_of(tmp_path / "mirror")) == answers(main.record)
    assert alarms(copy) == []


def test_cosignatures_come_along_and_make_the_copy_final(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(0)
    main.cosign("kg", "kz")
    final = Log(main.record).final()
    main.say(1)
    main.cosign("kg")
    round_of(main, copy)
    theirs = Log(record_of(tmp_path / "mirror"))
    assert theirs.final() == final
    assert theirs.checkpoint() == Log(main.record).checkpoint()
    assert [one.name for one in theirs.standing().waiting] == ["kz"]
    main.cosign("kz")
    round_of(main, copy)
    assert theirs.standing().final == 6
    assert theirs.standing().waiting == ()


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
    forced = Pen(record, gateway=GATEWAY, log=LOG)
    with record.engine.begin() as connection:
        forced._write_version(connection, "arna/network/v1", other, NOW)
    pen.checkpoint(NOW)
    with pytest.raises(ProofError, match="a network came into force without the approval of both parties"):
        round_of(main, copy)


def test_a_new_network_is_taken_when_both_approved(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(0)
    round_of(main, copy)
    other = declared(main.folder / "other", {"seasons.toml": "# none\n"})
    record, pen = open_with(main.folder, other)
    pen.declare(NOW)
    approve(record, pen, *APPROVERS.values())
    pen.checkpoint(NOW)
    round_of(main, copy)
    assert record_of(tmp_path / "mirror").network.version == other.version


def test_a_log_that_falls_silent_is_stale(main: Main, copy: Mirror) -> None:
    main.say(0)
    round_of(main, copy)
    assert stale(copy, NOW + timedelta(hours=1), timedelta(hours=2)) is None
    assert "nothing new since 2026-07-30T02:00:00Z" in str(stale(copy, NOW + timedelta(hours=3), timedelta(hours=2)))
    main.cosign("kg")
    assert stale(copy, NOW, timedelta(0)) is None


def test_a_mirror_restores_a_lost_main_node(tmp_path: Path, main: Main, copy: Mirror) -> None:
    main.say(*range(10))
    main.cosign("kg", "kz")
    round_of(main, copy)
    before = answers(main.record)
    record, pen = open_with(tmp_path / "mirror", main.record.declared)
    assert answers(record) == before
    assert say(pen, "day 3 5", [seen(KIROV, 3, "5.3")], hours=72).repeated
    say(pen, "day 20", [seen(KIROV, 20, "5")], hours=24 * 20)
    pen.checkpoint(NOW)
    second = opened(tmp_path / "second")
    with running(create_app(Settings(config=main.folder / "config", data=tmp_path / "mirror"), now=now)) as url:
        restored = Main(tmp_path / "mirror", url, record, pen)
        assert round_of(restored, second).size == 15
        assert round_of(restored, copy).size == 15


def test_a_first_copy_that_broke_off_days_later_accuses_nobody(
    tmp_path: Path, main: Main, copy: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the mirror stands long after the entries: they are old, and were all signed when it began."""
    main.say(*range(80), *range(80), value="5")
    for day in range(80):
        main.say(day, value="6")
        main.say(day, value="7")
    main.say(*range(80), value="8")
    real = Peer.get

    def breaking(peer: Peer, path: str, at_most: int) -> object:
        if path.startswith("/log/tile/entries/001"):
            raise SourceError("the line broke")
        return real(peer, path, at_most)

    late = NOW + timedelta(days=100)
    monkeypatch.setattr(Peer, "get", breaking)
    with Peer(main.url) as peer, pytest.raises(SourceError):
        follow(peer, copy, main.policy, lambda: late)
    assert copy.size == 256
    monkeypatch.setattr(Peer, "get", real)
    with Peer(main.url) as peer:
        assert follow(peer, copy, main.policy, lambda: late).size > 300
    assert alarms(copy) == []


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
    app = create_app(Settings(config=folder / "config", data=folder), now=now)
    with running(app) as url, Peer(url) as peer, pytest.raises(ProofError, match="others founded it"):
        follow(peer, copy, true, now)
    assert alarms(copy) == ["strangers"]
    assert not Log(record_of(tmp_path / "mirror")).standing().is_final(4)
