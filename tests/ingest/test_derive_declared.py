"""What is declared anew, and what no longer is: curves, balances and inputs of computed series."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.consequence import Change
from ingest.derive import RULES
from ingest.derive.floors import floors
from ingest.derive.renewed import renewed
from ingest.follow import Followed
from record.errors import ConfigError
from record.network import load_network
from record.network.curve import Shift
from record.network.derived import By
from record.selection import EARLIEST, LATEST
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
    UPPER,
    VIRTUAL,
    House,
    grounds,
    midnight,
    network,
    reservoir,
    said,
    shown,
    term,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.record.engine.dispose()


def test_before_any_curve_holds_nothing_is_said(house: House) -> None:
    house.tell(said(POST_LEVEL, term(1) - timedelta(days=365), "2"), said(LEVEL, term(1), "99"))
    house.follow()
    assert house.times(POST_FLOW) == []
    assert shown(house, STORAGE) == [(None, "missing")]


def test_what_no_input_leads_to_any_more_becomes_missing(house: House) -> None:
    house.tell(said(UPPER, midnight(1), "10"), said(LOWER, midnight(2, ALMATY), "3"))
    house.follow()
    alone = computing.derived("post:kg", "discharge.daily", By.WEIGHTED_SUM, UPPER)
    rows = (*house.record.network.derived[:-1], alone)
    house.open(computing.renewed(house.record.network, derived=rows))
    house.follow()
    assert shown(house, VIRTUAL) == [("10", "good"), (None, "missing")]


def test_a_new_curve_computes_anew_what_it_holds_for_and_nothing_else(house: House) -> None:
    house.tell(*(said(POST_LEVEL, term(day), "2") for day in range(1, 7)))
    house.follow()
    before = {moment: house.archive.history(POST_FLOW, moment)[-1].entry for moment in house.times(POST_FLOW)}
    old = computing.rating(valid_until=date(2026, 7, 4))
    new = computing.rating("12", id="after-the-flood", valid_from=date(2026, 7, 4), document="the flood")
    house.open(computing.renewed(house.record.network, rating_curves=(old, new)))
    assert house.follow().computed == 3
    assert shown(house, POST_FLOW) == [("20", "good")] * 3 + [("24", "good")] * 3
    entries = {moment: house.archive.history(POST_FLOW, moment)[-1].entry for moment in before}
    assert [entries[moment] == before[moment] for moment in before] == [True] * 3 + [False] * 3
    changed = house.archive.history(POST_FLOW, term(5))[-1]
    assert changed.reason == "rule, balance or curves are declared otherwise now, these hold: after-the-flood"
    assert grounds(house, changed.entry)["curves"] == ["after-the-flood"]
    assert grounds(house, before[term(1)])["curves"] == ["made-up"]
    assert house.follow().computed == 0


def test_a_curve_that_is_taken_back_leaves_nothing_behind(house: House) -> None:
    house.tell(said(POST_LEVEL, term(1), "2"))
    house.follow()
    house.open(computing.renewed(house.record.network, rating_curves=(computing.rating(valid_from=date(2026, 7, 9)),)))
    house.follow()
    assert shown(house, POST_FLOW) == [(None, "missing")]
    reason = house.archive.history(POST_FLOW, term(1))[-1].reason
    assert reason == "no input or curve that is declared now gives it any more"
    # And what comes back as it was is entered as it was.
    house.open(network())
    house.follow()
    assert shown(house, POST_FLOW) == [("20", "good")]


def test_a_day_between_two_curves_of_the_reservoir_is_in_doubt(tmp_path: Path) -> None:
    old = computing.bowl(valid_until=date(2026, 7, 2))
    new = computing.bowl(id="silted", valid_from=date(2026, 7, 2), points=[("10", "0", "10"), ("40", "290", "10")])
    house = House(tmp_path, network(reservoir_curves=(old, new)))
    house.tell(*reservoir([1, 2, 3], ["30", "30.8", "30.8"]))
    house.follow()
    assert [flag for _, flag in shown(house, INFLOW)] == ["suspect", "unknown"]


def test_what_is_renewed_are_the_times_of_facts_that_only_one_version_declares() -> None:
    before = network(rating_curves=(computing.rating(valid_until=date(2026, 7, 4)),))
    start, end = int(EARLIEST.timestamp()), int(LATEST.timestamp())
    always = Change(series=STORAGE, start=start, end=end, said=False)
    first, last = (int(midnight(day).timestamp()) for day in (2, 4))
    shift = {"station": "post:kg", "valid_from": date(2026, 7, 2), "valid_until": date(2026, 7, 4), "at_begin": 0}
    shifted = Shift.model_validate(shift | computing.MADE_UP | {"at_end": 1})
    assert renewed(before, before, RULES) == []
    for one, other in ((before, replace(before, shifts=(shifted,))), (replace(before, shifts=(shifted,)), before)):
        assert renewed(one, other, RULES) == [Change(series=POST_LEVEL, start=first, end=last, said=False)]
    without = replace(before, rating_curves=())
    (gone,) = renewed(before, without, RULES)
    assert (gone.series, gone.end) == (POST_LEVEL, last)
    closed = replace(before, balances=(computing.balance(seepage="1"),))
    assert renewed(before, closed, RULES) == [always]
    assert always in renewed(replace(before, balances=()), before, RULES)
    named = [*dict.fromkeys((LEVEL, STORAGE, POST_LEVEL, UPPER))]
    assert [one.series for one in renewed(None, before, RULES)] == named


def test_the_network_before_an_entry_is_read_from_the_journal(tmp_path: Path) -> None:
    declared = load_network(ROOT / "config")
    house = House(tmp_path, declared)
    assert house.archive.network_before(0) is None
    found = house.archive.network_before(1)
    assert found is not None
    assert (found.version, found.derived) == (declared.version, declared.derived)
    # One that today's rules cannot read counts as none.
    assert House(tmp_path / "own", network()).archive.network_before(1) is None


def test_a_changed_balance_computes_all_days_anew(house: House) -> None:
    house.tell(*reservoir([1, 2, 3], ["30", "30", "30"]))
    house.follow()
    house.open(computing.renewed(house.record.network, balances=(computing.balance(seepage="1"),)))
    assert house.follow().computed == 2 + 2
    assert shown(house, INFLOW) == [("16", "unknown")] * 2


def test_series_that_rest_on_each_other_are_refused() -> None:
    round_about = computing.derived("kirov:kg", "storage.term", By.WEIGHTED_SUM, STORAGE)
    with pytest.raises(ConfigError, match="leave one out"):
        floors(network(derived=(round_about,)))


def test_an_input_of_a_collection_that_never_spoke_takes_back_what_another_gave(house: House) -> None:
    house.tell(*reservoir([1, 2, 3], ["30", "30", "30"]))
    house.follow()
    assert shown(house, INFLOW) == [("15", "unknown")] * 2
    hourly = computing.derived("kirov:kg", "inflow.daily", By.BALANCE, "kirov:kg.storage.hourly", RELEASE)
    house.open(computing.renewed(computing.taking(hourly), reservoir_curves=(computing.bowl(),)))
    house.follow()
    assert shown(house, INFLOW) == shown(house, ERROR) == [(None, "missing")] * 2
    assert house.follow() == Followed()


def test_an_entry_holds_what_one_curve_gave_and_states_the_shift(house: House) -> None:
    old = computing.rating(valid_until=date(2026, 7, 4))
    new = computing.rating("12", id="after-the-flood", valid_from=date(2026, 7, 4), document="the flood")
    shift = Shift(
        station="post:kg", valid_from=date(2026, 7, 2), valid_until=date(2026, 7, 4), at_begin=Decimal("-0.5"),
        at_end=Decimal("-0.5"), document="made up", source="made up for tests",
    )  # fmt: skip
    house.open(computing.renewed(house.record.network, rating_curves=(old, new), shifts=(shift,)))
    house.tell(*(said(POST_LEVEL, term(day), "2") for day in range(1, 6)))
    house.follow()
    stated = [grounds(house, house.archive.history(POST_FLOW, term(day))[0].entry) for day in range(1, 6)]
    assert [one["curves"] for one in stated] == [["made-up"]] * 3 + [["after-the-flood"]] * 2
    assert [bool(one["shifts"]) for one in stated] == [False, True, True, False, False]
    assert "'at_end': '-0.5'" in str(stated[1]["shifts"])
