"""Which readings a report gives to who is given the report: those on which the figures that it shows rest."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from record.ledger.access import Given
from record.network import Network
from service.figures.day import local_midnights
from service.reports.report import BasinPart, Figure, Report

_DAILY = "daily"
_OF_RESERVOIRS = ("level", "storage", "inflow", "release")
_OF_FLOWS = ("canals", "borders", "rivers", "posts")
"""Posts are what version 0.1 called rivers."""


class _Shown(NamedTuple):
    """What is told of a figure: its station and quantity, the intervals of its readings, entries and how many."""

    station: str
    quantity: str
    basis: Iterable[str]
    entries: tuple[int, ...]
    readings: int


class _Days(NamedTuple):
    """The days of the report, begin <= day < until, and where they begin and end."""

    begin: date
    until: date
    start: datetime
    stop: datetime


def given(report: Report, network: Network) -> list[Given]:
    """A note for each figure with a value: its series, the time of its readings, and the entries that it names."""
    span = report.span
    days = _Days(span.begin, span.until, span.start, span.stop)
    shown = [_shown(figure) for part in report.basins for figure in _of_part(part) if figure.value is not None]
    return list(_notes(shown, days, network))


def given_by(body: bytes, network: Network) -> list[Given]:
    """The same by the figures of an issued report, as its JSON states them; of a daily one of version 0.1 too."""
    said = orjson.loads(body)
    told = [figure for part in said["basins"] for figure in _told(part) if figure["value"] is not None]
    return list(_notes(map(_read, told), _days_of(said), network))


def _days_of(said: Mapping[str, Any]) -> _Days:
    if "span" in said:
        span = said["span"]
        begin, until = (date.fromisoformat(span[name]) for name in ("begin", "until"))
        start, stop = (datetime.fromisoformat(span[name]) for name in ("start", "stop"))
        return _Days(begin, until, start, stop)
    begin = date.fromisoformat(said["date"])
    start, stop = (datetime.fromisoformat(said["day"][name]) for name in ("begin", "end"))
    return _Days(begin, begin + timedelta(days=1), start, stop)


def _of_part(part: BasinPart) -> Iterator[Figure]:
    for row in part.reservoirs:
        yield from (one for one in (row.level, row.storage, row.inflow, row.release) if one is not None)
    for flow in (*part.canals, *part.borders, *part.rivers):
        yield flow.flow


def _told(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for row in part["reservoirs"]:
        yield from (row[name] for name in _OF_RESERVOIRS if row[name] is not None)
    for rows in _OF_FLOWS:
        yield from (row["flow"] for row in part.get(rows, ()))


def _shown(figure: Figure) -> _Shown:
    return _Shown(figure.subject, figure.quantity, figure.basis, figure.entries, figure.readings)


def _read(told: Mapping[str, Any]) -> _Shown:
    entries, readings = tuple(told["entries"]), told["readings"]
    if "series" in told:
        station, quantity, interval = told["series"].rsplit(".", 2)
        return _Shown(station, quantity, (interval,), entries, readings)
    return _Shown(told["subject"], told["quantity"], told["basis"], entries, readings)


def _notes(shown: Iterable[_Shown], days: _Days, network: Network) -> Iterator[Given]:
    for one in shown:
        for interval in one.basis:
            series = network.series.get(f"{one.station}.{one.quantity}.{interval}")
            if series is not None and one.entries:
                start, stop = days.start, days.stop
                if interval == _DAILY:
                    zone = network.zone_of(series.station)
                    start, stop = local_midnights(days.begin, zone)[0], local_midnights(days.until, zone)[0]
                yield Given(
                    subject=series.id,
                    start=int(start.timestamp()),
                    end=int(stop.timestamp()),
                    # A figure of many readings names the newest entries alone.
                    low=min(one.entries) if one.readings <= len(one.entries) else 0,
                    size=max(one.entries) + 1,
                )
