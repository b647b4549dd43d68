"""From an answer to a CF dataset: one station a row, one time a column, each value with its flag and its entry."""

from collections.abc import Sequence

import numpy as np
import xarray as xr

from record.archive.answer import About, Answer, Heading, entry_note
from record.archive.rows import NOBODY
from record.entry import Flag
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, ROW, STATUS, Quantity, quantity_of
from record.review import Level

_DIMS = ("station", "time")
_BESIDE = (FLAG, ENTRY, STATUS)
_KINDS = ("", FLAG, ENTRY, ROW, STATUS)
_Variable = tuple[tuple[str, ...] | str, np.ndarray, dict[str, object]]


def dataset_of(answer: Answer) -> xr.Dataset:
    """The answer as a CF dataset with dims (station, time)."""
    heading, variables = answer.heading, dict[str, _Variable]()
    for name in heading.quantities:
        kinds = [kind for kind in _KINDS if name + kind in answer.layers]
        for kind, said in about_layers(quantity_of(name), heading, kinds).items():
            variables[name + kind] = (_DIMS, answer.layers[name + kind], said)
    return xr.Dataset(variables, coords=_coordinates(heading.stations, answer.time), attrs=about_answer(heading))


def about_layers(quantity: Quantity, heading: Heading, kinds: Sequence[str]) -> dict[str, dict[str, object]]:
    """What a file says of each layer of a quantity, of the kinds that there are."""
    about: dict[str, dict[str, object]] = {
        "": _about(quantity, heading, [kind for kind in _BESIDE if kind in kinds]),
        FLAG: _about_flag(quantity),
        ENTRY: {"long_name": f"{entry_note(quantity.id, figures=heading.figures)}; {NOBODY} where none does"},
        ROW: _about_row(quantity),
        STATUS: _about_status(quantity),
    }
    return {kind: said for kind, said in about.items() if kind in kinds}


def _coordinates(stations: Sequence[About], times: np.ndarray) -> dict[str, _Variable]:
    found: dict[str, _Variable] = {
        "time": ("time", times.astype("datetime64[s]"), {"standard_name": "time", "long_name": "time in UTC"})
    }
    for name, (field, dtype, attributes) in OF_STATION.items():
        values: np.ndarray = np.array([getattr(about, field) for about in stations], dtype=dtype)
        found[name] = ("station", values, dict(attributes))
    return found


def about_answer(heading: Heading) -> dict[str, object]:
    """What a file says of itself: what it is of, and on what it rests."""
    attributes: dict[str, object] = {
        "collection": heading.collection.id,
        "basin": heading.collection.basin,
        "interval": heading.collection.interval,
        "origin": heading.origin,
        "journal_size": heading.count,
        "nature_note": heading.nature_note,
    }
    if heading.as_of is not None:
        attributes["as_of"] = heading.as_of_note
    if heading.flags is not None:
        attributes["flags_note"] = heading.flags_note
    return attributes


OF_STATION: dict[str, tuple[str, type, dict[str, object]]] = {
    "station_id": ("id", str, {"cf_role": "timeseries_id", "long_name": "id of the station"}),
    "station_name": ("name", str, {"long_name": "name of the station"}),
    "nature": ("nature", str, {"long_name": "whether the station is real, an example, or simulated"}),
    "verified": ("verified", bool, {"long_name": "whether the sources confirm what is declared of the station"}),
    "lat": (
        "lat",
        float,
        {"standard_name": "latitude", "long_name": "latitude of the site", "units": "degrees_north"},
    ),
    "lon": (
        "lon",
        float,
        {"standard_name": "longitude", "long_name": "longitude of the site", "units": "degrees_east"},
    ),
}
"""The variables of a station: the field of `About`, its type, what a file says of it."""


def _about(quantity: Quantity, heading: Heading, beside: Sequence[str]) -> dict[str, object]:
    about: dict[str, object] = {
        "long_name": quantity.long_name,
        "units": quantity.udunits,
        "cell_methods": interval_of(heading.collection.interval).cell_methods(quantity),
    }
    if beside:
        about["ancillary_variables"] = " ".join(f"{quantity.id}{kind}" for kind in beside)
    return about | ({"standard_name": quantity.standard_name} if quantity.standard_name else {})


def _about_flag(quantity: Quantity) -> dict[str, object]:
    return {
        "long_name": f"quality flag of {quantity.id}",
        "standard_name": "aggregate_quality_flag",
        "flag_values": np.array([int(flag) for flag in Flag], dtype=np.int8),
        "flag_meanings": " ".join(flag.word for flag in Flag),
    }


def _about_row(quantity: Quantity) -> dict[str, object]:
    return {"long_name": f"number of the row of that entry that says this {quantity.id}"}


def _about_status(quantity: Quantity) -> dict[str, object]:
    return {
        "long_name": f"how far a person has reviewed {quantity.id}",
        "flag_values": np.array([int(level) for level in Level], dtype=np.int8),
        "flag_meanings": " ".join(level.word for level in Level),
    }
