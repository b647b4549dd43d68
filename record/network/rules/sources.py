"""Sources, their triggers, and the tables that they send. Kinds and formats are checked where they are carried out."""

import codecs
import re
from datetime import datetime
from pathlib import PurePosixPath

from record.network.basin import Station
from record.network.declared import Declared
from record.network.row import Row
from record.network.rules.places import series_fault
from record.network.source import Channel, Column, Source, Table
from record.network.twins import MARK
from record.quantities import QUANTITIES
from record.units import is_convertible

EPOCHS = ("epoch", "epoch-ms")
"""Names of counts since 1970, which stand in the place of a form of time."""
_ZONELESS = re.compile(r"%Z|(?<![%A-Za-z])Z|%[HMSf]Z")
MOST_SECONDS = 366 * 86_400
MOST_DAYS = 36_500
"""A hundred years: no gauge of a source that can be asked is older."""
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
            if seconds is not None and not 0 < seconds <= MOST_SECONDS:
                reason = f"{key} {seconds} must be more than 0 seconds, and no more than a year"
                raise row.wrong(f"source {row.fact.id!r}: {reason}", "trigger", key)
        for key, seconds in (("jitter", trigger.jitter), ("misfire_grace", trigger.misfire_grace)):
            if not 0 <= seconds <= MOST_SECONDS:
                raise row.wrong(f"source {row.fact.id!r}: {key} {seconds} must be 0 seconds or more", "trigger", key)


def bounds_are_positive(declared: Declared) -> None:
    """A source takes at least one byte and one message, waits no negative time, and asks for no endless past."""
    for row in declared.sources:
        for key, count in (("max_bytes", row.fact.max_bytes), ("max_messages", row.fact.max_messages)):
            if count < 1:
                raise row.wrong(f"source {row.fact.id!r}: {key} must be 1 or more", key)
        for key, seconds in (("settle", row.fact.settle), ("pause", row.fact.pause)):
            if not 0 <= seconds < float("inf"):
                raise row.wrong(f"source {row.fact.id!r}: {key} must be 0 seconds or more", key)
        for key, days in (("again", row.fact.again), ("back", row.fact.back)):
            if not 0 <= days <= MOST_DAYS:
                raise row.wrong(f"source {row.fact.id!r}: {key} must be from 0 to {MOST_DAYS} days", key)


def folders_are_read_by_one(declared: Declared) -> None:
    """A folder lies within the data folder, and one source alone reads it or is pushed into it."""
    seen: dict[PurePosixPath, str] = {}
    for row in declared.sources:
        if row.fact.push and row.fact.kind != "folder":
            raise row.wrong(f"source {row.fact.id!r}: push = true needs kind folder", "push")
        if row.fact.kind != "folder":
            continue
        place = PurePosixPath(row.fact.place)
        if place.is_absolute() or ".." in place.parts or not place.parts:
            raise row.wrong(f"source {row.fact.id!r}: place {row.fact.place!r} must lie in the data folder", "place")
        if place in seen:
            reason = f"source {row.fact.id!r} reads the folder of source {seen[place]!r}: give each its own"
            raise row.wrong(reason, "place")
        seen[place] = row.fact.id


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


def times_of_tables_can_be_read(declared: Declared) -> None:
    """The form of a table's times reads what it writes, with a year in it."""
    for row in declared.sources:
        table = row.fact.table
        if table is not None and not _is_form(table.time_format):
            reason = f"time_format {table.time_format!r} is no form of a date such as %d.%m.%Y: %z reads a Z, not Z"
            raise row.wrong(reason, "table", "time_format")


def names_stand_for_stations(declared: Declared) -> None:
    """A sender's names of stations stand for codes of those that its source may speak of."""
    for row in declared.sources:
        known = {station.code for station in declared.stations_of(row.fact)}
        for name, code in row.fact.stations.items():
            if code not in known:
                reason = f"{code!r} is not the code of a station that this source may speak of"
                raise row.wrong(f"name {name!r}: {reason}", "stations", name)


