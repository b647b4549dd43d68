"""`/hydrographs/{series}`: a span of a series for a chart, reduced to points that are readings, with what is normal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from record.errors import SelectionError
from record.network import Network
from record.network.basin import Series
from service import access
from service.cached import BRIEFLY, PRIVATELY, again, etag_of, to_be_kept
from service.deps import NetworkDep, NowDep, archive_of
from service.front.visit import in_lane, visit_of
from service.guard.cost import spend
from service.hydrographs import Hydrograph
from service.hydrographs.context import Known, alike, context_of, no_norm
from service.hydrographs.curve import FEWEST
from service.hydrographs.document import document
from service.hydrographs.ends import end_of
from service.hydrographs.extent import extent_of
from service.hydrographs.read import Span, bounds_of, declared, hydrograph
from service.interval import as_of_of
from service.page.hydrograph.decimals import decimals
from service.points import points_between, points_of_days
from service.present import Moment, present_moment
from service.standing import STATE

router = APIRouter()
MOST = 20_000
USUAL, DRAWN = 4_000, 1_200
"""How many points the line of an answer has unless told otherwise, and the one that a page draws."""
_JSON = "application/json"
_OF_A_YEAR = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The span that is asked for, as it was written, and as of when."""

    first: str | None
    last: str | None
    as_of: datetime | int | None


First = Annotated[
    str | None,
    Query(alias="from", description="A day YYYY-MM-DD in the station's calendar, or a time with offset"),
]
Last = Annotated[str | None, Query(alias="to", description="The same; the span ends before it")]
AsOf = Annotated[
    str | None, Query(alias="as-of", description="A time with offset, or a number of entries: what was known before it")
]


async def asked(now: NowDep, first: First = None, last: Last = None, as_of: AsOf = None) -> Asked:
    """The span and the state that an address asks for; raises `SelectionError` for a state that cannot be."""
    return Asked(first=first, last=last, as_of=as_of_of(as_of, now))


SpanDep = Annotated[Asked, Depends(asked)]


@router.get(
    "/hydrographs/{series}",
    summary="A span of one series for a chart",
    response_class=Response,
    responses={200: {"description": "The hydrograph", "content": {_JSON: {"schema": {"type": "object"}}}}},
)
@in_lane(lambda lanes: lanes.large)
def of_series(
    series: str,
    request: Request,
    network: NetworkDep,
    span: SpanDep,
    now: NowDep,
    points: Annotated[int, Query(description=f"How many points at most, from {FEWEST} to {MOST}")] = USUAL,
    context: Annotated[bool, Query(description="With what is normal, and the year before")] = True,
) -> Response:
    """Readings reduced to the lowest and highest of equal stretches; flags, amendments, norm and last year beside."""
    if not FEWEST <= points <= MOST:
        raise SelectionError(f"points={points} cannot be drawn: ask for {FEWEST} to {MOST}")
    moment, noted = present_moment(request), access.given_to(request)
    count = _count(request, moment, span.as_of)
    state = moment.said(count).state
    question = request.url.path, sorted(request.query_params.multi_items())
    headers = {
        "Cache-Control": PRIVATELY if visit_of(request.scope).private else BRIEFLY,
        "ETag": etag_of(
            "hydrograph", request.app.version, *question, network.version, count, state, now.date(), noted is not None
        ),
        STATE: state,
    }
    before = again(request, headers, _JSON, noted)
    if before is not None:
        return before
    (held,) = drawn(request, network, [series], span, context=context, points=points)
    to_be_kept(request, noted)
    body = orjson.dumps(document(held, network, decimals(network, held), state))
    return Response(body, media_type=_JSON, headers=headers)


def drawn(
    request: Request,
    network: Network,
    names: Sequence[str],
    span: Asked,
    *,
    context: bool = True,
    points: int = DRAWN,
) -> tuple[Hydrograph, ...]:
    """The hydrographs of series over one span, that of the first where none is asked for; one alone has its context.

    What that costs is spent, and what it gives is noted. Raises `UnknownName`, `SelectionError`, `RecordError`.
    """
    archive, moment = archive_of(request), present_moment(request)
    now, count = request.app.state.clock(), _count(request, moment, span.as_of)
    series = [declared(network, name) for name in names]
    spans = [moment.span(network.collection(one.collection)) for one in series]
    extents = [extent_of(archive, one, span, count) for one, span in zip(series, spans, strict=True)]
    known = [(one[0], end_of(network, of, one[1])) for of, one in zip(series, extents, strict=True) if one]
    whole = (min(first for first, _ in known), max(past for _, past in known)) if known else None
    start, end = bounds_of(network, names[0], span.first, span.last, whole, now)
    reads = Known(archive=archive, network=network, normals=request.app.state.normals, span=moment.span, now=now)
    alone = context and len(names) == 1
    spend(request, sum(_cost(reads, one, (start, end), alone) for one in series))
    found = [
        hydrograph(archive, network, one.id, Span(start=start, end=end, extent=extent), points, count, span.as_of)
        for one, extent in zip(series, extents, strict=True)
    ]
    if alone:
        found[0] = replace(found[0], context=context_of(reads, found[0], points))
    noted = access.given_to(request)
    if noted is not None:
        for one in found:
            noted += [*one.given, *(one.context.given if one.context else ())]
    return tuple(found)


def _count(request: Request, moment: Moment, as_of: datetime | int | None) -> int:
    """How many entries a question rests on; of all, those of the moment at which it came."""
    return moment.size if as_of is None else archive_of(request).counted(as_of)


def _cost(known: Known, series: Series, span: tuple[int, int], alone: bool) -> int:
    """How many readings are read, at most: those of the span, of the year before, and of the base period."""
    held = known.span(known.network.collection(series.collection))
    if held is None:
        return 0
    begin, end = max(span[0], held[0].timestamp()), min(span[1], held[1].timestamp() + 1)
    found = points_between(series.interval, 1, end - begin)
    if alone:
        found *= 2
        if no_norm(known, series) is None:
            rules = known.network.figures
            found += points_of_days(alike(known.network, series), (rules.base_until - rules.base_from + 1) * _OF_A_YEAR)
    return found
