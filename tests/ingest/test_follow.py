"""Following the journal: in portions, to rest, and through whatever breaks off in between."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

import pytest

from ingest.consequence import Change, Consequence
from ingest.follow import FOLLOWERS, Followed, Follower, enter, follow, to_rest
from record import leaf as leaves
from record.archive import Archive
from record.audit import audit
from record.batch import Batch
from record.entry import Flag, Receipt
from record.errors import RecordError
from record.health import FOLLOW
from record.network import Network
from tests.ingest import computing
from tests.ingest.computing import (
    ALMATY,
    ERROR,
    INFLOW,
    LEVEL,
    LOWER,
    POST_FLOW,
    POST_LEVEL,
    RELEASE,
    STORAGE,
    SURFACE,
    UPPER,
    VIRTUAL,
    House,
    midnight,
    reservoir,
    said,
    term,
)

STEEP = {"above": 0, "a": 1, "b": 0, "c": 9999}
ALL = (STORAGE, SURFACE, INFLOW, ERROR, POST_FLOW)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "house")
    yield made
    made.record.engine.dispose()


def tell_all(house: House) -> None:
    """Days of a reservoir and of a post, one after the other, and a correction."""
    for day in range(1, 4):
        house.tell(said(LEVEL, term(day), f"30.{day}"), said(RELEASE, midnight(day), "40"))
        house.tell(said(POST_LEVEL, term(day), str(day)))
    house.tell(said(LEVEL, term(2), "30.5"))


def history(house: House) -> list[list[tuple[str, str, str]]]:
    """All that was ever said of each computed value."""
    return [
        [(str(one.value), one.flag.word, one.source) for one in house.archive.history(series, moment)]
        for series in ALL
        for moment in house.times(series)
    ]


def test_it_goes_on_where_it_was_and_comes_to_rest(house: House) -> None:
    tell_all(house)
    first = follow(house.record.network, house.pen, house.now, most=2)
    assert (first.entries, first.more) == (2, True)
    assert house.pen.cursor(FOLLOW) == "2"
    done = house.follow()
    assert done.more is False
    size = house.archive.size()
    assert house.pen.cursor(FOLLOW) == str(size)
    assert house.follow() == Followed()
    assert house.archive.size() == size


def test_in_whatever_portions_it_comes_to_the_same(house: House, tmp_path: Path) -> None:
    other = House(tmp_path / "other")
    for one in (house, other):
        tell_all(one)
    house.follow()
    while follow(other.record.network, other.pen, other.now, most=1).more:
        pass
    assert [house.values(series) for series in ALL] == [other.values(series) for series in ALL]
    assert audit(other.record, tmp_path / "audit").differences == ()
    other.record.engine.dispose()


class Broken(Exception):
    """The process was killed."""


def breaking(house: House, name: str, after: int) -> Callable[[], None]:
    """Let a method of the pen break at its so many-th call, before or after it has done its work."""
    real, count = getattr(house.pen, name), 0

    def call(*given: object, **named: object) -> object:
        nonlocal count
        count += 1
        if count == after:
            raise Broken
        return real(*given, **named)

    setattr(house.pen, name, call)
    return lambda: setattr(house.pen, name, real)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[object, int]:
    """What comes of it where nothing breaks off: the histories, and the size of the journal."""
    made = House(tmp_path_factory.mktemp("whole"))
    tell_all(made)
    made.follow()
    found = history(made), made.archive.size()
    made.record.engine.dispose()
    return found


@pytest.mark.parametrize("broken", [("append", 1), ("append", 2), ("append", 4), ("pass_over", 1), ("pass_over", 2)])
def test_broken_off_anywhere_nothing_is_entered_twice_and_nothing_is_lost(
    house: House, whole: tuple[object, int], broken: tuple[str, int]
) -> None:
    tell_all(house)
    mend = breaking(house, *broken)
    with pytest.raises(Broken):
        to_rest(house.record.network, house.pen, house.now)
    mend()
    house.follow()
    assert (history(house), house.archive.size()) == whole


def test_a_halt_leaves_the_rest_for_the_next_time(house: House) -> None:
    tell_all(house)
    calls = chain([False, False], repeat(True))
    done = to_rest(house.record.network, house.pen, house.now, halted=lambda: next(calls))
    assert done.computed > 0
    assert done.more
    assert house.pen.cursor(FOLLOW) is None
    assert house.follow().computed > 0
    assert house.follow() == Followed()


def test_a_fault_is_told_and_the_portion_comes_again(house: House) -> None:
    def failing(changes: Sequence[Change], network: Network, archive: Archive) -> Iterator[Consequence]:
        raise RecordError("a sealed file is gone: restore it")

    tell_all(house)
    done = to_rest(house.record.network, house.pen, house.now, followers=(*FOLLOWERS, failing))
    assert done.fault == "a sealed file is gone: restore it"
    assert done.computed > 0
    assert house.pen.cursor(FOLLOW) is None
    size = house.archive.size()
    assert house.follow().fault is None
    # What was entered before the fault is not entered again: the balance alone was still to come.
    assert house.archive.size() == size + 2


def test_what_was_worked_out_from_what_stands_no_more_is_worked_out_anew(house: House) -> None:
    def late(changes: Sequence[Change], network: Network, archive: Archive) -> Iterator[Consequence]:
        for number, consequence in enumerate(FOLLOWERS[-1](changes, network, archive)):
            if not number:
                # Another process enters the same before this one does.
                enter([consequence], house.pen, house.now)
                house.tell(said(POST_LEVEL, term(1), "3"))
            yield consequence

    house.tell(said(POST_LEVEL, term(1), "2"))
    follow(house.record.network, house.pen, house.now, followers=(late,))
    assert [str(one.value) for one in house.archive.history(POST_FLOW, term(1))] == ["20"]
    house.follow()
    assert [str(one.value) for one in house.archive.history(POST_FLOW, term(1))] == ["20", "30"]


def overtaking(house: House, most: int) -> Follower:
    """The follower that computes, before whose storages another reflags the first one, in the first `most` rounds."""
    rounds = 0

    def derived(changes: Sequence[Change], network: Network, archive: Archive) -> Iterator[Consequence]:
        nonlocal rounds
        for consequence in FOLLOWERS[-1](changes, network, archive):
            if consequence.said.series == (STORAGE,) and rounds < most:
                rounds += 1
                first = Batch.of([said(STORAGE, term(1), f"200.{rounds}", Flag.SUSPECT)])
                receipt = Receipt(source=leaves.QUALITY, name="", media="", received=house.now(), body=b"%d" % rounds)
                stands = consequence.instead_of[:1]
                house.pen.append(receipt, first, (), house.now, instead_of=stands)
            yield consequence

    return derived


def test_what_was_overtaken_is_worked_out_anew_before_the_portion_is_passed(house: House) -> None:
    house.tell(*reservoir([1, 2, 3], ["30", "30", "30"]))
    house.follow()
    house.tell(said(LEVEL, term(1), "30.0864"), said(LEVEL, term(3), "30.0864"))
    done = to_rest(house.record.network, house.pen, house.now, followers=(overtaking(house, 1),))
    assert (done.overtaken, done.more, done.fault) == (1, False, None)
    assert [value for value, _ in house.values(STORAGE).values()] == ["200.864", "200", "200.864"]
    assert [value for value, _ in house.values(INFLOW).values()] == ["5", "25"]


def test_what_is_overtaken_time_and_again_waits_its_turn_and_is_not_lost(house: House) -> None:
    house.tell(*reservoir([1, 2], ["30", "30"]))
    house.follow()
    house.tell(said(LEVEL, term(1), "30.0864"))
    cursor = house.pen.cursor(FOLLOW)
    done = to_rest(house.record.network, house.pen, house.now, followers=(overtaking(house, 100),))
    assert "1 rows were overtaken by what others say in their place" in str(done.fault)
    assert (house.pen.cursor(FOLLOW), done.more) == (cursor, True)
    house.follow()
    assert next(iter(house.values(STORAGE).values())) == ("200.864", "good")


@pytest.mark.parametrize(
    ("changed", "series", "by"),
    [
        ({"rating_curves": (computing.rating("1e400"),)}, POST_FLOW, "rating"),
        ({"rating_curves": (computing.rating(segments=[STEEP]),)}, POST_FLOW, "rating"),
        ({"balances": (computing.balance(window_days=10**11 + 1),)}, INFLOW, "balance"),
        ({"derived": computing.lagging(4_000_000)}, VIRTUAL, "weighted-sum"),
        ({"derived": computing.lagging(10**19)}, VIRTUAL, "weighted-sum"),
    ],
)
def test_where_a_rule_fails_it_is_named_and_the_others_go_on(
    tmp_path: Path, changed: dict[str, object], series: str, by: str
) -> None:
    house = House(tmp_path, computing.network(**changed))
    house.tell(*reservoir([1, 2], ["30", "30"]), said(POST_LEVEL, term(1), "2"), said(UPPER, midnight(1), "5"))
    done = to_rest(house.record.network, house.pen, house.now)
    assert str(done.fault).startswith(f"{series} cannot be computed by {by}: ")
    assert "\n" not in str(done.fault)
    assert (house.pen.cursor(FOLLOW), done.more) == (None, True)
    others = {STORAGE, SURFACE, INFLOW, ERROR, POST_FLOW} - {series} - ({ERROR} if series == INFLOW else set())
    assert all(house.times(one) for one in others)
    # What comes later is followed too, as far away as it may stand, and a mended network computes the rest.
    for day in range(3, 6):
        house.tell(said(LEVEL, term(day), "30"))
    again = to_rest(house.record.network, house.pen, house.now, most=2)
    assert (again.fault, again.computed) == (done.fault, 3 + 3)
    house.open(computing.network())
    house.tell(said(LOWER, midnight(2, ALMATY), "3"))
    house.follow()
    assert house.times(series)
    house.record.engine.dispose()


def test_a_network_that_came_meanwhile_is_left_to_who_has_it(house: House) -> None:
    house.tell(said(POST_LEVEL, term(1), "2"))
    house.follow()
    before, pen = house.record.network, house.pen
    house.open(computing.network(rating_curves=(computing.rating("20"),)))
    done = to_rest(before, pen, house.now)
    assert "another version of the network came into force" in str(done.fault)
    assert house.follow().computed == 1
    assert [str(one.value) for one in house.archive.history(POST_FLOW, term(1))] == ["20", "40"]


def test_reports_add_up() -> None:
    total = Followed(entries=3, computed=2, more=True, fault="late") + Followed(entries=1, rejudged=4)
    assert total == Followed(entries=4, computed=2, rejudged=4, more=False, fault="late")
    assert total.counts() == {"entries": 4, "rejudged": 4, "computed": 2}


def test_series_that_are_declared_no_more_are_passed_over(house: House) -> None:
    house.tell(*reservoir([1, 2], ["30", "30"]))
    stations = {name: one for name, one in house.record.network.stations.items() if name.startswith("post")}
    network = house.record.network
    fewer = replace(network, stations=stations, derived=network.derived[3:4])
    assert to_rest(fewer, house.pen, house.now).fault is None
