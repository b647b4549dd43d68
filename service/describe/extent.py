"""Where the stations of a collection lie, and of which times anything was said of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from record.leaf import write_time
from service.describe.reference import CRS, TRS
from service.place.places import Places

Span = tuple[datetime, datetime] | None
_BOTH_BASINS = [68.0, 41.5, 77.0, 46.0]


def spatial(places: Places) -> dict[str, Any]:
    """The box around the stations whose place is known."""
    # Where no station has a known place, the bounds are those of both basins as a whole, taken wide.
    box = places.bounds or _BOTH_BASINS
    return {"bbox": [box], "crs": CRS}


def temporal(span: Span, times: Sequence[datetime] = ()) -> dict[str, Any]:
    """First and last time, and all of them where they are few enough to be told; nothing where nothing was said."""
    # A collection that never spoke has no temporal extent: no interval is made up, and clients refuse a null one.
    if span is None:
        return {}
    interval = [write_time(span[0]), write_time(span[1])]
    # Clients take each of the values for an instant.
    values = list(dict.fromkeys(write_time(time) for time in times or span))
    return {"temporal": {"interval": [interval], "values": values, "trs": TRS}}


def interval_text(span: Span) -> str:
    """The same as text, `../..` where nothing was said."""
    return "../.." if span is None else f"{write_time(span[0])}/{write_time(span[1])}"
