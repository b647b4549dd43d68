"""A series as a GeoJSON feature: where it is measured, and its newest reading."""

from typing import Any

from record.archive.latest import Latest
from record.leaf import write_time
from record.network import Network
from record.network.basin import Series
from record.quantities import quantity_of
from service.describe.extent import Span, interval_text
from service.describe.location import geometry


def item(series: Series, network: Network, newest: Latest | None, span: Span, here: str) -> dict[str, Any]:
    """A series of the collection at the address `here`; of one that never spoke nothing newest is told.

    `span`: bounds of the times of which anything was said of it.
    """
    declared, quantity = network.station(series.station), quantity_of(series.quantity)
    return {
        "type": "Feature",
        "id": series.id,
        "geometry": geometry(series.station, network),
        "properties": {
            "label": f"{declared.names['en']}: {quantity.long_name}",
            "station": series.station,
            "party": declared.party,
            "nature": declared.nature.value,
            "computed": declared.computed,
            "verified": network.is_verified(series.station),
            "datetime": interval_text(span),
            "parameter-name": [series.quantity],
            "edrqueryendpoint": f"{here}/locations/{series.station}?parameter-name={series.quantity}",
            "unit": quantity.unit,
            **_newest(newest),
        },
    }


def _newest(newest: Latest | None) -> dict[str, Any]:
    if newest is None:
        return {"time": None, "value": None, "flag": None, "entry": None}
    return {
        "time": write_time(newest.time),
        "value": newest.value,
        "flag": newest.flag.word,
        "entry": newest.entry,
    }
