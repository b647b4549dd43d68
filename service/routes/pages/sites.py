"""`/sites` and `/sites/{site}`: all sites, and what each of its stations said, declares and can prove."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from record import leaf as leaves
from record.archive import Archive, Log, Said
from record.archive.latest import Latest
from record.errors import ArnaError, UnknownName
from record.network import Network
from record.network.basin import Series, Site
from record.quantities import quantity_of
from service import access
from service.accounts.declared import declared_then
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.front.visit import in_lane
from service.guard.cost import spend
from service.interval import as_of_of, moment_of
from service.page.hydrograph import figure
from service.page.now import SitesNow
from service.page.overview.due import overdue
from service.page.overview.layout import layout_of
from service.page.overview.readings import read
from service.page.overview.sites import sites_now
from service.page.shell import Shell
from service.page.site import (
    choice,
    curves,
    downloads,
    head,
    history,
    listed,
    metadata,
    readings,
    related,
)
from service.page.site import (
    said as saying,
)
from service.page.site.choice import Span
from service.page.sources.refusals import ByNetwork
from service.paging import limit_of
from service.present import present_moment
from service.routes import hydrographs
from service.routes.hydrographs import Asked, SpanDep
from service.routes.pages.asked import DaysDep, ShellDep, answered
from service.standing import state_of

if TYPE_CHECKING:
    from service.page.overview.held import Reports

router = APIRouter()
PAGE = 100
"""So many readings stand on a page of the table, unless told otherwise."""
_MOST = 1000
_SECOND = timedelta(seconds=1)
_FOLLOWS = (leaves.DERIVED, leaves.QUALITY)

AsOf = Annotated[str | None, Query(alias="as-of", description="A time with offset, or a number of entries")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What a page is made of: the record as the first `count` entries have it, for one reader.

    `network` is the one in force then, of whose series those are known that are declared now too. `as_of` is what was
    asked for, as it was written, and `told_as_of` the time that it names, if it is one.
    """

    request: Request
    shell: Shell
    archive: Archive
    log: Log
    network: Network
    count: int
    as_of: str | None
    told_as_of: datetime | None

    @property
    def words(self) -> dict[str, Any]:
        """What every template of these pages is given."""
        told = {"as_of": self.as_of, "told_as_of": self.told_as_of, "count": self.count}
        return {**saying.words_of(self.network, self.shell.reader, self.shell.now), **told}

    def newest(self, series: Iterable[Series]) -> Mapping[str, Latest]:
        """The newest reading of each of these series that spoke."""
        names = tuple(one.id for one in series)
        spend(self.request, len(names))
        found = self.archive.latest(names, self.count)
        self.note(access.one_reading(name, int(one.time.timestamp()), one.entry) for name, one in found.items())
        return found

    def note(self, given: Iterable[Any]) -> None:
        """Say what the page gives, where somebody is to be noted."""
        noted = access.given_to(self.request)
        if noted is not None:
            noted.extend(given)


@router.get("/sites", include_in_schema=False)
@in_lane(lambda lanes: lanes.large)
def sites(
    request: Request, shell: ShellDep, archive: ArchiveDep, log: LogDep, network: NetworkDep, now: NowDep,
    as_of: AsOf = None,
) -> Response:  # fmt: skip
    """The page of all sites."""
    held = _held(request, shell, archive, log, network, now, as_of)
    basins = listed.listed(held.network, held.newest(held.network.series.values()), shell.reader.language)
    said = (said for one in basins for river in one.rivers for line in river.lines for said in line.said)
    simulated = any("simulated" in one.marks for one in said if one.newest)
    words = {**held.words, "any_simulated": simulated}
    body = shell.render("sites.html", shell.reader.language.say("Sites"), basins=basins, **words)
    return answered(request, shell, body)


@router.get("/sites/{site}", include_in_schema=False)
@in_lane(lambda lanes: lanes.large)
def one_site(
    site: str, request: Request, shell: ShellDep, archive: ArchiveDep, log: LogDep, network: NetworkDep, now: NowDep,
    asked: SpanDep, days: DaysDep,
    series: Annotated[str | None, Query(description="Id of a series of the site")] = None,
    time: Annotated[str | None, Query(description="The reading whose history is shown, with offset")] = None,
    before: Annotated[str | None, Query(description="Where the page of the table begins")] = None,
    limit: Annotated[str | None, Query(description="How many readings a page of the table holds")] = None,
    as_of: AsOf = None,
) -> Response:  # fmt: skip
    """The page of a site; raises `UnknownName` where there is none, or where its series or reading is not there."""
    elsewhere = days.elsewhere(shell)
    if elsewhere is not None:
        return elsewhere
    held = _held(request, shell, archive, log, network, now, as_of)
    network, found = held.network, held.network.sites.get(site)
    if found is None:
        raise UnknownName(f"site {site[:60]!r} is not declared: see /sites for all that are")
    newest = held.newest(choice.series_at(network, site))
    now_there = _now(held, found, now) if as_of is None else {}
    own = choice.chosen(network, found, newest, series)
    shown: dict[str, Any] = {"own": own, "history": None, "span": None}
    if own is not None:
        rows = limit_of(limit, PAGE, _MOST)
        shown |= _of_series(held, own, asked, moment_of(before) if before else None, rows)
        if time is not None:
            shown["history"] = _history(held, own, moment_of(time))
    body = shell.render(
        "site.html",
        shell.reader.language.name(found.names),
        **_of_site(held, found, newest, now_there),
        **shown,
        **held.words,
    )
    return answered(request, shell, body, state=_state(held))


