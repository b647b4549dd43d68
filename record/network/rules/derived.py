"""Computed series: from what there is, by a rule that can be carried out, once, and not from themselves."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from record.network.computed import MARK, computed_id, words_of
from record.network.declared import Declared
from record.network.derived import Balance, By, Derived
from record.network.row import Row
from record.network.rules.gauges import FLOWS, station_of
from record.network.rules.places import series_fault

LONGEST_WINDOW = 31
"""Days over which a balance may be closed at most."""
LONGEST_LAG = 60
"""Days that the water of a post of a sum may have been under way at most."""
MOST = 1_000_000
"""No weight, depth, error, surface or seepage is as great as this."""
_DAYS = "daily"
_INSTANTS = ("hourly", "10-minute", "term")


class _Taken(NamedTuple):
    """What a rule takes and gives: quantities of its inputs in their order, and those that it can compute."""

    inputs: tuple[frozenset[str], ...]
    gives: frozenset[str]


_ONE = {
    By.RATING: _Taken((frozenset({"level"}),), frozenset({"discharge"})),
    By.RESERVOIR_CURVE: _Taken((frozenset({"level"}),), frozenset({"storage", "surface"})),
    By.BALANCE: _Taken((frozenset({"storage"}), frozenset({"release"})), frozenset({"inflow"})),
}
_SUM = _Taken((FLOWS,), frozenset({"inflow", "discharge"}))


def computed_series_are_known(declared: Declared) -> None:
    """A computed series is of a declared station, and its quantity is one that its rule gives."""
    for row in declared.derived:
        said = row.fact
        station_of(declared, row, said.station)
        fault = series_fault(said.series)
        if fault is not None:
            raise row.wrong(fault, "series")
        can = _taken(said).gives
        if _quantity(said.series) not in can:
            raise row.wrong(f"by {said.by} one computes {' or '.join(sorted(can))}, not {said.series!r}", "series")


def computed_inputs_are_declared(declared: Declared) -> None:
    """Inputs are series that stations measure, or that are computed for the same kind of station."""
    known = {f"{row.fact.id}.{said}" for row in declared.stations for said in row.fact.series}
    computed = {(row.fact.simulated, series) for row in declared.derived for series in _gives(row.fact)}
    for row in declared.derived:
        for number, one in enumerate(row.fact.inputs):
            if one.series not in known and (row.fact.simulated, one.series) not in computed:
                kind = "computed" if f":{MARK}." in one.series else "declared"
                raise row.wrong(
                    f"input {one.series!r} is not {kind}: write a whole series id such as kirov:kg.level.term",
                    "inputs",
                    number,
                )


def computed_inputs_fit_their_rule(declared: Declared) -> None:
    """Each rule has its inputs in number, order and quantity; those of a gauge are its own; only sums have weights."""
    for row in declared.derived:
        said = row.fact
        wanted = _taken(said).inputs
        if len(wanted) != len(said.inputs):
            raise row.wrong(f"by {said.by} one computes from {_spoken(wanted)}, not from {len(said.inputs)}", "inputs")
        for number, (one, quantities) in enumerate(zip(said.inputs, wanted, strict=True)):
            if _quantity(_word(one.series)) not in quantities:
                raise row.wrong(f"by {said.by} one computes from {_spoken(wanted)}, not {one.series}", "inputs", number)
            if said.by is By.WEIGHTED_SUM:
                continue
            if _gauge(one.series) != said.station:
                raise row.wrong(f"input {one.series!r} must be of station {said.station!r} itself", "inputs", number)
            if one.weight != 1 or one.lag_days:
                raise row.wrong(f"by {said.by} no input has a weight or a lag: remove it", "inputs", number)


def computed_intervals_fit(declared: Declared) -> None:
    """A series is of the interval of its inputs; a balance is daily, from storage as read at a moment."""
    for row in declared.derived:
        said = row.fact
        own = _interval(said.series)
        if said.by is By.BALANCE and own != _DAYS:
            raise row.wrong(f"a balance is closed by days: write inflow.daily, not {said.series!r}", "series")
        for number, one in enumerate(said.inputs):
            if said.by is By.BALANCE and not number:
                if _interval(one.series) not in _INSTANTS:
                    raise row.wrong(
                        f"a balance needs a storage as read at a moment, not {one.series}: write storage.term",
                        "inputs",
                        number,
                    )
            elif _interval(one.series) != own:
                raise row.wrong(f"input {one.series} is of another interval than {said.series}", "inputs", number)


def inputs_are_of_the_nature_of_their_station(declared: Declared) -> None:
    """What is computed of a real station is of real ones alone: what an example says never looks like their water."""
    natures = {row.fact.id: row.fact.nature for row in declared.stations}
    for row in declared.derived:
        own = natures[row.fact.station]
        for number, one in enumerate(row.fact.inputs):
            other = natures[_gauge(one.series)]
            if other is not own and not row.fact.simulated:
                raise row.wrong(
                    f"input {one.series!r} is {other}, and station {row.fact.station!r} is {own}:"
                    " compute it from stations of its own nature",
                    "inputs",
                    number,
                )


def sums_have_weights(declared: Declared) -> None:
    """Every post of a sum counts, and once; only readings and means of days can be taken so many days earlier."""
    for row in declared.derived:
        names = [one.series for one in row.fact.inputs]
        for number, one in enumerate(row.fact.inputs):
            if not one.weight:
                raise row.wrong(f"input {one.series!r} has weight 0: remove it", "inputs", number)
            if not -MOST < one.weight < MOST:
                raise row.wrong(f"input {one.series!r} has weight {one.weight}: write a smaller one", "inputs", number)
            if one.lag_days > LONGEST_LAG:
                raise row.wrong(f"lag_days {one.lag_days} of {one.series!r} is over {LONGEST_LAG}", "inputs", number)
            if one.lag_days and _interval(one.series) not in (*_INSTANTS, _DAYS):
                raise row.wrong(f"input {one.series!r} has no value of each day: remove its lag", "inputs", number)
            if names.count(one.series) > 1 and row.fact.by is By.WEIGHTED_SUM:
                raise row.wrong(f"input {one.series!r} stands twice: add up its weights", "inputs", number)


def series_are_computed_once(declared: Declared) -> None:
    """No series of a computed twin has two rules."""
    first: dict[tuple[bool, str], Row[Derived]] = {}
    for row in declared.derived:
        for series in _gives(row.fact):
            earlier = first.setdefault((row.fact.simulated, series), row)
            if earlier is not row:
                raise row.wrong(f"{series} is already computed at {earlier.where()}: remove one", "series")


def nothing_is_computed_from_itself(declared: Declared) -> None:
    """The inputs of a computed series never lead back to it."""
    rows = {(row.fact.simulated, series): row for row in declared.derived for series in _gives(row.fact)}
    for (simulated, series), row in rows.items():
        if series in _reached(rows, simulated, row):
            raise row.wrong(f"{series} is computed from itself: take other inputs", "inputs")


def computing_has_what_it_needs(declared: Declared) -> None:
    """A rating needs a rating curve, a reservoir curve one of its station, and a balance its row."""
    needed: dict[By, tuple[tuple[Row[Any], ...], str]] = {
        By.RATING: (declared.rating_curves, "[[rating_curve]] in curves.toml"),
        By.RESERVOIR_CURVE: (declared.reservoir_curves, "[[reservoir_curve]] in curves.toml"),
        By.BALANCE: (declared.balances, "[[balance]] in derived.toml"),
    }
    for row in declared.derived:
        rows, what = needed.get(row.fact.by, ((row,), ""))
        if not any(_same_gauge(other.fact, row.fact) for other in rows):
            which = "simulated " if row.fact.simulated else ""
            raise row.wrong(f"{which}station {row.fact.station!r} has no {what}: declare it", "by")


def balances_can_be_closed(declared: Declared) -> None:
    """One balance a station: depths, errors and seepage not negative, an odd window, a surface to evaporate from."""
    first: dict[tuple[str, bool], Row[Balance]] = {}
    for row in declared.balances:
        said = row.fact
        station_of(declared, row, said.station)
        earlier = first.setdefault((said.station, said.simulated), row)
        if earlier is not row:
            raise row.wrong(f"the balance of {said.station} already stands at {earlier.where()}: remove one", "station")
        fault = _balance_fault(declared, said)
        if fault is not None:
            raise row.wrong(*fault)


def _balance_fault(declared: Declared, balance: Balance) -> tuple[str, str] | None:
    if any(not 0 <= depth < MOST for depth in balance.evaporation_mm):
        return "evaporation_mm has a depth below 0 or beyond reason: write mm for each month", "evaporation_mm"
    for key in _NOT_NEGATIVE:
        value = getattr(balance, key)
        if value is not None and not 0 <= value < MOST:
            return f"{key} {value} must be 0 or more, and less than {MOST}", key
    if balance.window_days % 2 == 0:
        return f"window_days {balance.window_days} has no middle day: write an odd number", "window_days"
    if balance.window_days > LONGEST_WINDOW:
        return f"window_days {balance.window_days} is over {LONGEST_WINDOW}: write less", "window_days"
    curved = any(_same_gauge(row.fact, balance) for row in declared.reservoir_curves)
    if any(balance.evaporation_mm) and balance.surface_km2 is None and not curved:
        return f"no surface of {balance.station} to evaporate from: write surface_km2", "evaporation_mm"
    return None


_NOT_NEGATIVE = (
    "surface_km2", "seepage", "storage_error", "release_error_percent", "inflow_error_percent", "loss_error_percent",
)  # fmt: skip


def _reached(rows: dict[tuple[bool, str], Row[Derived]], simulated: bool, start: Row[Derived]) -> set[str]:
    """Ids of all series that a row is computed from, directly or by way of others."""
    found: set[str] = set()
    waiting = [one.series for one in start.fact.inputs]
    while waiting:
        series = waiting.pop()
        if series not in found:
            found.add(series)
            row = rows.get((simulated, series))
            waiting += [] if row is None else [one.series for one in row.fact.inputs]
    return found


def _taken(said: Derived) -> _Taken:
    return _ONE.get(said.by) or _Taken(_SUM.inputs * len(said.inputs), _SUM.gives)


def _gives(said: Derived) -> Iterator[str]:
    return (f"{computed_id(said.station)}.{word}" for word in words_of(said))


def _same_gauge(one: Any, other: Any) -> bool:
    return bool((one.station, one.simulated) == (other.station, other.simulated))


def _word(series: str) -> str:
    return series.partition(".")[2]


def _quantity(word: str) -> str:
    return word.partition(".")[0]


def _interval(series: str) -> str:
    return series.rpartition(".")[2]


def _gauge(series: str) -> str:
    """The station of a series id, be it measured there or computed of it."""
    return series.partition(".")[0].removesuffix(f":{MARK}")


def _spoken(wanted: tuple[frozenset[str], ...]) -> str:
    return ", then ".join(" or ".join(sorted(quantities)) for quantities in dict.fromkeys(wanted))
