"""A collection of readings or of figures, and an instance of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from record.archive.standing import Final
from record.leaf import write_time
from record.network import Collection, Network
from record.network.interval import interval_of
from record.quantities import quantity_of
from service.describe import extent
from service.describe.extent import Span
from service.describe.link import GEOJSON, in_both, link
from service.describe.quantity import parameter
from service.describe.query import output_formats, queries
from service.describe.reference import CRS
from service.figures.collections import is_of_figures
from service.offered import Offered
from service.place.distance import UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of a collection besides what is declared: the times of which anything was said."""

    span: Span
    times: Sequence[datetime] = ()


def collection(found: Collection, offered: Offered, told: Told, base: str) -> dict[str, Any]:
    """The description of a collection; `base` is the address of the service without a slash at its end."""
    here = f"{base}/collections/{found.id}"
    return _about(found, offered, told) | {
        "id": found.id,
        "title": _title(found, offered.network),
        "description": _description(found, offered.network),
        "links": _links(here),
        "data_queries": queries(here, instances=True),
    }


def instance(found: Collection, offered: Offered, told: Told, base: str, final: Final) -> dict[str, Any]:
    """The description of a collection as both countries signed it in a final checkpoint; `told` is of its entries."""
    above = f"{base}/collections/{found.id}"
    here, day = f"{above}/instances/{final.size}", write_time(final.issued)
    said = f"As both countries signed it: the first {final.size} entries of the journal, by the checkpoint of {day}."
    return _about(found, offered, told) | {
        "id": str(final.size),
        "title": f"{_title(found, offered.network)}, as signed at {day}",
        "description": f"{said} {_description(found, offered.network)}",
        "links": [*_links(here), link(above, "collection", title="What is known now")],
        "data_queries": queries(here, instances=False),
    }


def _about(found: Collection, offered: Offered, told: Told) -> dict[str, Any]:
    computed = is_of_figures(found)
    return {
        "keywords": _keywords(found, offered.network),
        "extent": {"spatial": extent.spatial(offered.places(found))} | extent.temporal(told.span, told.times),
        "crs": [CRS],
        "distanceunits": list(UNITS),
        "output_formats": output_formats(),
        "parameter_names": {name: parameter(name, found, computed=computed) for name in found.quantities},
    }


def _links(here: str) -> list[dict[str, str]]:
    return [
        *in_both(here),
        link(f"{here}/locations", "data", GEOJSON, "The stations"),
        link(f"{here}/items", "items", GEOJSON, "The series, each with its newest reading"),
    ]


def _title(found: Collection, network: Network) -> str:
    label = interval_of(found.interval).label_of(map(quantity_of, found.quantities))
    return f"{network.basins[found.basin].names['en']}: {label}{', computed' if is_of_figures(found) else ''}"


def _description(found: Collection, network: Network) -> str:
    interval, quantities = interval_of(found.interval), [quantity_of(name) for name in found.quantities]
    label, basin = interval.label_of(quantities).capitalize(), network.basins[found.basin].names["en"]
    stamp = interval.stamp_of(quantities)
    whose = f"{label} of the {basin} basin; {_natures(found, network)}. A time stamp is {stamp}."
    if not interval.point:
        whose += (
            " Bare dates in datetime are days in the calendar of each station, in which its periods begin: "
            "2026-04-01/2026-04-30 are the days, and the month, of April."
        )
    if not is_of_figures(found):
        return whose
    return (
        f"{whose} Computed from readings by the rules of figures, as they are asked for: the flag is the worst of what "
        "a figure rests on, and at least unknown where any of that is missing; the entry is the newest of it."
    )


def _keywords(found: Collection, network: Network) -> list[str]:
    return [network.basins[found.basin].names["en"], found.interval, "hydrology", *found.quantities]


def _natures(found: Collection, network: Network) -> str:
    counts: dict[str, int] = {}
    for station in found.stations:
        nature = network.stations[station].nature.value
        counts[nature] = counts.get(nature, 0) + 1
    return ", ".join(f"{count} {nature} station{'s' * (count != 1)}" for nature, count in counts.items())
