"""All posts, canals and border points of a basin by their rivers, each with its newest readings, as rows of a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from record.network import Network
from record.network.basin import SiteKind
from record.network.interval import INTERVALS
from service.language.words import CLASSES, FLAGS, MARKS, QUANTITIES
from service.language.words import INTERVALS as OF_INTERVALS
from service.page.now import Measure, SitesNow, StationNow, Trend
from service.page.overview import cells
from service.page.overview.marking import marks_of
from service.page.shell import Shell
from service.paper.paper import Mark, Number
from service.reports import keys
from service.reports.report import BasinPart, Figure
from service.reports.told.teller import PERCENT, decimals_of

_SIGNS: Mapping[Trend, str] = {Trend.RISING: "+", Trend.FALLING: "\N{MINUS SIGN}", Trend.STEADY: "="}
_CALLED = {"below normal": "below", "above normal": "above"}
"""The classes in the style sheet, where that is not their own name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """The rows of the sites of a river, `name` in the reader's language, `rows` of the table's body."""

    name: str
    rows: Markup


def by_river(shell: Shell, network: Network, sites: SitesNow, part: BasinPart) -> list[River]:
    """The rivers of a basin that have a station which ever spoke, in the order in which they are declared."""
    table = _Table(shell, network, {(one.subject, one.quantity): one for one in _flows(part)})
    found = []
    for name, names in _rivers(network, part.id, sites):
        rows = "".join(table.rows(site, sites[site]) for site in names if _has_row(network, site))
        if rows:
            found.append(River(name=shell.reader.language.say(name), rows=Markup(rows)))  # noqa: S704: escaped
    return found


def never(network: Network, sites: SitesNow, basin: str) -> list[str]:
    """The stations of a basin of which nothing was ever said, in the order of the sites."""
    return [
        station.station
        for site, stations in sites.items()
        if network.sites[site].basin == basin
        for station in stations
        if all(one.time is None for one in station.measures)
    ]


def _has_row(network: Network, site: str) -> bool:
    return network.sites[site].kind is not SiteKind.RESERVOIR


def _flows(part: BasinPart) -> Iterator[Figure]:
    for row in (*part.canals, *part.borders, *part.rivers):
        yield row.flow


def _rivers(network: Network, basin: str, sites: SitesNow) -> Iterator[tuple[str, Sequence[str]]]:
    """Rivers by name with their sites: by the courses that are declared, then all others by the river they name."""
    left = {site: None for site in sites if network.sites[site].basin == basin}
    for river in network.rivers.values():
        if river.basin == basin:
            own = [site for site in river.course if site in left]
            own += [site for site in left if network.sites[site].river == river.id and site not in own]
            for site in own:
                del left[site]
            yield river.id, own
    others: dict[str, list[str]] = {}
    for site in left:
        others.setdefault(network.sites[site].river, []).append(site)
    yield from others.items()


