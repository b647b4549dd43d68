"""`/sources`: how the sources fare, what each party owed and gave, what was refused, and who was given what."""

from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from record.archive import Log
from record.errors import SelectionError
from record.ledger import Ledger
from record.ledger.owed import MOST_DAYS
from service import ledger as written
from service.deps import LedgerDep, LogDep, NowDep
from service.front.visit import in_lane
from service.guard.cost import spend
from service.interval import as_of_of, calendar_day
from service.language import Language
from service.language.words import EDITIONS as EDITION_WORDS
from service.language.words import INTERVALS, MARKS, QUANTITIES
from service.page.shell import Shell
from service.page.sources import words
from service.page.sources.given import data_given, reports_given
from service.page.sources.health import Known, sources_now
from service.page.sources.owed import ORDER, by_obligation, by_party, lacking
from service.page.sources.punctual import ending_on, reports_issued
from service.page.sources.refusals import shown
from service.page.sources.warned import warned
from service.page.when import when
from service.routes.pages.asked import ShellDep, answered

router = APIRouter()

_DAY = timedelta(days=1)
_DAYS = 7
"""So many report days are shown where none are named."""
_LISTED = 40
"""So many readings, refusals or notes stand on one page."""

First = Annotated[str | None, Query(description="The first day, YYYY-MM-DD; without it, six days before the last")]
Last = Annotated[str | None, Query(description="The last day, YYYY-MM-DD; without it, today")]


@router.get("/sources", include_in_schema=False)
@in_lane(lambda lanes: lanes.papers)
def sources(
    request: Request,
    shell: ShellDep,
    ledger: LedgerDep,
    log: LogDep,
    now: NowDep,
    first: First = None,
    last: Last = None,
    as_of: Annotated[str | None, Query(alias="as-of", description="What had become of it before that time")] = None,
    obligation: Annotated[str | None, Query(description="Id of one obligation; without it, of all")] = None,
    skip: Annotated[str | None, Query(description="So many late or missing readings are passed over")] = None,
    refused: Annotated[str | None, Query(description="ENTRY.PLACE: refusals before this one")] = None,
) -> Response:
    """The page."""
    told = as_of_of(as_of, now)
    today = (told if isinstance(told, datetime) else now).astimezone(ledger.network.report_day.tz).date()
    days = _days(first, last, today)
    spend(request, min((days[1] - days[0]).days + 1, MOST_DAYS) * sum(map(len, ledger.network.owed.values())))
    body = shell.render(
        "sources.html",
        shell.reader.language.say("Sources and obligations"),
        words=words,
        when=partial(when, shell.reader, ledger.network, now=shell.now),
        marks=MARKS,
        quantities=QUANTITIES,
        intervals=INTERVALS,
        edition_words=EDITION_WORDS,
        states=ORDER,
        days=days,
        simulated=any(one.simulated for one in ledger.network.sources.values()),
        as_of=as_of,
        alarms=log.alarms(),
        **_health(shell, ledger, now),
        **_owed(ledger, shell.reader.language, days, now, told, obligation or None, _number(skip)),
        **_reports(shell, ledger, log, days, now),
        **_refused(shell, ledger, refused, told),
    )
    return answered(request, shell, body)


def _health(shell: Shell, ledger: Ledger, now: datetime) -> dict[str, Any]:
    """How the sources fare now, whatever days are asked for."""
    today = now.astimezone(ledger.network.report_day.tz).date()
    known = Known(
        last=ledger.sources(),
        speakers=ledger.speakers(),
        health=ledger.health(),
        rows=ledger.page(today - 2 * _DAY, today + _DAY, now).rows,
        began=ledger.began(),
    )
    return {
        "sources": list(sources_now(ledger.network, known, now)),
        "following": ledger.following(),
        "warnings": warned(ledger.warnings(), ledger.network, shell.reader.language),
    }


def _owed(
    ledger: Ledger,
    language: Language,
    days: tuple[date, date],
    now: datetime,
    as_of: datetime | int | None,
    one: str | None,
    skip: int,
) -> dict[str, Any]:
    """What was owed of the days by one obligation or by all, as `/ledger` and `/ledger/summary` say it."""
    page = ledger.page(*days, now, obligation=one, as_of=as_of)
    summed = written.summed(page, ledger.network, days, None, one)
    in_force, waiting = by_obligation(summed, ledger.network, language)
    found = lacking(page.rows, ledger.network)
    return {
        "page": page,
        "obligation": one,
        "parties": by_party(summed),
        "obligations": in_force,
        "not_in_force": waiting,
        "lacking": found[skip : skip + _LISTED],
        "lacking_count": len(found),
        "skip": skip,
        "step": _LISTED,
    }


def _reports(shell: Shell, ledger: Ledger, log: Log, days: tuple[date, date], now: datetime) -> dict[str, Any]:
    """Which reports that end with the days were issued when, and who was given them and which readings."""
    network, last = ledger.network, min(days[1], shell.now.astimezone(ledger.network.report_day.tz).date())
    ended = [date.fromordinal(day) for day in range(days[0].toordinal(), last.toordinal() + 1)]
    bounds: dict[str, list[str]] = {}
    for edition, begin, _ in ending_on(network, ended):
        bounds.setdefault(edition, []).append(begin.isoformat())
    issued = {edition: log.reports(edition, min(begins), max(begins)) for edition, begins in bounds.items()}
    given = [ledger.delivered(edition, min(begins), max(begins)) for edition, begins in bounds.items()]
    begin, end = (datetime.combine(day, time(), network.report_day.tz) for day in (days[0], days[1] + _DAY))
    return {
        "punctual": reports_issued(network, ended, issued, ledger.began(), now),
        "reports_given": reports_given(chain.from_iterable(given)),
        "data_given": data_given(ledger.fetches(begin, end, _LISTED)),
    }


def _refused(shell: Shell, ledger: Ledger, before: str | None, as_of: datetime | int | None) -> dict[str, Any]:
    """A page of refusals, and from where the older ones go on."""
    found = ledger.refused(_LISTED + 1, _place(before), as_of)
    parts = found[:_LISTED]
    following = f"{parts[-1].entry}.{parts[-1].position}" if len(found) > _LISTED else None
    return {
        "refusals": [shown(one, ledger.network, shell.reader.language) for one in parts],
        "refused_before": before,
        "refused_older": following,
    }


def _days(first: str | None, last: str | None, today: date) -> tuple[date, date]:
    until = calendar_day(last, "last") if last else today
    return (calendar_day(first, "first") if first else until - (_DAYS - 1) * _DAY), until


def _number(text: str | None) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise SelectionError(f"skip={text[:20]!r} is not a number of readings: leave it out")
    return int(text)


def _place(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    entry, _, position = text.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 15 for part in (entry, position)):
        raise SelectionError(f"refused={text[:30]!r} is not the place of a refusal: write ENTRY.PLACE, or leave it out")
    return int(entry), int(position)
