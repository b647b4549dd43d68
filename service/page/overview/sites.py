"""What every site says now, from the newest readings and from the figures of the last report day."""

from collections.abc import Mapping
from dataclasses import dataclass

from record.archive.latest import Latest
from record.entry import Flag
from service.page.now import Known, Measure, SitesNow, StationNow, Trend
from service.page.overview.due import Overdue
from service.page.overview.layout import Given, Layout, Placed
from service.page.overview.readings import Readings
from service.reports.report import Against, Report
from service.reports.told.teller import SUMS, decimals_of, figures_of

_WORDS = {flag: flag.word for flag in Flag}
_PART = 0.03
_PARTS = {"storage": 0.001, "level": 0.0, "temperature": 0.0}
"""Up to this part of the value of the day before a change is none; of flows it is 3 %."""
_NOTHING = Against(last_year=None, norm=None, norm_years=0, percent=None, rank=None, klass=None)


@dataclass(frozen=True, eq=False, slots=True)
class _Said:
    """What measures are made of; `against` is what the figures of the report day are held against."""

    newest: Mapping[str, Latest]
    before: Mapping[str, float]
    last: Mapping[str, Known]
    overdue: Overdue
    against: Mapping[tuple[str, str], Against]


def sites_now(layout: Layout, readings: Readings, overdue: Overdue, report: Report) -> SitesNow:
    """Every site with its stations: values, times and trends are of the newest readings, whatever the report says.

    Class, percent of the norm and last year are those of the report day, of the same station and quantity.
    """
    against = {(one.subject, one.quantity): one.against for one in figures_of(report) if one.against is not None}
    known = _Said(readings.newest, readings.before, readings.last, overdue, against)
    return {site: _stations(known, placed) for site, placed in layout.items()}


def _stations(known: _Said, placed: tuple[Placed, ...]) -> tuple[StationNow, ...]:
    """Those of which nothing was ever said come last."""
    found = [_station(known, one) for one in placed]
    if len(found) > 1:
        found.sort(key=lambda one: all(measure.time is None for measure in one.measures))
    return tuple(found)


def _station(known: _Said, placed: Placed) -> StationNow:
    station = placed.station
    return StationNow(
        station=station.id,
        party=station.party,
        nature=station.nature.value,
        computed=station.computed,
        verified=placed.verified,
        measures=tuple(_measure(known, station.id, given) for given in placed.given),
    )


def _measure(known: _Said, station: str, given: Given) -> Measure:
    """The newest of a quantity by that of its series which spoke of the latest time."""
    spoke = [name for name in given.series if name in known.newest]
    if not spoke:
        return Measure(
            series=given.series[0], quantity=given.quantity, unit=given.unit,
            decimals=decimals_of(given.quantity, given.unit, None), value=None, flag=_WORDS[Flag.MISSING], time=None,
            entry=None, late=False,
        )  # fmt: skip
    series = spoke[0] if len(spoke) == 1 else max(spoke, key=lambda name: known.newest[name].time)
    said = known.newest[series]
    decimals = decimals_of(given.quantity, given.unit, said.value)
    change = _change(said, known.before.get(series))
    against = known.against.get((station, given.quantity), _NOTHING)
    return Measure(
        series=series, quantity=given.quantity, unit=given.unit, decimals=decimals, value=said.value,
        flag=_WORDS[said.flag], time=said.time, entry=said.entry, late=series in known.overdue.late,
        silent=series in known.overdue.silent, known=known.last.get(series), change=change,
        trend=_trend(given.quantity, change, known.before.get(series), decimals), klass=against.klass,
        percent=against.percent, last_year=against.last_year, filled=_filled(given, said.value),
    )  # fmt: skip


def _change(said: Latest, before: float | None) -> float | None:
    return None if said.value is None or before is None else said.value - before


def _trend(quantity: str, change: float | None, before: float | None, decimals: int) -> Trend | None:
    """Steady is what changes by no more than one of the last digit shown, or than a part of what was.

    What is added up over a day has no trend.
    """
    if change is None or before is None or quantity in SUMS:
        return None
    least = 10.0**-decimals
    tolerance = max(least, _PARTS.get(quantity, _PART) * abs(before))
    # Differences of decimal fractions are off by some of the last bits.
    if abs(change) < tolerance + least / 1000:
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING


def _filled(given: Given, value: float | None) -> float | None:
    """The percent of the declared capacity that is stored."""
    return 100 * value / given.capacity if given.capacity and value is not None else None
