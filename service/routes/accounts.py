"""`/accounts`: the water account of a basin. What it says is `service.accounts`' business, not this one's."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from record.errors import SelectionError
from service import access
from service import accounts as written
from service.accept import preferred
from service.cached import BRIEFLY, PRIVATELY, etag_of, is_held
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.figures import last_complete
from service.front.visit import in_lane
from service.guard.cost import spend
from service.interval import as_of_of, calendar_day
from service.standing import STATE, state_of

router = APIRouter()

_FROM = "The first day, YYYY-MM-DD; without it, the first of the season that holds the last day"
_TO = "The day after the last; without it, the day after the last report day that has ended"
_BY = "Kind of period: day, 5-day, 10-day, month, season, hydrological-year or year; without it, 10-day"
_AS_OF = "A time with offset, or a number of entries: what was known before it"
_FORM = "json or csv; without it, what Accept prefers, or json"
_FORMS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The account by period", "content": {media: {} for media in written.MEDIA.values()}},
    304: {"description": "The asker has this account: it named its ETag in If-None-Match"},
}


@router.get("/accounts/{basin}", summary="The water account of a basin by periods", responses=_FORMS)
@in_lane(lambda lanes: lanes.papers)
def account(
    basin: str,
    request: Request,
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    begin: Annotated[str | None, Query(alias="from", description=_FROM)] = None,
    end: Annotated[str | None, Query(alias="to", description=_TO)] = None,
    by: Annotated[str, Query(description=_BY)] = "10-day",
    as_of: Annotated[str | None, Query(alias="as-of", description=_AS_OF)] = None,
    f: Annotated[str | None, Query(description=_FORM)] = None,
) -> Response:
    """What there was, what was due, delivered and lost, and where gauges differ, with the document of each fact.

    Real, example and simulated stations are told apart.
    """
    form = f.strip().lower() if f else preferred(request.headers.get("accept", ""), written.MEDIA, "json")
    if form not in written.MEDIA:
        raise SelectionError(f"f={form[:40]!r} is not a form of an account: use {', '.join(written.MEDIA)}")
    days = written.range_of(
        network,
        last_complete(network.report_day, now),
        calendar_day(begin, "from") if begin else None,
        calendar_day(end, "to") if end else None,
    )
    asked = as_of_of(as_of, now)
    written.refuse_impossible(network, basin, *days, by)
    noted = access.given_to(request)
    size = written.counted_entries(archive, asked)
    headers = {
        "Vary": "Accept",
        "Cache-Control": BRIEFLY if noted is None else PRIVATELY,
        # What a party is given is noted, so that an answer to one has a tag of its own.
        "ETag": etag_of("account", network.version, size, basin, *days, by, asked, form, noted is not None),
        STATE: state_of(log.standing(), size),
    }
    if is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    # What is read are means of days, whatever they are made of.
    spend(request, (days[1] - days[0]).days * sum(one.basin == basin for one in network.series.values()))
    document = written.build(archive, network, basin, *days, asked, by, size=size)
    body = written.render_csv(document) if form == "csv" else written.render_json(document)
    if noted is not None:
        noted += written.given(document, network)
    name = f"account_{document.basin}_{document.begin}_{document.end}.{form}"
    headers["Content-Disposition"] = f'inline; filename="{name}"'
    return Response(body, media_type=written.MEDIA[form], headers=headers)
