"""`/sensorthings/v1.1`: the record as SensorThings 1.1, to be read."""

from functools import partial
from http import HTTPStatus
from typing import Any

import numpy as np
import orjson
from fastapi import APIRouter, Request, Response

from record.errors import SelectionError
from record.ledger.access import Given
from service import access
from service.asked import parameter, refuse_misspelt
from service.front.visit import visit_of
from service.guard.cost import spend
from service.interval import as_of_of
from service.sensorthings.document import Writer
from service.sensorthings.effort import Effort
from service.sensorthings.entities import Entities
from service.sensorthings.filtering import Remembered
from service.sensorthings.observations import Observed, Rows
from service.sensorthings.options import MEANT, Options, options
from service.sensorthings.path import steps
from service.sensorthings.resource import resource, root

router = APIRouter()
_HERE = "/sensorthings/v1.1"
_PARAMETERS: dict[str, Any] = {
    "parameters": [
        parameter("$filter", "What must be true of each entity", "phenomenonTime ge 2026-05-01T00:00:00Z"),
        parameter("$top", "Entities on a page: 100 where nothing is said, 10,000 at the most", "10"),
        parameter("$skip", "So many entities are passed over"),
        parameter("$skiptoken", "Where a page begins, as @iot.nextLink says it"),
        parameter("$orderby", "Properties, each with asc or desc", "phenomenonTime desc"),
        parameter("$select", "Properties that are wanted, separated by commas"),
        parameter("$count", "true: how many there are in all"),
        parameter("$expand", "Relations that come along, with options of their own in brackets"),
        parameter("$resultFormat", "dataArray: Observations as lists of values"),
        parameter("as-of", "A time with offset, or a number of entries: what was known before it"),
    ]
}


@router.get(_HERE, summary="SensorThings: the sets of entities, and what is claimed of the standard")
def sensorthings(request: Request) -> dict[str, Any]:
    """The service root."""
    return root(_entities(request))


@router.get(f"{_HERE}/{{path:path}}", summary="SensorThings: a set, an entity, a relation", openapi_extra=_PARAMETERS)
async def entities(request: Request, path: str) -> Response:
    """Such as `Things`, `Things('kirov:kg')/Datastreams` or `Datastreams('kirov:kg.inflow.daily')/Observations`."""
    return await visit_of(request.scope).lanes.large.run(partial(_answered, request, path))


def _answered(request: Request, path: str) -> Response:
    state, given = request.app.state, request.query_params
    if len(given.multi_items()) != len(given):
        raise SelectionError("a parameter is given twice: give each once")
    refuse_misspelt(given, MEANT)
    if not path.strip("/"):
        return _json(root(_entities(request)))
    now = state.clock()
    asked = options(given)
    effort = Effort(partial(spend, request))
    carried = {"as-of": given["as-of"]} if "as-of" in given else {}
    writer = Writer(
        entities=_entities(request, carried, effort),
        observed=Observed(state.archive, state.network, _count(request, asked), effort),
        entered=Remembered(state.archive.entered),
        now=now.timestamp(),
    )
    document = resource(writer, steps(path), asked)
    noted = access.given_to(request)
    if noted is not None:
        for series, rows, plain in writer.given:
            noted += _noted(series, rows, plain=plain)
    if document is None:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return Response(document, media_type="text/plain") if isinstance(document, str) else _json(document)


def _count(request: Request, asked: Options) -> int:
    """On how many entries the answer rests; the pages of one list all on as many as the first of them."""
    archive = request.app.state.archive
    as_of = as_of_of(request.query_params.get("as-of"), request.app.state.clock())
    count: int = archive.counted(as_of)
    return count if asked.after is None else min(count, asked.after.count)


def _entities(request: Request, carried: dict[str, str] | None = None, effort: Effort | None = None) -> Entities:
    return Entities(request.app.state.network, f"{str(request.base_url).rstrip('/')}{_HERE}", carried, effort)


def _json(document: Any) -> Response:
    return Response(orjson.dumps(document), media_type="application/json")


def _noted(series: tuple[str, ...], rows: Rows, *, plain: bool) -> list[Given]:
    """What a page gives: of each series from its first time to its last where none was left out between them."""
    found = []
    for rank in np.unique(rows.rank).tolist():
        mine = rows.take(rows.rank == rank)
        name = series[rank]
        if plain:
            start, end = int(mine.time.min()), int(mine.time.max()) + 1
            found.append(Given(subject=name, start=start, end=end, size=int(mine.entry.max()) + 1))
        else:
            pairs = zip(mine.time.tolist(), mine.entry.tolist(), strict=True)
            found += [access.one_reading(name, time, entry) for time, entry in pairs]
    return found
