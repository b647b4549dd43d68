"""The account's arithmetic: shares make the whole, sums miss what is missing, balances close, gates differ in runs."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.network.share import Basis, SeasonPlan, Share
from service.accounts.gates import compared, run_of
from service.accounts.litres import litres, litres_of_day, mean_rate, million_m3, so_far, total
from service.accounts.losses import delayed, lost
from service.accounts.plan import of_days, planned
from service.accounts.reservoir import Errors, Terms, closed, evaporation_of
from service.accounts.shares import divided, holding, percents
from service.accounts.spans import summed

MAY = date(2026, 5, 1)
NAN = float("nan")
RATES = st.lists(st.one_of(st.none(), st.decimals(0, 5000, places=3)), min_size=1, max_size=40)
QUICK = settings(max_examples=60, deadline=None)


def rates(said: Sequence[Decimal | None]) -> np.ndarray:
    return np.array([NAN if one is None else float(one) for one in said])


@st.composite
def parties(draw: st.DrawFn) -> list[Decimal]:
    """Percents of two to five parties, in hundredths, that make 100 together."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=4)))
    bounds = [0, *cuts, 10_000]
    return [Decimal(high - low) / 100 for low, high in pairwise(bounds)]


@QUICK
@given(said=RATES, percent=parties())
def test_the_parts_of_a_share_make_the_whole_as_they_are_written(
    said: list[Decimal | None], percent: list[Decimal]
) -> None:
    resource = litres_of_day(rates(said))
    due = divided(resource, np.repeat(np.array([[float(one)] for one in percent]), len(said), axis=1))
    for place, whole in enumerate(million_m3(resource).tolist()):
        parts = million_m3(due[:, place]).tolist()
        if said[place] is None:
            assert np.isnan(parts).all()
        else:
            assert sum(Decimal(repr(part)) for part in parts) == Decimal(repr(whole))
            for part, share in zip(parts, percent, strict=True):
                assert abs(Decimal(repr(part)) - Decimal(repr(whole)) * share / 100) <= Decimal("4e-9")


@QUICK
@given(said=RATES, percent=parties(), data=st.data())
def test_the_parts_of_every_period_make_its_whole_too(
    said: list[Decimal | None], percent: list[Decimal], data: st.DataObject
) -> None:
    resource = litres_of_day(rates(said))
    starts = np.array(sorted({0, *data.draw(st.lists(st.integers(0, len(said) - 1), max_size=5))}))
    due = divided(resource, np.repeat(np.array([[float(one)] for one in percent]), len(said), axis=1))
    whole, parts = summed(resource, starts), summed(due, starts)
    np.testing.assert_array_equal(parts.known.sum(axis=0), whole.known)
    np.testing.assert_array_equal(parts.lacking[0], whole.lacking)


@QUICK
@given(said=RATES, data=st.data())
def test_sums_split_anywhere_join(said: list[Decimal | None], data: st.DataObject) -> None:
    amount = litres_of_day(rates(said))
    cut = data.draw(st.integers(0, len(said)))
    start = np.array([0])
    pieces = [summed(piece, start) for piece in (amount[:cut], amount[cut:]) if len(piece)]
    whole = summed(amount, start)
    assert np.nansum([piece.known[0] for piece in pieces]) == np.nan_to_num(whole.known[0])
    assert sum(int(piece.lacking[0]) for piece in pieces) == whole.lacking[0] == said.count(None)


@QUICK
@given(rows=st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(st.one_of(st.none(), st.integers(0, 90)),
       min_size=5, max_size=5), min_size=n, max_size=n)))  # fmt: skip
def test_a_missing_part_makes_the_sum_missing(rows: list[list[int | None]]) -> None:
    table = np.array([[NAN if one is None else one for one in row] for row in rows], dtype=float)
    for day, found in enumerate(total(table).tolist()):
        parts = [row[day] for row in rows]
        assert np.isnan(found) if None in parts else found == sum(part for part in parts if part is not None)


def test_with_nothing_counted_there_is_no_sum() -> None:
    assert np.isnan(total(np.empty((0, 3)))).all()


def test_a_day_of_one_cubic_metre_a_second_is_0_0864_million() -> None:
    assert million_m3(litres_of_day(np.array([1.0, 0.001]))).tolist() == [0.0864, 0.0000864]
    assert mean_rate(litres_of_day(np.array([2.5])) * 4, np.array([4])).tolist() == [2.5]


