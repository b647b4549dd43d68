"""`radius`: the series of the stations around a place."""

from fastapi import APIRouter, Response

from service.asked import parameter
from service.place.distance import UNITS, distance_of
from service.place.geometry import points_of
from service.routes.collections.held import ASKED, SERIES, Held, both
from service.routes.collections.position import COORDS

router = APIRouter()

_WITHIN = parameter("within", "How far from the point, a number", "20", pattern=r"^\d{1,4}(\.\d{1,2})?$") | {
    "required": True
}
_UNITS = parameter("within-units", "The unit of within", "km", enum=list(UNITS)) | {"required": True}


@both(router, "/radius", "The series of the stations around a place", [COORDS, _WITHIN, _UNITS, *ASKED], SERIES)
async def radius(of: Held) -> Response:
    """The series of the stations within a distance of the point, or of any of them."""
    given = of.request.query_params
    points = points_of(given.get("coords"))
    distance = distance_of(given.get("within"), given.get("within-units"))
    places = of.places
    return await of.answered_there(places.within(points, distance), lambda: places.within(points[:, ::-1], distance))
