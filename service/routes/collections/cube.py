"""`cube`: the series of the stations within a box."""

from fastapi import APIRouter, Response

from service.asked import parameter
from service.place.box import box_of
from service.routes.collections.held import ASKED, SERIES, Held, both

router = APIRouter()

_NUMBER = {"type": "number"}
BBOX = parameter(
    "bbox",
    "Western, southern, eastern and northern edge in degrees; of six numbers the third and the last are heights, "
    "which change nothing",
    [71.0, 42.0, 72.0, 43.0],
) | {
    "style": "form",
    "explode": False,
    "schema": {
        "oneOf": [
            {"type": "array", "items": _NUMBER, "minItems": 4, "maxItems": 4},
            {"type": "array", "items": _NUMBER, "minItems": 6, "maxItems": 6},
        ]
    },
}


@both(router, "/cube", "The series of the stations within a box", [BBOX | {"required": True}, *ASKED], SERIES)
async def cube(of: Held) -> Response:
    """The series of the stations that lie in the box or on its edge."""
    return await of.answered(of.places.in_box(box_of(of.request.query_params.get("bbox"))))
