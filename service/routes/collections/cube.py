"""`cube`: the series of the stations within a box."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import numpy as np
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from record.archive.answer import Heading
from service.asked import parameter
from service.deps import archive_of, network_of, now_of
from service.encode import ENCODERS, grid
from service.figures.collections import is_of_figures
from service.figures.times import times_of, within
from service.interval import interval_of
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
    """The series of the stations that lie in the box or on its edge; as CoverageJSON one coverage on a grid.

    Its axes are all longitudes and latitudes within the box at which a station of the collection lies, and all times
    within those asked for of which anything was ever said of any of its stations and quantities, or of figures those
    of all periods: so parts that are asked for one after the other fit together.
    """
    box = box_of(of.request.query_params.get("bbox"))
    stations = of.giving(of.places.in_box(box))
    interval = interval_of(of.request.query_params.get("datetime"))
    if not is_of_figures(of.collection):
        # Looked up here it holds up no other answer; while it is written it is remembered.
        await run_in_threadpool(_readings, of, None, interval)
    write = grid.on(*of.places.axes(box), partial(_times, of, interval))
    return await of.answered(stations, ENCODERS | {"covjson": replace(ENCODERS["covjson"], write=write)})


def _times(of: Held, interval: tuple[datetime, datetime], heading: Heading) -> np.ndarray:
    """The times of a collection within an interval; of figures those of all periods, whether there is one or not."""
    if not is_of_figures(of.collection):
        return _readings(of, heading.count, interval)
    found = times_of(archive_of(of.request), network_of(of.request), of.collection, heading.as_of, now_of(of.request))
    return within(found.stamps(), interval)


def _readings(of: Held, count: int | None, interval: tuple[datetime, datetime]) -> np.ndarray:
    archive = archive_of(of.request)
    axis = archive.axis(of.collection.id, archive.counted(of.as_of) if count is None else count)
    return within(axis, interval)