def share(name: str, kz: str, begins: date, ends: date | None = None, *, in_force: bool = True) -> Share:
    return Share(
        id=name, basin="talas", basis=Basis.FLOW, of="talas", percent={"kz": Decimal(kz), "kg": 100 - Decimal(kz)},
        in_force=in_force, valid_from=begins, valid_until=ends, document="made up", source="made up",
    )  # fmt: skip


def test_a_share_that_changes_within_the_season_counts_day_by_day() -> None:
    shares = [
        share("old", "40", date(2000, 1, 1), date(2026, 5, 3)),
        share("told", "90", date(2000, 1, 1), in_force=False),
        share("new", "55.5", date(2026, 5, 4)),
    ]
    held = holding(shares, MAY, 5)
    assert held.tolist() == [0, 0, -1, 2, 2]
    percent = percents(shares, held, ["kz", "kg"])
    np.testing.assert_array_equal(percent[0], [40, 40, NAN, 55.5, 55.5])
    due = million_m3(divided(litres(np.full(5, 10.0)), percent))
    np.testing.assert_array_equal(due, [[4, 4, NAN, 5.55, 5.55], [6, 6, NAN, 4.45, 4.45]])


def plan(volume: str, ends: date, name: str = "plan", part_of: str | None = None) -> SeasonPlan:
    return SeasonPlan(
        id=name, basin="talas", party="kz", begins=date(2023, 4, 1), ends=ends, volume=Decimal(volume),
        part_of=part_of, in_force=part_of is None, document="made up", source="made up",
    )  # fmt: skip


def test_a_plan_is_spread_evenly_and_ends_at_its_volume() -> None:
    whole = plan("366", date(2023, 10, 1))
    found = million_m3(planned(whole, [], date(2023, 3, 30), 190))
    assert np.isnan(found[[0, 1, -1]]).all()
    assert (found[2], found[3], found[184]) == (2, 4, 366)


def test_a_plan_runs_through_the_running_totals_that_are_told() -> None:
    """Talas 2023: 312.7 of 344.7 up to 5 August, so that 32 are left for the 56 days after it."""
    whole, part = plan("344.7", date(2023, 10, 1)), plan("312.7", date(2023, 8, 6), "part", "plan")
    found = planned(whole, [part], date(2023, 4, 1), 183)
    assert million_m3(found[[126, 182]]).tolist() == [312.7, 344.7]
    days = million_m3(of_days(found))
    assert days[:127] == pytest.approx(312.7 / 127)
    assert days[127:] == pytest.approx(32 / 56)
    assert of_days(found).sum() == found[-1]


@QUICK
@given(volume=st.decimals(0, 3000, places=1), days=st.integers(1, 200), data=st.data())
def test_a_plan_never_falls_and_gives_out_all_of_itself(volume: Decimal, days: int, data: st.DataObject) -> None:
    begins = date(2023, 4, 1)
    whole = plan(str(volume), begins + timedelta(days=days))
    cut = data.draw(st.integers(1, days))
    parts = [plan(str(volume / 3), begins + timedelta(days=cut), "part", "plan")] if cut < days else []
    found = of_days(planned(whole, parts, begins, days))
    assert (found >= 0).all()
    assert found.sum() == litres(float(volume))


def test_so_far_counts_what_is_known_and_how_many_days_are_not() -> None:
    known, lacking = so_far(np.array([1.0, NAN, 2.0, NAN]))
    assert known.tolist() == [1, 1, 3, 3]
    assert lacking.tolist() == [0, 1, 1, 2]


def test_a_loss_is_what_is_left_beside_the_declared_one() -> None:
    found = lost(np.array([120.0, 100.0, NAN]), np.array([80.0, 75.0, 80.0]), 25)
    assert found.expected[:2].tolist() == [90, 75]
    assert found.residual[:2].tolist() == [-10, 0]
    assert np.isnan(found.residual[2])


def test_water_on_its_way_is_compared_with_the_day_on_which_it_entered() -> None:
    flow = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert delayed(flow, 0).tolist() == flow.tolist()
    np.testing.assert_array_equal(delayed(flow, 2), [[NAN, NAN, 1, 2]])


def terms(**said: float) -> Terms:
    given_terms = {"change": 0.0, "inflow": 0.0, "release": 0.0, "evaporation": 0.0, "seepage": 0.0} | said
    return Terms(**{name: np.array([value]) for name, value in given_terms.items()})


