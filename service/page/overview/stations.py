"""All posts, canals and border points of a basin by their rivers, each with its newest readings, as rows of a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from record.network import Network
from record.network.basin import SiteKind
from service.language.phrase import Phrase, phrase
from service.language.words import FLAGS, QUANTITIES
from service.page.now import Measure, SitesNow, StationNow, Trend
from service.page.overview import cells
from service.page.overview.marking import is_told_apart, marks_of
from service.page.overview.told import Told
from service.page.shell import Shell
from service.page.when import when
from service.reports.told.teller import SUMS

_TRENDS: Mapping[Trend, Phrase] = {
    Trend.RISING: phrase("rising"),
    Trend.FALLING: phrase("falling"),
    Trend.STEADY: phrase("steady"),
}
_SITES = "/sites/"
_OPEN = {
    "klass": "<td>",
    "norm": '<td class="number">',
    "last_year": '<td class="number">',
    "mean": '<td class="number">',
}
"""How the cell begins of each thing that a report day tells."""
_UNTOLD = Told("", "", "", "")
_UNMARKED = frozenset(("good", "missing"))
"""Flags that need no word of their own: the word for a missing value stands in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """The rows of the sites of a river, `name` in the reader's language, `rows` of the table's body."""

    name: str
    rows: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Stations:
    """The table of a basin: its `rivers`, and what of `Told` is known of any of its stations, by name."""

    rivers: Sequence[River]
    told: Sequence[str]


def stations_of(
    shell: Shell, network: Network, sites: SitesNow, basin: str, of_day: Mapping[tuple[str, str], Told]
) -> Stations:
    """The rivers of a basin that have a station which ever spoke, in the order in which they are declared.

    `of_day` is what is told of the report day, by station and quantity.
    """
    shown = {(one.station, measure.quantity) for all_ in sites.values() for one in all_ for measure in one.measures}
    known = [cells for key, cells in of_day.items() if key in shown]
    told = [name for name in Told._fields if any(getattr(one, name) for one in known)]
    table, found = _Table(shell, network, of_day, told), []
    for name, names in _rivers(shell, network, basin, sites):
        rows = "".join(table.rows(site, sites[site]) for site in names)
        if rows:
            found.append(River(name=name, rows=Markup(rows)))  # noqa: S704: all that was put in is escaped
    return Stations(rivers=found, told=told)


def never(network: Network, sites: SitesNow, basin: str) -> list[str]:
    """The stations of a basin of which nothing was ever said, in the order of the sites."""
    return [
        station.station
        for site, stations in sites.items()
        if network.sites[site].basin == basin
        for station in stations
        if all(one.time is None for one in station.measures)
    ]


def _rivers(shell: Shell, network: Network, basin: str, sites: SitesNow) -> Iterator[tuple[str, Sequence[str]]]:
    """Rivers by name with their sites: by the courses that are declared, then all others by the river they name."""
    left = {
        site: None
        for site in sites
        if network.sites[site].basin == basin and network.sites[site].kind is not SiteKind.RESERVOIR
    }
    for river in network.rivers.values():
        if river.basin == basin:
            own = [site for site in river.course if site in left]
            own += [site for site in left if network.sites[site].river == river.id and site not in own]
            for site in own:
                del left[site]
            yield shell.reader.language.name(river.names), own
    others: dict[str, list[str]] = {}
    for site in left:
        others.setdefault(network.sites[site].river, []).append(site)
    yield from others.items()


