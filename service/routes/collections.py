"""`/collections`: what there is to ask, and the answers, by OGC API - EDR 1.1."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from record.errors import UnknownName
from record.network import Collection
from service import access, describe
from service.accept import preferred
from service.deps import ArchiveDep, AskedDep, LogDep, NetworkDep
from service.encode import ENCODERS, Encoder, encoder_called
from service.point import nearest_station
from service.standing import STATE, attributes

router = APIRouter(prefix="/collections")

Form = Annotated[str | None, Query(alias="f", description="CoverageJSON, GeoJSON, CSV or netCDF")]


_MEDIA = {key: encoder.media for key, encoder in ENCODERS.items()}
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
)
def one_location(
    collection: str,
    location: str,
    request: Request,
    archive: ArchiveDep,
    log: LogDep,
    network: NetworkDep,
    asked: AskedDep,
    f: Form = None,
) -> Response:
    """The series of a station in the form asked for."""
    found = network.collection(collection)
    if location not in found.stations:
        raise UnknownName(f"station {location[:60]!r} is not in {found.id}: see /collections/{found.id}/locations")
    return _answer(request, archive, log, asked, found, location, f)


@router.get(
    "/{collection}/position",
    summary="The series of the station at a place",
    response_class=Response,
    responses=_SERIES,
)
def position(
    collection: str,
    coords: Annotated[str, Query(description="POINT(longitude latitude) in degrees")],
    request: Request,
    archive: ArchiveDep,
    log: LogDep,
    network: NetworkDep,
    asked: AskedDep,
    f: Form = None,
) -> Response:
    """The series of the nearest station, which must lie within 5 km of the place."""
    found = network.collection(collection)
    return _answer(request, archive, log, asked, found, nearest_station(coords, found, network), f)


def _answer(
    request: Request,
    archive: ArchiveDep,
    log: LogDep,
    asked: AskedDep,
    found: Collection,
    station: str,
    form: str | None,
) -> Response:
    if not form:
        form = preferred(request.headers.get("accept", ""), _MEDIA, "covjson")
    encoder: Encoder = encoder_called(form)
    answer = archive.select(asked.selection(found, (station,))).assign_attrs(service=_base(request))
    noted = access.given_to(request)
    if noted is not None and asked.flags is None:
        # With wanted flags some readings come without their values, and so were not given.
        noted += access.in_dataset(answer, station, found.interval)
    about = attributes(log.standing(), request.app.state.network, answer)
    answer = answer.assign_attrs(about)
    name = f"{found.id}_{station.replace(':', '-')}.{encoder.suffix}"
    headers = {"Vary": "Accept", "Content-Disposition": f'inline; filename="{name}"', STATE: about["record_state"]}
    return Response(encoder.encode(answer), media_type=encoder.media, headers=headers)


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
