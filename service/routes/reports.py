"""`/reports`: the daily exchange report over HTTP. What it says is `service.reports`' business, not this one's."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from record.errors import SelectionError
from record.network import Network
from service.accept import preferred
from service.deps import ArchiveDep, NetworkDep, NowDep
from service.interval import as_of_of
from service.reports import MEDIA, REPORTS, last_complete_day

router = APIRouter()
_MEDIA = {form: media.partition(";")[0] for form, media in MEDIA.items()}

Form = Annotated[str | None, Query(alias="f", description="json or html; without it, what Accept prefers, or json")]
AsOf = Annotated[
    str | None, Query(alias="as-of", description="A time with offset, or a number of entries: what was known then")
]


@router.get("/reports/daily/{day}", summary="The daily exchange report of a report day, YYYY-MM-DD or latest")
def daily_report(
    day: str,
    request: Request,
    archive: ArchiveDep,
    network: NetworkDep,
    now: NowDep,
    f: Form = None,
    as_of: AsOf = None,
) -> Response:
    """The report in the form asked for; `latest` is the last report day that has ended."""
    called = _called(day, network, now)
    form = f.lower() if f else preferred(request.headers.get("accept", ""), _MEDIA, "json")
    body = REPORTS["daily"].render(archive, network, called, form, as_of=as_of_of(as_of, now))
    return Response(body, media_type=MEDIA[form], headers={"Vary": "Accept"})


def _called(text: str, network: Network, now: datetime) -> date:
    if text == "latest":
        return last_complete_day(network, now)
    try:
        called = date.fromisoformat(text)
    except ValueError:
        called = None
    if called is None or called.isoformat() != text:
        raise SelectionError(f"{text[:40]!r} is not a day: write YYYY-MM-DD or latest")
    return called
