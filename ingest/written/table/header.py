"""The row of headings: which column holds the time, the station, and each declared series."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.written.naming import plain
from ingest.written.table.months import month_called

if TYPE_CHECKING:
    from record.network.source import Column, Table

ANY_MONTH = "%B"
"""The declared heading of columns that are headed by names of months."""
_UNIT = re.compile(r" ?, ?(.+)| ?\((.+)\)")
"""What follows the declared words of a heading that says its unit itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a declared column stands in a row, under which heading, and what its cells hold.

    `station`: whose they are, None where the row says it; `month`: of which month they are, None where the row says it.
    """

    at: int
    heading: str
    series: str
    unit: str
    station: str | None
    month: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the cells of a row stand; `width` is how many cells a row needs."""

    width: int
    time: int
    clock: int | None
    station: int | None
    columns: tuple[Place, ...]


def read_header(cells: Sequence[str], table: "Table", above: Sequence[str] | None = None) -> Header | str:
    """The header that a row is; or, in words, why it is none.

    `above`: for each column the station that is named over it, "" where none is; None for tables without such names.
    """
    headings = [plain(cell) for cell in cells]
    single = {name: [at for at, one in enumerate(headings) if one in names] for name, names in _singles(table)}
    columns = [list(_places(headings, column, above)) for column in table.columns]
    missing = [name for name, found in single.items() if not found]
    missing += [_shown(column) for column, found in zip(table.columns, columns, strict=True) if not found]
    if missing:
        return f"no heading {', '.join(map(repr, dict.fromkeys(missing)))}"
    twice = [name for name, found in single.items() if len(found) > 1]
    twice += [found[0].heading for found in columns if _is_twice(found, above)]
    if twice:
        return f"heading {twice[0]!r} stands in it twice"
    return Header(
        width=max(at for at, heading in enumerate(headings) if heading) + 1,
        time=single[table.time_heading][0],
        clock=None if table.clock_heading is None else single[table.clock_heading][0],
        station=None if table.station_heading is None else single[table.station_heading][0],
        columns=tuple(place for found in columns for place in found),
    )


def wanted_headings(table: "Table") -> list[str]:
    """Every heading that the declaration names, each once."""
    return list(dict.fromkeys([*(name for name, _ in _singles(table)), *map(_shown, table.columns)]))


def _singles(table: "Table") -> Iterator[tuple[str, list[str]]]:
    """The headings that stand once, each with all its spellings."""
    yield table.time_heading, [plain(name) for name in (table.time_heading, *table.time_aliases)]
    if table.clock_heading is not None:
        yield table.clock_heading, [plain(table.clock_heading)]
    if table.station_heading is not None:
        yield table.station_heading, [plain(name) for name in (table.station_heading, *table.station_aliases)]


def _places(headings: Sequence[str], column: "Column", above: Sequence[str] | None) -> Iterator[Place]:
    """Every place that a column stands in."""
    for at, heading in enumerate(headings):
        unit = _unit(heading, column)
        if unit is None:
            continue
        named = above[at] if above is not None and above[at] else None
        yield Place(
            at=at,
            heading=column.heading if heading == plain(column.heading) else heading,
            series=column.series,
            unit=unit,
            station=column.station or named,
            month=month_called(heading) if column.heading == ANY_MONTH else None,
        )


def _unit(heading: str, column: "Column") -> str | None:
    """The unit of a column that has this heading; None where it is another's."""
    if column.heading == ANY_MONTH:
        return column.unit if month_called(heading) else None
    names = [plain(name) for name in (column.heading, *column.aliases)]
    if column.unit is not None:
        return column.unit if heading in names else None
    for name in names:
        found = _UNIT.fullmatch(heading.removeprefix(name)) if heading.startswith(name) else None
        if found:
            return found.group(1) or found.group(2)
    return None


def _shown(column: "Column") -> str:
    return column.heading if column.unit is not None else f"{column.heading}, <unit>"


def _is_twice(found: list[Place], above: Sequence[str] | None) -> bool:
    """Whether two places hold the same; under names of stations, those that nobody's name stands over are left out."""
    keys = [(place.station, place.month) for place in found if above is None or place.station is not None]
    return len(set(keys)) < len(keys)
