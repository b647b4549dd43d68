"""Writing a ministry's table by the very declaration that will be used to read it."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from arna.demo.generator.chance import Chance
from arna.demo.generator.reports import is_gap
from arna.demo.generator.reservoirs import Reservoir
from arna.demo.generator.rivers import River
from record.network.basin import Site, SiteKind, Station
from record.network.source import Table

_MORNING = 8
_GAUGE_ERROR = 0.015
_CENT = Decimal("0.01")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: whose values, at which local time, and the values by series; None is missing."""

    code: str
    at: datetime
    values: dict[str, Decimal | None]


def rows(table: Table, stations: Iterable[tuple[Station, Site]], day: date, chance: Chance) -> list[Row]:
    """The lines of a morning: daily means of the day before stand at 00:00, readings of the term at 08:00.

    Only columns that stand for every station are filled, and only with series that the station declares.
    """
    zone = ZoneInfo(table.zone)
    written = {column.series for column in table.columns if column.station is None}
    made = []
    for station, site in stations:
        for suffix, at in (
            (".daily", datetime.combine(day - _DAY, time(), zone)),
            (".term", datetime.combine(day, time(_MORNING), zone)),
        ):
            series = [said for said in station.series if said in written and said.endswith(suffix)]
            values = {said: _value(said, station, site, at.date(), chance) for said in series}
            if values:
                made.append(Row(code=station.code, at=at, values=values))
    return made


def write(table: Table, lines: Sequence[Row]) -> bytes:
    """The table's bytes: delimiter, headings, decimal mark, time and encoding as declared.

    A value that is missing is one of the declared blanks; a cell that does not apply is empty.
    """
    blank = next((mark for mark in table.blanks if mark), "")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=table.delimiter, lineterminator="\r\n")
    station_heading = [] if table.station_heading is None else [table.station_heading]
    writer.writerow([table.time_heading, *station_heading, *(column.heading for column in table.columns)])
    for line in lines:
        cells = [_cell(line, column.series, table.decimal, blank) for column in table.columns]
        writer.writerow([line.at.strftime(table.time_format), *([line.code] if station_heading else []), *cells])
    return text.getvalue().encode(table.encoding)


def _cell(line: Row, series: str, mark: str, blank: str) -> str:
    if series not in line.values:
        return ""
    value = line.values[series]
    return blank if value is None else str(value).replace(".", mark)


def _value(series: str, station: Station, site: Site, day: date, chance: Chance) -> Decimal | None:
    if is_gap(chance, station, day, series):
        return None
    if site.kind is SiteKind.RESERVOIR:
        return _rounded(_of_reservoir(series, Reservoir(site, chance), day))
    error = 1 + _GAUGE_ERROR * chance.normal(station.id, day, series, "gauge")
    return _rounded(_of_river(series, River(site, chance), day) * error)


def _of_reservoir(series: str, reservoir: Reservoir, day: date) -> float:
    values = {
        "level.term": reservoir.level,
        "storage.term": reservoir.storage,
    }
    if series in values:
        return values[series](day, _MORNING)
    return reservoir.release(day) if series.startswith("release") else reservoir.inflow(day)


def _of_river(series: str, river: River, day: date) -> float:
    if series.startswith("level"):
        return river.level(day, _MORNING) / 100
    return river.mean(day) if series.endswith(".daily") else river.flow(day, _MORNING)


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(_CENT)
