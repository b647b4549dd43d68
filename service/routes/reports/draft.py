"""A report over HTTP as it would be issued now: what is known of a period, whether or not it was issued."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from record.network import Network
from service import access
from service.accept import preferred
from service.cached import BRIEFLY, PRIVATELY, again, etag_of, to_be_kept
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.front.visit import in_lane, visit_of
from service.guard.cost import spend
from service.interval import as_of_of
from service.points import points_of_days
from service.reports import MEDIA, REPORTS, called
from service.reports.given import given
from service.reports.known import RECENT
from service.standing import STATE, sentence, state_of

router = APIRouter()
_MEDIA = {form: media.partition(";")[0] for form, media in MEDIA.items()}

Form = Annotated[str | None, Query(alias="f", description="json or html; without it, what Accept prefers, or json")]
AsOf = Annotated[
    str | None, Query(alias="as-of", description="A time with offset, or a number of entries: what was known then")
]


@router.get("/reports/daily/{day}", summary="The daily exchange report of a report day, YYYY-MM-DD or latest")
@in_lane(lambda lanes: lanes.papers)
def daily_report(
    day: str,
    request: Request,
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    f: Form = None,
    as_of: AsOf = None,
) -> Response:
    """The report in the form asked for; `latest` is the last report day that has ended."""
    daily = called.edition_called("daily")
    if day == called.LATEST:
        begin = called.latest(daily, network, now).begin
    else:
        begin = called.begun(daily, called.day_called(day), network, now).begin
    form = f.lower() if f else preferred(request.headers.get("accept", ""), _MEDIA, "json")
    then = as_of_of(as_of, now)
    count = then if isinstance(then, int) else archive.size() if then is None else archive.size_as_of(then)
    how, write = log.standing(), REPORTS["daily"].form(form)
    visit, noted, said = visit_of(request.scope), access.given_to(request), sentence(how, network, count)
    headers = {
        "Vary": "Accept",
        "Cache-Control": PRIVATELY if visit.private else BRIEFLY,
        "ETag": etag_of("report", request.app.version, network.version, begin, form, then, count, said),
        STATE: state_of(how, count),
    }
    if day == called.LATEST:
        # A day ends without anything being entered.
        visit.question = None
    before = again(request, headers, MEDIA[form], noted)
    if before is not None:
        return before
    _spend(request, network)
    document = REPORTS["daily"].build(archive, network, begin, then)
    if noted is not None:
        noted += given(document, network)
    if document.journal_size != count:
        # Something was entered meanwhile.
        del headers["ETag"]
    elif visit.has_any or visit.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    else:
        to_be_kept(request, noted)
    return Response(write(document, said), media_type=MEDIA[form], headers=headers)


def _spend(request: Request, network: Network) -> None:
    """A report is made of a day of every series, and looks for who has been silent for some time before."""
    spend(request, points_of_days(network.series.values(), RECENT.days + 4))
