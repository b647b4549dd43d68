"""Which readings a report gives to who is given the report: those that stand in it by themselves.

The mean of a month gives nobody its days. So what is noted is each day of a daily report, of any what was stored at its
end, of longer periods the means that a series itself gave of the very period, and the days of hydrographs.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import orjson

from record.ledger.access import Given
from record.network import Network
from record.network.interval import INTERVALS
from record.quantities import quantity_of
from service.figures.periods import Kind
from service.reports.report import Report

_DAY = timedelta(days=1)
_OF_RESERVOIRS = ("level", "storage", "inflow", "release")
_OF_FLOWS = ("canals", "borders", "rivers", "posts")
"""Posts are what version 0.1 called rivers."""
_THEMSELVES = {Kind.TEN_DAYS: "10-day", Kind.MONTH: "monthly"}
"""The interval whose means are of the periods of a kind."""


class _Shown(NamedTuple):
    """Days that are told of a quantity of a station, `begin <= day < end`, by readings at these intervals.

    They stand in entries from `low` to before `size`. With `at` it is the reading of that instant alone.
    """

    station: str
    quantity: str
    basis: Iterable[str]
    begin: date
    end: date
    low: int
    size: int
    at: datetime | None = None


class _Days(NamedTuple):
    """The days of a report that have ended, begin <= day < until."""

    kind: Kind
    begin: date
    until: date


def given(report: Report, network: Network) -> list[Given]:
    """A note for each series whose readings stand in the report, the days that it tells, and the entries of these."""
    return given_by(orjson.dumps(report), network)


def given_by(body: bytes, network: Network) -> list[Given]:
    """The same by the JSON of an issued report; of a daily one of version 0.1 too.

    Nothing by JSON that is laid out otherwise: no note costs anybody the file.
    """
    try:
        said = orjson.loads(body)
        days = _days_of(said)
        shown = [one for part in said["basins"] for one in _of_part(part, days, said)]
        return list(dict.fromkeys(note for one in shown for note in _notes(one, network)))
    except (LookupError, TypeError, ValueError):
        return []


def _of_part(part: Mapping[str, Any], days: _Days, said: Mapping[str, Any]) -> Iterator[_Shown]:
    for figure in _figures(part):
        if figure is not None and figure["value"] is not None and figure["entries"]:
            yield from _of_figure(figure, days)
    for drawn in part.get("hydrographs", ()):
        yield from _of_hydrograph(drawn, days, said["journal_size"])


def _figures(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any] | None]:
    for row in part["reservoirs"]:
        yield from (row[name] for name in _OF_RESERVOIRS)
    for rows in _OF_FLOWS:
        yield from (row["flow"] for row in part.get(rows, ()))


def _of_figure(figure: Mapping[str, Any], days: _Days) -> Iterator[_Shown]:
    """A figure whose readings stand by themselves; of many readings the newest entries alone are named."""
    station, quantity, basis = _named(figure)
    entries, begin = figure["entries"], days.begin
    if quantity_of(quantity).state:
        begin = max(days.until - _DAY, begin)
    elif days.kind is not Kind.DAY:
        basis = [interval for interval in basis if [interval] == basis and interval == _THEMSELVES.get(days.kind)]
    low = min(entries) if figure["readings"] <= len(entries) else 0
    at = figure.get("at")
    instant = None if at is None else datetime.fromisoformat(at)
    yield _Shown(station, quantity, basis, begin, days.until, low, max(entries) + 1, instant)


def _named(figure: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    """Station, quantity and the intervals of the readings."""
    if "series" in figure:
        station, quantity, interval = figure["series"].rsplit(".", 2)
        return station, quantity, [interval]
    return figure["subject"], figure["quantity"], figure["basis"]


def _of_hydrograph(drawn: Mapping[str, Any], days: _Days, count: int) -> Iterator[_Shown]:
    """The days of this year that are drawn, and those of the year before."""
    begin, station, quantity, basis = (
        date.fromisoformat(drawn["begin"]),
        *(drawn[name] for name in ("station", "quantity", "basis")),
    )
    if drawn["entry"] is not None:
        yield _Shown(station, quantity, basis, begin, days.until, 0, drawn["entry"] + 1)
    if any(value is not None for value in drawn["before"]):
        earlier = begin.replace(year=begin.year - 1)
        yield _Shown(station, quantity, basis, earlier, earlier + drawn["days"] * _DAY, 0, count)


def _days_of(said: Mapping[str, Any]) -> _Days:
    if "span" in said:
        span = said["span"]
        return _Days(Kind(span["kind"]), *(date.fromisoformat(span[name]) for name in ("begin", "until")))
    begin = date.fromisoformat(said["date"])
    return _Days(Kind.DAY, begin, begin + _DAY)


def _notes(shown: _Shown, network: Network) -> Iterator[Given]:
    for interval in shown.basis:
        series = network.series.get(f"{shown.station}.{shown.quantity}.{interval}")
        if series is not None and shown.begin < shown.end:
            start, end = _bounds(shown, series.station, interval, network)
            yield Given(subject=series.id, start=start, end=end, low=shown.low, size=shown.size)


def _bounds(shown: _Shown, station: str, interval: str, network: Network) -> tuple[int, int]:
    if shown.at is not None:
        instant = int(shown.at.timestamp())
        return instant, instant + 1
    begin, end = (_begin(day, station, interval, network) for day in (shown.begin, shown.end))
    return begin, end


def _begin(day: date, station: str, interval: str, network: Network) -> int:
    """When a day begins, seconds: for means by the calendar of the station, for instants by the report day."""
    if INTERVALS[interval].point:
        clock, zone = network.report_day.begins, network.report_day.tz
    else:
        clock, zone = time(), network.zone_of(station)
    return int(datetime.combine(day, clock, zone).timestamp())
