"""The variables of the netCDF form of a report, in the order in which they are laid out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from record.entry import FLAG_BY_WORD
from record.netcdf import SECONDS
from record.quantities import ENTRY, FLAG
from service.language import LANGUAGES
from service.reports.forms import cf
from service.reports.listed import DAYS, MILLION, PERCENT, RATE, Listed, listed
from service.reports.report import Hydrograph, Place, Report

_EPOCH = date(1970, 1, 1)
_NONE = -1
_STATION, _SERIES, _DAY = "station", "series", "day"
_OF_ACCOUNT: Mapping[str, str] = {MILLION: "volume", RATE: "flow", PERCENT: "percent", DAYS: "days"}
"""The numbers of accounts stand by unit, for a variable has one."""
_LINES: Mapping[str, str] = {
    "now": "this season",
    "before": "the same days of the year before",
    "norm": "mean of the base period",
    "low": "10th percentile of the base period",
    "high": "90th percentile of the base period",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """A variable: texts are arrays of objects. A `coordinate` has a value everywhere."""

    name: str
    dims: tuple[str, ...]
    values: np.ndarray
    attributes: Mapping[str, object] = field(default_factory=dict)
    coordinate: bool = False


def layers_of(report: Report) -> list[Layer]:
    """All variables of the file."""
    numbers = listed(report)
    figures = [one for one in numbers if one.station and one.section in ("reservoirs", "canals", "borders", "rivers")]
    return [
        *_day_of(report),
        *_stations(report),
        *_figures(figures, [place.station for place in _places(report)]),
        *_hydrographs([one for basin in report.basins for one in basin.hydrographs]),
        *_accounts([one for one in numbers if one.section in ("division", "plans", "gates")]),
    ]


def _day_of(report: Report) -> Iterator[Layer]:
    """When the period began, and when it ends."""
    begin = {**cf.OF_DAY, "long_name": "begin of the period", "units": SECONDS}
    end = {key: begin[key] for key in ("standard_name", "calendar", "units", "units_metadata")} | {
        "long_name": "end of the period"
    }
    for name, moment, about in (("period_begin", report.span.start, begin), ("period_end", report.span.stop, end)):
        yield Layer(name, (), np.array(int(moment.timestamp())), about, coordinate=True)


def _places(report: Report) -> list[Place]:
    """Every station that has a row, once."""
    held = {
        row.place.station: row.place
        for basin in report.basins
        for rows in (basin.reservoirs, basin.canals, basin.borders, basin.rivers)
        for row in rows
    }
    return list(held.values())


def _stations(report: Report) -> Iterator[Layer]:
    places = _places(report)
    yield _texts("station_id", _STATION, [place.station for place in places], "id of the station")
    for code in LANGUAGES:
        said = [report.names.get(place.station, {}).get(code, "") for place in places]
        yield _texts(f"station_name_{code}", _STATION, said, f"name of the station in {code}")
    for name in ("site", "kind", "basin", "river", "party", "nature"):
        yield _texts(name, _STATION, [getattr(place, name) for place in places], f"{name} of the station")
    for name in ("computed", "verified"):
        truths = np.array([getattr(place, name) for place in places], dtype=np.int8)
        yield Layer(name, (_STATION,), truths, {"long_name": f"whether the station is {name}", **cf.OF_TRUTH})


def _texts(name: str, dim: str, said: Sequence[str], long_name: str) -> Layer:
    return Layer(name, (dim,), np.array(said, dtype=object), {"long_name": long_name})


def _figures(numbers: Sequence[Listed], stations: Sequence[str]) -> Iterator[Layer]:
    """A variable for each quantity and measure, with its flag and entry where it has them."""
    kinds: dict[tuple[str, str], list[Listed]] = {}
    for one in numbers:
        kinds.setdefault((one.quantity, one.measure), []).append(one)
    row_of = {station: row for row, station in enumerate(stations)}
    for (quantity, measure), of_kind in kinds.items():
        yield from _figure(quantity, measure, {row_of[one.station]: one for one in of_kind}, len(stations))


def _figure(quantity: str, measure: str, held: Mapping[int, Listed], count: int) -> Iterator[Layer]:
    """A figure of stations by row; of others nothing is said, which is NaN with neither flag nor entry."""
    some = next(iter(held.values()))
    name = "_".join(filter(None, (quantity, measure.replace(".", "_"))))
    about = cf.of_figure(quantity, measure, some.unit)

    def laid(what: Callable[[Listed], float | None], empty: float, kind: type) -> np.ndarray:
        values: np.ndarray = np.full(count, empty, dtype=kind)
        for row, one in held.items():
            found = what(one)
            values[row] = empty if found is None else found
        return values

    if not some.flag:
        yield Layer(name, (_STATION,), laid(lambda one: one.value, np.nan, np.float64), _on_stations(about))
        return
    flag, entry, estimated = f"{name}{FLAG}", f"{name}{ENTRY}", f"{name}_estimated"
    timed = any(one.at is not None for one in held.values())
    about["ancillary_variables"] = " ".join([flag, entry, estimated, *([f"{name}_time"] if timed else [])])
    called = about["long_name"]
    if timed:
        of_rows = [held[row].at if row in held else None for row in range(count)]
        said = ["" if at is None else at.isoformat() for at in of_rows]
        yield _texts(f"{name}_time", _STATION, said, f"instant of {called}, by the clock of the station")
    yield Layer(name, (_STATION,), laid(lambda one: one.value, np.nan, np.float64), _on_stations(about))
    flags = laid(lambda one: int(FLAG_BY_WORD[one.flag]), cf.NOT_GIVEN, np.int8)
    yield Layer(flag, (_STATION,), flags, _on_stations({"long_name": f"flag of {called}", **cf.OF_FLAG}))
    newest = laid(lambda one: max(one.entries, default=_NONE), _NONE, np.int64)
    yield Layer(entry, (_STATION,), newest, _on_stations({"long_name": f"entry of {called}", **cf.OF_ENTRY}))
    guessed = laid(lambda one: int(one.estimated), 0, np.int8)
    about_guess = {"long_name": f"whether {called} is estimated", **cf.OF_TRUTH}
    yield Layer(estimated, (_STATION,), guessed, _on_stations(about_guess))


def _on_stations(attributes: Mapping[str, object]) -> dict[str, object]:
    return {**attributes, "coordinates": "period_begin station_id station_name_en nature verified computed"}


def _hydrographs(drawn: Sequence[Hydrograph]) -> Iterator[Layer]:
    """Hydrographs of one unit over all days of any of them; the unit is a rate."""
    if not drawn:
        return
    begin = min(one.begin for one in drawn)
    count = max((one.begin - begin).days + one.days for one in drawn)
    days = np.arange(count) + (begin - _EPOCH).days
    yield Layer(_DAY, (_DAY,), days.astype(np.int32), cf.OF_DAY, coordinate=True)
    yield _texts("series_station", _SERIES, [one.station for one in drawn], "id of the station of the hydrograph")
    yield _texts("series_quantity", _SERIES, [one.quantity for one in drawn], "quantity of the hydrograph")
    for unit in dict.fromkeys(one.unit for one in drawn):
        shown = "" if unit == RATE else f"_{cf.UNITS.get(unit, unit).replace(' ', '_')}"
        for name, long_name in _LINES.items():
            values = np.full((len(drawn), count), np.nan)
            for row, one in enumerate(drawn):
                if one.unit == unit:
                    first = (one.begin - begin).days
                    values[row, first : first + one.days] = np.array(getattr(one, name), dtype=np.float64)
            about = {"long_name": f"hydrograph by day: {long_name}", "units": cf.UNITS.get(unit, unit)}
            about["coordinates"] = "series_station series_quantity"
            yield Layer(f"hydrograph_{name}{shown}", (_SERIES, _DAY), values, about)


def _accounts(numbers: Sequence[Listed]) -> Iterator[Layer]:
    """The numbers of divisions, plans and gates, each unit along its keys."""
    for unit, kind in _OF_ACCOUNT.items():
        held = [one for one in numbers if one.unit == unit]
        if not held:
            continue
        name, dim = f"account_{kind}", f"{kind}_number"
        yield _texts(f"{name}_key", dim, [one.key for one in held], f"key of the {kind} in every form of the report")
        values = np.array([one.value for one in held], dtype=np.float64)
        about = {"long_name": f"{kind} of divisions, plans and gates", "units": cf.UNITS[unit]}
        yield Layer(name, (dim,), values, {**about, "coordinates": f"{name}_key period_begin"})
