"""Where the headings of a sheet stand, over however many rows, and what stands above them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.written.table.header import Header, read_header, wanted_headings
from ingest.written.table.months import months_in, only, years_in

if TYPE_CHECKING:
    from ingest.written.workbook import Sheet
    from record.network.source import Table

MAX_PREAMBLE = 30
"""Among how many first rows that hold anything the headings must begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The headings of a sheet, the number of their last row, and the one year and month that its titles speak of."""

    header: Header
    last: int
    year: int | None
    month: int | None


def find_head(sheet: "Sheet", table: "Table") -> Head | str:
    """The headings of a sheet; or, in words, why there are none."""
    nearly = ""
    for top in sheet.numbers()[:MAX_PREAMBLE]:
        above = None if table.station_from != "above" else _row(sheet, top - 1, top + table.header_rows - 1)
        found = read_header(_headings(sheet, top, table.header_rows), table, above)
        if not isinstance(found, str):
            titles = [sheet.text(number) for number in sheet.numbers() if number < top]
            return Head(
                header=found,
                last=top + table.header_rows - 1,
                year=only([years_in(sheet.name), years_in(" ".join(titles))]),
                month=only([months_in(sheet.name), months_in(" ".join(titles))]),
            )
        nearly = f" ({found})" if "twice" in found else nearly
    headings = ", ".join(map(repr, wanted_headings(table)))
    return f"none of its first {MAX_PREAMBLE} rows has all the headings {headings}{nearly}"


def _headings(sheet: "Sheet", top: int, count: int) -> list[str]:
    """The heading of each column: what stands over it in the rows from `top` on, a merged cell once."""
    rows = range(top, top + count)
    width = max(sheet.width(row) for row in rows)
    merged = [column for row, column in sheet.grid.merged if row in rows]
    headings = []
    for column in range(1, max([width, *merged]) + 1):
        origins = dict.fromkeys(sheet.grid.merged.get((row, column), (row, column)) for row in rows)
        headings.append(" ".join(text for text in (sheet.cell(*origin).text for origin in origins) if text))
    return headings


def _row(sheet: "Sheet", row: int, last: int) -> list[str]:
    """What is seen in each column of a row, as far as any row down to the `last` reaches."""
    return [sheet.shown(row, column).text for column in range(1, len(_headings(sheet, row, last - row + 1)) + 1)]
