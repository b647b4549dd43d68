"""`/history` and `/latest`: everything ever said of one reading, and the newest of each series."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from record import leaf as leaves
from record.leaf import write_time
from record.network import Network
from record.quantities import quantity_of
from service import access
from service.deps import ArchiveDep, LogDep, NetworkDep, NowDep
from service.interval import as_of_of, moment_of
from service.standing import STATE, state_of

router = APIRouter()

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


@router.get("/latest", summary="The newest reading of each series of a collection")
def latest(
    collection: Annotated[str, Query(description="Id of a collection")],
    archive: ArchiveDep,
    network: NetworkDep,
    log: LogDep,
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """The newest reading of each series that ever spoke, with unit, flag, entry and nature."""
    found = network.collection(collection)
    response.headers[STATE] = state_of(log.standing())
    newest = archive.latest([series.id for series in found.series])
    noted = access.given_to(request)
    if noted is not None:
        noted += [access.one_reading(name, int(one.time.timestamp()), one.entry) for name, one in newest.items()]
    return {
        "collection": found.id,
        "latest": [
            {
                "series": series.id,
                "time": write_time(newest[series.id].time),
                "value": newest[series.id].value,
                "unit": quantity_of(series.quantity).unit,
                "flag": newest[series.id].flag.word,
                "entry": newest[series.id].entry,
                **_standing(network, series.station),
            }
            for series in found.series
            if series.id in newest
        ],
    }


def _standing(network: Network, station: str) -> dict[str, Any]:
    """Whether the station is real, an example or simulated, computed, and confirmed by the source that declares it."""
    known = network.station(station)
    return {"nature": known.nature.value, "computed": known.computed, "verified": network.is_verified(station)}
