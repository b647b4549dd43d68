"""What the pictures of a basin say of a site: of each party its newest reading, in the reader's language.

The schematic of a river, the map and the gauges of reservoirs choose by one rule whose reading that is: one that says
how the water stands now goes before one that does not, the quantity by which the site is known before others, and a
real gauge before an example, these before what is computed, and that before what is simulated.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from record.network import Network
from record.network.basin import SiteKind
from service.language import Language
from service.language.words import CLASSES, MARKS, QUANTITIES
from service.page.now import Measure, StationNow, Trend
from service.page.overview.layout import FIRST
from service.page.reader import Reader
from service.page.when import when


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """The newest reading of a party's station: `value` and `unit` as they are shown, `number` as it is.

    `quantity` and `when` are for who asks further; `marks` are words that a number is marked with, `klass` is a class
    of HydroSOS and `klass_word` what it is called. Where no value says how the water stands `value` says so, `number`
    is None, and `known` says the last value and of when it is, "" where there is none. What is flagged bad `is_bad`.
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
    known: str = ""
    is_bad: bool = False

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return f"{self.value} {self.unit}" if self.unit else self.value

    @property
    def in_full(self) -> str:
        """All that is said of the reading, in a line: for who points at it, or has it read out."""
        parts = (
            self.party.upper(),
            self.quantity,
            self.shown,
            self.known,
            self.trend_word,
            self.klass_word,
            *self.marks,
        )
        return ", ".join(part for part in (*parts, self.when) if part)


def gauges_of(network: Network, reader: Reader, stations: Sequence[StationNow]) -> tuple[Gauge, ...]:
    """The gauges of a site: of each party the one that tells most of its water, in the order of the parties."""
    return tuple(
        _gauge(network, reader, *best_of(network, own) or (own[0], None))
        for party in network.parties
        if (own := [station for station in stations if station.party == party])
    )


def best_of(
    network: Network, stations: Sequence[StationNow], quantity: str | None = None
) -> tuple[StationNow, Measure] | None:
    """The station of a site that tells most, with what it tells: of a `quantity`, or of any."""
    held = (
        (station, measure)
        for station in stations
        for measure in station.measures
        if quantity is None or measure.quantity == quantity
    )
    return min(held, key=lambda one: _rank(network, *one), default=None)


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


def _rank(network: Network, station: StationNow, measure: Measure) -> tuple[object, ...]:
    """What says how the water stands now goes first, of a reservoir storage; then what spoke, the newer the sooner."""
    site = network.sites[network.stations[station.station].site]
    # Less is known of each of these than of the one before.
    states = (measure.is_now, not measure.silent and measure.value is not None, measure.known is not None)
    said = next((place for place, holds in enumerate((*states, not measure.silent)) if holds), len(states) + 1)
    is_other = measure.quantity != FIRST[site.kind]
    is_beside = is_other and site.kind is SiteKind.RESERVOIR
    return measure.time is None, is_beside, not measure.is_now, is_other, said, _order(station)


def _order(station: StationNow) -> tuple[int, bool]:
    if station.nature == "simulated":
        return 3, station.computed
    return (2 if station.computed else int(station.nature != "real")), False


def _gauge(network: Network, reader: Reader, station: StationNow, measure: Measure | None) -> Gauge:
    language = reader.language
    known = measure is not None and _is_shown(measure)
    return Gauge(
        station=station.station,
        series=measure.series if measure else "",
        party=station.party,
        value=_value(language, measure),
        unit=language.unit(measure.unit) if measure and known else "",
        number=measure.value if measure and known else None,
        quantity=language.word(QUANTITIES, measure.quantity) if measure else "",
        when=reader.moment(measure.time) if measure and measure.time else "",
        trend=measure.trend if measure and known else None,
        trend_word=trend_word(language, measure.trend if measure and known else None),
        klass=measure.klass if measure and known else None,
        klass_word=language.word(CLASSES, measure.klass) if measure and known and measure.klass else "",
        filled=measure.filled if measure and known else None,
        late=bool(measure and measure.late),
        marks=_marks(language, station, measure),
        known=last_known(network, reader, measure),
        is_bad=bool(measure and known and measure.flag == "bad"),
    )


def _is_shown(measure: Measure) -> bool:
    """Whether its value stands in the picture: how the water stands now, or what was flagged bad just now."""
    return measure.value is not None and not measure.silent


def last_known(network: Network, reader: Reader, measure: Measure | None) -> str:
    """The last value that was said, and of when it is, where none says how the water stands; else nothing."""
    last = measure.last if measure else None
    if measure is None or last is None:
        return ""
    return reader.language.say(
        "last known {value}, {time}",
        value=f"{reader.language.number(last.value, measure.decimals)} {reader.language.unit(measure.unit)}",
        time=when(reader, network, measure.series, last.time, None if measure.silent else last.time),
    )


def _value(language: Language, measure: Measure | None) -> str:
    if measure is None or measure.value is None or not _is_shown(measure):
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
