"""The intervals of series: what a time stamp means.

A stamp is the start of its half-open period, in the local calendar of the station's party: a daily mean of 5 May at
a Kyrgyz post is stamped 2026-05-05T00:00+06:00. Messages stamp periods in other ways too, which `ingest.stamp` turns
into this one. `term` readings are instants, taken at 08:00 and 20:00 local time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from record.errors import UnknownName
from record.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval of series; `point` is true for instants.

    `shortest` is the shortest time from one stamp to the next, `step` what ISO 8601 calls it by; `even` is false where
    the periods of one step are not all of that length.
    """

    id: str
    label: str
    point: bool
    shortest: timedelta
    step: str
    even: bool = True

    def label_of(self, quantities: Iterable[Quantity]) -> str:
        """What the values of these quantities are: of an amount a period has a sum, and no mean."""
        means = {quantity.mean for quantity in quantities}
        if self.point or False not in means:
            return self.label
        return self.label.replace("means", "means and sums" if True in means else "sums")

    def stamp_of(self, quantities: Iterable[Quantity]) -> str:
        """What a time of these quantities is; an amount falls within a period even where readings are instants."""
        means = {quantity.mean for quantity in quantities}
        if not self.point or means == {False}:
            return "the start of its period"
        return "that instant" if False not in means else "that instant, of an amount the start of its period"

    def cell_methods(self, quantity: Quantity) -> str:
        """How a value stands to its time, in the words of CF."""
        if not quantity.mean:
            return "time: sum"
        return "time: point" if self.point else "time: mean"


def _points(name: str, label: str, shortest: timedelta, step: str) -> Interval:
    return Interval(id=name, label=label, point=True, shortest=shortest, step=step)


def _periods(name: str, label: str, days: int, step: str, *, even: bool = True) -> Interval:
    return Interval(id=name, label=label, point=False, shortest=timedelta(days=days), step=step, even=even)


INTERVALS: dict[str, Interval] = {
    "term": _points("term", "readings at the terms", timedelta(hours=12), "PT12H"),
    "10-minute": _points("10-minute", "10-minute readings", timedelta(minutes=10), "PT10M"),
    "hourly": _points("hourly", "hourly readings", timedelta(hours=1), "PT1H"),
    "daily": _periods("daily", "daily means", 1, "P1D"),
    # The third 10-day period of a month has from 8 to 11 days.
    "10-day": _periods("10-day", "means of 10-day periods", 8, "P10D", even=False),
    "monthly": _periods("monthly", "monthly means", 28, "P1M"),
}


def interval_of(name: str) -> Interval:
    """Return the interval of that id; raise `UnknownName` with the known ids otherwise."""
    try:
        return INTERVALS[name]
    except KeyError:
        raise UnknownName(f"interval {name!r} is not one of ours: use one of {', '.join(INTERVALS)}") from None
