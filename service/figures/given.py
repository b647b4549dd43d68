"""Which readings an answer of figures gives: those that stand in it as they are, and daily values with theirs.

A mean of a month gives nobody its days. So what is noted is each day, with the readings on which it rests, each mean of
a 10-day period or month that was itself given, and what was read at the terms.
"""

from collections.abc import Iterator
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


def given(answer: Answer, network: Network) -> list[Given]:
    """A note for each stretch of periods in a row that one series gave, and one for each reading at a term."""
    if answer.kind not in _THEMSELVES:
        return []
    return [*_of_periods(answer, network), *_of_terms(answer, network)]


def _of_periods(answer: Answer, network: Network) -> Iterator[Given]:
    table = answer.table
    bits, entries = table["basis"].values[0].tolist(), table["entry"].values[0].tolist()
    begins, ends = (table[name].values.astype("datetime64[D]").tolist() for name in ("period", "end"))
    valued = (~np.isnan(table["value"].values[0])).tolist()
    of = {1 << BASES.index(basis): basis for basis in _THEMSELVES[answer.kind]}
    places = range(len(begins))
    for basis, stretch in groupby(places, lambda place: of.get(bits[place]) if valued[place] else None):
        if basis is not None:
            held = list(stretch)
            start, end = _bounds(network, answer.subject.station, basis, begins[held[0]], ends[held[-1]])
            yield Given(
                subject=f"{answer.subject.station}.{answer.subject.quantity}.{basis}",
                start=int(start.timestamp()),
                end=int(end.timestamp()),
                size=max(entries[place] for place in held) + 1,
            )


def _of_terms(answer: Answer, network: Network) -> Iterator[Given]:
    table, zone = answer.table, network.zone_of(answer.subject.station)
    days = table["period"].values.astype("datetime64[D]").tolist()
    for hour in HOURS:
        if f"at_{hour:02}" in table:
            entries, bases = (table[f"at_{hour:02}_{layer}"].values[0].tolist() for layer in ("entry", "basis"))
            for day, entry, basis in zip(days, entries, bases, strict=True):
                if entry >= 0:
                    moment = int(datetime.combine(day, time(hour), zone).timestamp())
                    series = f"{answer.subject.station}.{answer.subject.quantity}.{AT_AN_INSTANT[basis]}"
                    yield Given(subject=series, start=moment, end=moment + 1, low=entry, size=entry + 1)


def _bounds(network: Network, station: str, basis: str, begin: date, end: date) -> tuple[datetime, datetime]:
    if basis in ("daily", "10-day", "monthly"):
        zone = network.zone_of(station)
        return local_midnights(begin, zone)[0], local_midnights(end, zone)[0]
    return day_of(network.report_day, begin).begin, day_of(network.report_day, end).begin
