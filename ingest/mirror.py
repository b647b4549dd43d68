"""Following the log of another machine: what it signed is fetched, checked against what it signed before, and copied.

One round takes the newest checkpoint, the hashes of the entries that are new, and shows with those held here that the
signed root is theirs: so the log has only grown. Then each entry is fetched, held against its hash, and entered. A
round that breaks off goes on from the last bundle that was entered.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from ingest.peer import FOUND, Peer
from record import leaf as leaves
from record.errors import ProofError, SourceError
from record.mirror import Copied, Mirror, Seen
from record.proof import checkpoint, note, tiles, tree
from record.proof.checkpoint import Checkpoint
from record.proof.policy import Policy

Clock = Callable[[], datetime]
_LONGEST_NOTE = 64 * 1024
_LONGEST_BUNDLE = tiles.WIDTH * (tiles.MAX_ENTRY_BYTES + 2)
_LONGEST_RECEIPT = 256 * 1024 * 1024
_NOT_THERE = 404
_MOST_NEW = 5_000_000
"""Entries that one round follows: their hashes are held in memory, some hundred bytes each."""


class _ChangedError(ProofError):
    """An entry that is not what was signed, with its bytes."""

    def __init__(self, text: str, raw: bytes) -> None:
        super().__init__(text)
        self.raw = raw


@dataclass(frozen=True, slots=True)
class Followed:
    """What a round brought: how many entries the copy holds, how many are new, and how many readings they say."""

    size: int
    entries: int
    readings: int


def follow(peer: Peer, mirror: Mirror, policy: Policy, now: Clock) -> Followed:
    """Copy all that the log has signed; raises `ProofError`, after an alarm, where it contradicts itself.

    `policy` says whose log it is, until the network that is copied says so itself. Raises `SourceError` where the log
    does not answer, `RecordError` where the copy cannot be written.
    """
    signed = peer.fetch("/log/checkpoint", _LONGEST_NOTE)
    said = _verified(signed, mirror.policy() or policy, policy)
    last, held = mirror.seen(), mirror.size
    if last is not None:
        _refuse_rollback(mirror, last, said, signed, now)
    hashes = _hashes(peer, held, said.size)
    if mirror.root(held, hashes) != said.root:
        _refuse_fork(peer, mirror, last, said, signed, now)
    mirror.begin(signed, now())
    readings = _copy(peer, mirror, hashes, said.size, last, now)
    mirror.keep(signed, now())
    if said.size > held:
        _refuse_strangers(mirror, policy, signed, now)
    _keep_final(peer, mirror, policy, said, now)
    return Followed(said.size, said.size - held, readings)


def stale(mirror: Mirror, now: datetime, after: timedelta) -> str | None:
    """A line where nothing new was signed for longer than `after`: the log may be held back from us."""
    last = mirror.seen()
    if last is None:
        return None
    newest = max(last.first, mirror.fresh() or last.first)
    if now - newest <= after:
        return None
    return f"the log has signed nothing new since {leaves.write_time(newest)}: ask its keeper, and the other ministry"


def _verified(signed: bytes, policy: Policy, given: Policy) -> Checkpoint:
    """What the log signed, by the policy in force or by the one that the mirror was given."""
    try:
        known = note.verified(signed, policy.verifiers)
    except ProofError:
        known = note.verified(signed, given.verifiers)
    said = checkpoint.parse(known.note.text)
    if said.origin not in policy.logs or policy.logs[said.origin][0].name not in known.signed:
        raise ProofError(f"the checkpoint of {said.origin} is not signed by a log of the policy")
    return said


def _refuse_rollback(mirror: Mirror, last: Seen, said: Checkpoint, signed: bytes, now: Clock) -> None:
    if said.size >= last.said.size:
        return
    rewritten = said.size <= mirror.size and mirror.root(said.size) != said.root
    kind = "fork" if rewritten else "rollback"
    what = "and their root is another than here" if rewritten else "though the log had signed the larger size before"
    text = f"the log shows {said.size} entries, {last.said.size - said.size} fewer than it did, {what}"
    mirror.alarm(kind, text, _two(last.note, signed), now())
    raise ProofError(f"{text}: the evidence is kept; ask the log's keeper")


def _refuse_fork(
    peer: Peer, mirror: Mirror, last: Seen | None, said: Checkpoint, signed: bytes, now: Clock
) -> NoReturn:
    """Tell a log that signed two histories from one whose hashes were changed after it had signed them."""
    if last is not None and last.said.size == said.size and last.said.root != said.root:
        text = f"the log signed two roots for {said.size} entries"
        mirror.alarm("fork", text, _two(last.note, signed), now())
        raise ProofError(f"{text}: the record was forked; the evidence is kept; ask the other ministry")
    whole = tree.root_after(0, _hashes(peer, 0, said.size), lambda *_: b"")
    if last is None or whole != said.root:
        text = f"the hashes that the log serves do not have the root that it signed over {said.size} entries"
        mirror.alarm("tampered", text, signed, now())
        raise ProofError(f"{text}: its database was changed; the evidence is kept; ask its keeper")
    text = f"the log signed {said.size} entries that do not begin with the {last.said.size} that it had signed before"
    mirror.alarm("fork", text, _two(last.note, signed), now())
    raise ProofError(f"{text}: the record was rewritten or forked; the evidence is kept; ask the other ministry")


def _hashes(peer: Peer, held: int, size: int) -> list[bytes]:
    """The leaf hashes of entries [held, size), from tiles."""
    found: list[bytes] = []
    if size - held > _MOST_NEW:
        raise ProofError(f"the log has signed {size - held} entries that are new here, more than {_MOST_NEW} at once")
    for number in range(held // tiles.WIDTH, -(-size // tiles.WIDTH)):
        found += tiles.hashes(_tile(peer, 0, number, size, tiles.WIDTH * tree.HASH_BYTES))[: _width(number, size)]
    return found[held % tiles.WIDTH :] if held < size else []


def _copy(peer: Peer, mirror: Mirror, hashes: Sequence[bytes], size: int, since: Seen | None, now: Clock) -> int:
    """Fetch, check and enter the entries with these hashes, a bundle at a time; return how many readings they say.

    While one bundle is entered the next one is fetched.
    """
    readings, first = 0, size - len(hashes)
    place = first
    with ThreadPoolExecutor(1, "fetching") as ahead:
        coming = ahead.submit(_fetch, peer, mirror, place, hashes, size)
        while place < size:
            copied: list[Copied] = []
            try:
                copied, receipts = coming.result()
                if place + len(copied) < size:
                    coming = ahead.submit(_fetch, peer, mirror, place + len(copied), hashes, size)
                readings += mirror.take(place, copied, receipts, since)
            except ProofError as fault:
                shown = fault.raw if isinstance(fault, _ChangedError) else b"\n".join(one.raw for one in copied)
                mirror.alarm("tampered", str(fault), shown, now())
                raise ProofError(f"{fault}; the evidence is kept; ask the log's keeper") from None
            place += len(copied)
    return readings


def _fetch(
    peer: Peer, mirror: Mirror, place: int, hashes: Sequence[bytes], size: int
) -> tuple[list[Copied], dict[str, bytes]]:
    """The entries from `place` to the end of its bundle, each held against its hash, and the bytes they rest on."""
    number = place // tiles.WIDTH
    bundle = tiles.entries(_tile(peer, None, number, size, _LONGEST_BUNDLE))[: _width(number, size)]
    fresh, begin = bundle[place - number * tiles.WIDTH :], size - len(hashes)
    if not fresh:
        raise SourceError(f"{peer.url}: bundle {number} ends before entry {place}: try again later")
    copied = [_checked(raw, place + at, hashes[place - begin + at]) for at, raw in enumerate(fresh)]
    try:
        lacking = mirror.lacking(copied)
    except (AttributeError, LookupError, TypeError) as fault:
        text = f"an entry of bundle {number} does not name its receipts as entries do: {fault!r}"
        raise _ChangedError(text, b"\n".join(fresh)) from None
    return copied, _receipts(peer, lacking)


def _checked(raw: bytes, index: int, expected: bytes) -> Copied:
    if tree.leaf_hash(raw) != expected:
        text = f"entry {index} was changed: the log served other bytes than those that it signed"
        raise _ChangedError(text, raw)
    try:
        return Copied(raw, leaves.decode(raw))
    except ProofError as fault:
        raise _ChangedError(f"entry {index}: {fault}", raw) from None


def _receipts(peer: Peer, lacking: Sequence[tuple[str, int]]) -> dict[str, bytes]:
    """The original bytes that entries name and that are not here yet."""
    return {sha256: peer.fetch(f"/log/receipt/{sha256}", min(length, _LONGEST_RECEIPT)) for sha256, length in lacking}


def _refuse_strangers(mirror: Mirror, given: Policy, signed: bytes, now: Clock) -> None:
    """Raise where no version of the network names the witnesses of the policy that the mirror was given.

    Otherwise whoever runs the log could found it with parties of his own making, and have them sign everything.
    """
    if mirror.policy() is None or not given.witnesses or mirror.names(given):
        return
    text = "no network of this log names the witnesses of the policy that this mirror was given: others founded it"
    mirror.alarm("strangers", text, signed, now())
    raise ProofError(f"{text}; the evidence is kept; ask your ministry whether the policy is the right one")


def _keep_final(peer: Peer, mirror: Mirror, given: Policy, newest: Checkpoint, now: Clock) -> None:
    """Keep the last final checkpoint too, where the newest one still waits for a signature."""
    answer = peer.get("/log/final", _LONGEST_NOTE)
    if answer.status != FOUND:
        return
    said = _verified(answer.body, mirror.policy() or given, given)
    if said.size <= mirror.size and mirror.root(said.size) != said.root:
        text = f"the final checkpoint of {said.size} entries has another root than the entries here"
        mirror.alarm("fork", text, answer.body, now())
        raise ProofError(f"{text}: the record was forked; the evidence is kept; ask the other ministry")
    if said.size <= newest.size:
        mirror.keep(answer.body, now())


def _width(number: int, size: int) -> int:
    return min(tiles.WIDTH, size - number * tiles.WIDTH)


def _tile(peer: Peer, level: int | None, number: int, size: int, at_most: int) -> bytes:
    """A tile or a bundle; where a part of one is no longer served, the whole that it became."""
    width = tiles.width_at(level, number, size)
    path = f"/log/{tiles.path(level, number, width)}"
    answer = peer.get(path, at_most)
    if answer.status == _NOT_THERE and width < tiles.WIDTH:
        return peer.fetch(f"/log/{tiles.path(level, number)}", at_most)
    return peer.found(path, answer)


def _two(first: bytes, second: bytes) -> bytes:
    """Two notes that contradict each other, as one file."""
    return b"\n".join([first, second])
