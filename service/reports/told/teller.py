"""Who tells a report: its language, the names that it knows, and how it writes figures, times and lists."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from service.language import Language
from service.language.phrase import renamed
from service.language.words import CLASSES, FLAGS, INTERVALS, MARKS, OF_SUMS, QUANTITIES
from service.paper.paper import Mark, Number
from service.reports.report import Against, BasinPart, Figure, FlowRow, Place, Report, ReservoirRow
from service.reports.told.terms import MEASURES

Placed = TypeVar("Placed", ReservoirRow, FlowRow)

SHOWN = 60
"""How many rows of one kind of gap a paper shows; the rest stands in the other forms."""

PERCENT = 1
_STORED = _LEVEL = 2
_MOST, _FIGURES = 3, 3
_UNBROKEN = "\N{NO-BREAK SPACE}"
_DECIMALS = {"%": PERCENT, "days": 0, "1": 2, "mm": 1, "°C": 1}
"""Of percents, counts, ranks and weather."""
OF_TWO = frozenset({"change", "deviation", "difference", "to_date.deviation", "volume_difference"})
"""Measures that are one number less another: they bear a sign, and the decimals of what they are taken from."""
SUMS = frozenset({"precipitation"})
"""What is added up over a day, and not averaged."""
_MARK_OF_FLAG = {"suspect": (Mark.SUSPECT,), "bad": (Mark.BAD,)}
_MARK_OF_NATURE = {"simulated": (Mark.SIMULATED,), "example": (Mark.EXAMPLE,)}


def decimals_of(quantity: str, unit: str, value: float | None) -> int:
    """How many decimals are shown: 2 of levels and of what a reservoir holds, of flows as many as yearbooks give.

    That is a flow with three figures, and none finer than a litre: 0.142, 5.10, 22.5, 288. A volume has 2 decimals
    from a million on.
    """
    if unit in _DECIMALS:
        return _DECIMALS[unit]
    if unit == "million m³":
        return _STORED if quantity == "storage" else volume_decimals(value)
    return _LEVEL if quantity == "level" else flow_decimals(value)


def flow_decimals(value: float | None) -> int:
    """Of a flow in m³/s: so many that it has three figures, and at most three."""
    if value is None or abs(value) < 1:
        return _MOST
    whole = len(str(int(abs(value))))
    return max(0, _FIGURES - whole)


def volume_decimals(value: float | None) -> int:
    """Of a volume in million m³: litres of less than a million, ten thousands of m³ of more."""
    return _MOST if value is None or abs(value) < 1 else _MOST - 1


def marks_of_nature(nature: str) -> tuple[Mark, ...]:
    """What a row must bear that is not of a real gauge."""
    return _MARK_OF_NATURE.get(nature, ())


def marks_of_place(place: Place) -> tuple[Mark, ...]:
    """What the row of a station must bear."""
    computed = (Mark.COMPUTED,) if place.computed else ()
    return (*marks_of_nature(place.nature), *computed, *unverified(verified=place.verified))


def unverified(*, verified: bool) -> tuple[Mark, ...]:
    """The mark of what nobody confirmed."""
    return () if verified else (Mark.UNVERIFIED,)


def places_of(basin: BasinPart) -> Iterator[Place]:
    """Where all stations stand that have a row."""
    for reservoir in basin.reservoirs:
        yield reservoir.place
    for flow in (*basin.canals, *basin.borders, *basin.rivers):
        yield flow.place


def beside(rows: Iterable[Placed]) -> list[Placed]:
    """Rows in their order, but what is computed right behind the gauge of the same site, party and nature."""
    held: dict[tuple[str, str, str], list[Placed]] = {}
    for row in rows:
        held.setdefault((row.place.site, row.place.party, row.place.nature), []).append(row)
    return [row for group in held.values() for row in sorted(group, key=lambda row: row.place.computed)]


def figures_of(report: Report) -> Iterator[Figure]:
    """What the stations that have a row say of the period itself."""
    for basin in report.basins:
        for row in basin.reservoirs:
            yield from filter(None, (row.level, row.storage, row.inflow, row.release))
        for flow in (*basin.canals, *basin.borders, *basin.rivers):
            yield flow.flow


@dataclass(frozen=True, eq=False)
class Teller:
    """Tells a report in a language."""

    report: Report
    language: Language

    def say(self, text: str, /, **fields: object) -> str:
        """A text or a phrase in the language."""
        return self.language.say(text, **fields)

    def many(self, one: str, other: str, count: int, /, **fields: object) -> str:
        """A text that depends on a number."""
        return self.language.many(one, other, count, **fields)

    def name(self, known: str) -> str:
        """The name of a station, site, party or basin; of one without a name its id."""
        return self.language.name(self.report.names.get(known, {})) or known

    def names(self, known: Iterable[str]) -> str:
        """Names in a row, each once."""
        return ", ".join(self.name(one) for one in dict.fromkeys(known))

    def unit(self, label: str) -> str:
        """A unit as readers of the language write it."""
        return self.language.unit(label)

    def quantity(self, quantity: str) -> str:
        """The word of a quantity."""
        return self.language.word(QUANTITIES, quantity)

    def measure(self, quantity: str, measure: str) -> str:
        """What a figure says: inflow, or storage: change."""
        said = self.quantity(quantity)
        for part in _measures(measure):
            said = self.say("{quantity}: {measure}", quantity=said, measure=self.say(MEASURES[part]))
        return said

    def kind(self, series: str) -> str:
        """What a series says, without its station: inflow, daily."""
        _, quantity, interval = series.rsplit(".", 2)
        how = self.language.word(INTERVALS if quantity not in SUMS else OF_SUMS, interval)
        return self.say("{quantity}, {interval}", quantity=self.quantity(quantity), interval=how)

    def klass(self, against: Against | None) -> str | None:
        """The word of a figure's class."""
        if against is None or against.klass is None:
            return None
        return self.language.word(CLASSES, against.klass)

    def reason(self, text: str | None) -> str:
        """A reason as it can be said: "" where it was given in English alone."""
        return self.say(renamed(text, self.english)) if text and self.language.knows(text) else ""

    def why(self, reason: str) -> str:
        """The same, and of one that was given in English alone where it is told."""
        return self.reason(reason) or self.say("in English in the JSON of this report")

    def quoted(self, text: str | None) -> str:
        """What a sender wrote, in its own words."""
        return self.say("“{words}”", words=text) if text else ""

    def day(self, day: date) -> str:
        """A day with its month as a word."""
        return self.language.day(day)

    def days(self, begin: date, end: date) -> str:
        """The days `begin <= day < end`."""
        return self.language.span(begin, end)

    def at(self, moment: datetime, party: str | None = None) -> str:
        """A time on the clock of the report day, or on that of a party."""
        return self.language.moment(moment.astimezone(self.zones.get(party or "", self.clock)))

    def on_clocks(self, moments: Sequence[datetime]) -> str:
        """A time on several clocks, its date once where it is the same on all."""
        first, *others = map(self.language.moment, moments)
        same = len({moment.date() for moment in moments}) == 1
        return ", ".join((first, *(other.partition(" ")[2] if same else other for other in others)))

    def from_to(self, begin: datetime, end: datetime) -> str:
        """Two times of one clock, its offset once where it is the same."""
        if begin.utcoffset() != end.utcoffset():
            return f"{self.language.moment(begin)} – {self.language.moment(end)}"
        return f"{begin:%Y-%m-%d %H:%M} – {self.language.moment(end)}"

    def entries(self, indexes: Sequence[int]) -> str:
        """Entries of the journal by number."""
        return ", ".join(f"#{index}" for index in indexes)

    def figure(self, figure: Figure | None, *, signed: bool = False, computed: bool = False) -> Number | None:
        """The number of a figure; `computed` where its row bears that mark already."""
        return None if figure is None else self.number(figure, signed=signed, computed=computed)

    def number(self, figure: Figure, *, signed: bool = False, computed: bool = False) -> Number:
        """The same of a figure that there is."""
        marks = (
            *_MARK_OF_FLAG.get(figure.flag, ()),
            *((Mark.ESTIMATED,) if figure.estimated and figure.value is not None else ()),
            *((Mark.COMPUTED,) if figure.computed and not computed else ()),
            *((Mark.AMENDED,) if (figure.subject, figure.quantity) in self.amended else ()),
        )
        decimals = self.decimals(figure.subject, figure.quantity, figure.measure, figure.unit, figure.value)
        return Number(key=figure.key, value=figure.value, decimals=decimals, signed=signed, marks=marks)

    def decimals(self, subject: str, quantity: str, measure: str, unit: str, value: float | None) -> int:
        """How many decimals a figure is shown with; a change or a deviation has those of the figure itself."""
        like = self.values.get((subject, quantity)) if measure in OF_TWO else None
        return decimals_of(quantity, unit, value if like is None else like)

    def shown(self, number: Number, unit: str = "") -> str:
        """A number within a sentence, with its unit, from which no line parts it, and then the words of its marks."""
        if number.value is None:
            return self.language.word(FLAGS, "missing")
        said = self.language.number(number.value, number.decimals, signed=number.signed)
        if unit:
            said = f"{said} {self.unit(unit)}".replace(" ", _UNBROKEN)
        if not number.marks:
            return said
        marks = ", ".join(self.language.word(MARKS, mark) for mark in number.marks)
        return self.say("{number} ({marks})", number=said, marks=marks)

    @cached_property
    def values(self) -> Mapping[tuple[str, str], float | None]:
        """What each station that has a row says of the period itself."""
        return {(one.subject, one.quantity): one.value for one in figures_of(self.report)}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Where each station stands that has a row."""
        return {place.station: place for basin in self.report.basins for place in places_of(basin)}

    @cached_property
    def english(self) -> Mapping[str, str]:
        """The names of the parties in the language, by their English ones."""
        held = {local.party: self.report.names.get(local.party, {}) for local in self.report.span.local}
        return {names["en"]: self.name(party) for party, names in held.items() if "en" in names}

    @cached_property
    def clock(self) -> ZoneInfo:
        """The clock by which the report day begins."""
        return ZoneInfo(self.report.span.zone)

    @cached_property
    def zones(self) -> Mapping[str, ZoneInfo]:
        """The clock of each party."""
        return {local.party: ZoneInfo(local.zone) for local in self.report.span.local}

    @cached_property
    def parties(self) -> Mapping[str, str]:
        """Whose each station is that the report speaks of."""
        gaps = self.report.gaps
        placed = {station: place.party for station, place in self.places.items()}
        missing = {row.station: row.party for row in gaps.missing}
        return {**placed, **missing, **{row.station: row.party for row in gaps.silent}}

    @cached_property
    def amended(self) -> frozenset[tuple[str, str]]:
        """The station and the quantity of all readings that were amended, or of figures that a revision changed."""
        found = {(row.station, row.series.rsplit(".", 2)[1]) for row in self.report.gaps.amended}
        changes = self.report.revision.changes if self.report.revision else ()
        return frozenset(found | {(row.station, quantity_of(row.key, row.station)[0]) for row in changes})


def _measures(measure: str) -> Iterator[str]:
    """The words of a measure, of which one may be held against another: change, and its last_year."""
    if measure in MEASURES:
        yield measure
    elif "." in measure:
        yield from filter(MEASURES.__contains__, measure.split("."))


def quantity_of(key: str, station: str) -> tuple[str, str]:
    """The quantity and the measure that the key of a station's figure names."""
    quantity, _, measure = key.removeprefix(f"{station}.").partition(".")
    return quantity, measure