class _Table:
    """Writes the rows for one reader; what many rows have in common is written once."""

    def __init__(
        self, shell: Shell, network: Network, of_day: Mapping[tuple[str, str], Told], told: Sequence[str]
    ) -> None:
        self._reader, self._network, self._of_day, self._told = shell.reader, network, of_day, told
        self._language = language = shell.reader.language
        self._now = shell.now
        before, _, behind = escape(shell.onward(_SITES)).partition(_SITES)
        self._before, self._behind = f"{before}{_SITES}", behind
        self._trends = {trend: escape(language.say(word)) for trend, word in _TRENDS.items()}
        self._quantities = {name: escape(language.word(QUANTITIES, name)) for name in QUANTITIES}
        self._parties = {name: escape(language.name(party.names)) for name, party in network.parties.items()}
        self._flags = {
            name: f' <span class="flag {name}">{escape(language.word(FLAGS, name))}</span>' for name in FLAGS
        }
        self._late = f' <span class="badge late">{escape(language.say("late"))}</span>'
        self._silent = f' <span class="badge silent">{escape(language.say("silent"))}</span>'
        self._missing = escape(cells.missing(language))
        self._marked: dict[tuple[str, bool, bool], str] = {}
        self._units: dict[str, str] = {}
        self._times: dict[tuple[datetime, str, str, bool], str] = {}

    def rows(self, site: str, stations: Sequence[StationNow]) -> str:
        """The rows of each station of a site that ever spoke; the name of the site stands once."""
        spoke = [one for one in stations if any(measure.time for measure in one.measures)]
        if not spoke:
            return ""
        held = [self._of_station(one, is_apart=is_told_apart(one, spoke)) for one in spoke]
        first, *others = (row for of_station in held for row in of_station)
        name = escape(self._language.name(self._network.sites[site].names))
        over = _over(1 + len(others))
        before = f'<th scope="row"{over}><a href="{self._before}{site}{self._behind}">{name}</a></th>'
        opening, _, behind = first.partition(">")
        return "".join((f"{opening}>{before}{behind}", *others, "\n"))

    def _of_station(self, station: StationNow, *, is_apart: bool) -> list[str]:
        """A row of the quantity by which the site is known and of each that the report day tells, one of all others."""
        spoke = [(one, one.time) for one in station.measures if one.time is not None]
        first, rest = spoke[0], spoke[1:]
        whole = [first, *(one for one in rest if (station.station, one[0].quantity) in self._of_day)]
        held = [self._said(station, *one) for one in whole]
        others = [self._in_short(station, *one, first[1]) for one in rest if one not in whole]
        if others:
            held.append(f'<td class="others" colspan="{4 + len(self._told)}">{" ".join(others)}</td>')
        over = _over(len(held))
        own = "" if is_apart else f" {escape(self._language.name(self._network.stations[station.station].names))}"
        party = f'<td{over}><span class="party {station.party}">{self._parties[station.party]}</span>{own}</td>'
        held[0] = f'{party}{held[0]}<td class="marks"{over}>{self._marks(station)}</td>'
        kind = "" if station.nature == "real" else f' class="{station.nature}"'
        return [f"<tr{kind}>{one}</tr>" for one in held]

    def _in_short(self, station: StationNow, measure: Measure, time: datetime, known: datetime) -> str:
        """A quantity within a row; of when it is stands there only where it is not the time of the row before."""
        flag = "" if measure.flag in _UNMARKED else self._flags[measure.flag]
        trend = f', <span class="trend">{said}</span>' if (said := self._trend(measure)) else ""
        of = "" if time == known else f', <span class="time">{self._time(time, measure.series, station.party)}</span>'
        return (
            f"<span>{self._quantities[measure.quantity]} {self._value(measure)} {self._unit(measure.unit)}{flag}"
            f"{trend}{of}{self._overdue(measure)}</span>"
        )

    def _marks(self, station: StationNow) -> str:
        key = station.nature, station.computed, station.verified
        if key not in self._marked:
            self._marked[key] = marks_of(self._language, station)
        return self._marked[key]

    def _said(self, station: StationNow, measure: Measure, time: datetime) -> str:
        """The cells of a quantity."""
        flag = "" if measure.flag in _UNMARKED else self._flags[measure.flag]
        return (
            f"<td>{self._quantities[measure.quantity]}</td>"
            f'<td class="number">{self._value(measure)} <span class="unit">{self._unit(measure.unit)}</span>{flag}</td>'
            f'<td class="time">{self._time(time, measure.series, station.party)}'
            f"{self._overdue(measure)}</td>"
            f'<td class="trend">{self._trend(measure)}</td>'
            f"{self._day(self._of_day.get((station.station, measure.quantity), _UNTOLD))}"
        )

    def _overdue(self, measure: Measure) -> str:
        return self._late if measure.late else self._silent if measure.silent else ""

    def _day(self, told: Told) -> str:
        return "".join(f"{_OPEN[name]}{getattr(told, name)}</td>" for name in self._told)

    def _value(self, measure: Measure) -> str:
        if measure.value is None:
            return f'<data class="missing" value="" data-key="latest:{measure.series}">{self._missing}</data>'
        shown = self._language.number(measure.value, measure.decimals)
        said = f'<data value="{measure.value!r}" data-key="latest:{measure.series}">{shown}</data>'
        return f"<s>{said}</s>" if measure.flag == "bad" else said

    def _unit(self, unit: str) -> str:
        if unit not in self._units:
            self._units[unit] = str(escape(self._language.unit(unit)))
        return self._units[unit]

    def _time(self, time: datetime, series: str, party: str) -> str:
        _, quantity, interval = series.rsplit(".", 2)
        key = time, interval, party, quantity in SUMS
        if key not in self._times:
            self._times[key] = str(escape(when(self._reader, self._network, series, time, self._now)))
        return self._times[key]

    def _trend(self, measure: Measure) -> str:
        """The change since the day before with its sign, and its word; an equals sign where it cannot be seen."""
        if measure.trend is None or measure.change is None:
            return ""
        if abs(measure.change) < 0.5 * 10**-measure.decimals:
            return f"= {self._trends[Trend.STEADY]}"
        return f"{self._language.number(measure.change, measure.decimals, signed=True)} {self._trends[measure.trend]}"


def _over(rows: int) -> str:
    return "" if rows == 1 else f' rowspan="{rows}"'
