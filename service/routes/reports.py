"""`/reports`: the daily exchange report over HTTP. What it says is `service.reports`' business, not this one's."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from record.errors import SelectionError, UnknownName
from record.leaf import write_time
from record.network import Network
from service import access
from service.accept import preferred
from service.cached import BRIEFLY, PRIVATELY, again, etag_of, to_be_kept
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.front.visit import in_lane, visit_of
from service.guard.cost import spend
from service.interval import as_of_of
from service.points import points_of_days
from service.reports import MEDIA, REPORTS, last_complete_day
from service.reports.given import given
from service.reports.known import RECENT
from service.standing import STATE, sentence, state_of

router = APIRouter()
_LATEST = "latest"
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
    called = _called(day, network, now)
    form = f.lower() if f else preferred(request.headers.get("accept", ""), _MEDIA, "json")
    then = as_of_of(as_of, now)
    count = then if isinstance(then, int) else archive.size() if then is None else archive.size_as_of(then)
    how, write = log.standing(), REPORTS["daily"].form(form)
    visit, noted, said = visit_of(request.scope), access.given_to(request), sentence(how, network, count)
    headers = {
        "Vary": "Accept",
        "Cache-Control": PRIVATELY if visit.private else BRIEFLY,
        "ETag": etag_of("report", request.app.version, network.version, called, form, then, count, said),
        STATE: state_of(how, count),
    }
    if day == _LATEST:
        # A day ends without anything being entered.
        visit.question = None
    before = again(request, headers, MEDIA[form], noted)
    if before is not None:
        return before
    _spend(request, network)
    document = REPORTS["daily"].build(archive, network, called, then)
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


@router.get("/reports/daily/{day}/issued", summary="The reports of a day as they were issued, with their proofs")
@in_lane(lambda lanes: lanes.papers)
def issued(_: Request, day: str, network: NetworkDep, log: LogDep, now: NowDep) -> dict[str, Any]:
    """Each with its entry, the time of entry, and its forms by SHA-256."""
    called = _called(day, network, now).isoformat()
    return {
        "day": called,
        "issued": [
            {
                "entry": one.entry,
                "entered": write_time(one.entered),
                "journal_size": one.as_of_size,
                "proof": f"/proof?entry={one.entry}",
                "forms": [
                    {"name": name, "sha256": sha256, "href": f"/reports/daily/{called}/issued/{one.entry}/{name}"}
                    for name, sha256 in one.forms.items()
                ],
            }
            for one in log.reports("daily", called)
        ],
    }


@router.get("/reports/daily/{day}/issued/{entry}/{name}", summary="A form of an issued report, byte for byte")
@in_lane(lambda lanes: lanes.papers)
def issued_form(
    day: str, entry: int, name: str, request: Request, archive: ArchiveDep, network: NetworkDep, log: LogDep
) -> Response:
    """The bytes whose hash the journal holds."""
    for one in log.reports("daily", day):
        if one.entry == entry and name in one.forms:
            media = next((MEDIA[form] for form in MEDIA if name.endswith(f".{form}")), "application/octet-stream")
            headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Content-Type-Options": "nosniff"}
            noted = access.given_to(request)
            if noted is not None:
                _spend(request, network)
                document = REPORTS["daily"].build(archive, network, _called_exactly(day), one.as_of_size)
                noted += given(document, network)
            return Response(log.form(one.forms[name]), media_type=media, headers=headers)
    raise UnknownName(f"no form {name[:60]!r} was issued as entry {entry} for {day[:20]}")


def _spend(request: Request, network: Network) -> None:
    """A report is made of a day of every series, and looks for who has been silent for some time before."""
    spend(request, points_of_days(network.series.values(), RECENT.days + 4))


def _called(text: str, network: Network, now: datetime) -> date:
    if text == _LATEST:
        return last_complete_day(network, now)
    return _called_exactly(text)


def _called_exactly(text: str) -> date:
    try:
        called = date.fromisoformat(text)
    except ValueError:
        called = None
    if called is None or called.isoformat() != text:
        raise SelectionError(f"{text[:40]!r} is not a day: write YYYY-MM-DD or latest")
    return called
