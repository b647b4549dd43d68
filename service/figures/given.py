"""Which readings an answer of figures gives: those that stand in it as they are, and daily values with theirs.

A mean of a month gives nobody its days. So what is noted is each day, with the readings on which it rests, each mean of
a 10-day period or month that was itself given, and what was read at the terms; of the year before and of the extremes
of norms the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby

import numpy as np

from record.ledger.access import Given
from record.network import Network
from service.figures.answer import Answer
from service.figures.day import day_of, local_midnights
from service.figures.days import BASES, BY_PREFERENCE
from service.figures.periods import Kind
from service.figures.terms import AT_AN_INSTANT, HOURS

_THEMSELVES = {Kind.DAY: BY_PREFERENCE, Kind.TEN_DAYS: ("10-day",), Kind.MONTH: ("monthly",)}
_APART = 13 * 3600
"""Readings of both terms of a day and of the next ones stand no farther apart, seconds, also where a clock changed."""


def given(answer: Answer, network: Network) -> list[Given]:
    """A note for each stretch of periods, or of readings at the terms, that one series gave without a gap."""
    if answer.kind not in _THEMSELVES:
        return []
    notes = [*_of_periods(answer, network), *_of_year_before(answer, network), *_of_extremes(answer, network)]
    return _joined([*notes, *_of_terms(answer, network)])


def _of_periods(answer: Answer, network: Network) -> Iterator[Given]:
    if "value" in answer.table:
        yield from _stretches(answer, network, "value", "basis", "entry", "period", "end")


def _of_year_before(answer: Answer, network: Network) -> Iterator[Given]:
    if "year_before" in answer.table:
        layers = (f"year_before{more}" for more in ("", "_basis", "_entry", "_begin", "_end"))
        yield from _stretches(answer, network, *layers)


def _stretches(
    answer: Answer, network: Network, value: str, basis: str, entry: str, begin: str, end: str
) -> Iterator[Given]:
    """Periods in a row that have a value which one series gave."""
    table = answer.table
    bits, entries = table[basis].values[0].tolist(), table[entry].values[0].tolist()
    begins, ends = (table[name].values.astype("datetime64[D]").tolist() for name in (begin, end))
    valued = (~np.isnan(table[value].values[0])).tolist()
    of = _series_of_bits(answer.kind)
    places = range(len(begins))
    for interval, stretch in groupby(places, lambda place: of.get(bits[place]) if valued[place] else None):
        if interval is not None:
            held = list(stretch)
            newest = max(entries[place] for place in held)
            yield _note(answer, network, interval, begins[held[0]], ends[held[-1]], newest)


def _of_extremes(answer: Answer, network: Network) -> Iterator[Given]:
    table, of = answer.table, _series_of_bits(answer.kind)
    if "extreme" not in table.coords:
        return
    shown = ~np.isnan(table["mean"].values[0])
    layers = (table[name].values[0][shown].ravel() for name in ("basis", "entry"))
    days = (table[name].values[0][shown].ravel().astype("datetime64[D]") for name in ("begin", "end"))
    for bits, entry, begin, end in zip(*(one.tolist() for one in (*layers, *days)), strict=True):
        if bits in of:
            yield _note(answer, network, of[bits], begin, end, entry)


def _of_terms(answer: Answer, network: Network) -> Iterator[Given]:
    table = answer.table
    for hour in HOURS:
        if f"at_{hour:02}" in table:
            zone = network.zone_of(answer.subject.station)
            days = table["period"].values.astype("datetime64[D]").tolist()
            entries, bases = (table[f"at_{hour:02}_{layer}"].values[0].tolist() for layer in ("entry", "basis"))
            for day, entry, basis in zip(days, entries, bases, strict=True):
                if entry >= 0:
                    moment = int(datetime.combine(day, time(hour), zone).timestamp())
                    series = f"{answer.subject.station}.{answer.subject.quantity}.{AT_AN_INSTANT[basis]}"
                    yield Given(subject=series, start=moment, end=moment + 1, low=entry, size=entry + 1)


def _joined(notes: Iterable[Given]) -> list[Given]:
    """Notes of a series that meet, or are of terms next to each other, as one; nothing stands between such terms."""
    found: list[Given] = []
    for one in sorted(notes, key=lambda note: (note.subject, note.start, note.end)):
        last = found[-1] if found else None
        if last is not None and last.subject == one.subject and one.start <= last.end + _gap(one.subject):
            end, low = max(last.end, one.end), min(last.low, one.low)
            found[-1] = replace(last, end=end, low=low, size=max(last.size, one.size))
        else:
            found.append(one)
    return found


def _gap(series: str) -> int:
    return _APART if series.endswith(".term") else 0


def _series_of_bits(kind: Kind) -> dict[int, str]:
    """The interval that gave a period itself, by the bits of its basis."""
    return {1 << BASES.index(basis): basis for basis in _THEMSELVES[kind]}


def _note(answer: Answer, network: Network, interval: str, begin: date, end: date, newest: int) -> Given:
    start, stop = _bounds(network, answer.subject.station, interval, begin, end)
    return Given(
        subject=f"{answer.subject.station}.{answer.subject.quantity}.{interval}",
        start=int(start.timestamp()),
        end=int(stop.timestamp()),
        size=newest + 1,
    )


def _bounds(network: Network, station: str, basis: str, begin: date, end: date) -> tuple[datetime, datetime]:
    if basis in ("daily", "10-day", "monthly"):
        zone = network.zone_of(station)
        return local_midnights(begin, zone)[0], local_midnights(end, zone)[0]
    return day_of(network.report_day, begin).begin, day_of(network.report_day, end).begin
