"""`/reports`: the daily exchange report over HTTP. What it says is `service.reports`' business, not this one's."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from record.errors import SelectionError
from record.network import Network
from service.deps import ArchiveDep, NetworkDep, NowDep
from service.interval import as_of_of
from service.reports import MEDIA, REPORTS, last_complete_day

router = APIRouter()

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
    form = f or preferred(request.headers.get("accept", ""))
    body = REPORTS["daily"].render(archive, network, called, form, as_of=as_of_of(as_of, now))
    return Response(body, media_type=MEDIA[form], headers={"Vary": "Accept"})


def preferred(accept: str) -> str:
    """The form that an Accept header likes best; json where it likes both alike or names neither."""
    best, form = 0.0, "json"
    for wish in accept.lower().split(","):
        media, _, parameters = wish.partition(";")
        found = {"application/json": "json", "text/html": "html"}.get(media.strip())
        weight = _weight(parameters)
        if found is not None and (weight > best or (weight == best and found == "json")):
            best, form = weight, found
    return form


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


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
