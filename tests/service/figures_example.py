"""Daily values without a record, made from rows of numbers; and a small record to read them from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import xarray as xr

from record.archive import Archive
from record.entry import Observation
from record.network import Network
from record.quantities import quantity_of
from service.figures.days import BASES
from service.figures.periods import days_between
from tests.example import message, open_pen
from tests.service.report_example import report_network

EVERY = ("discharge.daily", "discharge.hourly", "discharge.10-minute", "discharge.term")


def daily(
    begin: date, *rows: Sequence[float], flags: Sequence[Sequence[int]] | None = None, quantity: str = "discharge"
) -> xr.Dataset:
    """A station a row, a day a number; NaN is a missing day. Flags are good (1) where none are given."""
    value = np.array(rows, dtype=np.float64)
    given = np.ones(value.shape, dtype=np.int8) if flags is None else np.array(flags, dtype=np.int8)
    missing, dims = np.isnan(value), ("station", "day")
    days = days_between(begin, begin + timedelta(days=value.shape[1]))
    return xr.Dataset(
        {
            "value": (dims, value, {"units": quantity_of(quantity).udunits}),
            "flag": (dims, np.where(missing, 9, given).astype(np.int8)),
            "readings": (dims, np.where(missing, 0, 1)),
            "entry": (dims, np.where(missing, -1, np.arange(value.shape[1]))),
            "basis": (dims, np.where(missing, -1, BASES.index("daily")).astype(np.int8)),
        },
        coords={
            "station": [f"post-{number}" for number in range(len(value))],
            "day": days.astype("datetime64[s]"),
            "nature": ("station", ["real"] * len(value)),
        },
        attrs={"quantity": quantity},
    )


def network() -> Network:
    """The gate measured by both at every interval, and a post with terms, 10-day and monthly means."""
    declared = report_network()
    stations = dict(declared.stations)
    for name in ("gate:kg", "gate:kz"):
        stations[name] = stations[name].model_copy(update={"series": EVERY})
    series = ("discharge.term", "discharge.10-day", "discharge.monthly")
    stations["upper:kg"] = stations["upper:kg"].model_copy(update={"series": series})
    return replace(declared, stations=stations)


def archive(folder: Path, *messages: list[Observation], declared: Network | None = None) -> tuple[Archive, Network]:
    declared = declared or network()
    record, pen = open_pen(folder, declared)
    for number, seen in enumerate(messages):
        receipt = message(f"message {number}", hours=number)
        pen.append(receipt, seen, [], receipt.received)
    return Archive(record), declared