def _held(
    request: Request, shell: Shell, archive: Archive, log: Log, network: Network, now: datetime, as_of: str | None
) -> _Held:
    told = as_of_of(as_of, now)
    count = present_moment(request).size if told is None else archive.counted(told)
    then = network if told is None else declared_then(archive, network, count)[0]
    return _Held(
        request=request, shell=shell, archive=archive, log=log, network=then, count=count,
        as_of=None if told is None else str(as_of).replace(" ", "+"),
        told_as_of=told if isinstance(told, datetime) else None,
    )  # fmt: skip


def _state(held: _Held) -> str:
    return state_of(present_moment(held.request).standing, held.count)


def _now(held: _Held, site: Site, now: datetime) -> SitesNow:
    """Trends and classes of the newest readings of a site; none where the report of the last day cannot be made."""
    stations = {station.id: station for station in held.network.stations_at[site.id]}
    alone = replace(held.network, sites={site.id: site}, stations=stations)
    try:
        reports: Reports = held.request.app.state.reports
        report = reports.now(held.archive, held.network, held.request.app.state.clock).held.report
    except ArnaError:
        return {}
    said = read(held.archive, alone, held.count)
    return sites_now(layout_of(alone), said, overdue(alone, said.newest, now), report)


def _of_site(held: _Held, site: Site, newest: Mapping[str, Latest], now: SitesNow) -> dict[str, Any]:
    """What is shown whatever series is chosen."""
    network, language = held.network, held.shell.reader.language
    stations = choice.in_order(network.stations_at[site.id], newest)
    names = [station.id for station in stations]
    gauges = head.gauges_of(network, stations, newest, now, language)
    return {
        "site": site,
        "others": tuple(head.other_names(site, language)),
        "river": head.river_name(network, site, language),
        "basin": network.basins[site.basin],
        "countries": head.countries_of(network, site, language),
        "place": head.place_of(site, language),
        "gauges": gauges,
        "any_simulated": any("simulated" in one.marks for one in gauges if one.spoke),
        "measured": any(one.measure for gauge in gauges for one in gauge.newest),
        "facts": tuple(metadata.facts_of(network, station) for station in stations),
        "rated": [one for one in (curves.rated_at(network, name, language) for name in names) if one],
        "stored": [one for one in (curves.stored_at(network, name, language) for name in names) if one],
        "related": related.related_to(network, site.id, names),
        "formula": curves.formula,
    }


def _of_series(held: _Held, own: Series, asked: Asked, before: datetime | None, limit: int) -> dict[str, Any]:
    """The hydrograph of the series that is shown, the readings that it is of, and the ways to them."""
    network, shell = held.network, held.shell
    (drawn,) = hydrographs.drawn(held.request, network, [own.id], asked)
    span, zone = Span.of(drawn.start, drawn.end), network.zone_of(own.station)
    quantity = quantity_of(own.quantity)
    part = readings.part_of(drawn.times, before, limit)
    said = _said(held, own, part.times)
    return {
        "span": span,
        "quantity": quantity,
        "part": part,
        "periods": saying.periods_of(network, own, part.times, shell.reader.language),
        "days_shown": span.days(zone),
        "figure": figure(shell, [drawn], title=shell.reader.language.name(network.stations[own.station].names)),
        "rows": readings.rows_of(part, said, quantity, shell.reader.language, partial(_reading, held, own)),
        "reached": metadata.Reached.of(part.total, drawn.extent),
        "downloads": downloads.downloads_of(own, span, zone, held.as_of, shell.api),
        "bounds": metadata.bounds_of(network, own),
    }


def _said(held: _Held, own: Series, times: tuple[datetime, ...]) -> dict[datetime, list[Said]]:
    if not times:
        return {}
    found = held.archive.histories([(own.id, time) for time in times], held.count)
    said = {time: found[own.id, time] for time in times}
    held.note(access.one_reading(own.id, int(time.timestamp()), of[-1].entry) for time, of in said.items() if of)
    return said


def _reading(held: _Held, own: Series, time: str) -> str:
    """The address of the history of a reading: this page, with that reading."""
    return f"{held.shell.here(series=own.id, time=time)}#history"


def _history(held: _Held, own: Series, at: datetime) -> history.History:
    """All that was said of a reading; raises `UnknownName` where nothing was."""
    spend(held.request, 1)
    said = held.archive.history(own.id, at, held.count)
    if not said:
        raise UnknownName(f"nothing was said of {own.id} at {leaves.write_time(at)}: choose a reading of its table")
    held.note([access.one_reading(own.id, int(at.timestamp()), said[-1].entry)])
    return history.history_of(
        series=own.id,
        at=at,
        quantity=quantity_of(own.quantity),
        said=said,
        reviews=held.archive.reviews([own.id], at, at + _SECOND, held.count),
        beside={one.entry: _beside(held, one) for one in said},
        teller=ByNetwork(held.network, held.shell.reader.language),
        api=held.shell.api,
        as_of=held.as_of,
    )


def _beside(held: _Held, said: Said) -> history.Beside:
    standing = present_moment(held.request).standing
    return history.Beside(
        state=state_of(standing, said.entry + 1),
        held=said.entry < standing.checkpoint,
        originals=[(one.sha256, one.media) for one in held.log.receipts_of(said.entry)],
        grounds=held.log.grounds_of(said.entry) if said.source in _FOLLOWS else None,
    )
