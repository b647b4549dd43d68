"""GeoJSON: a feature a station, with its series as columns in the properties; no geometry where no place is known."""

from typing import Any

import numpy as np
import orjson
import xarray as xr


def encode(answer: xr.Dataset) -> bytes:
    """The dataset (station, time) as a FeatureCollection."""
    quantities = [str(name) for name in answer.data_vars if f"{name}_flag" in answer]
    features = [_feature(answer.isel(station=place), quantities) for place in range(answer.sizes["station"])]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _feature(one: xr.Dataset, quantities: list[str]) -> dict[str, Any]:
    said = np.any([one[f"{name}_entry"].values >= 0 for name in quantities], axis=0)
    properties: dict[str, Any] = {
        "label": str(one.station_name.values),
        "nature": str(one.nature.values),
        "time": [f"{time}Z" for time in np.datetime_as_string(one.time.values[said], unit="s")],
    }
    for name in quantities:
        properties[name] = [None if value != value else value for value in one[name].values[said].tolist()]
        properties[f"{name}_unit"] = str(one[name].attrs["units"])
        properties[f"{name}_flag"] = one[f"{name}_flag"].values[said].tolist()
        properties[f"{name}_entry"] = one[f"{name}_entry"].values[said].tolist()
    lon, lat = float(one.lon.values), float(one.lat.values)
    known = lon == lon and lat == lat
    return {
        "type": "Feature",
        "id": str(one.station_id.values),
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if known else None,
        "properties": properties,
    }
