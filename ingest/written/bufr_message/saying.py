"""From the elements of a subset to values of water: whose they are, when they held, and under which name.

Elements of place, time and significance hold for all that follow until they are said anew (WMO-No. 306, FM 94).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal

from ingest.written.bufr_message.data import Item, Subset

_PARTS = {4001: "year", 4002: "month", 4003: "day", 4004: "hour", 4005: "minute", 4006: "second"}
_SPANS = {4023: 86_400, 4024: 3600, 4025: 60, 4026: 1}
"""Seconds in one of a displacement of time."""
_PLACES, _TIMES = 1, 4
_NOT_SAID = frozenset({31, 33, 35})
_FIRST_SAID = 10
_STATISTIC, _TIME_MEANS, _DIFFERENCE = 8023, 8021, 8024
_MEAN = Decimal(4)
_TIMES_READ = (None, Decimal(2), Decimal(3), Decimal(25))
"""Significance of time that changes nothing: none, averaged, accumulated, nominal time of the report."""
_BLOCK, _STATION, _SHORT_NAME = 1001, 1002, 1018
_WIGOS = (1125, 1126, 1127, 1128)
_LONG_NAMES = (1015, 1019)
_ZERO_CELSIUS = Decimal("273.15")
_UNITS = {"kg m-2": "mm", "K": "Cel", "C": "Cel"}
_TRACES = frozenset({13011, 13019, 13020, 13021, 13022, 13023, 13060})
"""Amounts of precipitation, of which -0.1 says that too little fell to be measured."""
_TRACE = Decimal("-0.1")
_EXACT = Context(prec=400)
_SECOND = timedelta(seconds=1)
_LAST_NEEDED = 4003
_SPAN = 4020
"""Stands for a displacement of time, of whatever unit, among what is strange."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A value of a subset: what it may be called, the ways its station is named, and the two ends of its time.

    `time` is why there is none where its time cannot be told; `number` tells the element apart from others of its kind.
    """

    names: tuple[str, ...]
    number: int
    item: Item
    stations: tuple[str, ...]
    time: tuple[datetime, datetime] | str
    text: str | None
    unit: str


@dataclass(slots=True)
class _Scene:
    """What the elements so far say of those that follow."""

    places: dict[int, Decimal | str | None] = field(default_factory=dict)
    date: dict[int, Decimal | None] = field(default_factory=dict)
    spans: list[tuple[int, Decimal]] = field(default_factory=list)
    is_span_fresh: bool = False
    strange: dict[int, str] = field(default_factory=dict)
    statistic: Decimal | None = None

    def hear(self, item: Item) -> None:
        """Take in an element of place, time or significance."""
        code, value = item.element.code, item.value
        number = value if isinstance(value, Decimal) else None
        if item.element.group == _PLACES:
            self.places[code] = value
        elif code in _PARTS:
            self._hear_date(code, number)
        elif code in _SPANS:
            self._hear_span(code, number)
        elif code == _STATISTIC:
            self.statistic = number
        elif code == _TIME_MEANS:
            self._beware(code, number not in _TIMES_READ, f"significance {number} of its time is not read")
        elif item.element.group == _TIMES or code == _DIFFERENCE:
            self._beware(code, number is not None, f"{item.element.name} changes what it says, and is not read")

    def time(self) -> tuple[datetime, datetime] | str:
        """The period that is in force, both ends equal for an instant; or why it cannot be told."""
        if self.strange:
            return next(iter(self.strange.values()))
        for code in _PARTS:
            if self.date.get(code, 0 if code > _LAST_NEEDED else None) is None:
                return f"its {_PARTS[code]} is missing"
        parts = [int(self.date.get(code) or 0) for code in _PARTS]
        try:
            year, month, day, hour, minute, second = parts
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            ends = [moment + int(span * _SPANS[code]) * _SECOND for code, span in self.spans]
        except (ValueError, OverflowError):
            return f"its time {'-'.join(map(str, parts))} is in no calendar"
        first, last = [*ends, moment, moment][:2] if ends else (moment, moment)
        return (first, last) if first <= last else "its period begins after it ends"

    def stations(self) -> tuple[str, ...]:
        """The ways in which the station is named: short name, WIGOS identifier, number, longer names."""
        wigos = _whole(self.places, _WIGOS)
        number = _whole(self.places, (_BLOCK, _STATION))
        ways = (
            self.places.get(_SHORT_NAME),
            None if wigos is None else "-".join(wigos),
            None if number is None else f"{number[0]:0>2}{number[1]:0>3}",
            *(self.places.get(code) for code in _LONG_NAMES),
        )
        return tuple(dict.fromkeys(way for way in ways if isinstance(way, str)))

    def _hear_date(self, code: int, value: Decimal | None) -> None:
        """A part of the date; finer parts that were said before it belong to another one."""
        self.date = {part: held for part, held in self.date.items() if part < code} | {code: value}
        self.strange = {about: why for about, why in self.strange.items() if about // 1000 != _TIMES}

    def _hear_span(self, code: int, value: Decimal | None) -> None:
        """A displacement of time: the beginning of a period, or directly after that its end."""
        is_end = self.is_span_fresh and len(self.spans) == 1
        self._beware(_SPAN, is_end and self.spans[0][0] != code, "its period has two lengths of different units")
        begun = self.spans if is_end else []
        self.spans = [] if value is None else [*begun, (code, value)]
        self.is_span_fresh = True

    def _beware(self, code: int, holds: bool, why: str) -> None:
        self.strange.pop(code, None)
        if holds:
            self.strange[code] = why


def told_in(subset: Subset) -> Iterator[Told]:
    """Every number of a subset that is said of air, snow or water, in its order.

    Codes and texts, and what speaks of other elements, are no measurements and are passed over.
    """
    scene = _Scene()
    numbers: dict[int, int] = {}
    for item in subset.items:
        element = item.element
        if item.is_aside:
            continue
        if element.group < _FIRST_SAID:
            scene.hear(item)
        elif element.is_number and element.group not in _NOT_SAID:
            scene.is_span_fresh = False
            numbers[element.code] = numbers.get(element.code, 0) + 1
            suffix = "" if scene.statistic in (None, _MEAN) else f"@{scene.statistic}"
            yield Told(
                names=(f"{element.name}{suffix}", f"{element.code:06}{suffix}"),
                number=numbers[element.code],
                item=item,
                stations=scene.stations(),
                time=scene.time(),
                text=_text(item),
                unit=_UNITS.get(element.unit, element.unit),
            )


def _text(item: Item) -> str | None:
    """The number in the unit that is told of it: kelvin as Celsius, a trace of precipitation as 0.0 mm."""
    value = item.value
    if not isinstance(value, Decimal):
        return None
    if item.element.unit == "K":
        return f"{_EXACT.subtract(value, _ZERO_CELSIUS):f}"
    if item.element.code in _TRACES and value == _TRACE:
        return "0.0"
    return f"{value:f}"


def _whole(places: dict[int, Decimal | str | None], codes: tuple[int, ...]) -> list[str] | None:
    """Elements that are an identifier together; None where one of them is missing."""
    parts = [places.get(code) for code in codes]
    return None if any(part is None for part in parts) else [str(part) for part in parts]
