"""GeoJSON: a feature a station, with its series as columns in the properties; no geometry where no place is known.

The properties `label`, `datetime`, `parameter-name` and `edrqueryendpoint` are those that OGC API - EDR asks for; the
last is an address of the service, which the dataset carries in its attribute `service` (without it, a path alone).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import orjson
import xarray as xr

from record.archive.answer import Answer, Heading, together
from record.archive.dataset import dataset_of
from service.encode.told import Told


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The document of an answer."""
    yield _encode(dataset_of(together(heading, portions)).assign_attrs(service=told.service))


def _encode(answer: xr.Dataset) -> bytes:
    """The dataset (station, time) as a FeatureCollection."""
    quantities = [str(name) for name in answer.data_vars if f"{name}_flag" in answer]
    features = [_feature(answer.isel(station=place), quantities) for place in range(answer.sizes["station"])]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _feature(one: xr.Dataset, quantities: list[str]) -> dict[str, Any]:
    said = np.any([one[f"{name}_entry"].values >= 0 for name in quantities], axis=0)
    station, about = str(one.station_id.values), one.attrs
    times = [f"{time}Z" for time in np.datetime_as_string(one.time.values[said], unit="s")]
    properties: dict[str, Any] = {
        "label": str(one.station_name.values),
        "nature": str(one.nature.values),
        "verified": bool(one.verified),
        "datetime": f"{times[0]}/{times[-1]}" if times else "../..",
        "parameter-name": quantities,
        "edrqueryendpoint": f"{about.get('service', '')}/collections/{about['collection']}/locations/{station}",
        "time": times,
    }
    for name in quantities:
        properties[name] = [None if value != value else value for value in one[name].values[said].tolist()]
        properties[f"{name}_unit"] = str(one[name].attrs["units"])
        properties[f"{name}_flag"] = one[f"{name}_flag"].values[said].tolist()
        properties[f"{name}_entry"] = one[f"{name}_entry"].values[said].tolist()
        if f"{name}_status" in one:
            properties[f"{name}_status"] = one[f"{name}_status"].values[said].tolist()
    lon, lat = float(one.lon.values), float(one.lat.values)
    known = lon == lon and lat == lat
    return {
        "type": "Feature",
        "id": station,
        "geometry": {"type": "Point", "coordinates": [lon, lat]} if known else None,
        "properties": properties,
    }
