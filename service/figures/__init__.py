"""Figures: what is computed from a dataset for people to read. Pure functions of `xarray` objects."""

from service.figures.daily import change_of_day, entries_of_day, mean_of_day, of_day
from service.figures.day import Day, day_of, last_complete
from service.figures.volume import volume_of_day

__all__ = [
    "Day",
    "change_of_day",
    "day_of",
    "entries_of_day",
    "last_complete",
    "mean_of_day",
    "of_day",
    "volume_of_day",
]
