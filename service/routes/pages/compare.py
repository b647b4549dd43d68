"""`/compare`: several series side by side, and the two gauges of one gate against each other."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from markupsafe import Markup

from record.archive import Archive
from record.archive.latest import Latest
from record.network import Network
from record.network.basin import Nature, Series
from record.quantities import quantity_of
from service import access
from service.accounts.declared import declared_then
from service.deps import ArchiveDep, NetworkDep, NowDep
from service.figures.answer import Answer, figures
from service.figures.given import given
from service.figures.periods import Kind, kind_called
from service.front.visit import in_lane
from service.guard.cost import spend
from service.interval import as_of_of
from service.language.words import FLAGS, INTERVALS, MARKS, QUANTITIES
from service.page.called import called
from service.page.compare import chart, said
from service.page.compare.choosing import Wanted, choices
from service.page.compare.chosen import MOST, Chosen, days_of, link, series_called
from service.page.compare.pairs import difference_of, pairs_in
from service.page.compare.ready import ready_made
from service.page.compare.table import periods_of
from service.page.compare.words import PERIODS, READY
from service.page.hydrograph import figure
from service.page.shell import Shell
from service.page.when import when
from service.points import points_of_days
from service.reports.told.teller import decimals_of, flow_decimals, volume_decimals
from service.routes.hydrographs import Asked, drawn
from service.routes.pages.asked import DaysDep, ShellDep, answered

router = APIRouter()

Narrow = Annotated[str, Query(max_length=80)]


class Question:
    """What is asked to be compared: the series, the days, as of when and by which periods."""

    def __init__(
        self,
        now: NowDep,
        series: Annotated[list[str] | None, Query(description="Ids of series, up to six")] = None,
        first: Annotated[str | None, Query(alias="from", description="The first day, YYYY-MM-DD")] = None,
        last: Annotated[str | None, Query(alias="to", description="The day after the last, YYYY-MM-DD")] = None,
        as_of: Annotated[str | None, Query(alias="as-of", description="What was known before that time")] = None,
        by: Annotated[str | None, Query(description="day, 10-day, month or year")] = None,
    ) -> None:
        self.now, self.names, self.span = now, [one for one in series or () if one], (first or None, last or None)
        self.said, self.as_of = as_of or None, as_of_of(as_of, now) if as_of else None
        self.by = kind_called(by) if by else None


def wanted(basin: Narrow = "", site: Narrow = "", quantity: Narrow = "", interval: Narrow = "") -> Wanted:
    """From what the reader chooses."""
    return Wanted(basin=basin, site=site, quantity=quantity, interval=interval)


@router.get("/compare", include_in_schema=False)
@in_lane(lambda lanes: lanes.papers)
def compare(
    request: Request,
    shell: ShellDep,
    archive: ArchiveDep,
    network: NetworkDep,
    question: Annotated[Question, Depends()],
    narrowed: Annotated[Wanted, Depends(wanted)],
    days: DaysDep,
) -> Response:
    """The page."""
    elsewhere = days.elsewhere(shell)
    if elsewhere is not None:
        return elsewhere
    series = series_called(network, question.names)
    count = archive.counted(question.as_of)
    newest = archive.latest(list(network.series), count)
    chosen = _chosen(archive, network, series, newest, question)
    kind = chosen.kind(question.by)
    _spend(request, network, chosen)
    then = network if question.as_of is None else declared_then(archive, network, count)[0]
    pairs = pairs_in(then, [one for one in series if one.id in then.series])
    differences = [difference_of(archive, then, pair, chosen.begin, chosen.end, count) for pair in pairs]
    body = shell.render(
        "compare.html",
        shell.reader.language.say("Compare"),
        chosen=chosen,
        as_of=question.said,
        told_as_of=question.as_of if isinstance(question.as_of, datetime) else None,
        simulated=any(network.station(one.station).nature is Nature.SIMULATED for one in series),
        figures=_drawn(request, shell, network, chosen, question),
        newest=newest,
        count=count,
        kind=kind,
        periods=periods_of(series, kind, _figures(request, archive, network, chosen, question)) if series else None,
        differences=differences,
        ready=ready_made(network, newest),
        choices=choices(network, narrowed, newest),
        link_to=partial(link, shell),
        chart=chart,
        network=network,
        most=MOST,
        units={one.id: quantity_of(one.quantity).label for one in series},
        period_words=PERIODS,
        called=called,
        ready_words=READY,
        flags=FLAGS,
        said=said,
        when=partial(when, shell.reader, network, now=shell.now),
        quantities=QUANTITIES,
        intervals=INTERVALS,
        marks=MARKS,
        decimals_of=decimals_of,
        flow_decimals=flow_decimals,
        volume_decimals=volume_decimals,
    )
    return answered(request, shell, body)


def _chosen(
    archive: Archive,
    network: Network,
    series: tuple[Series, ...],
    newest: Mapping[str, Latest],
    question: Question,
) -> Chosen:
    """The series on the days asked for, else on the last that they have."""
    spoke = [one for one in series if one.id in newest]
    begun = {one.id: archive.span(one.collection) for one in spoke}
    said = [(found[0], newest[name].time) for name, found in begun.items() if found is not None]
    begin, end = days_of(series, said, question.span, network.report_day.tz, question.now)
    return Chosen(series=series, begin=begin, end=end, as_of=question.said)


def _drawn(request: Request, shell: Shell, network: Network, chosen: Chosen, question: Question) -> Iterator[Markup]:
    """A hydrograph for each unit, all over the same days."""
    language, zone = shell.reader.language, network.report_day.tz
    first, last = chosen.bounds(question.span, zone)
    span = Asked(first=first, last=last, as_of=question.as_of)
    for number, (label, series) in enumerate(chosen.by_unit(), 1):
        yield figure(
            shell,
            drawn(request, network, [one.id for one in series], span, context=False),
            title=language.say("Hydrograph, {unit}", unit=language.unit(label)),
            names=[called(one, network, language) for one in series],
            history=lambda name: shell.onward(
                f"/sites/{network.station(network.series[name].station).site}", series=name
            ),
            name=f"hydrograph-{number}",
        )


def _figures(
    request: Request, archive: Archive, network: Network, chosen: Chosen, question: Question
) -> Callable[[str, Kind], Answer]:
    """What tells the figures of a series on the chosen days, and notes to whom they were given."""
    noted = access.given_to(request)

    def told(name: str, kind: Kind) -> Answer:
        found = figures(archive, network, name, kind, chosen.begin, chosen.end, question.now, question.as_of)
        if noted is not None:
            noted.extend(given(found, network))
        return found

    return told


def _spend(request: Request, network: Network, chosen: Chosen) -> None:
    """As many readings as the days shown, and for the norms the base period, may hold."""
    days = (chosen.end - chosen.begin).days + network.figures.years * 366
    spend(request, points_of_days(chosen.series, days))
