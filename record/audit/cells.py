"""The cells of an answer beside what stood according to the journal, compared as whole arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from record.audit.spill import NOBODY
from record.entry import Flag
from record.network.basin import Series
from record.quantities import ENTRY, FLAG

NOW = -1
_OF_READING = [("value", "<f8"), ("flag", "i1"), ("entry", "<i8")]
CELL = np.dtype([("series", "<i4"), ("time", "<i8"), ("shown", _OF_READING), ("said", _OF_READING), ("size", "<i8")])
"""A cell that differs: what is `shown`, what was `said`, and as of which size of the journal, `NOW` for the present."""

_NOTHING: dict[str, Any] = {"value": np.nan, "flag": int(Flag.MISSING), "entry": NOBODY}
_SUFFIX = {"value": "", "flag": FLAG, "entry": ENTRY}


def compare(shown: xr.Dataset, said: np.ndarray, portion: np.ndarray, declared: Sequence[Series]) -> tuple[int, Any]:
    """How many cells were compared, and those that differ (`CELL`).

    `shown` answers for the series numbers `portion` of those `declared`; `said` holds the rows of them that stood, each
    series and time once.
    """
    time = shown["time"].values.astype("datetime64[s]").astype(np.int64)
    column = np.searchsorted(time, said["time"])
    held = column < len(time)
    held[held] = time[column[held]] == said["time"][held]
    lacking = _lacking(said[~held])
    found, count = [lacking], len(lacking)
    row_of = {str(station): row for row, station in enumerate(shown["station_id"].values)}
    of_quantity = np.array([declared[number].quantity for number in portion.tolist()])
    for quantity in dict.fromkeys(of_quantity.tolist()):
        numbers = portion[of_quantity == quantity]
        rows = [row_of[declared[number].station] for number in numbers.tolist()]
        layers = {kind: shown[f"{quantity}{suffix}"].values[rows] for kind, suffix in _SUFFIX.items()}
        place = np.full(len(declared), NOBODY, dtype=np.int64)
        place[numbers] = np.arange(len(numbers))
        mine = held & (place[said["series"]] != NOBODY)
        expected = _laid(layers["entry"].shape, said[mine], (place[said["series"][mine]], column[mine]))
        count += int(np.count_nonzero((layers["entry"] != NOBODY) | (expected["entry"] != NOBODY)))
        found.append(_differing(layers, expected, numbers, time))
    return count, np.concatenate(found)


def once(cells: np.ndarray) -> np.ndarray:
    """Each difference once, as of the first of the states in which it shows."""
    if not len(cells):
        return cells
    alike = cells.copy()
    alike["size"] = 0
    first = np.unique(alike.view(f"V{CELL.itemsize}"), return_index=True)[1]
    found: np.ndarray = cells[np.sort(first)]
    return found


def _laid(shape: tuple[int, ...], said: np.ndarray, at: tuple[np.ndarray, np.ndarray]) -> dict[str, np.ndarray]:
    """What was said as layers (series, time)."""
    layers = {kind: np.full(shape, _NOTHING[kind], dtype=said[kind].dtype) for kind in _SUFFIX}
    for kind, layer in layers.items():
        layer[at] = said[kind]
    return layers


def _differing(
    shown: dict[str, np.ndarray], said: dict[str, np.ndarray], numbers: np.ndarray, time: np.ndarray
) -> np.ndarray:
    same = (shown["value"] == said["value"]) | (np.isnan(shown["value"]) & np.isnan(said["value"]))
    same &= (shown["flag"] == said["flag"]) & (shown["entry"] == said["entry"])
    at = np.nonzero(~same)
    cells = np.empty(len(at[0]), dtype=CELL)
    cells["series"], cells["time"], cells["size"] = numbers[at[0]], time[at[1]], NOW
    for kind in _SUFFIX:
        cells["shown"][kind], cells["said"][kind] = shown[kind][at], said[kind][at]
    return cells


def _lacking(said: np.ndarray) -> np.ndarray:
    """What was said of times that are not shown at all."""
    cells = np.empty(len(said), dtype=CELL)
    cells["series"], cells["time"], cells["size"] = said["series"], said["time"], NOW
    for kind in _SUFFIX:
        cells["shown"][kind], cells["said"][kind] = _NOTHING[kind], said[kind]
    return cells
