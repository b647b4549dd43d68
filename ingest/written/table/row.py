"""One row of a table: a reading of each filled column, or the reason why there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ingest.reading import Reading, Unreadable
from ingest.written.table.cell import BLANKS, Cell, number_of
from ingest.written.table.header import Header, Place

if TYPE_CHECKING:
    from record.network.source import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The cells of a row below the header, their outer blanks taken off.

    `named`: the station that stands outside of the row, "" for none; `where` gives the place of the row, or of a cell
    by its heading and its column from 0; `fragment` the bytes of the row, `encoded` those of a text in it.
    """

    cells: Sequence[Cell]
    header: Header
    table: "Table"
    where: Callable[[str | None, int], str]
    fragment: bytes
    encoded: Callable[[str], bytes]
    named: str = ""

    def read(self, place: Place, time: datetime) -> Reading | Unreadable | None:
        """What a cell says of an aware time; None where it does not apply.

        It does not where it is empty beside filled ones, and "missing" has a mark of its own in this table.
        """
        cell = self.cells[place.at]
        if not is_filled(cell) and has_mark(self.table) and self.is_filled():
            return None
        station = place.station or self._station()
        if not station:
            reason = "nothing says whose it is" if self.header.station is None else "the row names no station"
            return self.refused(reason, (place.heading, place.at))
        value = None if is_blank(cell, self.table) else number_of(cell, self.table.decimal)
        if isinstance(value, str):
            return self.refused(value, (place.heading, place.at), cell.text)
        quantity, _, interval = place.series.partition(".")
        return Reading(
            station=station,
            quantity=quantity,
            interval=interval,
            time=time,
            value=value,
            unit=place.unit,
            where=self.where(place.heading, place.at),
            fragment=self.fragment,
        )

    def refused(self, reason: str, at: tuple[str | None, int] = (None, 0), text: str | None = None) -> Unreadable:
        """The whole row, or the cell whose `text` is given, as unreadable; `at`: the heading and column at fault."""
        fragment = self.fragment if text is None else self.encoded(text)
        return Unreadable(fragment=fragment, where=self.where(*at), reason=reason)

    def is_filled(self) -> bool:
        """Whether any of its columns holds anything."""
        return any(is_filled(self.cells[place.at]) for place in self.header.columns)

    def _station(self) -> str:
        if self.header.station is None:
            return self.named
        return self.cells[self.header.station].text


def is_blank(cell: Cell, table: "Table") -> bool:
    """Whether a cell bears one of the declared marks for a missing value."""
    is_empty_fault = cell.fault is not None and not cell.text
    return not is_empty_fault and cell.text in {blank.strip(BLANKS) for blank in table.blanks}


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds anything."""
    return bool(cell.text or cell.fault)


def has_mark(table: "Table") -> bool:
    """Whether "missing" has another mark than the empty cell, which then means that nothing applies."""
    return any(blank.strip(BLANKS) for blank in table.blanks) or "" not in table.blanks
