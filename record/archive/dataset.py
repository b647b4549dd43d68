"""From flat cells to a CF dataset: one station a row, one time a column, each value with its flag and its entry."""

import numpy as np
import xarray as xr

from record.archive.cells import Cells
from record.entry import Flag
from record.leaf import write_time
from record.network import Collection, Network
from record.network.basin import Nature
from record.network.interval import interval_of
from record.quantities import Quantity, quantity_of
from record.selection import Selection

NOBODY = -1
_DIMS = ("station", "time")


def build(found: Cells, selection: Selection, collection: Collection, network: Network, count: int) -> xr.Dataset:
    """The dataset of an answer that rests on the first `count` entries."""
    asked = [network.series[name] for name in selection.series]
    stations = list(dict.fromkeys(series.station for series in asked))
    quantities = list(dict.fromkeys(series.quantity for series in asked))
    times, columns = np.unique(found.time, return_inverse=True)
    rows = np.array([stations.index(series.station) for series in asked], dtype=np.int64)[found.series]
    kinds = np.array([quantities.index(series.quantity) for series in asked], dtype=np.int64)[found.series]
    shape = (len(stations), len(times))
    variables: dict[str, tuple[tuple[str, str], np.ndarray, dict[str, object]]] = {}
    for kind, name in enumerate(quantities):
        of_kind = kinds == kind
        where = (rows[of_kind], columns[of_kind])
        quantity = quantity_of(name)
        variables[name] = (_DIMS, _filled(shape, where, found.value[of_kind], np.nan), _about(quantity, collection))
        flags = _filled(shape, where, found.flag[of_kind], np.int8(Flag.MISSING))
        variables[f"{name}_flag"] = (_DIMS, flags, _about_flag(quantity))
        entries = _filled(shape, where, found.entry[of_kind], np.int64(NOBODY))
        variables[f"{name}_entry"] = (_DIMS, entries, _about_entry(quantity))
    return xr.Dataset(
        variables,
        coords=_coordinates(stations, times, network),
        attrs=_attributes(selection, collection, stations, network, count),
    )


def _filled(
    shape: tuple[int, int], where: tuple[np.ndarray, np.ndarray], values: np.ndarray, fill: float | np.generic
) -> np.ndarray:
    grid = np.full(shape, fill, dtype=values.dtype)
    grid[where] = values
    return grid


def _about(quantity: Quantity, collection: Collection) -> dict[str, object]:
    point = interval_of(collection.interval).point
    about: dict[str, object] = {
        "long_name": quantity.long_name,
        "units": quantity.udunits,
        "cell_methods": "time: point" if point else "time: mean",
        "ancillary_variables": f"{quantity.id}_flag {quantity.id}_entry",
    }
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


def _coordinates(stations: list[str], times: np.ndarray, network: Network) -> dict[str, object]:
    declared = [network.stations[name] for name in stations]
    sites = [network.sites[station.site] for station in declared]
    return {
        "time": ("time", times.astype("datetime64[s]"), {"standard_name": "time", "long_name": "time in UTC"}),
        "station_id": (
            "station",
            np.array(stations, dtype=str),
            {"cf_role": "timeseries_id", "long_name": "id of the station"},
        ),
        "station_name": (
            "station",
            np.array([station.names["en"] for station in declared], dtype=str),
            {"long_name": "name of the station"},
        ),
        "nature": (
            "station",
            np.array([station.nature.value for station in declared], dtype=str),
            {"long_name": "whether the station is real, an example, or simulated"},
        ),
        "verified": (
            "station",
            np.array([network.is_verified(name) for name in stations], dtype=bool),
            {"long_name": "whether the sources confirm what is declared of the station"},
        ),
        "lat": (
            "station",
            np.array([np.nan if site.lat is None else site.lat for site in sites]),
            {"standard_name": "latitude", "long_name": "latitude of the site", "units": "degrees_north"},
        ),
        "lon": (
            "station",
            np.array([np.nan if site.lon is None else site.lon for site in sites]),
            {"standard_name": "longitude", "long_name": "longitude of the site", "units": "degrees_east"},
        ),
    }


def _attributes(
    selection: Selection, collection: Collection, stations: list[str], network: Network, count: int
) -> dict[str, object]:
    natures = {network.stations[name].nature for name in stations}
    unreal = sorted(nature.value for nature in natures if nature is not Nature.REAL)
    attributes: dict[str, object] = {
        "collection": collection.id,
        "basin": collection.basin,
        "interval": collection.interval,
        "origin": network.origin,
        "journal_size": count,
        "nature_note": f"holds {' and '.join(unreal)} stations: see `nature`" if unreal else "real stations only",
    }
    if selection.as_of is not None:
        as_of = selection.as_of
        attributes["as_of"] = f"{as_of} entries" if isinstance(as_of, int) else write_time(as_of)
    return attributes
