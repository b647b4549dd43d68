"""`position`: the series of the stations at places."""

import numpy as np
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from record.errors import UnknownName
from service.asked import names_of, parameter
from service.place.geometry import points_of
from service.place.places import NEAR_KM, Places
from service.routes.collections.held import ASKED, SERIES, Held, both, hint
from service.twins import first_of

router = APIRouter()
STATIONS, LEFT_OUT = "Arna-Stations", "Arna-Left-Out"
_MOST_TOLD = 50

_PLACE = r"(6[89]|7[0-7])\.\d{1,4} 4[1-6]\.\d{1,4}"
COORDS = parameter(
    "coords",
    "POINT(longitude latitude) in degrees, or a MULTIPOINT of up to 1,000",
    "POINT(71.62 42.65)",
    pattern=rf"^POINT\({_PLACE}\)$|^MULTIPOINT\(\({_PLACE}\),\({_PLACE}\)\)$",
) | {"required": True}


@both(router, "/position", "The series of the station at a place", [COORDS, *ASKED], SERIES)
async def position(of: Held) -> Response:
    """The series of the station nearest to each point, which must lie within 5 km of it and give what is asked for.

    Of several stations at one place it is one's alone: headers name those that answer and those that are left out.
    """
    points = points_of(of.request.query_params.get("coords"))
    of.offered.refuse_strange(names_of(of.request.query_params), of.collection)
    places = of.places.only(of.giving(of.collection.stations))
    found = places.nearest(points)
    if not found:
        raise UnknownName(_nobody(of, points, places))
    # Who ever spoke is asked of the record only where there is a choice.
    spoke = await run_in_threadpool(_spoke, of) if any(len(there) > 1 for there in found) else frozenset()
    chosen = {first_of(there, of.offered.network, spoke) for there in found}
    among = [name for name in places.names if name in chosen]
    left_out = [name for there in found for name in there if name not in chosen]
    more = {STATIONS: ", ".join(among[:_MOST_TOLD]), LEFT_OUT: ", ".join(left_out[:_MOST_TOLD])}
    return await of.answered(tuple(among), more={name: said for name, said in more.items() if said})


def _spoke(of: Held) -> frozenset[str]:
    """The stations that ever spoke of any quantity that is asked for."""
    wanted = names_of(of.request.query_params) or of.collection.quantities
    return frozenset(station for station, quantity in of.spoke if quantity in wanted)


def _nobody(of: Held, points: np.ndarray, places: Places) -> str:
    lon, lat = points[0]
    meant = tuple(name for there in places.nearest(points[:, ::-1]) for name in there)
    advice = hint(meant) if meant else f"see /collections/{of.collection.id}/locations"
    return f"no station of {of.collection.id} lies within {NEAR_KM:g} km of {lon:g} {lat:g}: {advice}"
