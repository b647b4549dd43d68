"""`cube`: the series of the stations within a box."""

from dataclasses import replace
from datetime import datetime

import numpy as np
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from service.answering import encoder_of
from service.asked import names_of, parameter
from service.deps import archive_of, network_of, now_of
from service.encode import ENCODERS, grid
from service.figures.collections import is_of_figures
from service.figures.times import times_of, within
from service.interval import interval_of
from service.place.box import box_of, exchanged
from service.routes.collections.held import ASKED, HINT, SERIES, Held, both, hint

router = APIRouter()
_GRID = "covjson"

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
    """The series of the stations that lie in the box or on its edge; as CoverageJSON one coverage on a grid.

    Its axes are all longitudes and latitudes within the box at which a station of the collection lies, and all times
    within those asked for of which anything was ever said of any of its stations and quantities, or of figures the
    periods that exist: so parts that are asked for one after the other fit together.
    """
    given, places = of.request.query_params, of.places
    box = box_of(given.get("bbox"))
    stations = of.giving(places.in_box(box))
    meant = () if stations else of.giving(places.in_box(exchanged(box)))
    interval, axes = interval_of(given.get("datetime"), of.zones), places.axes(box)
    if encoder_of(of.request).suffix == _GRID:
        # Looked up here it holds up no other answer; while it is written it is remembered.
        times = await run_in_threadpool(_times, of, interval, of.state)
        grid.refuse_many(grid.Axes(*axes, times), _quantities(of, stations))
    write = grid.on(*axes, lambda heading: _times(of, interval, heading.as_of, heading.count), lambda: of.spoke)
    forms = ENCODERS | {_GRID: replace(ENCODERS[_GRID], write=write)}
    return await of.answered(stations, forms, more={HINT: hint(meant)} if meant else None)


def _quantities(of: Held, stations: tuple[str, ...]) -> int:
    """How many quantities the answer has; where nobody stands in the box, those that are asked for."""
    wanted = names_of(of.request.query_params) or of.collection.quantities
    given = {series.quantity for series in of.collection.of_stations(stations)} if stations else set(wanted)
    return len(given.intersection(wanted))


def _times(
    of: Held, interval: tuple[datetime, datetime], as_of: datetime | int | None, count: int | None = None
) -> np.ndarray:
    """The times of a collection within an interval, as far as the state that is asked of has any; rising, seconds."""
    archive = archive_of(of.request)
    if is_of_figures(of.collection):
        found = times_of(archive, network_of(of.request), of.collection, as_of, now_of(of.request))
        return within(found.stamps(), interval)
    return within(archive.axis(of.collection.id, archive.counted(as_of) if count is None else count), interval)
