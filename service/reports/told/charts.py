"""Hydrographs of the season: this year beside the one before and the norm with its band."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from service.paper.paper import Band, Chart, Line, Stroke
from service.reports.report import BasinPart, Hydrograph
from service.reports.told.teller import Teller, decimals_of

Values = tuple[float | None, ...]


def charts(teller: Teller, basin: BasinPart) -> tuple[Chart, ...]:
    """A chart for each hydrograph of the basin."""
    return tuple(_chart(teller, one) for one in basin.hydrographs)


def _chart(teller: Teller, one: Hydrograph) -> Chart:
    name, quantity = teller.name(one.station), teller.quantity(one.quantity)
    band = Band(name=teller.say("10–90 % of years"), low=one.low, high=one.high) if _has_any(one.low) else None
    return Chart(
        tag=f"{one.station}.{one.quantity}",
        title=teller.say("{station}: {quantity}", station=name, quantity=quantity),
        alt=_alt(teller, one),
        unit=teller.unit(one.unit),
        begin=one.begin,
        days=one.days,
        lines=tuple(_lines(teller, one)),
        band=band,
        months=tuple(_months(teller, one.begin, one.days)),
        decimals=decimals_of(one.quantity, one.unit),
    )


def _lines(teller: Teller, one: Hydrograph) -> Iterator[Line]:
    yield Line(name=teller.say("this year"), stroke=Stroke.NOW, values=one.now)
    if _has_any(one.before):
        yield Line(name=teller.say("last year"), stroke=Stroke.BEFORE, values=one.before)
    if _has_any(one.norm):
        yield Line(name=teller.say("norm"), stroke=Stroke.NORM, values=one.norm)


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
        value=teller.language.number(value, decimals_of(one.quantity, one.unit)),
        day=teller.day(one.begin + timedelta(days=last)),
    )


def _months(teller: Teller, begin: date, days: int) -> Iterator[tuple[date, str]]:
    day, end = begin, begin + timedelta(days=days)
    while day < end:
        yield day, teller.language.month(day)
        day = day.replace(day=monthrange(day.year, day.month)[1]) + timedelta(days=1)


def _has_any(values: Values) -> bool:
    return any(value is not None for value in values)
