"""`/collections`: what there is to ask, and the answers, by OGC API - EDR 1.1."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from record.errors import SelectionError, UnknownName
from service import describe
from service.answering import answered
from service.asked import PARAMETERS, parameter
from service.deps import ArchiveDep, NetworkDep, network_of
from service.encode import ENCODERS
from service.point import nearest_station

router = APIRouter(prefix="/collections")

_COORDS = parameter("coords", "POINT(longitude latitude) in degrees", "POINT(71.62 42.65)") | {"required": True}
_FORM = parameter("f", f"The form: {', '.join(ENCODERS)}; without it, what Accept prefers, or covjson")
_ASKED: dict[str, Any] = {"parameters": [*PARAMETERS, _FORM]}
_SERIES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The series; an empty document where nothing was said",
        "content": {encoder.media: {} for encoder in ENCODERS.values()},
    }
}
_STATIONS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The stations", "content": {"application/geo+json": {}}}
}


@router.get("", summary="Every collection: a basin at an interval")
def collections(request: Request, archive: ArchiveDep, network: NetworkDep) -> dict[str, Any]:
    """The list of collections."""
    base = _base(request)
    return {
        "links": [describe.link(f"{base}/collections", "self")],
        "collections": [
            describe.collection(found, network, archive.span(found.id), base) for found in network.collections.values()
        ],
    }


@router.get("/{collection}", summary="One collection")
def one_collection(collection: str, request: Request, archive: ArchiveDep, network: NetworkDep) -> dict[str, Any]:
    """The description of a collection."""
    found = network.collection(collection)
    return describe.collection(found, network, archive.span(found.id), _base(request))


@router.get(
    "/{collection}/locations",
    summary="The stations of a collection",
    response_class=Response,
    responses=_STATIONS,
)
def locations(collection: str, request: Request, archive: ArchiveDep, network: NetworkDep) -> Response:
    """The stations as GeoJSON features."""
    found = network.collection(collection)
    span = archive.span(found.id)
    features = [describe.location(name, found, network, span, _base(request)) for name in found.stations]
    return JSONResponse(
        {"type": "FeatureCollection", "features": features},
        media_type="application/geo+json",
    )


@router.get(
    "/{collection}/locations/{location}",
    summary="The series of one station",
    response_class=Response,
    responses=_SERIES,
    openapi_extra=_ASKED,
)
async def one_location(collection: str, location: str, request: Request) -> Response:
    """The series of a station in the form asked for."""
    found = network_of(request).collection(collection)
    if location not in found.stations:
        raise UnknownName(f"station {location[:60]!r} is not in {found.id}: see /collections/{found.id}/locations")
    return await answered(request, found, (location,))


@router.get(
    "/{collection}/position",
    summary="The series of the station at a place",
    response_class=Response,
    responses=_SERIES,
    openapi_extra={"parameters": [_COORDS, *_ASKED["parameters"]]},
)
async def position(collection: str, request: Request) -> Response:
    """The series of the nearest station, which must lie within 5 km of the place."""
    network = network_of(request)
    found, coords = network.collection(collection), request.query_params.get("coords")
    if coords is None:
        raise SelectionError("coords is wanted: write coords=POINT(71.62 42.65), longitude first")
    return await answered(request, found, (nearest_station(coords, found, network),))


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
