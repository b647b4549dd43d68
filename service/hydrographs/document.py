"""A hydrograph as JSON: plain columns, with null where a line breaks."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from record.leaf import write_time
from record.network import Network
from record.network.interval import interval_of
from record.quantities import quantity_of
from service.hydrographs.curve import Curve
from service.hydrographs.hydrograph import Amendments, Band, Hydrograph, Marks


def document(held: Hydrograph, network: Network, decimals: int, state: str) -> dict[str, Any]:
    """The hydrograph of a series; numbers are unrounded and in its unit, times seconds since 1970.

    `decimals` is how many are shown, `state` how the entries stand on which it rests.
    """
    series = network.series[held.series]
    station, quantity = network.station(series.station), quantity_of(series.quantity)
    return {
        "series": series.id,
        "station": station.id,
        "station_name": station.names["en"],
        "nature": station.nature.value,
        "computed": station.computed,
        "verified": network.is_verified(station.id),
        "quantity": quantity.id,
        "unit": quantity.label,
        "decimals": decimals,
        "interval": series.interval,
        "step_seconds": int(interval_of(series.interval).shortest.total_seconds()),
        "zone": network.zone_of(station.id).key,
        "from": _written(held.start),
        "to": _written(held.end),
        "extent": None
        if held.extent is None
        else {"first": _written(held.extent[0]), "last": _written(held.extent[1])},
        **_line(held.curve),
        "flags": {**dict.fromkeys(("suspect", "bad", "missing"), 0), **held.flags},
        "estimates_sought": held.sought,
        "marks": _marks(held.marks),
        "amended": held.amendments.all,
        "amendments": _amendments(held.amendments),
        **_context(held),
        "journal_size": held.count,
        "as_of": _as_of(held.as_of),
        "state": state,
        "network_version": network.version,
    }


def _line(curve: Curve) -> dict[str, Any]:
    return {
        "readings": curve.readings,
        "points": curve.points,
        "reduced": curve.reduced,
        "time": curve.time.tolist(),
        "end": _ends(curve.end),
        "value": numbers(curve.value),
    }


def _marks(marks: Marks) -> dict[str, Any]:
    return {
        "time": marks.time.tolist(),
        "end": _ends(marks.end),
        "value": numbers(marks.value),
        "is": list(marks.kind),
        "many": marks.many.tolist(),
    }


def _amendments(amendments: Amendments) -> dict[str, Any]:
    return {
        "time": amendments.time.tolist(),
        "end": _ends(amendments.end),
        "value": numbers(amendments.value),
        "entry": amendments.entry.tolist(),
        "old": numbers(amendments.old),
        "old_entry": amendments.old_entry.tolist(),
        "many": amendments.many.tolist(),
    }


def _ends(end: np.ndarray | None) -> list[int] | None:
    return None if end is None else end.tolist()


def _context(held: Hydrograph) -> dict[str, Any]:
    context = held.context
    if context is None:
        return {"band": None, "no_band": "it was not asked for", "before": None, "no_before": "it was not asked for"}
    return {
        "band": None if context.band is None else _band(context.band),
        "no_band": context.no_band,
        "before": None if context.before is None else _before(context.before, context.then),
        "no_before": context.no_before,
    }


def _before(curve: Curve, then: np.ndarray | None) -> dict[str, Any]:
    """The year before; `then` is when its readings truly were, null at a break."""
    known = (curve.place >= 0).tolist()
    times = [] if then is None else [at if there else None for at, there in zip(then.tolist(), known, strict=True)]
    return _line(curve) | {"then": times}


def _band(band: Band) -> dict[str, Any]:
    return {
        "by": band.kind.value,
        "every": band.every,
        "base_period": list(band.base),
        "years": band.years,
        "time": band.time.tolist(),
        "p10": numbers(band.low),
        "mean": numbers(band.mean),
        "p90": numbers(band.high),
    }


def numbers(values: np.ndarray) -> list[float | None]:
    """Numbers as JSON has them, None for one that there is not."""
    return [None if value != value else value for value in values.tolist()]


def _written(at: int) -> str:
    return write_time(datetime.fromtimestamp(at, UTC))


def _as_of(as_of: datetime | int | None) -> str | None:
    if as_of is None:
        return None
    return f"{as_of} entries" if isinstance(as_of, int) else write_time(as_of)