ERRORS = Errors(storage=0.1, inflow=0.05, release=0.05, losses=0.5)


def test_a_balance_that_closes_leaves_nothing() -> None:
    found = closed(terms(change=2, inflow=5, release=2, evaporation=0.75, seepage=0.25), ERRORS)
    assert found.residual.tolist() == [0]
    assert found.uncertainty[0] == pytest.approx(sqrt(2 * 0.01 + 0.25**2 + 0.1**2 + 0.5**2))
    assert found.within.tolist() == [True]


@pytest.mark.parametrize(
    ("change", "within"), [(0.28, True), (0.29, False), (-0.28, True), (-0.29, False), (NAN, False)]
)
def test_a_residual_is_within_twice_its_uncertainty_or_not(change: float, within: bool) -> None:
    """Two storages of 0.1 each: the difference has 0.1414, and 0.2828 is twice that."""
    assert closed(terms(change=change), ERRORS).within.tolist() == [within]


def test_what_evaporates_is_depth_by_surface() -> None:
    assert evaporation_of(np.array([5.0]), np.array([20.0])).tolist() == [0.1]


@pytest.mark.parametrize(
    ("one", "other", "inside"),
    [
        (10.0, 10.0, True),
        (0.0, 0.0, True),
        (8.55, 9.45, True),  # exactly 10 percent of the mean, in binary a little more
        (9.45, 8.55, True),
        (8.5, 9.5, False),
        (0.0, 0.05, True),  # within the absolute tolerance, though 200 percent of the mean
        (0.0, 0.051, False),
        (0.1, 0.15, True),
    ],
)
def test_gauges_agree_within_the_percent_or_within_the_absolute_tolerance(
    one: float, other: float, inside: bool
) -> None:
    found = compared(np.array([one]), np.array([other]), 10, 0.05)
    assert (found.inside.tolist(), found.outside.tolist()) == ([inside], [not inside])


def test_a_gauge_that_lacks_neither_agrees_nor_differs() -> None:
    found = compared(np.array([1.0, NAN]), np.array([NAN, NAN]), 10, 0)
    assert not (found.inside | found.outside).any()
    assert np.isnan(found.difference).all()


def test_the_difference_is_given_in_percent_of_the_mean() -> None:
    found = compared(np.array([11.0, 0.0]), np.array([9.0, 0.0]), 5, 0)
    assert (found.difference.tolist(), found.percent.tolist()) == ([2, 0], [20, 0])


@pytest.mark.parametrize(
    ("said", "days", "since", "unknown"),
    [
        ("iii", [0, 0, 0], [-1, -1, -1], [0, 0, 0]),
        ("ooo", [1, 2, 3], [0, 0, 0], [0, 0, 0]),
        ("iooi", [0, 1, 2, 0], [-1, 1, 1, -1], [0, 0, 0, 0]),
        ("oioo", [1, 0, 1, 2], [0, -1, 2, 2], [0, 0, 0, 0]),
        ("io?o", [0, 1, 1, 2], [-1, 1, 1, 1], [0, 0, 1, 1]),  # silence ends no run
        ("io??i?", [0, 1, 1, 1, 0, 0], [-1, 1, 1, 1, -1, -1], [0, 0, 1, 2, 0, 0]),
        ("??o", [0, 0, 1], [-1, -1, 2], [0, 0, 0]),  # nor does it begin one
        ("i?o?", [0, 0, 1, 1], [-1, -1, 2, 2], [0, 0, 0, 1]),
        ("????", [0, 0, 0, 0], [-1, -1, -1, -1], [0, 0, 0, 0]),
    ],
)
def test_how_long_gauges_differ(said: str, days: list[int], since: list[int], unknown: list[int]) -> None:
    marks = np.array(list(said))
    found = run_of(marks == "i", marks == "o")
    assert found.days.tolist() == days
    assert found.since.tolist() == since
    assert found.unknown.tolist() == unknown


def test_runs_of_many_gates_are_found_at_once() -> None:
    marks = np.array([list("iooi"), list("oo?o")])
    found = run_of(marks == "i", marks == "o")
    assert found.days.tolist() == [[0, 1, 2, 0], [1, 2, 2, 3]]


def test_on_the_bound_itself_gauges_agree_whatever_binary_fractions_make_of_it() -> None:
    assert 1.05 - 1.0 > 0.05
    assert compared(np.array([1.05]), np.array([1.0]), 0, 0.05).inside.tolist() == [True]
