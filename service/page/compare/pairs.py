"""The two gauges of one gate: how far the parties' figures differ, day by day and over the whole span."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations

import numpy as np

from record.archive import Archive
from record.network import Network
from record.network import account as declared
from record.network.basin import Series, Station
from record.quantities import quantity_of
from service.accounts.counted import Source
from service.accounts.document import Gate, Span
from service.accounts.frame import spans_of
from service.accounts.lines import gate as gates
from service.accounts.lines.gate import GateLine
from service.accounts.litres import litres_of_day, million_m3
from service.accounts.reading import read_back, read_frame
from service.accounts.wanted import Wanted
from service.figures.periods import Kind
from service.language import Language

_UP_TO = {Kind.DAY: 400, Kind.TEN_DAYS: 4000}
"""Up to how many days are told one by one, and by 10-day period; more are by month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two stations of two parties that gauge one flow at one site; `gate` is what is declared of it, or None."""

    site: str
    quantity: str
    stations: tuple[Station, Station]
    gate: declared.Gate | None

    @property
    def natures(self) -> tuple[str, str]:
        """Of which nature each is."""
        one, other = self.stations
        return one.nature.value, other.nature.value

    @property
    def line(self) -> GateLine:
        """The same as a line of an account; a gate of which nothing is declared has no tolerance to be within."""
        none = declared.Gate(
            site=self.site, quantity=self.quantity, tolerance_percent=Decimal(0), document="None.", source="None."
        )
        one, other = (
            Source(site=self.site, party=station.party, quantity=self.quantity, station=station.id)
            for station in self.stations
        )
        return GateLine(nature=self.stations[0].nature, gate=self.gate or none, gauges=(one, other))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A pair over some days: `daily` by day and `whole` over all of them, as water accounts tell gates.

    `rows` are the same by `spans` of a `kind`, which are days where those are not too many to be read.
    `volumes` in million m3 are what each gauge gave on the days on which both are known, None where there is none.
    `missing` are the days of which each gauge says nothing.
    """

    pair: Pair
    days: tuple[date, ...]
    daily: Gate
    kind: Kind
    spans: tuple[Span, ...]
    rows: Gate
    whole: Gate
    volumes: tuple[float | None, float | None]
    missing: tuple[int, int]

    @property
    def common(self) -> int:
        """On how many days both are known."""
        return len(self.days) - self.whole.days_missing[0]

    def called(self, place: int, language: Language) -> str:
        """One of the `spans` by its days."""
        span = self.spans[place]
        return language.day(span.begin) if self.kind is Kind.DAY else language.span(span.begin, span.end)

    def is_outside(self, place: int) -> bool:
        """Whether the two differ beyond the declared tolerance on a day of one of the `spans`."""
        return self.pair.gate is not None and bool(self.rows.days_outside[place])


def pairs_in(network: Network, series: Sequence[Series]) -> Iterator[Pair]:
    """The pairs that are among these series, of flows that two parties gauge at a site, in the order of the sites."""
    held: dict[tuple[str, str], dict[str, Station]] = {}
    for one in series:
        station = network.station(one.station)
        if quantity_of(one.quantity).flows and not station.computed:
            held.setdefault((station.site, one.quantity), {})[station.id] = station
    for (site, quantity), stations in held.items():
        found = next((gate for gate in network.gates if (gate.site, gate.quantity) == (site, quantity)), None)
        for two in _of_two_parties(list(stations.values()), list(network.parties)):
            yield Pair(site=site, quantity=quantity, stations=two, gate=found)


def _of_two_parties(stations: Sequence[Station], order: Sequence[str]) -> list[tuple[Station, Station]]:
    """Pairs of one nature; where there is none, those of two."""
    placed = sorted(stations, key=lambda one: order.index(one.party))
    pairs = [(one, other) for one, other in combinations(placed, 2) if one.party != other.party]
    return [(one, other) for one, other in pairs if one.nature is other.nature] or pairs


def difference_of(archive: Archive, network: Network, pair: Pair, begin: date, end: date, count: int) -> Difference:
    """The difference on `begin <= day < end`, from the first `count` entries, reckoned as water accounts reckon it."""
    line = pair.line
    asked = Wanted(divisions=(), plans=(), reaches=(), reservoirs=(), gates=(line,))
    frame = read_frame(archive, network, asked, begin, end, Kind.DAY, count)
    (back,) = read_back(archive, (line,), frame, count)
    days = (end - begin).days
    kind = next((kind for kind, most in _UP_TO.items() if days <= most), Kind.MONTH)
    spans = frame.spans if kind is Kind.DAY else spans_of(network, begin, end, kind)
    over = Span(label="", cut="", begin=begin, end=end, days=days, whole=True)
    daily, rows, whole = (
        gates.told((line,), (replace(back, spans=parts),))[0] for parts in (frame.spans, spans, (over,))
    )
    one, other = (tuple(value for value in gauge.mean if value is not None) for gauge in daily.gauges)
    return Difference(
        pair=pair,
        days=tuple(span.begin for span in frame.spans),
        daily=daily,
        kind=kind,
        spans=spans,
        rows=rows,
        whole=whole,
        volumes=(_volume(one), _volume(other)),
        missing=(_lacking(daily, 0), _lacking(daily, 1)),
    )


def _volume(rates: Sequence[float]) -> float | None:
    """What these means of days carried, million m3."""
    return float(million_m3(litres_of_day(np.array(rates)).sum())) if rates else None


def _lacking(daily: Gate, side: int) -> int:
    return sum(value is None for value in daily.gauges[side].said)
