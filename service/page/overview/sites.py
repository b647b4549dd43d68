"""What every site says now, from the newest readings and from the figures of the last report day."""

from collections.abc import Mapping
from dataclasses import dataclass

from record.archive.latest import Latest
from record.entry import Flag
from service.page.now import Measure, SitesNow, StationNow, Trend
from service.page.overview.layout import Given, Layout, Placed
from service.page.overview.readings import Readings
from service.reports.report import Against, Report
from service.reports.told.teller import decimals_of, figures_of

_WORDS = {flag: flag.word for flag in Flag}
_NOTHING = Against(last_year=None, norm=None, norm_years=0, percent=None, rank=None, klass=None)


@dataclass(frozen=True, eq=False, slots=True)
class _Known:
    """What measures are made of; `against` is what the figures of the report day are held against."""

    newest: Mapping[str, Latest]
    before: Mapping[str, float]
    late: frozenset[str]
    against: Mapping[tuple[str, str], Against]


def sites_now(layout: Layout, readings: Readings, late: frozenset[str], report: Report) -> SitesNow:
    """Every site with its stations: values, times and trends are of the newest readings, whatever the report says.

    Class, percent of the norm and last year are those of the report day, of the same station and quantity.
    """
    against = {(one.subject, one.quantity): one.against for one in figures_of(report) if one.against is not None}
    known = _Known(readings.newest, readings.before, late, against)
    return {site: _stations(known, placed) for site, placed in layout.items()}


def _stations(known: _Known, placed: tuple[Placed, ...]) -> tuple[StationNow, ...]:
    """Those of which nothing was ever said come last."""
    found = [_station(known, one) for one in placed]
    if len(found) > 1:
        found.sort(key=lambda one: all(measure.time is None for measure in one.measures))
    return tuple(found)


def _station(known: _Known, placed: Placed) -> StationNow:
    station = placed.station
    return StationNow(
        station=station.id,
        party=station.party,
        nature=station.nature.value,
        computed=station.computed,
        verified=placed.verified,
        measures=tuple(_measure(known, station.id, given) for given in placed.given),
    )


def _measure(known: _Known, station: str, given: Given) -> Measure:
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
        flag=_WORDS[said.flag], time=said.time, entry=said.entry, late=series in known.late, change=change,
        trend=None if change is None else _trend(change, decimals), klass=against.klass, percent=against.percent,
        last_year=against.last_year, filled=_filled(given, said.value),
    )  # fmt: skip


def _change(said: Latest, before: float | None) -> float | None:
    return None if said.value is None or before is None else said.value - before


def _trend(change: float, decimals: int) -> Trend:
    """Steady is what does not change by one of the last digit shown."""
    if abs(change) < 0.5 * 10**-decimals:
        return Trend.STEADY
    return Trend.RISING if change > 0 else Trend.FALLING


def _filled(given: Given, value: float | None) -> float | None:
    """The percent of the declared capacity that is stored."""
    return 100 * value / given.capacity if given.capacity and value is not None else None
