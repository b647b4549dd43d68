"""Somebody changes the journal behind the service's back, in each way once: each is caught, and said in words.

Twice each: by one who can write the database alone, and by one who holds the keys of gateway and log too, and makes
hashes, chains, signatures and the last checkpoint anew. The first is caught by whoever recomputes; against the second
only those help who keep what they have seen: the witnesses and the mirrors.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ingest.feed import feed
from ingest.mirror import follow
from ingest.peer import Peer
from record import journal, tables
from record import leaf as leaves
from record.archive import Log, Record
from record.archive.rebuild import rebuild
from record.audit import audit
from record.check import Known, check
from record.errors import ArnaError, ProofError, RecordDamaged
from record.leaf import Leaf
from record.mirror import Mirror, open_mirror
from record.proof import policy
from record.verify import LANGUAGES, Outcome, read_policy, verify
from record.witness import open_witness
from record.writer import Pen
from service.app import create_app
from service.settings import Settings
from service.witness import create_witness_app
from tests.example import KIROV, START, say, seen, url_of
from tests.keys import GATEWAY, LOG, WITNESSES, keys_toml
from tests.record.founded import found
from tests.serving import running

NOW = START + timedelta(days=90)
FIRST = 4
"""The first reading's entry, after the proposal, its approvals and the network."""


def now() -> datetime:
    return NOW


