"""A message that says missing takes no value back: only an amendment does, and what was called bad may go."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from record import leaf as leaves
from record import repeat
from record.archive import Archive
from record.archive.rebuild import rebuild
from record.batch import Batch
from record.entry import Flag
from record.repeat import TAKES_BACK
from record.verdicts import SAID
from record.writer import Appended, Pen
from tests.example import BORDER, KIROV, START, message, open_pen, seen

pytestmark = pytest.mark.usefixtures("each_database")


def say(pen: Pen, body: str, *days: str | None, source: str = "telegrams", again: bool = False) -> Appended:
    """Let a source say a value of each day, from the first on."""
    said = [seen(KIROV, day, value) for day, value in enumerate(days)]
    return pen.append(message(body, source=source), said, [], START, again=again)


def stands(pen: Pen) -> list[Decimal | None]:
    return [said[-1].value for day in range(3) if (said := pen.archive.history(KIROV, seen(KIROV, day, "1").time))]


def test_a_telegram_that_is_sent_again_without_a_group_takes_no_value_back(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "1", "1.0", None)
    done = say(pen, "2", None, None, None)
    assert (done.rows, done.refusals, done.repeated) == (2, 1, False)
    assert [(one.where, one.reason) for one in done.left_out] == [(f"{KIROV} 2026-05-01T02:00:00Z", TAKES_BACK)]
    assert stands(pen) == [Decimal("1.0"), None, None]
    said = Archive(record).refusals(START, START.replace(year=2027))
    assert [one.fragment for one in said] == [f"{KIROV} 2026-05-01T02:00:00Z".encode()]
    # Where nothing else stands a value may come, and go no more.
    assert say(pen, "3", "1.0", "2", "3").rows == 3
    assert stands(pen) == [Decimal("1.0"), 2, 3]
    rebuild(record)
    assert stands(pen) == [Decimal("1.0"), 2, 3]


def test_it_is_refused_once_however_often_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeat, "LOOKED_BACK", 1)
    _, pen = open_pen(tmp_path)
    say(pen, "1", "1", "2")
    assert say(pen, "2", None, None).refusals == 2
    size = pen.archive.size()
    for body, again in (("2", False), ("3", False), ("4", True)):
        done = say(pen, body, None, None, again=again)
        assert (done.entries, done.refusals, done.repeated) == ((), 0, True)
    assert pen.archive.size() == size
    assert say(pen, "5", None, source="others").refusals == 1


def test_an_amendment_and_a_computed_series_take_back_what_they_say_is_missing(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    say(pen, "1", "1", "2", "3")
    assert say(pen, "2", None, source="amendments-kg").rows == 1
    assert say(pen, "3", None, None, source=leaves.DERIVED).rows == 2
    reading = Batch.of([seen(KIROV, 2, None)])
    grounds = message("4", source=leaves.QUALITY)
    assert pen.append(grounds, reading, [], START, instead_of=np.array([0])).rows == 1
    assert stands(pen) == [None, None, None]


def test_what_its_sender_called_bad_may_go_and_what_we_called_bad_may_not(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    bad = [seen(KIROV, 0, "1", Flag.BAD), seen(KIROV, 1, "2", Flag.BAD)]
    verdicts = np.array([[4, 1], [2, 4]], dtype=np.int8)
    pen.append(message("1"), replace(Batch.of(bad), checks=(SAID, "spike"), verdicts=verdicts), [], START)
    pen.append(message("2"), [seen(KIROV, 2, "3", Flag.BAD)], [], START)
    done = say(pen, "3", None, None, None)
    assert (done.rows, done.refusals) == (2, 1)
    assert stands(pen) == [None, 2, None]


def test_one_message_that_says_a_value_and_then_missing_keeps_the_value(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    said = [seen(KIROV, 0, "1"), seen(BORDER, 0, "5"), seen(KIROV, 0, None), seen(KIROV, 1, None), seen(KIROV, 1, "2")]
    done = pen.append(message("1"), said, [], START)
    assert (done.rows, done.refusals) == (4, 1)
    assert stands(pen) == [1, 2]


def test_a_long_message_is_left_out_row_by_row_and_each_is_told_once(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    days = [seen(KIROV, day, f"{day}.123456789") for day in range(-2500, 0)]
    pen.append(message("1"), days, [], START)
    gaps = [replace(one, value=None, flag=Flag.MISSING) if number % 2 else one for number, one in enumerate(days)]
    done = pen.append(message("2"), gaps, [], START)
    assert (done.rows, done.refusals) == (1250, 1250)
    assert len({one.where for one in done.left_out}) == 1250
