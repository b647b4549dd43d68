"""What a day amounts to: the mean of its usable readings, its flag, its change on the day before.

Every function takes datasets as `record.archive` gives them: dims (station, time), each quantity with `<quantity>_flag`
(QARTOD) and `<quantity>_entry` (-1 where nobody spoke). A reading is usable when it is a number whose flag is good,
unknown or suspect.
"""

from datetime import UTC, datetime

import numpy as np
import xarray as xr

from service.figures.means import USABLE, means


def of_day(dataset: xr.Dataset, start: datetime, end: datetime) -> xr.Dataset:
    """The part with `start <= time < end` (aware); its `time` counts from `start`, so that days can be compared."""
    first, last = _instant(start), _instant(end)
    times = dataset["time"].values
    part = dataset.isel(time=(times >= first) & (times < last))
    return part.assign_coords(time=part["time"].values - first)


def mean_of_day(day: xr.Dataset, quantity: str, needed: int = 1) -> xr.Dataset:
    """The day's value of each station, from what `of_day` gave, of `needed` readings or more; dims (station).

    `value`: mean of the usable readings in the unit of the quantity; where there is none, the mean of those flagged
    bad, so that they can be shown as bad; NaN where too few were measured. `flag`: the worst flag among the readings
    used. `readings`: how many these are. `left_out`: how many were flagged bad beside usable ones.
    """
    slot = np.zeros(day.sizes["time"], dtype=np.int64)
    found = means(day[quantity].values, day[f"{quantity}_flag"].values, slot=slot, count=1, needed=needed)
    return xr.Dataset(
        {
            "value": ("station", found.value[:, 0], day[quantity].attrs),
            "flag": ("station", found.flag[:, 0]),
            "readings": ("station", found.readings[:, 0]),
            "left_out": ("station", found.left_out[:, 0]),
        }
    )


def change_of_day(today: xr.Dataset, before: xr.Dataset, quantity: str) -> xr.DataArray:
    """How much the quantity changed on the day before: the mean difference of usable readings at the same hour.

    Readings without a partner at the same hour of the other day say nothing of the change. NaN where none has one.
    """
    difference = _only_usable(today, quantity) - _only_usable(before, quantity)  # xarray pairs equal hours
    paired = difference.notnull().sum("time")
    return (difference.sum("time") / paired.where(paired > 0)).assign_attrs(today[quantity].attrs)


def entries_of_day(day: xr.Dataset, quantity: str) -> list[tuple[int, ...]]:
    """For each station, the indexes of the entries that say the readings of the day, rising, each once."""
    entries = day[f"{quantity}_entry"].values
    return [tuple(int(entry) for entry in np.unique(row[row >= 0])) for row in entries]


def _instant(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "s")


def _usable(day: xr.Dataset, quantity: str) -> xr.DataArray:
    return day[f"{quantity}_flag"].isin(USABLE) & day[quantity].notnull()


def _only_usable(day: xr.Dataset, quantity: str) -> xr.DataArray:
    return day[quantity].where(_usable(day, quantity))
