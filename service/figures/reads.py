"""What readers of days and of terms ask of an archive, or of whatever stands in for one."""

from datetime import datetime
from typing import Protocol

import xarray as xr

from record.selection import Selection


class Reads(Protocol):
    """Answers selections as the archive does."""

    def select(self, selection: Selection) -> xr.Dataset:
        """As `Archive.select`, perhaps with stations and times beside those asked for."""
        ...

    def counted(self, as_of: datetime | int | None = None) -> int:
        """As `Archive.counted`."""
        ...
