"""The frame that all lines of an account are told in: its periods, and the arrays that were read for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import numpy as np

from record.entry import Flag
from record.network import Network
from record.network.basin import Nature
from service.accounts.counted import Source
from service.accounts.document import Addend, Counts, Numbers, Part, Span, Volume
from service.accounts.gauged import Gauged
from service.accounts.litres import million_m3
from service.accounts.spans import Sum, summed
from service.accounts.states import States
from service.figures.days import BASES
from service.figures.periods import Kind, Period, split

_DAY = timedelta(days=1)


class Seen(NamedTuple):
    """What was seen of a gauge on the days of an account: from which intervals, by which newest entry, how flagged."""

    intervals: tuple[str, ...]
    entry: int | None
    suspect: int
    bad: int
    readings: int
    left_out: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Frame:
    """An account of `begin <= day < end` in `spans`; `gauged` begins earlier, `states` end a day later."""

    network: Network
    begin: date
    end: date
    spans: tuple[Span, ...]
    gauged: Gauged
    states: States

    @property
    def days(self) -> int:
        """How many days the account has."""
        return (self.end - self.begin).days

    @cached_property
    def starts(self) -> np.ndarray:
        """The place of the first day of each period, counted from the account's first day."""
        return np.array([(span.begin - self.begin).days for span in self.spans], dtype=np.int64)

    @cached_property
    def lasts(self) -> np.ndarray:
        """The place of the last day of each period."""
        return np.array([(span.end - self.begin).days - 1 for span in self.spans], dtype=np.int64)

    @cached_property
    def seen(self) -> list[Seen]:
        """What was seen of each gauge, by its row."""
        flags, basis = self.within(self.gauged.flag), self.within(self.gauged.basis)
        newest = self.within(self.gauged.entry).max(axis=1, initial=-1).tolist()
        suspect, bad = (np.count_nonzero(flags == flag, axis=1).tolist() for flag in (Flag.SUSPECT, Flag.BAD))
        readings, left_out = (
            self.within(layer).sum(axis=1).astype(np.int64).tolist()
            for layer in (self.gauged.readings, self.gauged.left_out)
        )
        found = [np.any(basis == place, axis=1).tolist() for place in range(len(BASES))]
        return [
            Seen(
                tuple(interval for place, interval in enumerate(BASES) if found[place][row]),
                None if newest[row] < 0 else newest[row],
                suspect[row],
                bad[row],
                readings[row],
                left_out[row],
            )
            for row in range(len(newest))
        ]

    def within(self, days: np.ndarray) -> np.ndarray:
        """Of an array over all days that were read (..., day), the days of the account."""
        first = (self.begin - self.gauged.begin).days
        found: np.ndarray = days[..., first : first + self.days]
        return found

    def volume(self, amount: np.ndarray) -> Volume:
        """Litres of the account's days (day), by period."""
        return volume_of(summed(amount, self.starts))

    def values(self, sources: Sequence[Source]) -> np.ndarray:
        """What these measured on all days that were read (source, day)."""
        return self.gauged.of([one.gauge for one in sources])

    def held(self, sources: Sequence[Source]) -> np.ndarray:
        """What these held at 08:00 of each day of the account and of the day after (source, day)."""
        found: np.ndarray = self.states.value[self.states.places([one.gauge for one in sources])]
        return found

    def part_held(self, source: Source, days: np.ndarray) -> Part:
        """A gauge of which the states of these days count, as places from the account's first day on."""
        (row,) = self.states.places([source.gauge])
        flags, basis, entry = (layer[row, days] for layer in (self.states.flag, self.states.basis, self.states.entry))
        newest = int(entry.max(initial=-1))
        return _part(
            self.network,
            source,
            Seen(
                tuple(interval for place, interval in enumerate(BASES) if np.any(basis == place)),
                None if newest < 0 else newest,
                int(np.count_nonzero(flags == Flag.SUSPECT)),
                int(np.count_nonzero(flags == Flag.BAD)),
                int(np.count_nonzero(~np.isnan(self.states.value[row, days]))),
                0,
            ),
        )

    def part(self, source: Source) -> Part:
        """A gauge of the account as it stands in the document."""
        return parts(self, [source])[0]


