"""`position`: the series of the stations at places."""

from fastapi import APIRouter, Response

from record.errors import UnknownName
from service.asked import parameter
from service.place.geometry import points_of
from service.place.places import NEAR_KM
from service.routes.collections.held import ASKED, SERIES, Held, both

router = APIRouter()

_PLACE = r"(6[89]|7[0-7])\.\d{1,4} 4[1-6]\.\d{1,4}"
COORDS = parameter(
    "coords",
    "POINT(longitude latitude) in degrees, or a MULTIPOINT of up to 1,000",
    "POINT(71.62 42.65)",
    pattern=rf"^POINT\({_PLACE}\)$|^MULTIPOINT\(\({_PLACE}\),\({_PLACE}\)\)$",
) | {"required": True}


@both(router, "/position", "The series of the station at a place", [COORDS, *ASKED], SERIES)
async def position(of: Held) -> Response:
    """The series of the station nearest to each point, which must lie within 5 km of it."""
    points = points_of(of.request.query_params.get("coords"))
    stations = of.places.only(of.giving(of.collection.stations)).nearest(points)
    if not stations:
        lon, lat = points[0]
        raise UnknownName(
            f"no station of {of.collection.id} lies within {NEAR_KM:g} km of {lon:g} {lat:g}: "
            f"see /collections/{of.collection.id}/locations"
        )
    return await of.answered(stations)
