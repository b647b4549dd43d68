"""What a CoverageJSON document says beside its values: what each parameter is, and on what all rests."""

from functools import lru_cache
from typing import Any

import orjson

from record.archive.answer import Heading, entry_note
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, STATUS, quantity_of
from service.encode.told import Told
from service.written.words import FIGURES

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_UCUM = "http://www.opengis.net/def/uom/UCUM/"
PLACE = {"coordinates": ["x", "y"], "system": {"type": "GeographicCRS", "id": _CRS84}}
TIME = {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}}
_REMEMBERED = 256
"""Descriptions kept: more than a network has of quantities together, natures and intervals."""


def parameters(heading: Heading) -> bytes:
    """The parameters of an answer as a JSON object."""
    natures = ", ".join(sorted({station.nature for station in heading.stations}))
    return _described(
        heading.quantities, STATUS in heading.kinds, heading.collection.interval, natures, heading.figures
    )


@lru_cache(maxsize=_REMEMBERED)
def _described(quantities: tuple[str, ...], status: bool, interval: str, natures: str, figures: bool) -> bytes:
    described = {
        name: one for quantity in quantities for name, one in _of(quantity, interval, natures, figures).items()
    }
    return orjson.dumps({name: one for name, one in described.items() if status or not name.endswith(STATUS)})


def _of(name: str, interval: str, natures: str, figures: bool) -> dict[str, dict[str, Any]]:
    quantity = quantity_of(name)
    said = [quantity.long_name, interval_of(interval).cell_methods(quantity)]
    said += [FIGURES] if figures else []
    observed: dict[str, Any] = {"label": {"en": quantity.long_name}}
    if quantity.standard_name:
        observed["id"] = f"http://vocab.nerc.ac.uk/standard_name/{quantity.standard_name}/"
    return {
        name: {
            "type": "Parameter",
            "description": {"en": f"{'; '.join(said)}; stations: {natures}"},
            "observedProperty": observed,
            "unit": {"label": {"en": quantity.unit}, "symbol": {"value": quantity.unit, "type": _UCUM}},
        },
        f"{name}{FLAG}": _plain(f"quality flag of {name}: 1 good, 2 unknown, 3 suspect, 4 bad, 9 missing"),
        f"{name}{ENTRY}": _plain(entry_note(name, figures=figures)),
        f"{name}{STATUS}": _plain(f"review of {name}: 0 provisional, 1 verified, 2 validated"),
    }


def members(heading: Heading, told: Told) -> bytes:
    """On what the answer rests and what it is, as members of an object without its brackets; what is empty is absent.

    `arna:journal_size` entries of the journal `arna:origin`, `arna:as_of` as it was asked, `arna:record_state` and
    `arna:record_note` of these entries; `arna:values` where no entry says them, `arna:flags_note` where some are held
    back.
    """
    said = {
        "arna:origin": heading.origin,
        "arna:journal_size": heading.count,
        "arna:as_of": heading.as_of_note,
        "arna:record_state": told.state,
        "arna:record_note": told.note,
        "arna:values": FIGURES if heading.figures else "",
        "arna:flags_note": heading.flags_note,
    }
    return orjson.dumps({name: one for name, one in said.items() if one != ""})[1:-1]


def _plain(label: str) -> dict[str, Any]:
    return {
        "type": "Parameter",
        "description": {"en": label},
        "observedProperty": {"label": {"en": label}},
        "unit": {"label": {"en": "1"}, "symbol": {"value": "1", "type": _UCUM}},
    }
