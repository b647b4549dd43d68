"""What each check found stands in the entry beside the reading, and comes back from it as it was."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from record import leaf as leaves
from record import verdicts, verify
from record.archive import Archive, Record, changes
from record.archive.changes import Entered, Spoken
from record.archive.rebuild import rebuild
from record.audit import audit
from record.batch import Batch
from record.check import check
from record.entry import Flag, Observation, Refusal
from record.errors import ProofError, RecordDamaged, SelectionError
from record.leaf import MAX_BYTES, Earlier, Envelope, Leaf
from record.portion import batches
from record.selection import Selection
from record.writer import Appended, Pen
from tests.example import BORDER, GATEWAY, KIROV, KNOWN, START, message, open_pen, seen

pytestmark = pytest.mark.usefixtures("each_database")

CHECKS = (verdicts.SAID, "gross-range", "spike")
SCALE = np.array([int(flag) for flag in Flag], dtype=np.int8)


def judged(*observations: Observation, found: tuple[str, ...], checks: tuple[str, ...] = CHECKS) -> Batch:
    """Observations with what each check found, a text of digits a row."""
    digits = np.array([[int(digit) for digit in text] for text in found], dtype=np.int8)
    return replace(Batch.of(observations), checks=checks, verdicts=digits)


def leaf_of(said: Batch) -> Leaf:
    envelope = Envelope(log="l", source="s", seq=0, prev=None, received=START, entered=START, raw=())
    nobody = Earlier(entry=np.full(len(said), -1), row=np.zeros(len(said), dtype=np.int64), hashes={})
    return leaves.batch(envelope, said, dict.fromkeys(said.series, "m3/s"), nobody, None)


def test_verdicts_come_back_from_the_bytes_of_an_entry() -> None:
    said = judged(seen(KIROV, 0, "1.50"), seen(BORDER, 0, None), seen(KIROV, 1, "2"), found=("112", "299", "342"))
    read = leaves.batch_of(leaves.decode(leaves.encode(leaf_of(said), GATEWAY)))
    assert read.checks == CHECKS
    assert read.verdicts is not None
    assert said.verdicts is not None
    assert read.verdicts.dtype == np.int8
    assert read.verdicts.tolist() == said.verdicts.tolist()
    assert list(read.rows()) == list(said.rows())


def test_whoever_checks_a_proof_alone_reads_an_entry_with_verdicts_too() -> None:
    said = judged(seen(KIROV, 0, "1.50"), found=("112",))
    proof = verify.Proof(0, [], leaves.encode(leaf_of(said), GATEWAY), b"")
    read = verify.read_entry(proof, verify.Checkpoint("l", 1, b"", "", []), {}, [])
    (reading,) = read.readings["kirov:kg.inflow", "2026-05-01T02:00:00Z"]
    assert (reading.value, reading.flag) == ("1.50", "good")


def test_an_entry_that_nobody_judged_says_nothing_of_checks() -> None:
    leaf = leaf_of(Batch.of([seen(KIROV, 0, "1")]))
    assert "tests" not in leaf.content
    assert leaves.batch_of(leaf).verdicts is None


@pytest.mark.parametrize(
    "change",
    [
        lambda tests: tests | {"more": "1"},
        lambda tests: {"checks": tests["checks"]},
        lambda tests: tests | {"checks": []},
        lambda tests: tests | {"checks": ["a", "a", "b"]},
        lambda tests: tests | {"checks": ["a", "b", "C d"]},
        lambda tests: tests | {"checks": ["a", "b", 3]},
        lambda tests: tests | {"checks": [f"check{number}" for number in range(33)], "flags": ["1" * 33] * 2},
        lambda tests: tests | {"flags": tests["flags"][:1]},
        lambda tests: tests | {"flags": [*tests["flags"][:1], "11"]},
        lambda tests: tests | {"flags": [*tests["flags"][:1], "115"]},
        lambda tests: tests | {"flags": [*tests["flags"][:1], "1\N{ARABIC-INDIC DIGIT ONE}1"]},
        lambda tests: tests | {"flags": [*tests["flags"][:1], ["1", "1", "1"]]},
        lambda tests: tests | {"flags": "11"},
        lambda tests: [tests],
        lambda tests: None,
    ],
)
def test_verdicts_that_are_not_as_we_write_them_make_a_batch_that_cannot_be_read(
    change: Callable[[dict[str, Any]], Any],
) -> None:
    leaf = leaf_of(judged(seen(KIROV, 0, "1"), seen(KIROV, 1, "2"), found=("111", "112")))
    content = dict(leaf.content) | {"tests": change(leaf.content["tests"])}
    with pytest.raises(ProofError, match="rows that cannot be read"):
        leaves.batch_of(Leaf(leaf.kind, content))


def test_no_other_kind_and_no_other_field_may_hold_more_than_before() -> None:
    leaf = leaf_of(judged(seen(KIROV, 0, "1"), found=("111",)))
    for strange in (
        Leaf(leaves.BATCH, dict(leaf.content) | {"test": leaf.content["tests"]}),
        Leaf(leaves.BATCH, {name: said for name, said in leaf.content.items() if name != "refs"}),
        Leaf(leaves.REFUSAL, {name: said for name, said in leaf.content.items() if name not in {"rows", "series"}}),
    ):
        with pytest.raises(ProofError, match="missing or unknown fields"):
            leaves.decode(leaves.encode(strange, GATEWAY))


@pytest.mark.parametrize(
    ("checks", "flags"), [((), np.ones((1, 0))), (("a", "a"), np.ones((1, 2))), (("a",), np.full((1, 1), 5))]
)
def test_what_is_no_verdict_is_not_written(checks: tuple[str, ...], flags: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"checks|scale"):
        verdicts.spelled(checks, flags.astype(np.int8))


def test_entries_with_many_verdicts_stay_below_the_size_that_a_tile_can_carry() -> None:
    checks = (verdicts.SAID, *(f"a-check-with-a-rather-long-name-{number:02}" for number in range(20)))
    rows = [seen(KIROV, day, f"{day}.25") for day in range(3000)]
    found = np.random.default_rng(6).choice(SCALE, (len(rows), len(checks)))
    said = replace(Batch.of(rows), checks=checks, verdicts=found)
    portions = list(batches(said))
    assert sum(map(len, portions)) == len(rows)
    sizes = [len(leaves.encode(leaf_of(portion), GATEWAY)) for portion in portions]
    assert max(sizes) <= MAX_BYTES
    assert max(sizes) > MAX_BYTES * 3 // 4


def test_the_record_shows_what_each_check_found_and_is_rebuilt_checked_and_audited_as_ever(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    said = judged(seen(KIROV, 0, "1", Flag.SUSPECT), seen(BORDER, 0, None), found=("213", "999"))
    pen.append(message("1"), said, [], START)
    pen.append(message("2"), [seen(KIROV, 0, "2")], [], START)
    first, second = Archive(record).history(KIROV, START)
    assert first.tests == {"said": Flag.UNKNOWN, "gross-range": Flag.GOOD, "spike": Flag.SUSPECT}
    assert second.tests == {}
    assert set(Archive(record).history(BORDER, START)[0].tests.values()) == {Flag.MISSING}
    with record.engine.connect() as connection:
        assert check(connection, KNOWN) == 2
    rebuild(record)
    assert Archive(record).history(KIROV, START) == [first, second]
    assert audit(record, tmp_path / "work").differences == ()


def sent(value: str | None, found: str, day: int = 0) -> Batch:
    """A reading of the inflow; the first digit is the sender's own flag, the worst of them stands."""
    worst = max(found, key="21349".index)
    return judged(seen(KIROV, day, value, Flag(int(worst))), found=(found,))


