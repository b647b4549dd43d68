"""The thresholds of the quality checks: of what there is, the right way round, and one for each reading."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from record.network.declared import Declared
from record.network.interval import INTERVALS
from record.network.row import Row
from record.network.rules.gauges import computes, gives, known_quantity, measured, station_of
from record.network.threshold import Climatology, GrossRange, Months, Neighbour, Threshold

_YEAR = range(1, 13)
_MOST_WINDOW = 45

Wanted = tuple[str, Callable[[Any], bool], str]
"""A key, what must hold of its value, and how that is said."""


def thresholds_name_what_is_declared(declared: Declared) -> None:
    """A threshold is of a quantity and an interval of ours, and of a station that has such a series."""
    for _, row in _by_reading(declared):
        quantity, name, interval = row.fact.quantity, row.fact.station, row.fact.interval
        known_quantity(row, quantity)
        if interval is not None and interval not in INTERVALS:
            raise row.wrong(f"interval {interval!r} is not one of ours: use one of {', '.join(INTERVALS)}", "interval")
        if name is None:
            continue
        station = station_of(declared, row, name)
        if not gives(station, quantity, interval) and not computes(declared, name, quantity, interval):
            at = "" if interval is None else f" at the interval {interval}"
            raise row.wrong(f"station {name!r} has no series of {quantity}{at}: correct or remove it", "quantity")


def months_are_months(declared: Declared) -> None:
    """Months are numbers from 1 to 12, each once; all twelve are said by none."""
    rows: Iterator[Row[Any]] = (row for _, row in _by_reading(declared))
    for row in (*rows, *declared.neighbours):
        months = row.fact.months
        if any(month not in _YEAR for month in months) or len(set(months)) != len(months):
            raise row.wrong(f"months {list(months)} must be numbers from 1 to 12, each once", "months")
        if len(months) == len(_YEAR):
            raise row.wrong("months names the whole year: remove it", "months")


def thresholds_are_in_order(declared: Declared) -> None:
    """The low end is not above the high end, what is suspect lies before what fails, and each threshold can be met."""
    for table, row in _all(declared):
        for key, holds, wanted in _WANTED[table]:
            value = getattr(row.fact, key)
            if value is not None and not holds(row.fact):
                raise row.wrong(f"{key} {_shown(value)} of this {table} must {wanted}", key)


def thresholds_are_unique(declared: Declared) -> None:
    """Of two rows of one table one is more particular, or they hold in different months: else one would be unheard."""
    for table, rows in _tables(declared).items():
        _once(table, rows)


def neighbours_are_on_one_river(declared: Declared) -> None:
    """A neighbour compares flows that two different stations of one basin measure."""
    basins = {row.fact.id: row.fact.basin for row in declared.sites}
    for row in declared.neighbours:
        said = row.fact
        stations = [station_of(declared, row, getattr(said, key), key) for key in ("station", "upstream")]
        if said.station == said.upstream:
            raise row.wrong(f"station {said.station!r} cannot stand upstream of itself: name another", "upstream")
        if len({basins[station.site] for station in stations}) > 1:
            raise row.wrong(
                f"{said.upstream!r} and {said.station!r} stand in different basins: name another", "upstream"
            )
        for key, station in zip(("series", "upstream_series"), stations, strict=True):
            measured(row, station, key, getattr(said, key).partition(".")[0])


def balances_are_of_one_reservoir(declared: Declared) -> None:
    """A mass balance names the storage, inflow and release that its station measures."""
    for row in declared.mass_balances:
        station = station_of(declared, row, row.fact.station)
        for quantity in ("storage", "inflow", "release"):
            measured(row, station, quantity, quantity)


def residuals_are_of_a_curve(declared: Declared) -> None:
    """A residual is of level and discharge of one station, read together, of which a rating curve is declared."""
    rated = {row.fact.station for row in declared.rating_curves}
    for row in declared.rating_residuals:
        said = row.fact
        station = station_of(declared, row, said.station)
        for quantity in ("level", "discharge"):
            measured(row, station, quantity, quantity)
        if said.level.partition(".")[2] != said.discharge.partition(".")[2]:
            raise row.wrong(f"{said.level} and {said.discharge} are not read together: name one interval", "discharge")
        if said.station not in rated:
            raise row.wrong(f"station {said.station!r} has no rating curve: declare one in curves.toml", "station")


def _is_ordered(range_: GrossRange) -> bool:
    low, high = range_.suspect or range_.fail
    return range_.fail[0] <= low <= high <= range_.fail[1]


def _within_percent(row: Climatology) -> bool:
    return 0 <= row.low < row.high <= 100


def _suspect_first(row: Any) -> bool:
    return bool(row.fail >= row.suspect)


def _at_least(key: str, least: int) -> Callable[[Any], bool]:
    return lambda row: bool(getattr(row, key) >= least)


def _more_than_nought(key: str) -> Callable[[Any], bool]:
    return lambda row: bool(getattr(row, key) > 0)


_SUSPECT: tuple[Wanted, ...] = (
    ("suspect", _more_than_nought("suspect"), "be more than 0"),
    ("fail", _suspect_first, "not lie below suspect"),
)
_WANTED: dict[str, tuple[Wanted, ...]] = {
    "gross_range": (
        ("fail", lambda row: row.fail[0] <= row.fail[1], "have its low end before its high end"),
        ("suspect", _is_ordered, "have its low end before its high end, both within fail"),
    ),
    "climatology": (
        ("low", _within_percent, "be a percentile from 0, below high"),
        ("high", _within_percent, "be a percentile up to 100, above low"),
        ("margin", _at_least("margin", 0), "be 0 or more"),
        ("window_days", lambda row: 0 <= row.window_days <= _MOST_WINDOW, f"be from 0 to {_MOST_WINDOW} days"),
        ("min_years", _at_least("min_years", 1), "be 1 or more"),
    ),
    "rate_of_change": _SUSPECT,
    "spike": _SUSPECT,
    "flat_line": (
        ("tolerance", _at_least("tolerance", 0), "be 0 or more"),
        ("suspect_hours", _more_than_nought("suspect_hours"), "be more than 0"),
        ("fail_hours", lambda row: row.fail_hours >= row.suspect_hours, "not lie below suspect_hours"),
    ),
    "gap": (("hours", _more_than_nought("hours"), "be more than 0"),),
    "neighbour": (
        ("low", lambda row: 0 <= row.low < row.high, "be 0 or more, and below high"),
        ("lag_hours", _at_least("lag_hours", 0), "be 0 or more: water runs downstream"),
    ),
    "mass_balance": _SUSPECT,
    "rating_residual": _SUSPECT,
}


def _tables(declared: Declared) -> dict[str, Sequence[Row[Any]]]:
    return {
        "gross_range": declared.gross_ranges,
        "climatology": declared.climatologies,
        "rate_of_change": declared.rates_of_change,
        "spike": declared.spikes,
        "flat_line": declared.flat_lines,
        "gap": declared.gaps,
        "neighbour": declared.neighbours,
        "mass_balance": declared.mass_balances,
        "rating_residual": declared.rating_residuals,
    }


def _all(declared: Declared) -> Iterator[tuple[str, Row[Any]]]:
    return ((table, row) for table, rows in _tables(declared).items() for row in rows)


def _by_reading(declared: Declared) -> Iterator[tuple[str, Row[Threshold]]]:
    """The rows of those tables that hold for single readings, by quantity."""
    return ((table, row) for table, row in _all(declared) if isinstance(row.fact, Threshold))


def _once(table: str, rows: Sequence[Row[Any]]) -> None:
    earlier: dict[tuple[object, ...], list[Row[Any]]] = {}
    for row in rows:
        same = earlier.setdefault(_subject(row.fact), [])
        for one in same:
            if _meet(getattr(one.fact, "months", ()), getattr(row.fact, "months", ())):
                raise row.wrong(f"this {table} holds for the same readings as the one at {one.where()}: join them")
        same.append(row)


def _subject(fact: Any) -> tuple[object, ...]:
    if isinstance(fact, Neighbour):
        return fact.station, fact.series, fact.upstream, fact.upstream_series
    if isinstance(fact, Threshold):
        return fact.quantity, fact.station, fact.interval
    return (fact.station,)


def _meet(one: Months, other: Months) -> bool:
    """Whether two rows compete: a row of the whole year gives way to one of some months."""
    return bool(set(one) & set(other)) if one and other else one == other


def _shown(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, tuple) else str(value)
