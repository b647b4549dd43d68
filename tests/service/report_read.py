"""Readers of the forms of a report, for tests: the numbers of each by their keys."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import netCDF4

from service.reports import keys

Numbers = dict[str, float | None]


def figures_in(held: Any) -> Iterator[Any]:
    """Every figure of a JSON document, wherever it stands."""
    if isinstance(held, list):
        for one in held:
            yield from figures_in(one)
    elif isinstance(held, dict):
        if {"subject", "quantity", "of_days"} <= set(held):
            yield held
        for one in held.values():
            yield from figures_in(one)


def of_file(file: netCDF4.Dataset) -> Iterator[tuple[str, float | None]]:
    """The numbers of stations by what their variables are of, and those of accounts by the keys beside them."""
    stations = file["station_id"][:]
    for name, variable in file.variables.items():
        if "quantity" in variable.ncattrs():
            flags = file[f"{name}_flag"][:] if f"{name}_flag" in file.variables else (variable[:] == variable[:])
            for station, value, flag in zip(stations, variable[:], flags, strict=True):
                if flag:
                    key = keys.of_figure(station, variable.quantity, variable.measure)
                    yield key, float(value) if value == value else None
        elif f"{name}_key" in file.variables:
            pairs = zip(file[f"{name}_key"][:], variable[:], strict=True)
            yield from ((key, float(value) if value == value else None) for key, value in pairs)


class Data(HTMLParser):
    """The numbers of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Numbers = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "data":
            value = float(held["value"]) if held["value"] else None
            assert self.found.setdefault(held["data-key"] or "", value) == value
