"""`area`: the series of the stations within a polygon."""

from fastapi import APIRouter, Response

from service.asked import parameter
from service.place.geometry import exchanged, polygon_of
from service.routes.collections.held import ASKED, SERIES, Held, both

router = APIRouter()

_COORDS = parameter(
    "coords",
    "POLYGON or MULTIPOLYGON in degrees, longitude first, of up to 1,000 points; its border belongs to it",
    "POLYGON((71 42,72 42,72 43,71 43,71 42))",
    pattern=r"^POLYGON\(\(70 40,(7[1-5]) 40,7[1-5]\.\d{1,2} 4[2-5](\.\d{1,3})?,70 4[2-5],70 40\)\)$",
) | {"required": True}


@both(router, "/area", "The series of the stations within a polygon", [_COORDS, *ASKED], SERIES)
async def area(of: Held) -> Response:
    """The series of the stations that lie in the polygon or on its border."""
    there = polygon_of(of.request.query_params.get("coords"))
    return await of.answered_there(of.places.inside(there), lambda: of.places.inside(exchanged(there)))