def flagged_anew(pen: Pen, said: Batch, *, instead_of: int, body: str = "") -> Appended:
    """Let what was found later stand in the place of a reading."""
    receipt = message(body or f"flags {instead_of}", source=leaves.QUALITY, hours=5)
    return pen.append(receipt, said, [], START, reason="a spike, as 12 May shows", instead_of=np.array([instead_of]))


def stands(record: Record) -> list[tuple[str, str, str]]:
    """What was said of the inflow on the first day: source, value, flag."""
    return [(one.source, f"{one.value}", one.flag.word) for one in Archive(record).history(KIROV, START)]


def test_a_file_that_is_read_again_writes_no_line_that_was_flagged_anew_and_every_new_word(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("1"), sent("5", "211"), [], START, again=True)
    assert flagged_anew(pen, sent("5", "213"), instead_of=0).rows == 1
    for hour in range(3):
        # Alone in its file a value may come to another flag than it had: that is no new word of the sender.
        assert pen.append(message(f"hour {hour}"), sent("5.0", "212"), [], START, again=True).repeated
    assert stands(record) == [("telegrams", "5", "good"), ("quality", "5", "suspect")]
    assert pen.append(message("withdrawn"), sent("5", "411"), [], START, again=True).rows == 1
    assert flagged_anew(pen, sent("5", "413"), instead_of=2).rows == 1
    assert pen.append(message("again"), sent("5", "411"), [], START, again=True).repeated
    assert pen.append(message("other"), sent("6", "411"), [], START, again=True).rows == 1
    assert [source for source, _, _ in stands(record)] == ["telegrams", "quality"] * 2 + ["telegrams"]


