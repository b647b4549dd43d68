"""From flat cells to a CF dataset: one station a row, one time a column, each value with its flag and its entry."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import xarray as xr

from record.archive.grid import Grid
from record.archive.rows import NOBODY
from record.entry import Flag
from record.leaf import write_time
from record.network import Collection, Network
from record.network.basin import Nature
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, ROW, STATUS, Quantity, quantity_of
from record.review import Level

_DIMS = ("station", "time")
_BESIDE = (FLAG, ENTRY, STATUS)
_Variable = tuple[tuple[str, ...] | str, np.ndarray, dict[str, object]]


class Describer:
    """Puts names, places and units to the grids of one declared network; what it says of stations is made once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._about: dict[str, dict[str, object]] = {}

    def build(self, found: Grid, collection: Collection, count: int, as_of: datetime | int | None) -> xr.Dataset:
        """The dataset of a grid that rests on the first `count` entries."""
        variables: dict[str, _Variable] = {}
        for name in found.quantities:
            quantity = quantity_of(name)
            about = {
                "": _about(quantity, collection, [kind for kind in _BESIDE if name + kind in found.layers]),
                FLAG: _about_flag(quantity),
                ENTRY: _about_entry(quantity),
                ROW: _about_row(quantity),
                STATUS: _about_status(quantity),
            }
            for kind, said in about.items():
                if name + kind in found.layers:
                    variables[name + kind] = (_DIMS, found.layers[name + kind], said)
        return xr.Dataset(
            variables,
            coords=self._coordinates(found.stations, found.time),
            attrs=self._attributes(collection, found.stations, count, as_of),
        )

    def _coordinates(self, stations: Sequence[str], times: np.ndarray) -> dict[str, _Variable]:
        told = [self._told(name) for name in stations]
        found: dict[str, _Variable] = {
            "time": ("time", times.astype("datetime64[s]"), {"standard_name": "time", "long_name": "time in UTC"})
        }
        for name, (dtype, attributes) in _OF_STATION.items():
            found[name] = ("station", np.array([about[name] for about in told], dtype=dtype), dict(attributes))
        return found

    def _told(self, name: str) -> dict[str, object]:
        """What the network says of a station, by the name of the coordinate that carries it."""
        if name not in self._about:
            self._about[name] = _of_station(name, self._network)
        return self._about[name]

    def _attributes(
        self, collection: Collection, stations: Sequence[str], count: int, as_of: datetime | int | None
    ) -> dict[str, object]:
        natures = {self._told(name)["nature"] for name in stations}
        unreal = sorted(str(nature) for nature in natures if nature != Nature.REAL.value)
        attributes: dict[str, object] = {
            "collection": collection.id,
            "basin": collection.basin,
            "interval": collection.interval,
            "origin": self._network.origin,
            "journal_size": count,
            "nature_note": f"holds {' and '.join(unreal)} stations: see `nature`" if unreal else "real stations only",
        }
        if as_of is not None:
            attributes["as_of"] = f"{as_of} entries" if isinstance(as_of, int) else write_time(as_of)
        return attributes


_OF_STATION: dict[str, tuple[type, dict[str, object]]] = {
    "station_id": (str, {"cf_role": "timeseries_id", "long_name": "id of the station"}),
    "station_name": (str, {"long_name": "name of the station"}),
    "nature": (str, {"long_name": "whether the station is real, an example, or simulated"}),
    "verified": (bool, {"long_name": "whether the sources confirm what is declared of the station"}),
    "lat": (
        float,
        {"standard_name": "latitude", "long_name": "latitude of the site", "units": "degrees_north"},
    ),
    "lon": (
        float,
        {"standard_name": "longitude", "long_name": "longitude of the site", "units": "degrees_east"},
    ),
}


def _of_station(name: str, network: Network) -> dict[str, object]:
    station = network.stations.get(name)
    if station is None:
        # Sealed while it was declared: it keeps its id, and nothing else is known of it any more.
        nowhere = {"lat": np.nan, "lon": np.nan}
        return {"station_id": name, "station_name": name, "nature": "undeclared", "verified": False} | nowhere
    site = network.sites[station.site]
    return {
        "station_id": name,
        "station_name": station.names["en"],
        "nature": station.nature.value,
        "verified": network.is_verified(name),
        "lat": np.nan if site.lat is None else site.lat,
        "lon": np.nan if site.lon is None else site.lon,
    }


def _about(quantity: Quantity, collection: Collection, beside: Sequence[str]) -> dict[str, object]:
    point = interval_of(collection.interval).point
    about: dict[str, object] = {
        "long_name": quantity.long_name,
        "units": quantity.udunits,
        "cell_methods": "time: point" if point else "time: mean",
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


def _about_entry(quantity: Quantity) -> dict[str, object]:
    return {"long_name": f"index of the journal entry that says this {quantity.id}; {NOBODY} where none does"}


def _about_row(quantity: Quantity) -> dict[str, object]:
    return {"long_name": f"number of the row of that entry that says this {quantity.id}"}


def _about_status(quantity: Quantity) -> dict[str, object]:
    return {
        "long_name": f"how far a person has reviewed {quantity.id}",
        "flag_values": np.array([int(level) for level in Level], dtype=np.int8),
        "flag_meanings": " ".join(level.word for level in Level),
    }
