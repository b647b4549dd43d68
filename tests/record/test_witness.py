"""A ministry's witness signs one history of a log, whatever comes, and keeps what contradicts it."""

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.errors import RecordError
from record.proof import checkpoint, note, tree, witness
from record.proof.checkpoint import Checkpoint
from record.proof.witness import Answer, Request
from record.witness import Witness, open_witness
from tests.keys import LOG, WITNESSES, signer_of

KZ = WITNESSES["kz"]
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Tree:
    """A log of made-up leaves; two with other letters fork at their first leaf."""

    def __init__(self, letters: Sequence[str]) -> None:
        self.size = len(letters)
        self.nodes: dict[tuple[int, int], bytes] = {}
        for index, letter in enumerate(letters):
            fresh = tree.grown(index, tree.leaf_hash(letter.encode()), lambda *at: self.nodes[at])
            self.nodes.update({(level, place): digest for level, place, digest in fresh})

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def signed(self, size: int) -> bytes:
        return note.sign(Checkpoint(LOG.name, size, tree.root(size, self.node)).text, [LOG])

    def request(self, old: int, size: int) -> bytes:
        proof = tree.consistency(old, size, self.node) if 0 < old <= size else []
        return witness.encode(Request(old, tuple(proof), self.signed(size)))


def opened(folder: Path) -> Witness:
    return open_witness(folder, KZ, {LOG.name: LOG.verifier})


def noon() -> datetime:
    return NOON


def held(kept: Witness) -> bytes:
    found = kept.latest(hashlib.sha256(LOG.name.encode()).hexdigest())
    assert found is not None
    return found


HONEST = Tree("a" * 40)
FORKED = Tree("a" * 10 + "b" * 30)


def test_it_signs_what_continues_and_keeps_it(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    first = kept.add(HONEST.request(0, 10), noon)
    assert first.status == 200
    known = note.verified(HONEST.signed(10) + first.body.encode(), [KZ.verifier])
    assert known.signed == {KZ.name: int(NOON.timestamp())}
    assert kept.add(HONEST.request(10, 25), noon).status == 200
    both = note.verified(held(kept), [LOG.verifier, KZ.verifier])
    assert set(both.signed) == {LOG.name, KZ.name}
    assert checkpoint.parse(both.note.text).size == 25
    assert opened(tmp_path).sizes() == {LOG.name: 25}
    assert kept.latest("0" * 64) is None


def test_a_checkpoint_asked_for_again_is_signed_anew(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 10), noon)
    later = kept.add(HONEST.request(10, 10), lambda: NOON + timedelta(hours=1))
    signed = note.verified(HONEST.signed(10) + later.body.encode(), [KZ.verifier]).signed
    assert signed[KZ.name] == int(NOON.timestamp()) + 3600


def test_a_clock_set_back_makes_no_earlier_word(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 10), noon)
    answer = kept.add(HONEST.request(10, 11), lambda: NOON - timedelta(days=1))
    assert note.verified(HONEST.signed(11) + answer.body.encode(), [KZ.verifier]).signed[KZ.name] == NOON.timestamp()


def test_two_roots_for_one_size_are_evidence(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 20), noon)
    body = FORKED.request(20, 20)
    assert kept.add(body, noon).status == 422
    assert kept.add(body, noon).status == 422
    (one,) = opened(tmp_path).evidence()
    assert (one.request, one.held, one.origin) == (body, held(kept), LOG.name)
    assert one.why == "the log signed two roots for 20 entries"


def test_a_larger_fork_is_evidence_with_a_doubt(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 20), noon)
    assert kept.add(FORKED.request(20, 30), noon).status == 422
    (one,) = kept.evidence()
    assert "does not continue that of 20" in one.why
    assert "the proof is the sender's" in one.why
    assert kept.sizes() == {LOG.name: 20}


def test_what_the_log_did_not_sign_is_no_evidence(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 20), noon)
    stranger = signer_of(LOG.name, seed="stranger")
    forged = note.sign(note.parse(FORKED.signed(20)).text, [stranger])
    assert kept.add(witness.encode(Request(20, (), forged)), noon).status == 403
    assert kept.add(b"nonsense", noon).status == 400
    assert kept.evidence() == []


def test_of_two_forks_at_once_one_is_signed(tmp_path: Path) -> None:
    for round_ in range(10):
        kept = opened(tmp_path / str(round_))
        kept.add(HONEST.request(0, 10), noon)
        answers: list[Answer] = []
        start = threading.Barrier(2)

        def ask(log: Tree, kept: Witness = kept, start: threading.Barrier = start) -> None:
            start.wait()
            answers.append(kept.add(log.request(10, 20), noon))  # noqa: B023

        threads = [threading.Thread(target=ask, args=(log,)) for log in (HONEST, FORKED)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.status for answer in answers) == [200, 422]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 41), st.integers(0, 40)), max_size=12))
def test_what_it_signs_is_one_history(
    tmp_path_factory: pytest.TempPathFactory, asked: list[tuple[bool, int, int]]
) -> None:
    kept = opened(tmp_path_factory.mktemp("witness"))
    signed: list[tuple[Tree, int]] = []
    for forked, old, size in asked:
        log = FORKED if forked else HONEST
        if kept.add(log.request(old, size), noon).status == 200:
            signed.append((log, size))
    sizes = [size for _, size in signed]
    assert sizes == sorted(sizes)
    for log, size in signed:
        assert tree.root(size, log.node) == tree.root(size, signed[-1][0].node)


def test_an_old_copy_of_its_book_is_refused(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 10), noon)
    with sqlite3.connect(tmp_path / "witness.sqlite") as behind, sqlite3.connect(tmp_path / "copy.sqlite") as copy:
        behind.backup(copy)
    kept.add(HONEST.request(10, 20), noon)
    kept._engine.dispose()
    for name in ("witness.sqlite-wal", "witness.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "copy.sqlite").rename(tmp_path / "witness.sqlite")
    with pytest.raises(RecordError, match=r"older than what it has signed: 20 entries of arna\.example/test"):
        opened(tmp_path)


def test_a_crash_after_keeping_and_before_answering_is_made_good_by_asking_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 10), noon)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("record.witness._write_high", crash)
    with pytest.raises(KeyboardInterrupt):
        kept.add(HONEST.request(10, 20), noon)
    monkeypatch.undo()
    again = opened(tmp_path)
    assert again.add(HONEST.request(10, 20), noon) == Answer(409, "20\n")
    assert again.add(HONEST.request(20, 20), noon).status == 200
    assert again.add(FORKED.request(20, 20), noon).status == 422