class _Table:
    """Writes the rows for one reader; words are looked up once for all rows."""

    def __init__(self, shell: Shell, network: Network, of_day: Mapping[tuple[str, str], Figure]) -> None:
        self._shell, self._network, self._of_day = shell, network, of_day
        self._language = language = shell.reader.language
        self._trends = {trend: escape(language.say(trend.value)) for trend in Trend}
        self._classes = {name: escape(language.word(CLASSES, name)) for name in CLASSES}
        self._quantities = {name: escape(language.word(QUANTITIES, name)) for name in QUANTITIES}
        self._parties = {name: escape(language.name(party.names)) for name, party in network.parties.items()}
        self._late, self._missing = escape(language.say("late")), escape(cells.missing(language))
        self._units: dict[str, str] = {}
        self._times: dict[object, str] = {}

    def rows(self, site: str, stations: Sequence[StationNow]) -> str:
        """A row for each quantity of each station of a site that was ever spoken of."""
        href = escape(self._shell.link(f"/sites/{site}"))
        return "".join(
            self._row(href, station, measure)
            for station in stations
            for measure in station.measures
            if measure.time is not None
        )

    def _row(self, href: str, station: StationNow, measure: Measure) -> str:
        name = escape(self._language.name(self._network.stations[station.station].names))
        of_day = self._of_day.get((station.station, measure.quantity))
        party = escape(station.party)
        return (
            f'<tr><th scope="row"><a href="{href}">{name}</a></th>'
            f'<td class="{party}">{self._parties[station.party]}</td>'
            f"<td>{self._quantities[measure.quantity]}</td>{self._value(measure)}{self._time(measure, station.party)}"
            f"{self._trend(measure)}{self._class(measure)}{self._against(measure, of_day)}"
            f"<td>{self._marks(station, measure, of_day)}</td></tr>\n"
        )

    def _value(self, measure: Measure) -> str:
        number = Number(key=f"latest:{measure.series}", value=measure.value, decimals=measure.decimals)
        return (
            f'<td class="number">{cells.datum(self._language, number)} <small>{self._unit(measure.unit)}</small></td>'
        )

    def _unit(self, unit: str) -> str:
        if unit not in self._units:
            self._units[unit] = str(escape(self._language.unit(unit)))
        return self._units[unit]

    def _time(self, measure: Measure, party: str) -> str:
        interval = measure.series.rpartition(".")[2]
        key = (measure.time, interval, party)
        if key not in self._times and measure.time is not None:
            self._times[key] = self._moment(measure.time, interval, party)
        late = f' <small class="late">{self._late}</small>' if measure.late else ""
        return f"<td>{self._times[key]}{late}</td>"

    def _moment(self, time: datetime, interval: str, party: str) -> str:
        """An instant by the reader's clock; a period by the day with which it begins in the calendar of its station."""
        if INTERVALS[interval].point:
            return str(escape(self._shell.reader.hour(time)))
        day = time.astimezone(self._network.parties[party].tz)
        of = self._language.word(OF_INTERVALS, interval)
        return f"{escape(self._language.short_day(day))} <small>{escape(of)}</small>"

    def _trend(self, measure: Measure) -> str:
        if measure.trend is None or measure.change is None:
            return "<td></td>"
        if measure.trend is Trend.STEADY:
            return f"<td>{_SIGNS[measure.trend]} {self._trends[measure.trend]}</td>"
        change = self._language.number(measure.change, measure.decimals, signed=True)
        return f"<td>{change} {self._trends[measure.trend]}</td>"

    def _class(self, measure: Measure) -> str:
        if measure.klass is None:
            return "<td></td>"
        kind = _CALLED.get(measure.klass, measure.klass)
        return f'<td><span class="class {kind}">{self._classes[measure.klass]}</span></td>'

    def _against(self, measure: Measure, of_day: Figure | None) -> str:
        """Percent of the norm, last year and the mean of the report day."""
        if of_day is None:
            return '<td class="number"></td><td class="number"></td><td class="number"></td>'
        percent = self._number(keys.of_against(of_day.key, keys.PERCENT), measure.percent, PERCENT)
        like = decimals_of(of_day.quantity, of_day.unit, measure.last_year)
        last = self._number(keys.of_against(of_day.key, keys.LAST_YEAR), measure.last_year, like)
        own = decimals_of(of_day.quantity, of_day.unit, of_day.value)
        mean = cells.datum(self._language, Number(key=of_day.key, value=of_day.value, decimals=own))
        return f'<td class="number">{percent}</td><td class="number">{last}</td><td class="number">{mean}</td>'

    def _number(self, key: str, value: float | None, decimals: int) -> str:
        return "" if value is None else cells.datum(self._language, Number(key=key, value=value, decimals=decimals))

    def _marks(self, station: StationNow, measure: Measure, of_day: Figure | None) -> str:
        flag = "" if measure.flag in ("good", "missing") else _flag(self._language.word(FLAGS, measure.flag))
        estimated = of_day is not None and of_day.estimated and of_day.value is not None
        mean = _flag(self._language.word(MARKS, Mark.ESTIMATED.value)) if estimated else ""
        return f"{marks_of(self._language, station)}{flag}{mean}"


def _flag(word: str) -> str:
    return f' <small class="mark">{escape(word)}</small>'
