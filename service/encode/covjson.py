"""CoverageJSON: a PointSeries coverage a station; several stations make a collection of them.

Each quantity comes with `<quantity>_flag` and `<quantity>_entry` as parameters of their own, and where it was asked for
with `<quantity>_status`. Whether a station is real, an example or simulated stands in the coverage's `arna:nature`, and
in the description of the parameters; whether its sources confirm what is declared of it, in `arna:verified`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import orjson
import xarray as xr

from record.archive.answer import Answer, Heading, together
from record.archive.dataset import dataset_of
from service.encode.told import Told

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_UCUM = {"m3 s-1": "m3/s", "1e6 m3": "hm3", "degree_Celsius": "Cel"}
_PLACE = {"coordinates": ["x", "y"], "system": {"type": "GeographicCRS", "id": _CRS84}}
_TIME = {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}}


def write(heading: Heading, portions: Iterable[Answer], _told: Told) -> Iterator[bytes]:
    """The document of an answer."""
    yield _encode(dataset_of(together(heading, portions)))


def _encode(answer: xr.Dataset) -> bytes:
    """The dataset (station, time) as one coverage, or as a collection where it has not exactly one station."""
    quantities = [str(name) for name in answer.data_vars if f"{name}_flag" in answer]
    parameters = {name: made for quantity in quantities for name, made in _parameters(answer, quantity).items()}
    coverages = [_coverage(answer.isel(station=place), quantities) for place in range(answer.sizes["station"])]
    if len(coverages) == 1:
        return orjson.dumps(coverages[0] | {"parameters": parameters})
    return orjson.dumps({"type": "CoverageCollection", "parameters": parameters, "coverages": coverages})


def _coverage(one: xr.Dataset, quantities: list[str]) -> dict[str, Any]:
    said = np.any([one[f"{name}_entry"].values >= 0 for name in quantities], axis=0)
    times = [f"{time}Z" for time in np.datetime_as_string(one.time.values[said], unit="s")]
    ranges: dict[str, Any] = {}
    for name in quantities:
        entries = one[f"{name}_entry"].values[said]
        spoken = entries >= 0
        ranges[name] = _range("float", one[name].values[said].tolist())
        ranges[f"{name}_flag"] = _range("integer", _where(spoken, one[f"{name}_flag"].values[said]))
        ranges[f"{name}_entry"] = _range("integer", _where(spoken, entries))
        if f"{name}_status" in one:
            ranges[f"{name}_status"] = _range("integer", _where(spoken, one[f"{name}_status"].values[said]))
    return {
        "type": "Coverage",
        "id": str(one.station_id.values),
        "arna:station_name": str(one.station_name.values),
        "arna:nature": str(one.nature.values),
        "arna:verified": bool(one.verified),
        "domain": _domain(one, times),
        "ranges": ranges,
    }


def _domain(one: xr.Dataset, times: list[str]) -> dict[str, Any]:
    """A point series; where no source gives the station's place, a series without one, for none is made up."""
    lon, lat = float(one.lon.values), float(one.lat.values)
    when = {"t": {"values": times}}
    if lon != lon or lat != lat:
        return {"type": "Domain", "axes": when, "referencing": [_TIME]}
    axes = {"x": {"values": [lon]}, "y": {"values": [lat]}} | when
    return {"type": "Domain", "domainType": "PointSeries", "axes": axes, "referencing": [_PLACE, _TIME]}


def _where(spoken: np.ndarray, values: np.ndarray) -> list[int | None]:
    return [value if is_spoken else None for is_spoken, value in zip(spoken.tolist(), values.tolist(), strict=True)]


def _range(kind: str, values: list[Any]) -> dict[str, Any]:
    return {"type": "NdArray", "dataType": kind, "axisNames": ["t"], "shape": [len(values)], "values": values}


def _parameters(answer: xr.Dataset, name: str) -> dict[str, Any]:
    about = answer[name].attrs
    unit = _UCUM.get(str(about["units"]), str(about["units"]))
    natures = ", ".join(sorted({str(nature) for nature in answer.nature.values}))
    observed: dict[str, Any] = {"label": {"en": about["long_name"]}}
    if "standard_name" in about:
        observed["id"] = f"http://vocab.nerc.ac.uk/standard_name/{about['standard_name']}/"
    parameters: dict[str, Any] = {
        name: {
            "type": "Parameter",
            "description": {"en": f"{about['long_name']}; {about['cell_methods']}; stations: {natures}"},
            "observedProperty": observed,
            "unit": {
                "label": {"en": unit},
                "symbol": {"value": unit, "type": "http://www.opengis.net/def/uom/UCUM/"},
            },
        },
        f"{name}_flag": _plain(f"quality flag of {name}: 1 good, 2 unknown, 3 suspect, 4 bad, 9 missing"),
        f"{name}_entry": _plain(f"index of the journal entry that says this {name}"),
    }
    if f"{name}_status" in answer:
        parameters[f"{name}_status"] = _plain(f"review of {name}: 0 provisional, 1 verified, 2 validated")
    return parameters


def _plain(label: str) -> dict[str, Any]:
    return {
        "type": "Parameter",
        "description": {"en": label},
        "observedProperty": {"label": {"en": label}},
        "unit": {"label": {"en": "1"}, "symbol": {"value": "1", "type": "http://www.opengis.net/def/uom/UCUM/"}},
    }
