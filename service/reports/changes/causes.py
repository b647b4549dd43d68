"""What made a number of a report otherwise than it was: sayings between two sizes of the journal, and their reasons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from record.archive import Archive
from record.archive.amended import Amended
from record.network import Network
from record.network.basin import Series
from record.network.interval import INTERVALS
from record.quantities import quantity_of
from service.reports import keys
from service.reports.built.closing import hour_of
from service.reports.changes.counted import parts_of
from service.reports.gaps.sayings import Calendar
from service.reports.listed import Listed
from service.reports.report import Report

_OF_OTHER_YEARS = (keys.LAST_YEAR, keys.NORM, keys.RANK)
"""What rests on more than the entries of its figure."""
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What made a change: why, who said it, and the entries from the first that said it to what was computed of it."""

    reason: str | None
    source: str
    entries: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class Causes:
    """What was entered between two revisions: the entries `first <= entry < past`, and what they superseded."""

    first: int
    past: int
    report: Report
    archive: Archive
    network: Network
    by_entry: Mapping[int, Sequence[Amended]]
    by_quantity: Mapping[str, Sequence[Amended]]
    _known: dict[int, Cause]

    @classmethod
    def between(cls, archive: Archive, network: Network, first: int, report: Report) -> "Causes":
        """What the entries from the size of one revision up to that of the next did."""
        past = report.journal_size
        by_entry: dict[int, list[Amended]] = {}
        by_quantity: dict[str, list[Amended]] = {}
        for one in archive.amended(None, (first, past), past):
            if one.series in network.series and one.old[:2] != one.new[:2]:
                by_entry.setdefault(one.new.entry, []).append(one)
                by_quantity.setdefault(one.series.rpartition(".")[0], []).append(one)
        return cls(
            first=first, past=past, report=report, archive=archive, network=network, by_entry=by_entry,
            by_quantity=by_quantity, _known={},
        )  # fmt: skip

    def of(self, number: Listed) -> list[Cause]:
        """What made the change of a number: the entries between on which it rests, else those that took it away."""
        if number.measure.rpartition(".")[2] in _OF_OTHER_YEARS:
            return []
        parts = parts_of(number, self.report)
        rests_on = [part.entry for part in parts if part.entry is not None] if parts else number.entries
        gauges = [f"{part.station}.{part.quantity}" for part in parts] or [f"{number.station}.{number.quantity}"]
        entries = [entry for entry in rests_on if self.first <= entry < self.past]
        entries = entries or [one.new.entry for one in self._amended(number, gauges)]
        return [self._cause(entry) for entry in dict.fromkeys(entries)]

    def _amended(self, number: Listed, gauges: Sequence[str]) -> Iterator[Amended]:
        """The amended readings of these gauges and of the days of a number."""
        end = date.fromisoformat(str(number.end))
        begin = date.fromisoformat(str(number.begin)) if number.begin else end - _YEAR
        calendar = Calendar(network=self.network, begin=begin, end=end)
        for one in (one for gauge in gauges for one in self.by_quantity.get(gauge, ())):
            series = self.network.series[one.series]
            instants = instants_of(self.network, number, series, begin, end)
            if one.time in instants if instants else calendar.holds(series, one.time):
                yield one

    def _cause(self, entry: int) -> Cause:
        """The saying that an entry follows from, which is itself where it was neither computed nor judged anew."""
        if entry not in self._known:
            amended = self.by_entry.get(entry, ())
            grounds = [one for one in amended[0].grounds if self.first <= one < self.past] if amended else []
            earlier = max((one for one in grounds if one in self.by_entry), default=None)
            if earlier is not None:
                root = self._cause(earlier)
                self._known[entry] = Cause(reason=root.reason, source=root.source, entries=root.entries | {entry})
            else:
                self._known[entry] = self._own(entry, amended)
        return self._known[entry]

    def _own(self, entry: int, amended: Sequence[Amended]) -> Cause:
        if amended:
            return Cause(reason=amended[0].reason, source=amended[0].source, entries=frozenset({entry}))
        (arrival,) = self.archive.arrivals_of([entry])
        return Cause(reason=None, source=arrival.source, entries=frozenset({entry}))


def instants_of(network: Network, number: Listed, series: Series, begin: date, end: date) -> tuple[datetime, ...]:
    """Of a reservoir's state the readings that close a period, and open it; none of what is of its days."""
    if number.section != "reservoirs" or not quantity_of(number.quantity).state or not INTERVALS[series.interval].point:
        return ()
    days = (begin, end) if number.measure == "change" else (end,)
    return tuple(hour_of(network, series.station, day) for day in days)
