"""How a hydrograph tells time: of a mean its period in the calendar of its station, of an instant the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from record.network import Network
from record.network.interval import INTERVALS
from service.hydrographs import Hydrograph
from service.language import Language
from service.page.hydrograph.instants import instants
from service.page.reader import Reader
from service.page.when import when
from service.reports.told.teller import SUMS

_FIRSTS = [date(2000, month, 1) for month in range(1, 13)]
"""A first day of each month, to name months and days by."""
_SOME = [date(2000, month, 28) for month in range(1, 13)]
"""A day of each month whose number stands in no other place of its name."""
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Naming:
    """How the times of hydrographs are told to a reader; `by_days` where all of them are of days or longer periods."""

    reader: Reader
    network: Network
    held: Sequence[Hydrograph]

    @property
    def by_days(self) -> bool:
        """Whether no series is of instants."""
        return not any(is_point(self.network, one.series) for one in self.held)

    @property
    def clock(self) -> tzinfo:
        """By which the axis of times is parted: of periods that of the first station, in whose calendar they begin."""
        return self.zone_of(self.held[0].series) if self.by_days else self.reader.clock.tz

    def zone_of(self, series: str) -> tzinfo:
        """The zone of the station of a series."""
        return self.network.zone_of(self.network.series[series].station)

    def brief(self, series: str, at: datetime) -> str:
        """Of when a reading is, without the offset where it is an instant."""
        if is_point(self.network, series):
            return f"{at.astimezone(self.reader.clock.tz):%Y-%m-%d %H:%M}"
        return self.whole(series, at)

    def whole(self, series: str, at: datetime) -> str:
        """Of when a reading is."""
        return when(self.reader, self.network, series, at)

    @property
    def span(self) -> str:
        """From when to when the hydrographs go; of days the first and the last."""
        first, last = (datetime.fromtimestamp(at, UTC) for at in (self.held[0].start, self.held[0].end))
        language = self.reader.language
        if not self.by_days:
            return language.say(
                "From {first} to {last}", first=self.reader.moment(first), last=self.reader.moment(last)
            )
        days = (language.day(at.astimezone(self.clock).date()) for at in (first, last - _SECOND))
        return language.say("From {first} to {last}", **dict(zip(("first", "last"), days, strict=True)))

    @property
    def times(self) -> list[tuple[float, str]]:
        """The labels below, each with its place in percent from the left."""
        start, end = self.held[0].start, self.held[0].end
        found = instants(start, end, self.clock, self.reader.language, by_days=self.by_days)
        return [(round(100 * (one.at - start) / (end - start), 2), one.label) for one in found]


def is_point(network: Network, series: str) -> bool:
    """Whether the readings of a series are instants."""
    return INTERVALS[network.series[series].interval].point


def is_sum(network: Network, series: str) -> bool:
    """Whether they are added up, and not averaged."""
    return network.series[series].quantity in SUMS


def patterns(language: Language) -> dict[str, Any]:
    """How the language names months, days and periods, by month, with `{day}` and `{year}` in their places."""
    return {
        "months": [language.month(first) for first in _FIRSTS],
        "days": [language.short_day(first) for first in _FIRSTS],
        "periods": [language.day(day).replace("28", "{day}").replace("2000", "{year}") for day in _SOME],
        "wholes": [language.month_of(first).replace("2000", "{year}") for first in _FIRSTS],
        "mean": language.say("{day}, mean", day="{day}"),
        "sum": language.say("{day}, sum", day="{day}"),
    }
