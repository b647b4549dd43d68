"""Other spans of a hydrograph, as links to the same place: shorter, longer, earlier, later."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from record.network.account import FigureRules
from service.figures.periods import FIRST, LAST, Kind, numbers
from service.hydrographs import Hydrograph
from service.language.phrase import Phrase, phrase

_DAY = timedelta(days=1)
_LENGTHS = {"10-day": timedelta(days=10), "month": timedelta(days=30), "year": timedelta(days=365)}


@dataclass(frozen=True, slots=True)
class Zoom:
    """A span that a link leads to, by what the address says; `first` None where there is nothing to go to."""

    name: Phrase
    first: str | None
    last: str | None
    own: bool = False


def zooms(
    held: Sequence[Hydrograph], extent: tuple[int, int], zone: ZoneInfo, rules: FigureRules, *, by_days: bool
) -> Iterator[Zoom]:
    """The spans beside that of the hydrographs, whose series have something within `extent`, in seconds.

    Of what is told `by_days`, or by longer periods, one day is no span.
    """
    start, end = held[0].start, held[0].end
    last = _day_past(min(end, extent[1]), zone)
    spans = {} if by_days else {phrase("a day"): (last - _DAY, last)}
    spans |= {
        phrase("10 days"): (last - _LENGTHS["10-day"], last),
        phrase("a month"): (last - _LENGTHS["month"], last),
        phrase("the season"): _season(last - _DAY, rules),
        phrase("a year"): (last - _LENGTHS["year"], last),
    }
    for name, days in spans.items():
        bounds = tuple(_midnight(day, zone) for day in days)
        yield Zoom(name, days[0].isoformat(), days[1].isoformat(), own=bounds == (start, end))
    whole = _midnight(_day(extent[0], zone), zone), _midnight(_day_past(extent[1], zone), zone)
    yield Zoom(phrase("everything"), _written(whole[0], zone), _written(whole[1], zone), own=whole == (start, end))


def shifts(held: Sequence[Hydrograph], extent: tuple[int, int], zone: ZoneInfo) -> tuple[Zoom, Zoom]:
    """The span before and the span after; each leads nowhere where the series have nothing there."""
    start, end = held[0].start, held[0].end
    length = end - start
    earlier, later = (
        (_written(start - length, zone), _written(start, zone)),
        (_written(end, zone), _written(end + length, zone)),
    )
    none = None, None
    return (
        Zoom(phrase("earlier"), *(earlier if extent[0] < start else none)),
        Zoom(phrase("later"), *(later if extent[1] > end else none)),
    )


def _season(day: date, rules: FigureRules) -> tuple[date, date]:
    held = numbers(np.array([min(max(day, FIRST), LAST)], dtype="datetime64[D]"), Kind.SEASON, rules)
    return held.begin[0].item(), held.end[0].item()


def _day(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, zone).date()


def _day_past(at: int, zone: ZoneInfo) -> date:
    """The first day that begins at a time or after it."""
    return _day(at - 1, zone) + _DAY


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())


def _written(at: int, zone: ZoneInfo) -> str:
    """A time as an address says it: a day where it is the beginning of one."""
    day = _day(at, zone)
    if _midnight(day, zone) == at:
        return day.isoformat()
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
