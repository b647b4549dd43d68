"""`/figures` and `/norms`: means, volumes and what is normal, of one series by periods."""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from record.archive import Log
from record.errors import SelectionError
from record.network import Network
from service import access
from service.accept import preferred
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.figures import written
from service.figures.answer import Answer, figures, norms_of, span_of
from service.figures.given import given
from service.figures.periods import Kind, kind_called
from service.figures.sources import known_at
from service.interval import as_of_of, calendar_day, years_called
from service.standing import STATE, state_of

router = APIRouter()
_KINDS = ", ".join(Kind)

By = Annotated[str, Query(description=f"The kind of period: {_KINDS}")]
Base = Annotated[str | None, Query(description="First and last year of the base period, such as 1991/2020")]
Form = Annotated[str | None, Query(alias="f", description="json or csv; without it, what Accept prefers, or json")]
AsOf = Annotated[
    str | None, Query(alias="as-of", description="A time with offset, or a number of entries: what was known before it")
]
_WRITTEN: dict[str, tuple[Callable[[Answer, Network], dict[str, Any]], Callable[[Answer], list[dict[str, Any]]]]] = {
    "figures": (written.figures_document, written.figure_rows),
    "norms": (written.norms_document, written.norm_rows),
}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The rows", "content": {media: {} for media in written.MEDIA.values()}}
}


@router.get("/figures/{series}", summary="Figures of one series by periods", responses=_ANSWER)
def of_series(
    series: str,
    request: Request,
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    by: By = Kind.TEN_DAYS.value,
    first: Annotated[str | None, Query(alias="from", description="The first day, YYYY-MM-DD")] = None,
    last: Annotated[str | None, Query(alias="to", description="The day after the last, YYYY-MM-DD")] = None,
    base: Base = None,
    as_of: AsOf = None,
    f: Form = None,
) -> Response:
    """Means, completeness, volumes, how they stand to the norm and to the year before, of each period whole."""
    form = _form(f, request)
    told_as_of = as_of_of(as_of, now)
    days = calendar_day(first, "from") if first else None, calendar_day(last, "to") if last else None
    span = span_of(network, *days, known_at(archive, told_as_of, now))
    years = years_called(base) if base else None
    found = figures(archive, network, series, kind_called(by), *span, now, told_as_of, years)
    noted = access.given_to(request)
    if noted is not None:
        noted += given(found, network)
    return _response("figures", found, network, log, form)


@router.get("/norms/{series}", summary="What is normal for one series by periods of the year", responses=_ANSWER)
def norms(
    series: str,
    request: Request,
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
    now: NowDep,
    by: By = Kind.TEN_DAYS.value,
    base: Base = None,
    as_of: AsOf = None,
    f: Form = None,
) -> Response:
    """Mean, extremes with their years, percentiles and coefficient of variation over the base period."""
    form = _form(f, request)
    years = years_called(base) if base else None
    found = norms_of(archive, network, series, kind_called(by), now, as_of_of(as_of, now), years)
    noted = access.given_to(request)
    if noted is not None:
        noted += given(found, network)
    return _response("norms", found, network, log, form)


def _form(asked: str | None, request: Request) -> str:
    form = asked.strip().lower() if asked else preferred(request.headers.get("accept", ""), written.MEDIA, "json")
    if form not in written.MEDIA:
        raise SelectionError(f"f={form[:40]!r} is not a form of figures: use {', '.join(written.MEDIA)}")
    return form


def _response(what: str, found: Answer, network: Network, log: Log, form: str) -> Response:
    document, rows = _WRITTEN[what]
    name = f"{what}_{found.subject.name.replace(':', '-')}_{found.kind.value}.{form}"
    headers = {
        "Vary": "Accept",
        "Content-Disposition": f'inline; filename="{name}"',
        STATE: state_of(log.standing(), found.count),
    }
    body = written.csv_of(found, network, rows(found)) if form == "csv" else orjson.dumps(document(found, network))
    return Response(body, media_type=written.MEDIA[form], headers=headers)
