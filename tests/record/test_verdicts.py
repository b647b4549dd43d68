"""What each check found stands in the entry beside the reading, and comes back from it as it was."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from record import leaf as leaves
from record import verdicts
from record.archive import Archive
from record.archive.rebuild import rebuild
from record.audit import audit
from record.batch import Batch
from record.check import check
from record.entry import Flag, Observation
from record.errors import ProofError
from record.leaf import MAX_BYTES, Earlier, Envelope, Leaf
from record.portion import batches
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
