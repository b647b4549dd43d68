"""Messages of times that were asked for again: what still stands as it was said is not entered once more."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.archive import Archive, Record
from record.check import check
from record.entry import Flag, Method, Observation, Refusal
from record.seal import seal
from record.selection import Selection
from record.writer import Appended, Pen
from tests.example import BORDER, KIROV, KIROV_STORAGE, KNOWN, START, message, open_pen, seen

pytestmark = pytest.mark.usefixtures("each_database")


def ask_again(
    pen: Pen, body: str, *observations: Observation, source: str = "telegrams", refusals: tuple[Refusal, ...] = ()
) -> Appended:
    return pen.append(message(body, source=source), observations, refusals, START, again=True)


def test_only_what_is_new_or_other_is_entered(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    ask_again(pen, "1", seen(KIROV, 0, "1.0"), seen(KIROV, 1, None), seen(KIROV_STORAGE, 0, "9"))
    done = ask_again(
        pen, "2", seen(KIROV, 0, "1.00"), seen(KIROV, 1, None), seen(KIROV_STORAGE, 0, "9"), seen(KIROV, 2, "3")
    )
    assert (done.rows, done.repeated) == (1, False)
    done = ask_again(pen, "3", seen(KIROV, 0, "1.5"), seen(KIROV, 1, "2"), seen(KIROV, 2, "3"))
    assert done.rows == 2
    answer = Archive(record).select(Selection(series=(KIROV,)))
    assert answer.inflow.values.tolist() == [[1.5, 2.0, 3.0]]
    assert answer.inflow_entry.values.tolist() == [[2, 2, 1]]
    assert [one.value for one in Archive(record).history(KIROV, START)] == [Decimal("1.0"), Decimal("1.5")]
    with record.engine.connect() as connection:
        assert check(connection, KNOWN) == 3


def test_what_says_nothing_new_is_a_repetition_and_leaves_no_bytes(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    ask_again(pen, "1", seen(KIROV, 0, "1"))
    done = ask_again(pen, "2", seen(KIROV, 0, "1"))
    assert done == Appended(entries=(), rows=0, refusals=0, repeated=True)
    assert pen.append(message("3"), [seen(KIROV, 0, "1")], [], START, "cursor", again=True).repeated
    assert pen.cursor("telegrams") == "cursor"


def test_refusals_are_entered_whatever_stands(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    ask_again(pen, "1", seen(KIROV, 0, "1"))
    refusal = Refusal(fragment=b"?", where="row 2", reason="made up for tests")
    done = ask_again(pen, "2", seen(KIROV, 0, "1"), refusals=(refusal,))
    assert (done.rows, done.refusals, done.repeated) == (0, 1, False)


def test_another_flag_method_or_source_says_something_else(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    first = seen(KIROV, 0, "1")
    ask_again(pen, "1", first)
    flagged = seen(KIROV, 0, "1", Flag.SUSPECT)
    assert ask_again(pen, "2", flagged).rows == 1
    estimated = Observation(series=KIROV, time=START, value=flagged.value, flag=Flag.SUSPECT, method=Method.ESTIMATED)
    assert ask_again(pen, "3", estimated).rows == 1
    assert ask_again(pen, "4", estimated, source="another").rows == 1
    # What stands is of another source now, and the first one has said its word already.
    assert ask_again(pen, "5", estimated).repeated


def test_what_was_said_and_then_corrected_is_news_when_it_is_said_again(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    for body, value in (("1", "1"), ("2", "2"), ("3", "1")):
        assert ask_again(pen, body, seen(KIROV, 0, value)).rows == 1
    assert Archive(record).latest([KIROV])[KIROV].value == 1


def test_a_message_that_says_two_things_of_one_time_ends_with_the_last(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    twice = (seen(KIROV, 0, "5"), seen(KIROV, 0, "6"), seen(BORDER, 0, "1"))
    ask_again(pen, "1", *twice)
    assert ask_again(pen, "2", *twice).repeated
    assert Archive(record).latest([KIROV])[KIROV].value == 6
    # The other way round, or one of the two corrected, it says something else.
    assert ask_again(pen, "3", twice[1], twice[0], twice[2]).rows == 2
    assert Archive(record).latest([KIROV])[KIROV].value == 5
    assert ask_again(pen, "4", seen(KIROV, 0, "7"), twice[0]).rows == 2
    assert ask_again(pen, "5", seen(KIROV, 0, "7"), twice[0], twice[2]).repeated


def test_a_file_that_grows_and_says_two_things_of_each_day_is_entered_once(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    said: list[Observation] = []
    for day in range(5):
        said += [seen(KIROV, day, f"{day}"), seen(KIROV, day, f"{day}.5")]
        assert [ask_again(pen, f"{day} {hour}", *said).rows for hour in range(3)] == [2, 0, 0]
    assert Archive(record).size() == 10


def test_two_messages_that_said_one_thing_each_are_not_one_that_said_both(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    first, second = seen(KIROV, 0, "5"), seen(KIROV, 0, "6")
    ask_again(pen, "1", first)
    ask_again(pen, "2", second)
    assert [ask_again(pen, body, first, second).rows for body in ("3", "4")] == [2, 0]


@pytest.mark.parametrize("again", [False, True])
def test_a_message_that_says_two_things_of_one_time_takes_no_amendment_back(tmp_path: Path, again: bool) -> None:
    record, pen = open_pen(tmp_path)
    twice = [seen(KIROV, 0, "5"), seen(KIROV, 0, "6")]
    pen.append(message("1"), twice, [], START, again=again)
    amend(pen, seen(KIROV, 0, "5.5"))
    assert pen.append(message("2"), twice, [], START, again=again).repeated
    assert stands(record)[-1] == Decimal("5.5")
    assert pen.append(message("3"), [twice[0], seen(KIROV, 0, "7")], [], START, again=again).rows == 2


def test_missing_beside_a_value_is_refused_once_where_it_comes_after_it_and_is_nothing_before_it(
    tmp_path: Path,
) -> None:
    record, pen = open_pen(tmp_path)
    value, missing = seen(KIROV, 0, "5"), seen(KIROV, 0, None)
    ask_again(pen, "1", value)
    assert ask_again(pen, "2", missing, value).repeated
    done = ask_again(pen, "3", value, missing)
    assert (done.rows, done.refusals) == (0, 1)
    assert ask_again(pen, "4", value, missing).repeated
    assert stands(record) == [Decimal(5)]


WORDS = st.sampled_from(
    [("1", Flag.UNKNOWN), ("2", Flag.UNKNOWN), ("2.0", Flag.UNKNOWN), ("3", Flag.BAD), (None, None)]
)


@given(st.lists(st.lists(st.tuples(st.integers(0, 1), WORDS), min_size=1, max_size=6), min_size=1, max_size=4))
@settings(max_examples=10)
def test_what_is_told_a_third_time_unchanged_is_never_entered(
    tmp_path_factory: pytest.TempPathFactory, told: list[list[tuple[int, tuple[str | None, Flag | None]]]]
) -> None:
    """Whatever stood before, and though a day is told of as missing too, or by a value that is called bad."""
    record, pen = open_pen(tmp_path_factory.mktemp("record"))
    for number, observations in enumerate(told):
        said = [
            seen(KIROV, day, value) if flag is None else seen(KIROV, day, value, flag)
            for day, (value, flag) in observations
        ]
        for time in range(2):
            ask_again(pen, f"{number} {time}", *said)
        before = stood(record)
        assert ask_again(pen, f"{number} 2", *said).repeated
        assert stood(record) == before
    record.engine.dispose()


def stood(record: Record) -> str:
    answer = Archive(record).select(Selection(series=(KIROV,)))
    return repr((answer.inflow.values.tolist(), answer.inflow_flag.values.tolist()))


def test_unasked_messages_are_entered_as_ever(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    for body in ("1", "2"):
        assert pen.append(message(body), [seen(KIROV, 0, "1")], [], START).rows == 1


def test_a_sealed_value_that_is_said_again_is_no_news(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    days = [seen(KIROV, day, f"{day}.5") for day in range(-400, -380)]
    pen.append(message("1"), days, [], START - timedelta(days=300), again=True)
    assert [done.fault for done in seal(record, pen, lambda: START, pause=lambda: None)] == [None]
    again = [*days[:-1], seen(KIROV, -381, "7")]
    assert ask_again(pen, "2", *again).rows == 1


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["1", "2", "2.0", None])), min_size=1, max_size=5),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=15)
def test_asked_again_or_not_the_same_stands_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, told: list[list[tuple[int, str | None]]]
) -> None:
    standing = []
    for again in (False, True):
        record, pen = open_pen(tmp_path_factory.mktemp("record"))
        for number, observations in enumerate(told):
            said = [seen(KIROV, day, value) for day, value in observations]
            pen.append(message(f"{number}"), said, [], START, again=again)
        answer = Archive(record).select(Selection(series=(KIROV,)))
        standing.append((answer.inflow.values.tolist(), answer.inflow_flag.values.tolist()))
        record.engine.dispose()
    assert repr(standing[0]) == repr(standing[1])


def test_what_was_refused_before_is_not_refused_once_more_wherever_it_stands_now(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    bad = Refusal(fragment=b"01.05;x", where="line 2", reason="'x' is not a number")
    ask_again(pen, "1", seen(KIROV, 0, "1"), refusals=(bad,))
    moved = Refusal(fragment=b"01.05;x", where="line 7", reason="'x' is not a number")
    other = Refusal(fragment=b"02.05;x", where="line 9", reason="'x' is not a number")
    done = ask_again(pen, "2", seen(KIROV, 1, "2"), refusals=(moved, other))
    assert (done.rows, done.refusals) == (1, 1)
    assert ask_again(pen, "3", seen(KIROV, 1, "2"), refusals=(moved, other)).repeated
    assert ask_again(pen, "4", refusals=(bad,), source="others").refusals == 1


def amend(pen: Pen, *observations: Observation, hours: float = 1) -> Appended:
    return pen.append(
        message(f"amendment {observations}", source="amendments-kg", hours=hours),
        observations,
        [],
        START,
        reason="mended",
    )


def stands(record: Record, series: str = KIROV) -> list[Decimal | None]:
    return [one.value for one in Archive(record).history(series, START)]


def test_a_register_that_repeats_its_old_line_takes_no_amendment_back_and_a_new_word_does(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("1"), [seen(KIROV, 0, "13")], [], START)
    amend(pen, seen(KIROV, 0, "1.3"))
    amend(pen, seen(KIROV, 0, "1.4"), hours=2)
    done = pen.append(message("2"), [seen(KIROV, 0, "13.0"), seen(KIROV, 1, "2")], [], START)
    assert (done.rows, done.repeated) == (1, False)
    assert stands(record) == [Decimal(13), Decimal("1.3"), Decimal("1.4")]
    pen.append(message("3"), [seen(KIROV, 0, "12")], [], START)
    assert stands(record)[-1] == 12
    # Another source said nothing before, and so whatever it says is news.
    pen.append(message("4", source="others"), [seen(KIROV, 0, "13")], [], START)
    assert stands(record)[-1] == 13


def test_a_message_that_is_read_late_takes_nothing_back_that_came_since(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("late", hours=-1), [], [Refusal(fragment=b"?", where="line 2", reason="unknown")], START)
    pen.append(message("newer"), [seen(KIROV, 0, "6")], [], START)
    pen.append(message("older", hours=-2), [seen(KIROV, 1, "1")], [], START)
    amend(pen, seen(KIROV, 2, "2"), hours=-3)
    said = [seen(KIROV, 0, "5"), seen(KIROV, 1, "9"), seen(KIROV, 2, "9"), seen(KIROV, 3, "4")]
    done = pen.append(message("late", hours=-1), said, [], START, late=True)
    assert done.rows == 2
    answer = Archive(record).select(Selection(series=(KIROV,)))
    assert answer.inflow.values.tolist() == [[6, 9, 2, 4]]


def test_a_poll_that_says_the_same_as_ever_takes_no_correction_of_another_source_back(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    ask_again(pen, "1", seen(KIROV, 0, "50"))
    ask_again(pen, "2", seen(KIROV, 0, "55"), source="others")
    assert ask_again(pen, "3", seen(KIROV, 0, "50"), seen(KIROV, 1, "1")).rows == 1
    assert stands(record) == [Decimal(50), Decimal(55)]
    assert ask_again(pen, "4", seen(KIROV, 0, "51")).rows == 1


def test_an_old_message_says_nothing_new_though_it_is_judged_otherwise_now(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.append(message("1"), [seen(KIROV, 0, "10")], [], START)
    pen.append(message("2"), [seen(KIROV, 0, "11")], [], START)
    assert pen.append(message("1"), [seen(KIROV, 0, "10", Flag.BAD)], [], START).repeated
    assert stands(record)[-1] == 11


def test_many_small_refusals_share_an_entry_and_large_ones_fit(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    small = [Refusal(fragment=b"05.05;x", where=f"line {row}", reason="'x' is not a number") for row in range(1000)]
    large = [Refusal(fragment=bytes(10_000), where="\N{WATER BUFFALO}" * 400, reason="\x00" * 400) for _ in range(20)]
    assert len(pen.append(message("1"), [], small, START).entries) < 10
    assert pen.append(message("2"), [], large, START).refusals == 20
    found = Archive(record).refusals(START - timedelta(days=1), START + timedelta(days=1))
    assert [one.where for one in found[:1000]] == [one.where for one in small]
    assert len(found) == 1020
    with record.engine.connect() as connection:
        assert check(connection, KNOWN) == Archive(record).size()
