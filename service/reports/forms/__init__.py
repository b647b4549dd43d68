"""The forms of a report that machines read: they are in no language, and hold all names and unrounded numbers."""

from collections.abc import Callable, Mapping

from service.reports.forms import as_csv, as_json, as_netcdf
from service.reports.report import Report

__all__ = ["FORMS", "MEDIA"]

FORMS: Mapping[str, Callable[[Report], bytes]] = {
    "json": as_json.write,
    "csv": as_csv.write,
    "nc": as_netcdf.write,
}
"""What writes each form."""

MEDIA: Mapping[str, str] = {"json": "application/json", "csv": "text/csv; charset=utf-8", "nc": "application/x-netcdf"}
"""The media type of each form."""
