"""Borders and rivers for a map that moves, as GeoJSON (RFC 7946): what on it holds no readings."""

import json
from collections.abc import Iterator
from typing import Any

from record.network import Network
from service.language import Language
from service.page.map.borders import Line, atlas_of
from service.page.map.ground import area_of, placed

_PLACES = 3
"""Decimals of degrees: a hundred metres, finer than borders at 1:10 million and lines drawn by hand are."""


def ground_json(network: Network, language: Language) -> bytes:
    """The features of the ground, UTF-8: `kind` is border, stem or tributary, `name` that of a river."""
    features = list(_features(network, language)) if any(placed(network)) else []
    return json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _features(network: Network, language: Language) -> Iterator[dict[str, Any]]:
    atlas = atlas_of(area_of(network))
    for line in atlas.borders if atlas else ():
        yield _feature(line, {"kind": "border"})
    for river in network.rivers.values():
        if river.line:
            kind = "stem" if river.into is None else "tributary"
            yield _feature(river.line, {"kind": kind, "name": language.name(river.names)})


def _feature(line: Line, properties: dict[str, str]) -> dict[str, Any]:
    coordinates = [[round(lon, _PLACES), round(lat, _PLACES)] for lon, lat in line]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": coordinates}}
