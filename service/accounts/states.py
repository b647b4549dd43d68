"""What a reservoir held when each report day began: the state from which its change over the day is taken."""

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np

from record.archive import Archive
from record.network import Network
from service.accounts.gauged import Key
from service.figures.days import read_days
from service.figures.means import USABLE
from service.figures.terms import HOURS, read_terms

_MORNING = HOURS.index(8)


def read_states(
    archive: Archive, network: Network, keys: Iterable[Key], begin: date, end: date, count: int
) -> Mapping[Key, np.ndarray]:
    """Of each gauge the usable reading of 08:00 by its own clock on each report day `begin <= day < end`.

    Of a gauge that gives daily values alone, the value of the day stands for the state at its beginning.
    """
    return {key: _states(archive, network, key, begin, end, count) for key in dict.fromkeys(keys)}


def _states(archive: Archive, network: Network, key: Key, begin: date, end: date, count: int) -> np.ndarray:
    station, quantity = key
    terms = read_terms(archive, network, [station], quantity, begin, end, count)
    morning = _usable(terms["value"].values[0, :, _MORNING], terms["flag"].values[0, :, _MORNING])
    if f"{quantity}.daily" not in network.stations[station].series:
        return morning
    daily = read_days(archive, network, [station], quantity, begin, end, count, ["daily"])
    return np.where(np.isnan(morning), _usable(daily["value"].values[0], daily["flag"].values[0]), morning)


def _usable(value: np.ndarray, flag: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.where(np.isin(flag, USABLE), value, np.nan)
    return found
