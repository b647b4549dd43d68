"""Reservoirs as filled gauges: what is stored now in its declared capacity, with last year and the norm as ticks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from record.network import Network
from record.network.basin import SiteKind
from service.language.words import FLAGS
from service.page.now import Measure, SitesNow, StationNow
from service.page.overview import cells
from service.page.overview.marking import marks_of, name_of
from service.page.said import best_of, last_known
from service.page.shell import Shell
from service.paper.paper import Number
from service.reports import keys
from service.reports.report import Against, BasinPart, ReservoirRow
from service.reports.told.teller import PERCENT, decimals_of

_WIDTH, _HEIGHT = 150, 104
_LEFT, _RIGHT, _TOP, _FLOOR = 4, 84, 6, 98
_SLOPE = 10
"""How much narrower a gauge is at its floor, on either side."""
_MILLION = "million m³"
_NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class _Tick:
    """A height beside the gauge: what it is of, its volume, and its key."""

    said: str
    volume: float
    key: str


def gauges(shell: Shell, network: Network, sites: SitesNow, part: BasinPart, passed: Mapping[str, Markup]) -> Markup:
    """A gauge for each party that tells the storage of a reservoir of a basin whose capacity is declared.

    It is of the station that the schematic chooses too.

    `passed` is by station what flowed in and out on the report day, as it is said.
    """
    of_day = {row.place.station: row for row in part.reservoirs}
    figures = [
        _figure(shell, network, stations, best, of_day, passed)
        for site, stations in sites.items()
        if network.sites[site].basin == part.id and network.sites[site].kind is SiteKind.RESERVOIR
        for party in network.parties
        if (best := best_of(network, [one for one in stations if one.party == party], "storage"))
    ]
    return Markup("".join(figures))  # noqa: S704: all that was put in is escaped


def _figure(
    shell: Shell, network: Network, stations: Sequence[StationNow], best: tuple[StationNow, Measure],
    of_day: Mapping[str, ReservoirRow], passed: Mapping[str, Markup],
) -> str:  # fmt: skip
    station, stored = best
    site = network.stations[station.station].site
    capacity = network.sites[site].capacity
    if stored.time is None or not capacity:
        return ""
    language = shell.reader.language
    name = name_of(language, network, station, stations)
    ticks = tuple(_ticks(shell, station.station, of_day.get(station.station)))
    said = "".join(_tick_said(shell, tick) for tick in ticks)
    whole = Number(
        key=keys.of_figure(station.station, "storage", keys.CAPACITY), value=capacity,
        decimals=decimals_of("storage", _MILLION, capacity),
    )  # fmt: skip
    return (
        f'<figure class="reservoir">{_picture(capacity, stored, ticks)}<figcaption>'
        f'<a href="{escape(shell.onward(f"/sites/{site}"))}">{escape(name)}</a> '
        f"{marks_of(language, station)}</figcaption>"
        f"<p>{_stored(shell, network, stored)}</p>"
        f"<p><span>{escape(language.say('Capacity'))} {cells.datum(language, whole)}</span>"
        f"{said}{_without_last_year(shell, ticks)}</p>"
        f"<p>{passed.get(station.station, _NOTHING)}</p>"
        f"<p>{_when(shell, stored)}</p></figure>"
    )


def _stored(shell: Shell, network: Network, stored: Measure) -> str:
    """What is stored now, in percent and million m³; what was known last where that is not known."""
    language = shell.reader.language
    known = last_known(network, shell.reader, stored)
    value = None if known else stored.value
    number = Number(key=f"latest:{stored.series}", value=value, decimals=stored.decimals)
    said = f"<span>{cells.datum(language, number)} {escape(language.unit(_MILLION))}</span>"
    if value is None or stored.filled is None:
        missing = f'<span class="missing">{escape(language.say("no data"))}</span>'
        return f"{missing} <span>{escape(known)}</span>" if known else missing
    percent = f"{language.number(stored.filled, PERCENT)} %"
    return f"<s>{percent} {said}</s>" if stored.flag == "bad" else f"<b>{percent}</b> {said}"


def _when(shell: Shell, stored: Measure) -> str:
    language = shell.reader.language
    at = "" if stored.time is None else shell.reader.hour(stored.time)
    flag = "" if stored.flag == "good" else f" · {language.word(FLAGS, stored.flag)}"
    late = f" · {language.say('late')}" if stored.late else f" · {language.say('silent')}" if stored.silent else ""
    return str(escape(f"{at}{flag}{late}"))


def _ticks(shell: Shell, station: str, of_day: ReservoirRow | None) -> Iterator[_Tick]:
    """Last year and the norm of the report day's storage."""
    if of_day is None or of_day.storage is None or of_day.storage.against is None:
        return
    against: Against = of_day.storage.against
    language, figure = shell.reader.language, keys.of_figure(station, "storage")
    if against.last_year is not None:
        yield _Tick(language.say("last year"), against.last_year, keys.of_against(figure, keys.LAST_YEAR))
    if against.norm is not None:
        yield _Tick(language.say("norm"), against.norm, keys.of_against(figure, keys.NORM))


def _without_last_year(shell: Shell, ticks: tuple[_Tick, ...]) -> str:
    language = shell.reader.language
    if any(tick.key.endswith(keys.LAST_YEAR) for tick in ticks):
        return ""
    return f"; <span>{escape(language.say('nothing is known of the same day last year'))}</span>"


def _tick_said(shell: Shell, tick: _Tick) -> str:
    language = shell.reader.language
    number = Number(key=tick.key, value=tick.volume, decimals=decimals_of("storage", _MILLION, tick.volume))
    return f"; {escape(tick.said)} {cells.datum(language, number)}"


def _picture(capacity: float, stored: Measure, ticks: tuple[_Tick, ...]) -> str:
    """A trough whose height is the capacity, filled as high as the volume; what is over it is drawn up to its rim."""

    def height(volume: float) -> float:
        return _FLOOR - (_FLOOR - _TOP) * min(max(volume / capacity, 0.0), 1.0)

    def inset(y: float) -> float:
        return _SLOPE * (y - _TOP) / (_FLOOR - _TOP)

    water = ""
    if stored.is_now and stored.value is not None:
        top = height(stored.value)
        water = (
            f'<path class="water" d="M{_LEFT + inset(top):.1f} {top:.1f}H{_RIGHT - inset(top):.1f}'
            f'L{_RIGHT - _SLOPE} {_FLOOR}H{_LEFT + _SLOPE}Z"/>'
        )
    marks = "".join(
        f'<path class="tick" d="M{_RIGHT - inset(height(one.volume)) - 10:.1f} {height(one.volume):.1f}H{_RIGHT + 4}"/>'
        f'<text x="{_RIGHT + 7}" y="{height(one.volume) + 3.5:.1f}">{escape(one.said)}</text>'
        for one in ticks
    )
    outline = f'<path class="rim" d="M{_LEFT} {_TOP}L{_LEFT + _SLOPE} {_FLOOR}H{_RIGHT - _SLOPE}L{_RIGHT} {_TOP}"/>'
    full = f'<path class="full" d="M{_LEFT} {_TOP}H{_RIGHT}"/>'
    width = _WIDTH if ticks else _RIGHT + _LEFT
    size = f'viewBox="0 0 {width} {_HEIGHT}" width="{width}" height="{_HEIGHT}"'
    return f'<svg class="gauge" {size} aria-hidden="true">{water}{full}{outline}{marks}</svg>'
