"""The intervals of series: what a time stamp means.

A stamp is the start of its half-open period, in the local calendar of the station's party: a daily mean of 5 May at
a Kyrgyz post is stamped 2026-05-05T00:00+06:00. Messages stamp periods in other ways too, which `ingest.stamp` turns
into this one. `term` readings are instants, taken at 08:00 and 20:00 local time.
"""

from dataclasses import dataclass

from record.errors import UnknownName


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An interval of series; `point` is true for instants."""

    id: str
    label: str
    point: bool


INTERVALS: dict[str, Interval] = {
    "term": Interval(id="term", label="readings at the terms", point=True),
    "10-minute": Interval(id="10-minute", label="10-minute readings", point=True),
    "hourly": Interval(id="hourly", label="hourly readings", point=True),
    "daily": Interval(id="daily", label="daily means", point=False),
    "10-day": Interval(id="10-day", label="means of 10-day periods", point=False),
    "monthly": Interval(id="monthly", label="monthly means", point=False),
}


def interval_of(name: str) -> Interval:
    """Return the interval of that id; raise `UnknownName` with the known ids otherwise."""
    try:
        return INTERVALS[name]
    except KeyError:
        raise UnknownName(f"interval {name!r} is not one of ours: use one of {', '.join(INTERVALS)}") from None
