"""What each parameter of a CoverageJSON document is: the quantity, its flag, its entry, how far it was reviewed."""

from functools import lru_cache
from typing import Any

import orjson

from record.archive.answer import Heading
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, STATUS, quantity_of

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_UCUM = "http://www.opengis.net/def/uom/UCUM/"
PLACE = {"coordinates": ["x", "y"], "system": {"type": "GeographicCRS", "id": _CRS84}}
TIME = {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}}
_REMEMBERED = 256
"""Descriptions kept: more than a network has of quantities together, natures and intervals."""


def parameters(heading: Heading) -> bytes:
    """The parameters of an answer as a JSON object."""
    natures = ", ".join(sorted({station.nature for station in heading.stations}))
    method = "time: point" if interval_of(heading.collection.interval).point else "time: mean"
    return _described(heading.quantities, STATUS in heading.kinds, method, natures)


@lru_cache(maxsize=_REMEMBERED)
def _described(quantities: tuple[str, ...], status: bool, method: str, natures: str) -> bytes:
    described = {name: one for quantity in quantities for name, one in _of(quantity, method, natures).items()}
    return orjson.dumps({name: one for name, one in described.items() if status or not name.endswith(STATUS)})


def _of(name: str, method: str, natures: str) -> dict[str, dict[str, Any]]:
    quantity = quantity_of(name)
    observed: dict[str, Any] = {"label": {"en": quantity.long_name}}
    if quantity.standard_name:
        observed["id"] = f"http://vocab.nerc.ac.uk/standard_name/{quantity.standard_name}/"
    return {
        name: {
            "type": "Parameter",
            "description": {"en": f"{quantity.long_name}; {method}; stations: {natures}"},
            "observedProperty": observed,
            "unit": {"label": {"en": quantity.unit}, "symbol": {"value": quantity.unit, "type": _UCUM}},
        },
        f"{name}{FLAG}": _plain(f"quality flag of {name}: 1 good, 2 unknown, 3 suspect, 4 bad, 9 missing"),
        f"{name}{ENTRY}": _plain(f"index of the journal entry that says this {name}"),
        f"{name}{STATUS}": _plain(f"review of {name}: 0 provisional, 1 verified, 2 validated"),
    }


def _plain(label: str) -> dict[str, Any]:
    return {
        "type": "Parameter",
        "description": {"en": label},
        "observedProperty": {"label": {"en": label}},
        "unit": {"label": {"en": "1"}, "symbol": {"value": "1", "type": _UCUM}},
    }