def test_what_was_entered_before_anyone_noted_verdicts_is_compared_by_its_flag(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("old"), [seen(KIROV, 0, "5", Flag.GOOD), seen(KIROV, 1, "6")], [], START, again=True)
    assert pen.append(message("1"), sent("5", "211"), [], START, again=True).repeated
    assert pen.append(message("2"), sent("5", "213"), [], START, again=True).rows == 1
    assert pen.append(message("3"), sent("5", "211"), [], START, again=True).repeated
    assert pen.append(message("4"), [seen(KIROV, 0, "5", Flag.SUSPECT)], [], START, again=True).repeated
    assert len(stands(record)) == 2


@pytest.mark.parametrize("again", [False, True])
def test_a_flag_that_was_found_later_takes_no_amendment_back_nor_lets_a_register_do_it(
    tmp_path: Path, again: bool
) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("1"), sent("13", "211"), [], START, again=again)
    flagged_anew(pen, sent("13", "213"), instead_of=0)
    pen.append(message("amended", source="amendments-kg"), sent("1.3", "211"), [], START)
    flagged_anew(pen, sent("1.3", "213"), instead_of=2)
    assert pen.append(message("2"), sent("13", "211"), [], START, again=again).repeated
    assert stands(record)[-1] == ("quality", "1.3", "suspect")
    assert pen.append(message("3"), sent("12", "211"), [], START, again=again).rows == 1
    assert pen.append(message("late", hours=-4), sent("9", "211"), [], START, late=True).repeated


def test_a_message_that_is_read_late_yields_to_what_came_since_and_not_to_flags_that_did(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("1", hours=1), sent("5", "211"), [], START)
    flagged_anew(pen, sent("5", "213"), instead_of=0)
    assert pen.append(message("2", hours=0), sent("6", "211"), [], START, late=True).repeated
    assert pen.append(message("3", hours=2), sent("6", "211"), [], START, late=True).rows == 1
    assert stands(record)[-1] == ("telegrams", "6", "good")