def framed(network: Network, begin: date, end: date, kind: Kind, gauged: Gauged, states: States) -> Frame:
    """The frame of an account; periods of which a part was asked for alone are cut to it."""
    spans = spans_of(network, begin, end, kind)
    return Frame(network=network, begin=begin, end=end, spans=spans, gauged=gauged, states=states)


def spans_of(network: Network, begin: date, end: date, kind: Kind) -> tuple[Span, ...]:
    """The periods of a range of days, cut to it."""
    return tuple(
        Span(
            label=one.label,
            cut=_cut(one, begin, end),
            begin=max(one.begin, begin),
            end=min(one.end, end),
            days=(min(one.end, end) - max(one.begin, begin)).days,
            whole=begin <= one.begin and one.end <= end,
        )
        for one in split(kind, begin, end, network.figures)
    )


def _cut(period: Period, begin: date, end: date) -> str:
    """Which part of a period lies in `begin <= day < end`, by the days of its month where it is within one."""
    within = (period.begin.year, period.begin.month) == ((period.end - _DAY).year, (period.end - _DAY).month)
    first, last = (_ordinal(day.day) if within else day.isoformat() for day in (max(begin, period.begin), end - _DAY))
    if end - begin == _DAY < period.end - period.begin:
        return f"{first} alone"
    said = [f"from {first}"] if begin > period.begin else []
    said += [f"to {last}"] if end < period.end else []
    return " ".join(said)


def _ordinal(number: int) -> str:
    teen = number // 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def parts(frame: Frame, sources: Sequence[Source]) -> list[Part]:
    """The gauges of a line as they stand in the document."""
    return [
        _part(frame.network, one, frame.seen[row])
        for one, row in zip(sources, frame.gauged.places([one.gauge for one in sources]), strict=True)
    ]


def addends(frame: Frame, sources: Sequence[Source], amounts: np.ndarray) -> tuple[Addend, ...]:
    """The parts of a sum, each with its litres (source, day) by period."""
    if not sources:
        return ()
    sums = summed(amounts, frame.starts)
    volumes = zip(rows_of(million_m3(sums.whole)), rows_of(million_m3(sums.known)), sums.lacking.tolist(), strict=True)
    return tuple(
        Addend(part=part, volume=Volume(volume=volume, known=known, days_missing=tuple(lacking)))
        for part, (volume, known, lacking) in zip(parts(frame, sources), volumes, strict=True)
    )


def volume_of(found: Sum) -> Volume:
    """A sum of litres as it stands in the document."""
    return Volume(
        volume=numbers(million_m3(found.whole)),
        known=numbers(million_m3(found.known)),
        days_missing=counts(found.lacking),
    )


def numbers(values: np.ndarray) -> Numbers:
    """A column of numbers; None where one is not known."""
    return tuple(None if value != value else value for value in values.tolist())


def counts(values: np.ndarray) -> Counts:
    """A column of counts."""
    return tuple(values.tolist())


def rows_of(values: np.ndarray) -> list[Numbers]:
    """Columns of numbers (row, period)."""
    boxed = values.astype(object)
    boxed[np.isnan(values)] = None
    return [tuple(row) for row in boxed.tolist()]


def natures_of(network: Network) -> list[Nature]:
    """The natures that stations of the network have, real ones first."""
    present = {station.nature for station in network.stations.values()}
    return [nature for nature in Nature if nature is Nature.REAL or nature in present]


def _part(network: Network, one: Source, seen: Seen) -> Part:
    station = None if one.station is None else network.stations[one.station]
    return Part(
        site=one.site,
        party=one.party,
        quantity=one.quantity,
        station=one.station,
        name=network.sites[one.site].names["en"] if station is None else station.names["en"],
        verified=station is not None and network.is_verified(station.id),
        computed=station is not None and station.computed,
        series=tuple(f"{one.station}.{one.quantity}.{interval}" for interval in seen.intervals),
        entry=seen.entry,
        days_suspect=seen.suspect,
        days_bad=seen.bad,
        readings=seen.readings,
        left_out=seen.left_out,
        reason=one.reason,
    )