class World:
    """A main node with ten readings, both witnesses that have signed them, and a mirror that has copied them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        logs = {LOG.name: LOG.verifier}
        self.witnesses = {party: open_witness(folder / party, key, logs) for party, key in WITNESSES.items()}
        urls = {
            party: stack.enter_context(running(create_witness_app(one, now))) for party, one in self.witnesses.items()
        }
        self.folder = folder / "main"
        self.folder.mkdir()
        self.record, self.pen = found(self.folder, {"keys.toml": keys_toml(urls=urls)})
        self.url = stack.enter_context(
            running(create_app(Settings(config=self.folder / "config", data=self.folder), now=now))
        )
        for day in range(10):
            say(self.pen, f"day {day}", [seen(KIROV, day, f"5.{day}")], hours=24 * day)
        self.sign()
        assert [one.size for one in feed(Log(self.record), self.pen, now)] == [14, 14]
        (folder / "mirror").mkdir()
        self.mirror = open_mirror(
            url_of(folder / "mirror"),
            segments=str(folder / "mirror" / "segments"),
            data=folder / "mirror",
            origin=LOG.name,
        )
        self.follow()
        assert self.record.network.policy is not None
        self.policy = self.record.network.policy

    def sign(self) -> None:
        self.pen.checkpoint(NOW)

    def follow(self) -> None:
        assert self.record.network.policy is not None
        with Peer(self.url) as peer:
            follow(peer, self.mirror, self.record.network.policy, now)

    def grow(self) -> None:
        """The day after: another reading, and a checkpoint over it."""
        say(self.pen, "day 90", [seen(KIROV, 90, "6")], hours=24 * 90)
        self.sign()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, stack)


def raw_of(record: Record, index: int) -> bytes:
    with record.engine.begin() as connection:
        return journal.entry_at(connection, index).raw


def put(record: Record, index: int, raw: bytes) -> None:
    with record.engine.begin() as connection:
        connection.execute(update(tables.entry).where(tables.entry.c.idx == index).values(leaf=raw))


# In the database alone, without any key.


def edit(record: Record) -> None:
    put(record, 6, raw_of(record, 6).replace(b'"5.2"', b'"9.2"'))


def delete(record: Record) -> None:
    with record.engine.begin() as connection:
        connection.execute(tables.entry_receipt.delete().where(tables.entry_receipt.c.entry == 6))
        connection.execute(tables.entry.delete().where(tables.entry.c.idx == 6))


def reorder(record: Record) -> None:
    sixth, seventh = raw_of(record, 6), raw_of(record, 7)
    put(record, 6, seventh)
    put(record, 7, sixth)


def back_date(record: Record) -> None:
    put(record, 13, raw_of(record, 13).replace(b'"entered":"2026-05-10', b'"entered":"2026-05-08'))


BY_HAND: list[tuple[Callable[[Record], None], str]] = [
    (edit, "entry 6 was changed"),
    (delete, "entry 6 is gone"),
    (reorder, "entry 6 was changed"),
    (back_date, "entry 13 was changed"),
]


MIRRORED = {change: "was changed: the log served other bytes" for change, _ in BY_HAND} | {
    delete: "before entry|entry 6"
}
"""What a mirror says that copies it afterwards."""


@pytest.mark.parametrize(("change", "said"), BY_HAND, ids=[change.__name__ for change, _ in BY_HAND])
def test_who_has_the_database_alone_is_found_out_by_everyone(
    world: World, tmp_path: Path, change: Callable[[Record], None], said: str
) -> None:
    index = 13 if change is back_date else 6
    proof = Log(world.record).proof(index).encode()
    change(world.record)
    with world.record.engine.begin() as connection, pytest.raises(RecordDamaged, match=said):
        check(connection, Known(gateway=GATEWAY.verifier, log=LOG.verifier))
    found = audit(world.record, tmp_path / "audit").differences
    assert any(f"entry {index}" in line for line in found)
    fresh = open_mirror(url_of(tmp_path), segments=str(tmp_path / "s"), data=tmp_path, origin=LOG.name)
    with Peer(world.url) as peer, pytest.raises(ArnaError, match=MIRRORED[change]):
        follow(peer, fresh, world.policy, now)
    # Who took a proof before holds it still; one that is made now does not hold.
    assert outcome(world, proof).shown
    if change is not delete:
        late = outcome(world, Log(world.record).proof(index).encode())
        assert not late.shown
        assert "Failed at step 4 of 6" in late.lines[0]


def outcome(world: World, proof: bytes) -> Outcome:
    return verify({"it.tlog-proof": proof}, read_policy(policy.write(world.policy)), LANGUAGES["en"], NOW)


# With the keys: entries, chains, hashes, tree and checkpoints are made anew.

Story = list[Leaf]


def edited(story: Story) -> Story:
    return [other_value(leaf) if index == 6 else leaf for index, leaf in enumerate(story)]


def deleted(story: Story) -> Story:
    return [leaf for index, leaf in enumerate(story) if index != 6]


def reordered(story: Story) -> Story:
    return [*story[:6], story[7], story[6], *story[8:]]


def back_dated(story: Story) -> Story:
    return [dated(leaf, "2026-05-03T02:00:00Z") if index in (6, 7) else leaf for index, leaf in enumerate(story)]


def other_value(leaf: Leaf) -> Leaf:
    (row,) = leaf.content["rows"]
    return Leaf(leaf.kind, {**leaf.content, "rows": [[row[0], row[1], "9.2", *row[3:]]]})


def dated(leaf: Leaf, entered: str) -> Leaf:
    return Leaf(leaf.kind, {**leaf.content, "entered": entered})


def retell(world: World, change: Callable[[Story], Story]) -> None:
    """Write another history, in order in itself, and sign it."""
    with world.record.engine.begin() as connection:
        story = change([entry.leaf for entry in journal.entries(connection)])
        for table in (tables.cosignature, tables.checkpoint, tables.entry_receipt, tables.node, tables.entry):
            connection.execute(table.delete())
        tail = journal.tail(connection)
        for leaf in story:
            seq, prev = tail.chain(leaf.source)
            told = Leaf(leaf.kind, {**leaf.content, "seq": seq, "prev": prev})
            index = tail.append(told, leaves.encode(told, GATEWAY))
            tail.keep(index, [said["sha256"] for said in told.content["raw"]])
    rebuild(world.record)
    world.pen = Pen(world.record, gateway=GATEWAY, log=LOG)
    world.grow()


BY_KEY: list[Callable[[Story], Story]] = [edited, deleted, reordered, back_dated]


@pytest.mark.parametrize("change", BY_KEY)
def test_who_has_the_keys_too_is_found_out_by_witness_and_mirror(
    world: World, change: Callable[[Story], Story]
) -> None:
    proof = Log(world.record).proof(6).encode()
    retell(world, change)
    with world.record.engine.begin() as connection:
        assert check(connection, Known(gateway=GATEWAY.verifier, log=LOG.verifier)) >= 14
    for fed in feed(Log(world.record), world.pen, now):
        assert fed.size is None
        assert "this log contradicts itself: witness" in str(fed.fault)
    assert [one.evidence() != [] for one in world.witnesses.values()] == [True, True]
    with pytest.raises(ProofError, match=r"that do not begin with the 14 that it had signed|two roots for"):
        world.follow()
    assert "fork" in alarms(world.mirror)
    assert Log(world.record).standing().alarms
    # The proof that was taken before shows what was said; the new history cannot be proved by both.
    assert outcome(world, proof).shown
    late = outcome(world, Log(world.record).proof(6).encode())
    assert "Failed at step 3 of 6 (the quorum of the ministries' signatures)" in late.lines[0]


def test_two_histories_shown_to_two_ministries_are_not_both_final(world: World) -> None:
    """A fork: one witness is shown the one tree, the other another of the same size."""
    kg, kz = world.witnesses["kg"], world.witnesses["kz"]
    world.grow()
    log = Log(world.record)
    size, body = log.request(14)
    honest = kg.add(body, now)
    world.pen.cosign(size, honest.body.encode(), NOW)
    retell(world, edited)
    _, forked = Log(world.record).request(14)
    assert kz.add(forked, now).status == 422
    assert kg.add(forked, now).status in (409, 422)
    assert kz.evidence()[0].held == kz.latest(sha256_of(LOG.name))
    assert Log(world.record).standing().final in (0, None)


def sha256_of(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


def alarms(mirror: Mirror) -> list[str]:
    with mirror.engine.begin() as connection:
        return list(connection.execute(select(tables.alarm.c.kind)).scalars())


def test_a_value_changed_in_the_view_is_found_by_the_audit(world: World, tmp_path: Path) -> None:
    with world.record.engine.begin() as connection:
        connection.execute(update(tables.recent).where(tables.recent.c.entry == 6).values(value=9.2))
    (line,) = audit(world.record, tmp_path / "audit").differences
    assert "kirov:kg.inflow.daily at 2026-05-03T02:00:00Z: the API would show 9.2" in line
    assert "the journal says 5.2" in line


def test_nothing_is_found_where_nothing_was_done(world: World, tmp_path: Path) -> None:
    world.grow()
    world.follow()
    assert [one.fault for one in feed(Log(world.record), world.pen, now)] == [None, None]
    assert audit(world.record, tmp_path / "audit").differences == ()
    assert alarms(world.mirror) == []
    assert all(one.evidence() == [] for one in world.witnesses.values())