def test_what_was_worked_out_from_readings_that_stand_no_more_is_left_out(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("1"), [seen(KIROV, 0, "5"), seen(KIROV, 1, "6")], [], START)
    pen.append(message("2"), [seen(KIROV, 1, "7")], [], START)
    said = Batch.of([seen(KIROV, 0, "5", Flag.BAD), seen(KIROV, 1, "6", Flag.BAD), seen(KIROV, 2, "8", Flag.BAD)])
    grounds = message("grounds", source=leaves.QUALITY)
    done = pen.append(grounds, said, [], START, instead_of=np.array([0, 0, -1]))
    assert done.rows == 2
    assert [one.flag for one in Archive(record).history(KIROV, START)] == [Flag.GOOD, Flag.BAD]
    assert Archive(record).select(Selection(series=(KIROV,))).inflow_entry.values.tolist() == [[2, 1, 2]]
    # The same consequence is entered once.
    assert pen.append(grounds, said, [], START, instead_of=np.array([0, 0, -1])).repeated
    with pytest.raises(ValueError, match="for each row"):
        pen.append(grounds, said, [], START, instead_of=np.array([0]))


def test_rows_come_back_as_they_were_entered_in_the_order_asked_for(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("1"), judged(seen(KIROV, 0, "1.500"), seen(BORDER, 0, None), found=("211", "999")), [], START)
    pen.append(message("2"), [seen(KIROV, 1, "2", Flag.BAD), seen(KIROV, 3, None)], [], START)
    other = judged(seen(KIROV, 2, "3.0"), found=("1",), checks=("neighbour",))
    pen.append(message("3"), other, [], START)
    archive = Archive(record)
    shown = archive.select(Selection(series=(KIROV, BORDER), rows=True))
    assert shown.discharge_row.values.tolist() == [[0, 0, 0, 0], [1, 0, 0, 0]]
    entry, row = shown.inflow_entry.values[0, ::-1], shown.inflow_row.values[0, ::-1]
    said = archive.as_said(entry, row)
    assert [str(value) for value in said.value] == ["None", "3.0", "2", "1.500"]
    assert said.checks == (*CHECKS, "neighbour")
    assert said.verdicts is not None
    assert said.verdicts.tolist() == [[9, 9, 9, 9], [1, 2, 2, 1], [4, 2, 2, 2], [2, 1, 1, 2]]
    assert said.sent.tolist() == [9, 1, 4, 2]
    assert len(archive.as_said(entry[:0], row[:0])) == 0
    assert archive.as_said(np.array([0, 0]), np.array([1, 0])).observations()[0] == seen(BORDER, 0, None)
    for strange in ((7, 0), (-1, 0), (0, 2)):
        with pytest.raises(RecordDamaged):
            archive.as_said(np.array([strange[0]]), np.array([strange[1]]))
    with pytest.raises(SelectionError, match="ask for one of the two"):
        Selection(series=(KIROV,), rows=True, values_alone=True)


def test_who_follows_the_journal_is_told_of_times_series_sources_and_networks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "AT_A_TIME", 2)
    record, pen = open_pen(tmp_path)
    pen.declare(START)
    pen.append(message("1"), [seen(KIROV, 3, "1"), seen(BORDER, 0, "1"), seen(KIROV, 1, None)], [], START)
    pen.append(message("2"), [], [Refusal(fragment=b"?", where="line 1", reason="made up")], START)
    pen.append(message("3", source=leaves.DERIVED), [seen(KIROV, 9, "1")], [], START)
    at, day = int(START.timestamp()), 86_400
    network, first, last = Archive(record).changes(0, 4)
    assert (network.entry, network.network, network.spoken) == (0, record.network.version, ())
    assert first == Entered(
        entry=1, source="telegrams", spoken=(Spoken(KIROV, at + day, at + 3 * day + 1), Spoken(BORDER, at, at + 1))
    )
    assert (last.entry, last.source, last.network) == (3, "derived", None)
    assert [one.entry for one in Archive(record).changes(2, 4)] == [3]
    assert list(Archive(record).changes(4, 4)) == []
    assert [one.entry for one in Archive(record).changes(0, 1)] == [0]
