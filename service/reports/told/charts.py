"""Hydrographs of the season: this year beside the one before and the norm with its band.

Both gauges of a gate stand in one chart. What is known of too few days, and can be held against nothing, is not drawn.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from service.paper.paper import Band, Chart, Line, Prose, Stroke
from service.reports.report import BasinPart, Hydrograph
from service.reports.told.teller import Teller, decimals_of

Values = tuple[float | None, ...]

_LEAST = 10
"""Of so many days of this year a line is worth drawing, where nothing is known that it can be held against."""


def charts(teller: Teller, basin: BasinPart) -> Iterator[Chart | Prose]:
    """A chart for each place of the basin, and a sentence on those that are not drawn."""
    few: list[str] = []
    for held in _by_place(teller, basin.hydrographs):
        if any(map(_is_worth, held)):
            yield _chart(teller, held)
        else:
            few += [one.station for one in held]
    if few:
        yield Prose(
            text=teller.many(
                "No hydrograph is drawn where fewer than {count} day of this season is known, and neither last year "
                "nor a norm: {names}.",
                "No hydrograph is drawn where fewer than {count} days of this season are known, and neither last year "
                "nor a norm: {names}.",
                _LEAST,
                names=teller.names(few),
            )
        )


def _by_place(teller: Teller, held: Sequence[Hydrograph]) -> Iterator[Sequence[Hydrograph]]:
    """The hydrographs of one site, quantity and nature together, of each party the first."""
    found: dict[tuple[object, ...], dict[str, Hydrograph]] = {}
    for one in held:
        place = teller.places.get(one.station)
        key: tuple[object, ...] = (one.station, one.quantity)
        if place is not None:
            key = (place.site, place.nature, one.quantity, place.computed)
        party = one.station if place is None else place.party
        if party in found.get(key, {}) or len(found.get(key, {})) == len(_OF_GAUGES):
            key = (one.station, one.quantity)
        found.setdefault(key, {})[party] = one
    return (list(parties.values()) for parties in found.values())


_OF_GAUGES = (Stroke.NOW, Stroke.OTHER)


def _is_worth(one: Hydrograph) -> bool:
    return sum(value is not None for value in one.now) >= _LEAST or _has_any(one.before) or _has_any(one.norm)


def _chart(teller: Teller, held: Sequence[Hydrograph]) -> Chart:
    """The chart of a place; with two gauges it bears last year and the norm of the first that has any."""
    first = held[0]
    past = next((one for one in held if _has_any(one.before) or _has_any(one.norm)), first)
    place = teller.places.get(first.station)
    known = first.station if len(held) == 1 or place is None else place.site
    band = Band(name=teller.say("10–90 % of years"), low=past.low, high=past.high) if _has_any(past.low) else None
    return Chart(
        tag=f"{first.station}.{first.quantity}",
        title=teller.say("{station}: {quantity}", station=teller.name(known), quantity=teller.quantity(first.quantity)),
        alt=" ".join(_alt(teller, one) for one in held),
        unit=teller.unit(first.unit),
        begin=first.begin,
        days=first.days,
        lines=(*_now(teller, held), *_past(teller, past, of_two=len(held) > 1)),
        band=band,
        months=tuple(_months(teller, first.begin, first.days)),
        decimals=decimals_of(first.quantity, first.unit, _most(held)),
    )


def _now(teller: Teller, held: Sequence[Hydrograph]) -> Iterator[Line]:
    for one, stroke in zip(held, _OF_GAUGES, strict=False):
        name = teller.say("this year")
        if len(held) > 1:
            name = teller.say("this year, {party}", party=teller.name(teller.parties[one.station]))
        yield Line(name=name, stroke=stroke, values=one.now)


def _past(teller: Teller, one: Hydrograph, *, of_two: bool) -> Iterator[Line]:
    party = teller.name(teller.parties[one.station]) if of_two else ""
    if _has_any(one.before):
        name = teller.say("last year, {party}", party=party) if of_two else teller.say("last year")
        yield Line(name=name, stroke=Stroke.BEFORE, values=one.before)
    if _has_any(one.norm):
        name = teller.say("norm, {party}", party=party) if of_two else teller.say("norm")
        yield Line(name=name, stroke=Stroke.NORM, values=one.norm)


def _alt(teller: Teller, one: Hydrograph) -> str:
    fields = {
        "station": teller.name(one.station),
        "quantity": teller.quantity(one.quantity),
        "unit": teller.unit(one.unit),
        "begin": teller.day(one.begin),
    }
    last = max((place for place, value in enumerate(one.now) if value is not None), default=None)
    if last is None:
        return teller.say("{station}: {quantity} by day from {begin}, {unit}. No value is known this year.", **fields)
    value = one.now[last]
    assert value is not None
    return teller.say(
        "{station}: {quantity} by day from {begin}, {unit}. The last value is {value}, of {day}.",
        **fields,
        value=teller.language.number(value, decimals_of(one.quantity, one.unit, value)),
        day=teller.day(one.begin + timedelta(days=last)),
    )


def _months(teller: Teller, begin: date, days: int) -> Iterator[tuple[date, str]]:
    day, end = begin, begin + timedelta(days=days)
    while day < end:
        yield day, teller.language.month(day)
        day = day.replace(day=monthrange(day.year, day.month)[1]) + timedelta(days=1)


def _most(held: Sequence[Hydrograph]) -> float | None:
    """The greatest value of this year."""
    return max((value for one in held for value in one.now if value is not None), default=None)


def _has_any(values: Values) -> bool:
    return any(value is not None for value in values)
