"""What the rules ask of stations: which there are, what they measure, and what is computed of them."""

from typing import Any

from record.network.basin import Station
from record.network.computed import words_of
from record.network.declared import Declared
from record.network.row import Row
from record.network.rules.places import series_fault
from record.quantities import QUANTITIES

FLOWS = frozenset({"inflow", "release", "intake", "discharge"})
"""Quantities that are rates and so can be added up."""


def station_of(declared: Declared, row: Row[Any], name: str, key: str = "station") -> Station:
    """The declared station of that name; the complaint of `row` where there is none."""
    found = next((station.fact for station in declared.stations if station.fact.id == name), None)
    if found is None:
        raise row.wrong(f"station {name!r} is not declared: declare it or correct the name", key)
    return found


def gives(station: Station, quantity: str, interval: str | None = None) -> bool:
    """Whether a station measures a quantity, at that interval where one is named."""
    return any(_is(said, quantity, interval) for said in station.series)


def computes(declared: Declared, station: str, quantity: str, interval: str | None = None) -> bool:
    """Whether a quantity is computed of a station, at that interval where one is named."""
    rows = (row.fact for row in declared.derived if row.fact.station == station)
    return any(_is(said, quantity, interval) for row in rows for said in words_of(row))


def measured(row: Row[Any], station: Station, key: str, quantity: str) -> None:
    """Complain unless `key` of the row names a series of `quantity` that the station measures."""
    said = str(getattr(row.fact, key))
    fault = series_fault(said)
    if fault is not None:
        raise row.wrong(fault, key)
    if said.partition(".")[0] != quantity:
        raise row.wrong(f"{key} {said!r} must be a series of {quantity}, such as {quantity}.daily", key)
    if said not in station.series:
        raise row.wrong(f"station {station.id!r} has no series {said!r}: it has {', '.join(station.series)}", key)


def known_quantity(row: Row[Any], name: str) -> None:
    """Complain unless a quantity is one of ours."""
    if name not in QUANTITIES:
        raise row.wrong(f"quantity {name!r} is not one of ours: use one of {', '.join(QUANTITIES)}", "quantity")


def _is(said: str, quantity: str, interval: str | None) -> bool:
    of, _, at = said.partition(".")
    return of == quantity and interval in (None, at)
