"""What a reservoir held when each report day began: the state from which its change over the day is taken."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

import numpy as np

from record.archive import Archive
from record.network import Network
from record.quantities import FLAG
from record.selection import Selection
from service.accounts.gauged import Key
from service.figures.days import begins_of_days, read_days
from service.figures.means import USABLE
from service.figures.periods import days_between

_AT_TIMES = ("10-minute", "hourly", "term")
_NEAR = 3 * 3600
"""A reading so many seconds from the beginning of the day stands for it: the morning reading of either country."""


def read_states(
    archive: Archive, network: Network, keys: Iterable[Key], begin: date, end: date, count: int
) -> Mapping[Key, np.ndarray]:
    """Of each gauge the usable reading nearest to the beginning of each report day `begin <= day < end`.

    It is NaN where none lies within 3 hours. Of a gauge that gives daily values alone, the value of the day stands for
    the state at its beginning.
    """
    return {key: _states(archive, network, key, begin, end, count) for key in dict.fromkeys(keys)}


def _states(archive: Archive, network: Network, key: Key, begin: date, end: date, count: int) -> np.ndarray:
    station, quantity = key
    days = days_between(begin, end)
    begins = begins_of_days(days, network.report_day.begins, network.report_day.tz)
    given = network.stations[station].series
    found = np.full(len(days), np.nan)
    for interval in _AT_TIMES:
        if f"{quantity}.{interval}" in given:
            said = _near(archive, f"{station}.{quantity}.{interval}", quantity, begins, count)
            found = np.where(np.isnan(found), said, found)
    if f"{quantity}.daily" in given:
        daily = read_days(archive, network, [station], quantity, begin, end, count, ["daily"])
        usable = np.isin(daily["flag"].values[0], USABLE)
        found = np.where(np.isnan(found) & usable, daily["value"].values[0], found)
    return found


def _near(archive: Archive, series: str, quantity: str, begins: np.ndarray, count: int) -> np.ndarray:
    bounds = (begins[0] - _NEAR, begins[-1] + _NEAR + 1)
    start, end = (datetime.fromtimestamp(int(bound), UTC) for bound in bounds)
    dataset = archive.select(Selection(series=(series,), start=start, end=end, as_of=count))
    times = dataset["time"].values.astype("datetime64[s]").astype(np.int64)
    value, flag = dataset[quantity].values[0], dataset[f"{quantity}{FLAG}"].values[0]
    usable = ~np.isnan(value) & np.isin(flag, USABLE)
    return nearest(times[usable], value[usable], begins)


def nearest(times: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """For each moment the value whose time (rising) is nearest to it, NaN where none is within 3 hours of it."""
    if not len(times):
        return np.full(len(at), np.nan)
    after = np.clip(np.searchsorted(times, at), 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    closest = np.where(np.abs(times[before] - at) <= np.abs(times[after] - at), before, after)
    found: np.ndarray = np.where(np.abs(times[closest] - at) <= _NEAR, values[closest], np.nan)
    return found
