"""Quantities, as the parameters of a collection."""

from typing import Any

from record.network import Collection
from record.network.interval import interval_of
from record.quantities import Quantity, quantity_of

_INSTANT = "PT0S"


def parameter(name: str, collection: Collection, *, computed: bool) -> dict[str, Any]:
    """A quantity of a collection: what it is, its unit, and how a value comes about; labels are plain text."""
    quantity = quantity_of(name)
    said = (
        f"{interval_of(collection.interval).label_of([quantity])}, computed from readings"
        if computed
        else quantity.long_name
    )
    return {
        "id": name,
        "type": "Parameter",
        "description": f"{quantity.long_name}: {said}" if computed else said,
        "data-type": "float",
        "observedProperty": {"id": _id(quantity), "label": quantity.long_name},
        "unit": {
            "label": quantity.label,
            "symbol": {"value": quantity.unit, "type": "http://www.opengis.net/def/uom/UCUM/"},
        },
        "measurementType": _came_about(quantity, collection.interval),
    }


def _id(quantity: Quantity) -> str:
    # What the CF table has no name for goes by our own.
    name = quantity.standard_name
    return f"http://vocab.nerc.ac.uk/standard_name/{name}/" if name else quantity.id


def _came_about(quantity: Quantity, interval: str) -> dict[str, str]:
    known = interval_of(interval)
    if known.point and quantity.mean:
        return {"method": "instantaneous", "duration": _INSTANT}
    return {"method": "mean" if quantity.mean else "sum", "duration": known.step}
