"""`/` for people: the overview of both basins, as it is now or as of an earlier time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import Request, Response

from record.network import Network
from service import access
from service.deps import archive_of, log_of, network_of, now_of
from service.guard.cost import spend
from service.guard.doors import may_read
from service.interval import as_of_of
from service.language.words import FLAGS, MARKS, QUANTITIES
from service.page.now import Measure
from service.page.overview.due import overdue
from service.page.overview.held import Daily, Reports
from service.page.overview.overview import overview
from service.page.overview.readings import Readings, read
from service.page.overview.sites import sites_now
from service.page.reader import offset_of
from service.page.shell import Shell
from service.page.when import when
from service.points import points_of_days
from service.reports.built import days_read
from service.reports.issues import issues_of
from service.routes.pages.asked import answered, shell_of

_A_DAY = 1
_SPOKEN = frozenset(("pdf", "xlsx", "html"))
"""Forms of a report that are in a language."""
Links = Sequence[Mapping[str, Any]]


def page(request: Request, programs: Links) -> Response:
    """The page; `programs` are the links of the document that programs are given here.

    Raises `SelectionError` for a language, a clock or an `as-of` that there is not.
    """
    asked, network, now = request.query_params, network_of(request), now_of(request)
    shell = shell_of(request, network, now, asked.get("lang"), asked.get("zone"))
    title, titled = shell.reader.language.say("Overview"), [one for one in programs if "title" in one]
    if not may_read(request):
        return answered(request, shell, shell.render("overview.html", title, shown=None, programs=titled))
    as_of = as_of_of(asked.get("as-of"), now)
    shown = _shown(request, shell, network, now, as_of)
    body = shell.render("overview.html", title, programs=titled, **shown)
    return answered(request, shell, body)


def _shown(
    request: Request, shell: Shell, network: Network, now: datetime, as_of: datetime | int | None
) -> dict[str, Any]:
    """What the template asks for beside its shell."""
    archive, reports = archive_of(request), _reports(request)
    spend(request, len(network.series))
    count = archive.counted(as_of)
    moment = now
    if as_of is None:
        daily = reports.now(archive, network, request.app.state.clock)
    else:
        moment = min(as_of, now) if isinstance(as_of, datetime) else archive.grown(count) or now
        if not reports.holds(network, count, moment):
            spend(request, points_of_days(network.series.values(), days_read(_A_DAY)))
        daily = reports.then(archive, network, count, moment)
    # What is read and drawn is of the stations that the report is of.
    network = daily.held.network
    readings = read(archive, network, None if as_of is None else count)
    _note(request, readings, daily)
    sites = sites_now(daily.held.layout, readings, overdue(network, readings.newest, moment), daily.held.report)
    held, language = daily.held, shell.reader.language
    day = held.report.span.begin
    issued = as_of is None and bool(issues_of(log_of(request).reports("daily", day.isoformat())))

    def copy(form: str) -> str:
        """The address of a copy of the report of the day: the issued one where there is one."""
        lang = shell.code if form in _SPOKEN else None
        if issued:
            return shell.api(f"/reports/daily/{day}.{form}", lang=lang)
        return shell.api(f"/reports/daily/{day}", f=form, lang=lang, as_of=request.query_params.get("as-of"))

    return {
        "network": network,
        "shown": overview(shell, network, sites, daily, count, moment),
        "day": day.isoformat(),
        "day_of": language.day(day),
        "day_at": held.grown,
        "day_entry": max(0, held.rests.size - 1),
        "issued": issued,
        "copy": copy,
        "when": partial(_when, shell, network),
        "clocks": ", ".join(
            f"{language.name(party.names)} {offset_of(party.tz, moment)}" for party in network.parties.values()
        ),
        "last": partial(_last, shell, network),
        "quantities": QUANTITIES,
        "flags": FLAGS,
        "marks": MARKS,
    }


def _when(shell: Shell, network: Network, measure: Measure) -> str:
    """Of when the newest reading is that a measure tells; nothing where there is none."""
    time = measure.time
    return "" if time is None else when(shell.reader, network, measure.series, time, shell.now)


def _last(shell: Shell, network: Network, measure: Measure) -> str:
    """What a quantity said last that has a value, with the time of that where its newest reading has none."""
    language, known = shell.reader.language, measure.known if measure.value is None else None
    value = measure.value if known is None else known.value
    quantity = language.word(QUANTITIES, measure.quantity)
    if value is None:
        return quantity
    said = f"{language.number(value, measure.decimals)} {language.unit(measure.unit)}"
    if known is None:
        return language.say("{quantity} {value}", quantity=quantity, value=said)
    time = when(shell.reader, network, measure.series, known.time, shell.now)
    return language.say("{quantity} {value}, {time}", quantity=quantity, value=said, time=time)


def _note(request: Request, readings: Readings, daily: Daily) -> None:
    """Note what is given to a party."""
    noted = access.given_to(request)
    if noted is not None:
        noted += [
            access.one_reading(name, int(one.time.timestamp()), one.entry) for name, one in readings.newest.items()
        ]
        noted += daily.held.given


def _reports(request: Request) -> Reports:
    found: Reports = request.app.state.reports
    return found
