"""The queries that can be asked of a collection, each with its forms and what else it needs."""

from typing import Any

from service.describe.link import GEOJSON
from service.describe.reference import CRS, WKT
from service.encode import ENCODERS
from service.place.distance import UNITS

_COVJSON = "application/prs.coverage+json"
_SAID = {
    "position": "The series of the station nearest to a point, within 5 km",
    "radius": "The series of the stations within a distance of a point",
    "area": "The series of the stations within a polygon",
    "cube": "The series of the stations within a box, as CoverageJSON on one grid",
    "locations": "The stations, and the series of one of them",
    "items": "The series one by one, each with its newest reading",
    "instances": "The same as both countries signed it at one time",
}
_MORE: dict[str, dict[str, Any]] = {"radius": {"within_units": list(UNITS)}, "cube": {"height_units": ["m"]}}


def queries(here: str, *, instances: bool) -> dict[str, Any]:
    """Every query at the address `here`; `instances` where they can be asked for there."""
    return {name: {"link": _link(f"{here}/{name}", name)} for name in _SAID if instances or name != "instances"}


def output_formats() -> list[str]:
    """The names of the forms of series, as EDR documents spell them."""
    return [encoder.name for encoder in ENCODERS.values()]


def _link(href: str, name: str) -> dict[str, Any]:
    formats = {"items": ["GeoJSON"], "instances": ["JSON"]}.get(name, output_formats())
    media = {"items": GEOJSON, "locations": GEOJSON, "instances": "application/json"}.get(name, _COVJSON)
    return {
        "href": href,
        "rel": "data",
        "type": media,
        "title": name,
        "variables": {
            "title": name,
            "description": _SAID[name],
            "query_type": name,
            "output_formats": formats,
            "default_output_format": formats[0],
            "crs_details": [{"crs": CRS, "wkt": WKT}],
            **_MORE.get(name, {}),
        },
    }
