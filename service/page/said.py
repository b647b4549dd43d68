"""What the pictures of a basin say of a site: of each party its newest reading, in the reader's language.

The schematic of a river and the map show the same of a site, and its marks, in the same words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from record.network import Network
from service.language import Language
from service.language.words import CLASSES, MARKS, QUANTITIES
from service.page.now import Measure, StationNow, Trend
from service.page.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """The newest reading of a party's station: `value` and `unit` as they are shown, `number` as it is.

    `quantity` and `when` are for who asks further; `marks` are words that a number is marked with, `klass` is a class
    of HydroSOS and `klass_word` what it is called. Without a reading `value` says so, and `number` is None.
    """

    station: str
    series: str
    party: str
    value: str
    unit: str
    number: float | None
    quantity: str
    when: str
    trend: Trend | None
    trend_word: str
    klass: str | None
    klass_word: str
    filled: float | None
    late: bool
    marks: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return f"{self.value} {self.unit}" if self.unit else self.value

    @property
    def in_full(self) -> str:
        """All that is said of the reading, in a line: for who points at it, or has it read out."""
        parts = (self.party.upper(), self.quantity, self.shown, self.trend_word, self.klass_word, *self.marks)
        return ", ".join(part for part in (*parts, self.when) if part)


def gauges_of(network: Network, reader: Reader, stations: Sequence[StationNow]) -> tuple[Gauge, ...]:
    """The gauges of a site: of each party the first of its stations that speaks, in the order of the parties."""
    best: dict[str, StationNow] = {}
    for station in sorted(stations, key=_rank):
        best.setdefault(station.party, station)
    return tuple(_gauge(reader, best[party]) for party in network.parties if party in best)


def trend_word(language: Language, trend: Trend | None) -> str:
    """What a trend is called; empty where there is none."""
    match trend:
        case Trend.RISING:
            return language.say("rising")
        case Trend.FALLING:
            return language.say("falling")
        case Trend.STEADY:
            return language.say("steady")
        case _:
            return ""


def _rank(station: StationNow) -> tuple[bool, bool]:
    """A station that speaks goes before one that does not, and what is gauged before what is computed."""
    return not any(measure.time for measure in station.measures), station.computed


def _gauge(reader: Reader, station: StationNow) -> Gauge:
    language = reader.language
    measure = next((one for one in station.measures if one.time), next(iter(station.measures), None))
    known = measure is not None and measure.value is not None
    return Gauge(
        station=station.station,
        series=measure.series if measure else "",
        party=station.party,
        value=_value(language, measure),
        unit=language.unit(measure.unit) if measure and known else "",
        number=measure.value if measure else None,
        quantity=language.word(QUANTITIES, measure.quantity) if measure else "",
        when=reader.moment(measure.time) if measure and measure.time else "",
        trend=measure.trend if measure else None,
        trend_word=trend_word(language, measure.trend if measure else None),
        klass=measure.klass if measure else None,
        klass_word=language.word(CLASSES, measure.klass) if measure and measure.klass else "",
        filled=measure.filled if measure else None,
        late=bool(measure and measure.late),
        marks=_marks(language, station, measure),
    )


def _value(language: Language, measure: Measure | None) -> str:
    if measure is None or measure.value is None:
        return language.say("no data")
    return language.number(measure.value, measure.decimals)


def _marks(language: Language, station: StationNow, measure: Measure | None) -> tuple[str, ...]:
    said = [station.nature] if station.nature != "real" else []
    if station.computed:
        said.append("computed")
    if not station.verified and station.nature == "real":
        said.append("unverified")
    if measure and measure.flag in ("suspect", "bad"):
        said.append(measure.flag)
    marks = [language.word(MARKS, one) for one in said]
    return (*marks, language.say("late")) if measure and measure.late else tuple(marks)
