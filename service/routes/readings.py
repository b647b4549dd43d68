"""`/history` and `/latest`: everything ever said of one reading, and the newest of each series."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response

from record import leaf as leaves
from record.errors import SelectionError
from record.leaf import write_time
from record.network import Collection, Network
from record.quantities import quantity_of
from service import access
from service.asked import parameter
from service.cached import BRIEFLY, PRIVATELY, again, etag_of, to_be_kept
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep, archive_of, network_of
from service.front.visit import visit_of
from service.guard.cost import spend
from service.interval import as_of_of, moment_of
from service.offered import of_readings
from service.present import present_moment
from service.standing import STATE, state_of

router = APIRouter()
_JSON = "application/json"

_FOLLOWS = (leaves.DERIVED, leaves.QUALITY)
"""Sources of what follows from other readings: their receipts state the grounds."""


@router.get("/history", summary="Everything ever said of one reading")
def history(
    series: Annotated[str, Query(description="Id of a series, such as kirov:kg.inflow.daily")],
    time: Annotated[str, Query(description="The reading's time, in RFC 3339 with offset")],
    archive: ArchiveDep,
    network: NetworkDep,
    now: NowDep,
    log: LogDep,
    request: Request,
    response: Response,
    as_of: Annotated[str | None, Query(alias="as-of")] = None,
) -> dict[str, Any]:
    """Each value as it was written, what each check found, by which source, when and why; and who has reviewed it.

    Of what was computed, and of a flag that was judged anew, `grounds` say from which entries, and by which rule.
    """
    moment = moment_of(time)
    told_as_of = as_of_of(as_of, now)
    spend(request, 1)
    said = archive.history(series, moment, told_as_of)
    noted = access.given_to(request)
    if noted is not None and said:
        noted.append(access.one_reading(series, int(moment.timestamp()), said[-1].entry))
    response.headers[STATE] = state_of(log.standing())
    return {
        "series": series,
        "time": write_time(moment),
        "unit": quantity_of(network.series[series].quantity).unit,
        **_standing(network, network.series[series].station),
        "said": [
            {
                "value": None if one.value is None else f"{one.value:f}",
                "flag": one.flag.word,
                "status": one.status.word,
                "tests": {check: flag.word for check, flag in one.tests.items()},
                "method": one.method,
                "source": one.source,
                "received": write_time(one.received),
                "entered": write_time(one.entered),
                "entry": one.entry,
                "reason": one.reason,
                "grounds": log.grounds_of(one.entry) if one.source in _FOLLOWS else None,
            }
            for one in said
        ],
        "reviews": [
            {
                "level": one.level.word,
                "author": one.author,
                "reason": one.reason,
                "party": one.party,
                "signer": one.signer,
                "size": one.size,
                "entry": one.entry,
            }
            for one in archive.reviews([series], moment, moment + timedelta(seconds=1), told_as_of)
        ],
    }


_COLLECTION = parameter("collection", "Id of a collection", "chu-hourly") | {"required": True}


@router.get(
    "/latest",
    summary="The newest reading of each series of a collection",
    response_class=Response,
    responses={200: {"description": "The readings", "content": {_JSON: {"schema": {"type": "object"}}}}},
    openapi_extra={"parameters": [_COLLECTION]},
)
async def latest(request: Request) -> Response:
    """The newest reading of each series that ever spoke, with unit, flag, entry and nature."""
    name = request.query_params.get("collection")
    if name is None:
        raise SelectionError("collection is wanted: write collection=chu-daily, as /collections lists them")
    found = of_readings(name, network_of(request))
    return await visit_of(request.scope).lanes.large.run(partial(_latest, request, found))


def _latest(request: Request, found: Collection) -> Response:
    visit, noted, network = visit_of(request.scope), access.given_to(request), network_of(request)
    moment = present_moment(request)
    state = moment.said(moment.size).state
    headers = {
        "Cache-Control": PRIVATELY if visit.private else BRIEFLY,
        "ETag": etag_of("latest", request.app.version, found.id, network.version, moment.size, state),
        STATE: state,
    }
    before = again(request, headers, _JSON, noted)
    if before is not None:
        return before
    spend(request, len(found.series))
    newest = archive_of(request).latest([series.id for series in found.series])
    if noted is not None:
        noted += [access.one_reading(name, int(one.time.timestamp()), one.entry) for name, one in newest.items()]
    units = {quantity: quantity_of(quantity).unit for quantity in found.quantities}
    spoken = [(series, newest[series.id]) for series in found.series if series.id in newest]
    said = [
        {
            "series": series.id,
            "time": write_time(one.time),
            "value": one.value,
            "unit": units[series.quantity],
            "flag": one.flag.word,
            "entry": one.entry,
            **_standing(network, series.station),
        }
        for series, one in spoken
    ]
    if request.app.state.present.moment() is not moment:
        # Something was written meanwhile, and nobody knows on how many entries each reading rests.
        del headers["ETag"]
    elif visit.has_any or visit.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    else:
        to_be_kept(request, noted)
    return Response(orjson.dumps({"collection": found.id, "latest": said}), media_type=_JSON, headers=headers)


def _standing(network: Network, station: str) -> dict[str, Any]:
    """Whether the station is real, an example or simulated, computed, and confirmed by the source that declares it."""
    known = network.station(station)
    return {"nature": known.nature.value, "computed": known.computed, "verified": network.is_verified(station)}