def columns_are_known(declared: Declared) -> None:
    """A column's series and unit are ours and fit, and its station is one that the source may speak of."""
    for row in declared.sources:
        stations = declared.stations_of(row.fact)
        for number, column in enumerate(row.fact.table.columns if row.fact.table else ()):
            fault = column_fault(column, stations)
            if fault is not None:
                key, reason = fault
                raise row.wrong(f"column {column.heading!r}: {reason}", "table", "columns", number, key)


def paths_can_be_followed(declared: Declared) -> None:
    """Paths have no empty part, `*` only on the way to the items, `^` only before the others; a value has a channel."""
    for row in declared.sources:
        paths = row.fact.paths
        if paths is None:
            continue
        for key, path in _paths_of(row.fact):
            fault = _path_fault(key, path)
            if fault is not None:
                raise row.wrong(f"path {path!r} of {key}: {fault}", "paths", key)
        if paths.time_format not in (None, *EPOCHS) and not _is_form(paths.time_format):
            known = f"{', '.join(EPOCHS)} or a form of strptime; leave it out for ISO 8601"
            raise row.wrong(f"time_format {paths.time_format!r} cannot be read: write {known}", "paths", "time_format")
        _values_have_channels(row)


def _paths_of(source: Source) -> list[tuple[str, str]]:
    said = {} if source.paths is None else source.paths.model_dump(exclude={"time_format", "ignored"})
    ignored = () if source.paths is None else source.paths.ignored
    return [(key, path) for key, path in said.items() if path is not None] + [("ignored", path) for path in ignored]


def _path_fault(key: str, path: str) -> str | None:
    parts = path.split(".")
    if key == "items":
        return "^ leads out of it" if "^" in parts else "a part is empty" if path and "" in parts else None
    if "" in parts or set(parts) == {"^"}:
        return "a part is empty"
    if "*" in parts:
        return "* can stand in items alone: from one item there leads one way"
    ups = next(number for number, part in enumerate(parts) if part != "^")
    return "^ can stand at its beginning alone" if "^" in parts[ups:] else None


def _values_have_channels(row: Row[Source]) -> None:
    paths, names = row.fact.paths, {channel.name for channel in row.fact.channels}
    if paths is None:
        return
    if paths.value is None and paths.channel is not None:
        raise row.wrong("a path to the channel needs one to its value: give value", "paths", "channel")
    if paths.value is not None and paths.channel is None and len(names) > 1:
        reason = f"no path tells the channel of a value, and {len(names)} are declared: give channel"
        raise row.wrong(reason, "paths", "value")


def _is_form(form: str | None) -> bool:
    """Whether `strptime` can read what `strftime` writes by it, and finds a year in it.

    A Z that is a mere letter of the form would pass for UTC and be read as local time: %z reads it.
    """
    if _ZONELESS.search(form or ""):
        return False
    example = datetime(2026, 11, 23, 4, 56)  # noqa: DTZ001 - any moment will do
    try:
        return datetime.strptime(example.strftime(form or ""), form or "").year == example.year  # noqa: DTZ007
    except (ValueError, re.error):
        return False


def column_fault(column: Column | Channel, stations: tuple[Station, ...]) -> tuple[str, str] | None:
    """The key of a column or channel that is wrong, and why."""
    fault = series_fault(column.series)
    if fault is not None:
        return "series", fault
    wanted = QUANTITIES[column.series.partition(".")[0]].unit
    if isinstance(column, Column) and column.unit is None and column.heading.startswith("%"):
        return "unit", "the name of a month says no unit: give it"
    if column.unit is not None and not is_convertible(column.unit, wanted):
        return "unit", f"unit {column.unit!r} is unknown or cannot be turned into {wanted}"
    called = [station for station in stations if column.station in (None, station.code)]
    if not called:
        return "station", f"{column.station!r} is not the code of a station that this source may speak of"
    if not any(column.series in station.series for station in called):
        return "series", f"no station that it may mean declares the series {column.series!r}"
    return None
