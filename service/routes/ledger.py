"""`/ledger`: what each party owed the record, what became of it, and who was given it first."""

from datetime import date, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from record.errors import SelectionError
from record.ledger import Ledger
from record.ledger.owed import MOST_DAYS
from record.network import Network
from service import ledger as written
from service.accept import preferred
from service.deps import LedgerDep, LogDep, NetworkDep, NowDep
from service.front.visit import in_lane
from service.guard.cost import spend
from service.interval import as_of_of, days_of
from service.standing import STATE, state_of

router = APIRouter()

_DATETIME = "A day, or an interval of days a/b, in the calendar of the party that owes; without it, today"
_FORM = "json or csv; without it, what Accept prefers, or json"
_ROWS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The readings that were owed", "content": {media: {} for media in written.MEDIA.values()}}
}


class Question:
    """The common parameters, as read from the address: days, party, obligation, as of when."""

    def __init__(
        self,
        network: NetworkDep,
        now: NowDep,
        party: Annotated[str | None, Query(description="Id of the party that owes, such as kg")] = None,
        days: Annotated[str | None, Query(alias="datetime", description=_DATETIME)] = None,
        obligation: Annotated[str | None, Query(description="Id of one obligation")] = None,
        as_of: Annotated[
            str | None,
            Query(alias="as-of", description="A time with offset, or a number of entries: what was known before it"),
        ] = None,
    ) -> None:
        self.as_of = as_of_of(as_of, now)
        self.days = days_of(days, _today(network, self.as_of if isinstance(self.as_of, datetime) else now))
        self.now, self.party, self.obligation = now, party, obligation


QuestionDep = Annotated[Question, Depends()]


@router.get("/ledger", summary="Readings that were owed, and what became of each", responses=_ROWS)
@in_lane(lambda lanes: lanes.papers)
def readings(
    request: Request,
    question: QuestionDep,
    ledger: LedgerDep,
    log: LogDep,
    f: Annotated[str | None, Query(description=_FORM)] = None,
) -> Response:
    """When each was due, received and entered, how late it was, and when the other side was given it first."""
    form = f.strip().lower() if f else preferred(request.headers.get("accept", ""), written.MEDIA, "json")
    if form not in written.MEDIA:
        raise SelectionError(f"f={form[:40]!r} is not a form of the ledger: use {', '.join(written.MEDIA)}")
    _spend(request, ledger, question)
    page = ledger.page(
        *question.days, question.now, party=question.party, obligation=question.obligation, as_of=question.as_of
    )
    first, last = (day.isoformat() for day in question.days)
    name = f"ledger_{first}_{last}.{form}"
    headers = {
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="{name}"',
        STATE: state_of(log.standing(), page.count),
    }
    if form == "csv":
        return Response(written.table(page, ledger.network), media_type=written.MEDIA[form], headers=headers)
    body = orjson.dumps(written.document(page, ledger.network, question.days))
    return Response(body, media_type=written.MEDIA[form], headers=headers)


@router.get("/ledger/summary", summary="How much was owed, came in time, came late, did not come, by party")
@in_lane(lambda lanes: lanes.papers)
def summary(
    request: Request, question: QuestionDep, ledger: LedgerDep, log: LogDep, response: Response
) -> dict[str, Any]:
    """In numbers of readings, with the median lateness of those that came late; and by obligation."""
    _spend(request, ledger, question)
    page = ledger.page(
        *question.days, question.now, party=question.party, obligation=question.obligation, as_of=question.as_of
    )
    response.headers[STATE] = state_of(log.standing(), page.count)
    return written.summed(page, ledger.network, question.days, question.party, question.obligation)


def _spend(request: Request, ledger: Ledger, question: Question) -> None:
    """As many points as readings may be owed."""
    first, last = question.days
    owed = ledger.network.owed.items()
    many = sum(len(names) for name, names in owed if question.obligation in (None, name))
    spend(request, min(max((last - first).days + 1, 0), MOST_DAYS) * many)


def _today(network: Network, moment: datetime) -> date:
    """The day that it is at the place of the report day."""
    return moment.astimezone(network.report_day.tz).date()
