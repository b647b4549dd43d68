"""Sources, their triggers, and the tables that they send. Kinds and formats are checked where they are carried out."""

import codecs

from record.network.basin import Station
from record.network.declared import Declared
from record.network.rules.places import series_fault
from record.network.source import Column, Table
from record.network.twins import MARK
from record.quantities import QUANTITIES
from record.units import is_convertible

MAX_HEADER_ROWS = 5


def sources_speak_for_parties(declared: Declared) -> None:
    """A source is sent by a declared party and speaks for declared parties."""
    known = declared.party_ids()
    for row in declared.sources:
        if row.fact.party not in known:
            raise row.wrong(f"party {row.fact.party!r} is not declared: use one of {', '.join(sorted(known))}", "party")
        for name in row.fact.speaks_for:
            if name not in known:
                of = ", ".join(sorted(known))
                raise row.wrong(f"source {row.fact.id!r} speaks for {name!r}, no party: use one of {of}", "speaks_for")


def simulated_sources_say_so(declared: Declared) -> None:
    """A source's id holds the word `simulated` exactly when it is: neither can be taken for the other."""
    for row in declared.sources:
        if row.fact.simulated != (MARK in row.fact.id):
            raise row.wrong(f"source {row.fact.id!r}: 'simulated' in the id and simulated = true go together", "id")


def triggers_fire(declared: Declared) -> None:
    """A trigger has either a period or a cron line; its seconds are in order."""
    for row in declared.sources:
        trigger = row.fact.trigger
        if (trigger.every is None) == (trigger.cron is None):
            raise row.wrong(f"source {row.fact.id!r}: a trigger has either every or cron", "trigger")
        for key, seconds in (("every", trigger.every), ("timeout", trigger.timeout)):
            if seconds is not None and not 0 < seconds < float("inf"):
                raise row.wrong(f"source {row.fact.id!r}: {key} {seconds} must be more than 0 seconds", "trigger", key)
        for key, seconds in (("jitter", trigger.jitter), ("misfire_grace", trigger.misfire_grace)):
            if not 0 <= seconds < float("inf"):
                raise row.wrong(f"source {row.fact.id!r}: {key} {seconds} must be 0 seconds or more", "trigger", key)


def bounds_are_positive(declared: Declared) -> None:
    """A source takes at least one byte, and waits no negative time for a file to settle."""
    for row in declared.sources:
        if row.fact.max_bytes < 1:
            raise row.wrong(f"source {row.fact.id!r}: max_bytes must be 1 or more", "max_bytes")
        if not 0 <= row.fact.settle < float("inf"):
            raise row.wrong(f"source {row.fact.id!r}: settle must be 0 seconds or more", "settle")


def tables_can_be_read(declared: Declared) -> None:
    """A table has an encoding that exists, a delimiter of one sign, and says how its rows name their stations."""
    for row in declared.sources:
        table = row.fact.table
        if table is None:
            continue
        try:
            codecs.lookup(table.encoding)
        except LookupError:
            raise row.wrong(
                f"encoding {table.encoding!r} is unknown: write one such as utf-8-sig or cp1251", "table", "encoding"
            ) from None
        if len(table.delimiter) != 1:
            raise row.wrong(f"delimiter {table.delimiter!r} must be one sign", "table", "delimiter")
        fault = _table_fault(table)
        if fault is not None:
            raise row.wrong(f"table of {row.fact.id!r} {fault}", "table")


def _table_fault(table: Table) -> str | None:
    outside = table.station_heading or table.station_from
    if outside is None and any(column.station is None for column in table.columns):
        return "does not say whose values it holds: give station_heading, or station in each column"
    if table.station_heading is not None and table.station_from is not None:
        return "names its stations in two ways: give station_heading or station_from, not both"
    if not 1 <= table.header_rows <= MAX_HEADER_ROWS:
        return f"has header_rows {table.header_rows}: write 1 to {MAX_HEADER_ROWS}"
    return None


def stations_of_tables_are_known(declared: Declared) -> None:
    """A table turns names into codes of stations that its source may speak of."""
    for row in declared.sources:
        if row.fact.table is None:
            continue
        known = {station.code for station in declared.stations_of(row.fact)}
        for name, code in row.fact.table.stations.items():
            if code not in known:
                reason = f"{code!r} is not the code of a station that this source may speak of"
                raise row.wrong(f"name {name!r}: {reason}", "table", "stations", name)


def columns_are_known(declared: Declared) -> None:
    """A column's series and unit are ours and fit, and its station is one that the source may speak of."""
    for row in declared.sources:
        stations = declared.stations_of(row.fact)
        for number, column in enumerate(row.fact.table.columns if row.fact.table else ()):
            fault = _column_fault(column, stations)
            if fault is not None:
                key, reason = fault
                raise row.wrong(f"column {column.heading!r}: {reason}", "table", "columns", number, key)


def _column_fault(column: Column, stations: tuple[Station, ...]) -> tuple[str, str] | None:
    """The key of a column that is wrong, and why."""
    fault = series_fault(column.series)
    if fault is not None:
        return "series", fault
    wanted = QUANTITIES[column.series.partition(".")[0]].unit
    if column.unit is None and column.heading.startswith("%"):
        return "unit", "the name of a month says no unit: give it"
    if column.unit is not None and not is_convertible(column.unit, wanted):
        return "unit", f"unit {column.unit!r} is unknown or cannot be turned into {wanted}"
    called = [station for station in stations if column.station in (None, station.code)]
    if not called:
        return "station", f"{column.station!r} is not the code of a station that this source may speak of"
    if not any(column.series in station.series for station in called):
        return "series", f"no station that it may mean declares the series {column.series!r}"
    return None
