"""Which gauges count: those that are declared, of one nature, measured unless the computed ones are asked for."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from record.archive import Archive
from record.entry import Flag
from record.errors import SelectionError
from record.network import Network, load_network, network_from
from record.network.account import Counted, Resource
from record.network.basin import Nature
from record.network.computed import computed_id
from record.network.derived import Balance, By, Derived, Input
from service.accounts import Account, build
from service.accounts.counted import sources_of
from service.accounts.lines import reservoir
from tests.example import message, open_pen
from tests.service.report_example import DAY, Record, at, kazakh_day, reading, report_network

ROOT = Path(__file__).parents[2]
KIROV = "kirov:kg"
TWIN = computed_id(KIROV)
SOURCE = "made up for tests"
INFLOW = Counted(site="kirov", quantity="inflow", party="kg")


def derived(series: str, by: By, *inputs: str) -> Derived:
    return Derived(
        station=KIROV, series=series, by=by, inputs=tuple(Input(series=one) for one in inputs), document="made up",
        source=SOURCE,
    )  # fmt: skip


def computing(network: Network, *rows: Derived, measured: tuple[str, ...] | None = None) -> Network:
    """The network in which these series of Kirov are computed, and the others `measured`."""
    kirov = network.stations[KIROV]
    twin = kirov.model_copy(update={"id": TWIN, "computed": True, "series": tuple(row.series for row in rows)})
    held = kirov if measured is None else kirov.model_copy(update={"series": measured})
    balance = Balance(
        station=KIROV, evaporation_mm=tuple([Decimal(1)] * 12), storage_error=Decimal(1),
        release_error_percent=Decimal(5), document="made up", source=SOURCE,
    )  # fmt: skip
    stations = {**network.stations, KIROV: held, TWIN: twin}
    return replace(network, stations=stations, derived=rows, balances=(balance,))


BALANCE = derived("inflow.daily", By.BALANCE, f"{TWIN}.storage.term", f"{KIROV}.release.daily")
STORAGE = derived("storage.term", By.RESERVOIR_CURVE, f"{KIROV}.level.term")
SURFACE = derived("surface.term", By.RESERVOIR_CURVE, f"{KIROV}.level.term")
POSTS = derived("inflow.term", By.WEIGHTED_SUM, "upper:kg.discharge.term")


def line(network: Network) -> reservoir.ReservoirLine:
    (found,) = reservoir.lines(network, "talas", Nature.REAL)
    return found


def day(record: Record, begin: date = DAY) -> Account:
    return build(record.archive, record.network, "talas", begin, begin + timedelta(days=1), by="day")


def test_what_is_computed_is_counted_in_place_of_the_gauge_and_never_beside_it() -> None:
    network = computing(report_network(), BALANCE)
    computed = INFLOW.model_copy(update={"computed": True})
    assert [one.station for one in sources_of(network, [INFLOW], Nature.REAL)] == [KIROV]
    assert [one.station for one in sources_of(network, [computed], Nature.REAL)] == [TWIN]
    assert [one.station for one in sources_of(network, [INFLOW, INFLOW], Nature.SIMULATED)] == ["kirov:kg:simulated"]


def test_where_two_gauges_stand_and_neither_is_named_there_is_no_sum() -> None:
    (found,) = sources_of(report_network(), [Counted(site="gate", quantity="discharge")], Nature.REAL)
    assert (found.station, found.reason) == (None, "gate:kg and gate:kz both do, and whose counts is not declared")


def test_a_balance_takes_its_terms_as_they_are_declared() -> None:
    found = line(computing(report_network(), BALANCE, STORAGE, SURFACE))
    assert [one.station for one in (found.storage, found.release, found.inflow)] == [TWIN, KIROV, KIROV]
    assert found.surface is not None
    assert found.surface.station == TWIN


def test_an_inflow_that_comes_from_the_balance_does_not_close_it() -> None:
    measured = ("level.term", "release.daily")
    found = line(computing(report_network(), BALANCE, STORAGE, measured=measured)).inflow
    assert (found.station, found.reason) == (
        None,
        "its inflow is computed from this balance: there is nothing to check",
    )
    found = line(computing(report_network(), BALANCE, STORAGE, POSTS, measured=measured)).inflow
    assert found.station is None
    found = line(computing(report_network(), STORAGE, POSTS, measured=measured)).inflow
    assert found.station == TWIN


@pytest.mark.parametrize(("flag", "known"), [(Flag.GOOD, True), (Flag.SUSPECT, True), (Flag.BAD, False)])
def test_a_balance_is_not_closed_from_a_storage_that_is_bad(tmp_path: Path, flag: Flag, known: bool) -> None:
    record = Record(tmp_path)
    record.network = computing(record.network, STORAGE)
    record.network = replace(
        record.network, balances=(record.network.balances[0].model_copy(update={"surface_km2": Decimal(20)}),)
    )
    mornings = [reading(f"{KIROV}.storage.term", at(DAY, 8), "275", flag),
                reading(f"{KIROV}.storage.term", at(DAY + timedelta(days=1), 8), "276")]  # fmt: skip
    flows = [reading(f"{KIROV}.{name}.daily", at(DAY), "20") for name in ("inflow", "release")]
    record.say([*mornings, *flows])
    (kirov,) = day(record).reservoirs
    assert (kirov.change[0] is not None, kirov.residual[0] is not None) == (known, known)


def test_readings_at_the_terms_are_no_mean_of_a_day_for_a_sum(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.say([reading(f"{KIROV}.inflow.term", at(DAY, hour), "21") for hour in (8, 20)])
    (real, *_) = day(record).divisions
    assert (real.resource.volume, real.resource.days_missing) == ((None,), (1,))


def test_after_the_season_a_plan_stands_as_it_ended(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.say([one for place in range(20) for one in kazakh_day(date(2026, 9, 20) + timedelta(days=place))])
    one = build(record.archive, record.network, "talas", date(2026, 9, 20), date(2026, 10, 10), by="month")
    (plan,) = one.plans
    assert plan.to_date.days == (183, 183)
    assert list(plan.to_date.planned) == [400, 400]
    assert plan.to_date.known[0] == plan.to_date.known[1] == pytest.approx(8.75 * 0.0864 * 11)
    assert [column[1] for column in (plan.planned, plan.delivered.volume)] == [None, None]


def test_a_share_whose_resource_is_not_declared_says_so(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.network = replace(record.network, resources=())
    one = day(record)
    assert "What share flow-50 divides is not declared." in one.not_known
    assert one.divisions[0].resource.volume == (None,)


def test_the_resource_of_a_flow_is_the_sum_of_all_that_is_counted(tmp_path: Path) -> None:
    record = Record(tmp_path)
    both = Resource(
        share="flow-50", document="made up", source=SOURCE,
        counted=(INFLOW, Counted(site="tuyte", quantity="intake", party="kg")),
    )  # fmt: skip
    record.network = replace(record.network, resources=(both,))
    record.say([reading(f"{KIROV}.inflow.daily", at(DAY), "20")])
    assert day(record).divisions[0].resource.volume == (None,)
    record.say([reading("tuyte:kg.intake.daily", at(DAY), "2.5")])
    assert day(record).divisions[0].resource.volume == (1.944,)


def test_of_a_resource_below_nought_nothing_is_due_and_it_is_said(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.say([reading(f"{KIROV}.inflow.daily", at(DAY + timedelta(days=k)), v) for k, v in enumerate(["-5", "20"])])
    (real, *_) = build(record.archive, record.network, "talas", DAY, DAY + timedelta(days=2), by="month").divisions
    assert real.resource.volume == (1.296,)
    assert real.days_negative == (1,)
    for party in real.parties:
        assert party.due is not None
        assert (party.due.volume, party.due.known, party.due.days_missing) == ((None,), (0.864,), (1,))
    (kept, *_) = day(record).divisions
    assert (kept.resource.volume, kept.days_negative) == ((-0.432,), (1,))
    assert [party.due and party.due.volume for party in kept.parties] == [(None,), (None,)]


@pytest.mark.parametrize(("measured", "known"), [("storage.term", False), ("storage.hourly", False), (None, True)])
def test_a_daily_value_stands_for_a_state_only_where_no_instant_is_declared(
    tmp_path: Path, measured: str | None, known: bool
) -> None:
    """A mean of the day is half a day late: of a reservoir that falls it would make a false residual."""
    series = ("inflow.daily", "release.daily", "storage.daily", *([] if measured is None else [measured]))
    network = computing(report_network(), measured=series)
    held = network.balances[0].model_copy(update={"surface_km2": Decimal(20)})
    house = Record(tmp_path, replace(network, balances=(held,)))
    house.say([reading(f"{KIROV}.storage.daily", at(DAY + timedelta(days=k)), f"{300 - k}") for k in range(2)])
    house.say([reading(f"{KIROV}.{name}.daily", at(DAY), "20") for name in ("inflow", "release")])
    one = day(house)
    assert (one.reservoirs[0].change[0] is not None, one.reservoirs[0].residual[0] is not None) == (known, known)
    (stored,) = [part for part in one.divisions if part.basis == "storage"]
    assert (stored.state, stored.resource.volume) == (("of the day", (300,)) if known else ("at 08:00", (None,)))


def test_a_balance_that_makes_its_inflow_says_that_there_is_nothing_to_check(tmp_path: Path) -> None:
    network = computing(report_network(), BALANCE, SURFACE, measured=("storage.term", "level.term", "release.daily"))
    turned = BALANCE.model_copy(update={"inputs": (Input(series=f"{KIROV}.storage.term"), *BALANCE.inputs[1:])})
    record = Record(tmp_path, replace(network, derived=(turned, SURFACE)))
    record.say([reading(f"{KIROV}.storage.term", at(DAY + timedelta(days=k), 8), f"{300 - k}") for k in range(2)])
    record.say([reading(f"{TWIN}.surface.term", at(DAY, 8), "20"), reading(f"{KIROV}.release.daily", at(DAY), "20")])
    (kirov,) = day(record).reservoirs
    assert kirov.reason == "its inflow is computed from this balance: there is nothing to check"
    assert (list(kirov.days_missing), list(kirov.change), list(kirov.residual)) == ([0], [-1], [None])
    assert kirov.evaporation[0] == pytest.approx(20 / 31 / 1000)


def test_as_of_an_earlier_entry_shares_and_plans_are_those_in_force_then(tmp_path: Path) -> None:
    """A plan of 400 became one of 390: what was told then is told again."""
    first = load_network(ROOT / "config")
    seasons = first.files["seasons.toml"].replace(b"volume = 400", b"volume = 390", 1)
    second = network_from({**first.files, "seasons.toml": seasons}, Path("config"))
    for network, hours in ((first, 0), (second, 1)):
        record, pen = open_pen(tmp_path, network)
        pen.declare(message("", hours=hours).received)
    archive, days = Archive(record), (date(2025, 4, 1), date(2025, 4, 11))
    now, same, earlier = (build(archive, second, "talas", *days, as_of) for as_of in (None, archive.size(), 1))
    assert [one.plans[0].volume for one in (now, same, earlier)] == [390, 390, 400]
    assert [one.network_version for one in (now, same, earlier)] == [second.version, second.version, first.version]
    assert earlier.rules[0].endswith(f"network version {first.version}.")
    assert "TODAY'S" in build(archive, second, "talas", *days, 0).rules[0]
    with pytest.raises(SelectionError, match="as-of 999 lies beyond the journal"):
        build(archive, second, "talas", *days, 999)
