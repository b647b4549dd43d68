"""The thresholds of the quality checks."""

from record.network.declared import Declared
from record.quantities import QUANTITIES


def limits_name_what_is_declared(declared: Declared) -> None:
    """A limit is of a quantity of ours, and of a station that measures it."""
    stations = {row.fact.id: row.fact for row in declared.stations}
    for row in declared.gross_ranges:
        quantity, name = row.fact.quantity, row.fact.station
        if quantity not in QUANTITIES:
            raise row.wrong(f"quantity {quantity!r} is not one of ours: use one of {', '.join(QUANTITIES)}", "quantity")
        if name is None:
            continue
        if name not in stations:
            raise row.wrong(f"station {name!r} is not declared: declare it or correct the name", "station")
        if not any(said.startswith(f"{quantity}.") for said in stations[name].series):
            raise row.wrong(f"station {name!r} has no series of {quantity}", "quantity")


def limits_are_in_order(declared: Declared) -> None:
    """The low end is not above the high end, and the suspect range lies within the fail range."""
    for row in declared.gross_ranges:
        fail, suspect = row.fact.fail, row.fact.suspect
        for key, ends in (("fail", fail), ("suspect", suspect)):
            if ends is not None and ends[0] > ends[1]:
                raise row.wrong(f"{key} range of {row.fact.quantity}: low {ends[0]} is above high {ends[1]}", key)
        if suspect is not None and not fail[0] <= suspect[0] <= suspect[1] <= fail[1]:
            raise row.wrong(f"suspect range of {row.fact.quantity} reaches outside of its fail range", "suspect")


def limits_are_unique(declared: Declared) -> None:
    """One general row a quantity, one row a quantity and station."""
    seen: dict[tuple[str, str | None], str] = {}
    for row in declared.gross_ranges:
        key = (row.fact.quantity, row.fact.station)
        if key in seen:
            raise row.wrong(f"limits of {row.fact.quantity} of {row.fact.station or 'all'} already at {seen[key]}")
        seen[key] = row.where()
