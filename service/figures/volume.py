"""From a mean flow to the volume of a day."""

import xarray as xr

MILLION_M3_PER_DAY = 86_400 / 1_000_000
"""1 m3/s flowing for 24 hours is 0.0864 million m3."""


def volume_of_day(rate: xr.DataArray) -> xr.DataArray:
    """Volume in million m3 that a mean flow of `rate` m3/s carries in 24 hours; missing stays missing."""
    return (rate * MILLION_M3_PER_DAY).assign_attrs(units="1e6 m3", long_name="volume of the day")
