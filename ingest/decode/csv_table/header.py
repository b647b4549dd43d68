"""The row of headings: which column holds the time, the station, and each declared series."""

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from record.network.source import Column, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the cells of a row stand; `width` is how many cells a row needs."""

    width: int
    time: int
    station: int | None
    columns: tuple[tuple[int, "Column"], ...]


def read_header(cells: list[str], table: "Table") -> Header | str:
    """The header that a row is; or, in words, why it is none."""
    headings = [plain(cell) for cell in cells]
    wanted = wanted_headings(table)
    missing = [heading for heading in wanted if plain(heading) not in headings]
    if missing:
        return f"no heading {', '.join(map(repr, missing))}"
    twice = [heading for heading in wanted if headings.count(plain(heading)) > 1]
    if twice:
        return f"heading {twice[0]!r} stands in it twice"
    place = {heading: at for at, heading in enumerate(headings)}
    return Header(
        width=max(at for heading, at in place.items() if heading) + 1,
        time=place[plain(table.time_heading)],
        station=None if table.station_heading is None else place[plain(table.station_heading)],
        columns=tuple((place[plain(column.heading)], column) for column in table.columns),
    )


def wanted_headings(table: "Table") -> list[str]:
    """Every heading that the declaration names, each once."""
    station = [] if table.station_heading is None else [table.station_heading]
    return list(dict.fromkeys([table.time_heading, *station, *(column.heading for column in table.columns)]))


def plain(text: str) -> str:
    """A heading with single blanks and composed letters: й typed as one sign or as two is the same."""
    return " ".join(unicodedata.normalize("NFC", text).split())
