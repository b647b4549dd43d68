"""A ministry's witness signs one history of a log, whatever comes, and keeps what contradicts it."""

import hashlib
import multiprocessing
import os
import signal
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import record.witness
from record.errors import RecordDamaged, RecordError
from record.proof import checkpoint, note, tree, witness
from record.proof.checkpoint import Checkpoint
from record.proof.keys import Signer
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

    def signed(self, size: int, log: Signer = LOG) -> bytes:
        return note.sign(Checkpoint(log.name, size, tree.root(size, self.node)).text, [log])

    def request(self, old: int, size: int, log: Signer = LOG) -> bytes:
        proof = tree.consistency(old, size, self.node) if 0 < old <= size else []
        return witness.encode(Request(old, tuple(proof), self.signed(size, log)))


def opened(folder: Path, *others: Signer) -> Witness:
    return open_witness(folder, KZ, {one.name: one.verifier for one in (LOG, *others)})


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
    assert (one.held, one.origin, one.size, one.held_size) == (held(kept), LOG.name, 20, 20)
    assert (kept.request_of(one.no), kept.request_of(one.no + 1)) == (body, None)
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
        # Every other round by two that share nothing but the book, as two processes would.
        one, two = (opened(tmp_path / str(round_)) for _ in range(2))
        one.add(HONEST.request(0, 10), noon)
        answers: list[Answer] = []
        start = threading.Barrier(2)

        def ask(kept: Witness, log: Tree, start: threading.Barrier = start) -> None:
            start.wait()
            answers.append(kept.add(log.request(10, 20), noon))  # noqa: B023

        asked = ((one, HONEST), (two if round_ % 2 else one, FORKED))
        threads = [threading.Thread(target=ask, args=each) for each in asked]
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


def test_a_root_that_differs_from_one_signed_long_ago_is_evidence(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 20), noon)
    first = held(kept)
    kept.add(HONEST.request(20, 30), noon)
    assert kept.add(HONEST.request(20, 20), noon) == Answer(409, "30\n")
    assert kept.evidence() == []
    assert kept.add(FORKED.request(20, 20), noon) == Answer(409, "30\n")
    (one,) = kept.evidence()
    assert (one.why, one.held) == ("the log signed two roots for 20 entries", first)


def test_a_wrong_proof_for_what_contradicts_nothing_is_no_evidence(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    needless = (b"x" * 32,)
    assert kept.add(witness.encode(Request(0, needless, HONEST.signed(10))), noon).status == 422
    kept.add(HONEST.request(0, 10), noon)
    assert kept.add(witness.encode(Request(10, needless, HONEST.signed(10))), noon).status == 422
    assert kept.evidence() == []


def test_an_empty_tree_with_a_root_is_evidence(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    empty = note.sign(Checkpoint(LOG.name, 0, b"x" * 32).text, [LOG])
    assert kept.add(witness.encode(Request(0, (), empty)), noon).status == 422
    assert [(one.size, one.held_size, one.held) for one in kept.evidence()] == [(0, 0, b"")]


def test_wrong_proofs_of_anybody_keep_no_proof_against_the_log_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record.witness, "_MOST_EVIDENCE", 3)
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 20), noon)
    for filler in range(9):
        # One checkpoint is one item, whatever stands around it.
        assert kept.add(witness.encode(Request(20, (bytes([filler]) * 32,), HONEST.signed(30))), noon).status == 422
    assert [one.size for one in kept.evidence()] == [30]
    for size in range(31, 40):
        assert kept.add(witness.encode(Request(20, (), HONEST.signed(size))), noon).status == 422
    assert [one.size for one in kept.evidence()] == [30, 31, 32]
    kept.add(FORKED.request(20, 20), noon)
    assert [one.why for one in kept.evidence()][3:] == ["the log signed two roots for 20 entries"]


def how_far(folder: Path) -> dict[str, int]:
    return record.witness._read_high(folder / "signed")


def test_the_note_of_how_far_it_signed_never_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 5), noon)
    real, later = record.witness._write_high, threading.Event()

    def slow(path: Path, sizes: Mapping[str, int]) -> None:
        if sizes[LOG.name] == 10:
            later.wait(0.5)
        real(path, sizes)

    monkeypatch.setattr(record.witness, "_write_high", slow)
    first = threading.Thread(target=kept.add, args=(HONEST.request(5, 10), noon))
    first.start()
    while kept.sizes()[LOG.name] < 10:
        pass
    kept.add(HONEST.request(10, 20), noon)
    later.set()
    first.join()
    assert how_far(tmp_path) == {LOG.name: 20}


def test_with_a_log_that_has_said_nothing_yet_it_starts_again(tmp_path: Path) -> None:
    silent = signer_of("silent.example")
    opened(tmp_path, silent).add(HONEST.request(0, 10), noon)
    assert opened(tmp_path, silent).sizes() == {LOG.name: 10, silent.name: 0}


def test_of_a_log_that_is_left_out_for_a_while_the_note_stays(tmp_path: Path) -> None:
    other = signer_of("other.example")
    both = opened(tmp_path, other)
    both.add(HONEST.request(0, 30, other), noon)
    one = opened(tmp_path)
    one.add(HONEST.request(0, 10), noon)
    assert how_far(tmp_path) == {LOG.name: 10, other.name: 30}
    assert one.sizes() == {LOG.name: 10}


@pytest.mark.parametrize("text", [b"\xff\xfe", b"arna.example/test ten\n", b"\n", b"20\n"])
def test_a_note_of_how_far_it_signed_that_cannot_be_read_is_one_line(tmp_path: Path, text: bytes) -> None:
    opened(tmp_path).add(HONEST.request(0, 10), noon)
    (tmp_path / "signed").write_bytes(text)
    with pytest.raises(RecordError, match="does not say how far") as fault:
        opened(tmp_path)
    assert "\n" not in str(fault.value)


def test_a_book_that_is_lost_is_refused(tmp_path: Path) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 10), noon)
    kept._engine.dispose()
    (tmp_path / "witness.sqlite").unlink()
    with pytest.raises(RecordError, match="older than what it has signed"):
        opened(tmp_path)


def test_of_a_damaged_book_it_does_not_say_to_restore_a_copy(tmp_path: Path) -> None:
    tmp_path.joinpath("witness.sqlite").write_bytes(b"no database at all " * 100)
    with pytest.raises(RecordDamaged, match="never restore an old copy") as fault:
        opened(tmp_path)
    assert "from a copy" not in str(fault.value)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RecordError, match="cannot be opened"):
        opened(tmp_path / "file" / "witness")


def killed_at(place: str, folder: Path) -> None:
    """Sign a checkpoint in a process of its own, which is killed as it comes to `place`."""

    def work() -> None:
        kept = opened(folder)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(place, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            kept.add(HONEST.request(10, 20), noon)

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("place", "signed"),
    [
        ("record.witness.note.only", 10),
        ("sqlalchemy.engine.default.DefaultDialect.do_commit", 10),
        ("record.witness._write_high", 20),
        ("record.witness.os.replace", 20),
    ],
)
def test_killed_at_any_step_it_signs_one_history(tmp_path: Path, place: str, signed: int) -> None:
    kept = opened(tmp_path)
    kept.add(HONEST.request(0, 10), noon)
    kept._engine.dispose()
    killed_at(place, tmp_path)
    again = opened(tmp_path)
    assert again.sizes() == how_far(tmp_path) == {LOG.name: signed}
    assert again.add(HONEST.request(signed, 20), noon).status == 200
    assert again.add(FORKED.request(20, 20), noon).status == 422
    assert how_far(tmp_path) == {LOG.name: 20}
