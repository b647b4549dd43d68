"""The figure: what a hydrograph shows and says, with links to other spans and what a script needs to take it over."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
from markupsafe import Markup

from record.network import Network
from record.network.basin import Nature
from record.quantities import quantity_of
from service.hydrographs import Hydrograph
from service.language.words import FLAGS, INTERVALS, MARKS, QUANTITIES
from service.page.hydrograph.drawing import Axis, picture
from service.page.hydrograph.instants import instants
from service.page.hydrograph.rows import badges_of, before_row, listed, rows
from service.page.hydrograph.words import words
from service.page.hydrograph.zoom import shifts, zooms
from service.page.shell import Shell

_TEMPLATE = "hydrograph/figure.html"
_EDGE = 60
"""A label nearer to an end of the chart than this, in thousandths, is written inwards."""
_FIRSTS = [date(2000, month, 1) for month in range(1, 13)]
"""A first day of each month, to name months and days by."""

History = Callable[[str], str]


def figure(
    shell: Shell,
    hydrographs: Sequence[Hydrograph],
    *,
    title: str,
    names: Sequence[str] = (),
    history: History | None = None,
    name: str = "hydrograph",
) -> Markup:
    """The hydrographs of one span as a figure; `names` are what their lines are called, in the reader's language.

    `history` gives the address of the page on which the readings of a series are told one by one; without it that is
    this page. `name` is its own among the figures of a page. Raises `SelectionError` for more than two units.
    """
    network, first = shell.network, hydrographs[0]
    called = tuple(names) or tuple(_name(shell, one, hydrographs) for one in hydrographs)
    drawn = picture(network, hydrographs)
    extents = [one.extent for one in hydrographs if one.extent is not None]
    extent = (min(one[0] for one in extents), max(one[1] for one in extents)) if extents else None
    zone = network.zone_of(network.series[first.series].station)
    marked, whole = listed(network, hydrographs)
    led = history or (lambda series: shell.here(series=series))
    alone = first if len(hydrographs) == 1 else None
    return shell.part(
        _TEMPLATE,
        id=name,
        title=title,
        held=hydrographs,
        start=_time(first.start),
        end=_time(first.end),
        drawn=drawn,
        axes=[_axis(shell, axis) for axis in drawn.axes] if drawn else [],
        times=_times(shell, first),
        rows=list(rows(network, hydrographs, called)),
        before=before_row(network, alone, shell.reader.language.say("last year")) if alone else None,
        context=alone.context if alone else None,
        extent=extent,
        zooms=list(zooms(hydrographs, extent, zone, network.figures)) if extent else [],
        shifts=shifts(hydrographs, extent, zone) if extent else (),
        marked=marked,
        whole=whole,
        flags={**FLAGS, **MARKS},
        unreal=_unreal(network, hydrographs),
        reduced=any(one.curve.reduced for one in hydrographs),
        readings=sum(one.curve.readings for one in hydrographs),
        brief=lambda at: f"{at.astimezone(shell.reader.clock.tz):%Y-%m-%d %H:%M}",
        count=shell.reader.language.count,
        to_history=lambda one: _with(led(one.series), one.written),
        tables=[(called_so, _table(shell, one)) for called_so, one in zip(called, hydrographs, strict=True)],
        told=_told(shell, hydrographs, called, led),
    )


def _name(shell: Shell, held: Hydrograph, among: Sequence[Hydrograph]) -> str:
    """What a line is called: by its station where several are shown, and by what is measured."""
    language, series = shell.reader.language, shell.network.series[held.series]
    quantity = language.word(QUANTITIES, series.quantity)
    several = {shell.network.series[one.series].station for one in among}
    if len(several) == 1:
        intervals = {shell.network.series[one.series].interval for one in among}
        if len(intervals) == 1:
            return quantity
        told = language.word(INTERVALS, series.interval)
        return language.say("{quantity}, {interval}", quantity=quantity, interval=told)
    station = language.name(shell.network.station(series.station).names)
    return language.say("{station}: {quantity}", station=station, quantity=quantity)


def _axis(shell: Shell, axis: Axis) -> dict[str, Any]:
    """The labels of an axis, each with its place in percent from the top."""
    language, low, high = shell.reader.language, axis.ticks[0], axis.ticks[-1]
    return {
        "unit": language.unit(axis.unit),
        "ticks": [
            (round(100 * (high - tick) / (high - low), 2), language.number(tick, axis.decimals)) for tick in axis.ticks
        ],
    }


def _times(shell: Shell, held: Hydrograph) -> list[tuple[float, str, str]]:
    """The labels below, each with its place in percent from the left, and to which side it is written."""
    found = []
    for one in instants(held.start, held.end, shell.reader.clock.tz, shell.reader.language):
        place = 1000 * (one.at - held.start) / (held.end - held.start)
        side = "first" if place < _EDGE else "last" if place > 1000 - _EDGE else ""
        found.append((round(place / 10, 2), one.label, side))
    return found


def _unreal(network: Network, held: Sequence[Hydrograph]) -> str:
    """The nature of the first that is no real gauge; empty where all are."""
    natures = [network.station(network.series[one.series].station).nature for one in held]
    return next((nature.value for nature in natures if nature is not Nature.REAL), "")


def _with(address: str, time: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}time={time}#history"


def _table(shell: Shell, held: Hydrograph) -> str:
    """The address of these readings as a table; the interval of an address is closed at its end."""
    series = shell.network.series[held.series]
    first, last = _written(held.start), _written(held.end - 1)
    path = f"/collections/{series.collection}/locations/{series.station}"
    asked = {"parameter-name": series.quantity, "datetime": f"{first}/{last}", "as_of": _as_of(held), "f": "csv"}
    return shell.api(path, **asked)


def _told(shell: Shell, held: Sequence[Hydrograph], names: Sequence[str], led: History) -> str:
    """What the script has to know, as JSON."""
    network, language = shell.network, shell.reader.language
    series = [
        {
            "id": one.series,
            "name": name,
            "address": f"{shell.base}/hydrographs/{one.series}",
            "history": led(one.series),
            "unit": language.unit(quantity_of(network.series[one.series].quantity).label),
            "badges": [language.word(MARKS, badge) for badge in badges_of(network, one.series)],
        }
        for one, name in zip(held, names, strict=True)
    ]
    extents = [one.extent for one in held if one.extent is not None]
    told = {
        "series": series,
        "start": held[0].start,
        "end": held[0].end,
        "extent": [min(one[0] for one in extents), max(one[1] for one in extents)] if extents else None,
        "as_of": _as_of(held[0]),
        "language": language.code,
        "zone": shell.reader.clock.zone,
        "months": [language.month(first) for first in _FIRSTS],
        "days": [language.short_day(first) for first in _FIRSTS],
        "words": words(language),
    }
    # In a page "</" would end the element that it stands in.
    return Markup(orjson.dumps(told).decode().replace("<", "\\u003c"))


def _as_of(held: Hydrograph) -> str | None:
    if held.as_of is None:
        return None
    return str(held.as_of) if isinstance(held.as_of, int) else held.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(at: int) -> str:
    return f"{_time(at):%Y-%m-%dT%H:%M:%SZ}"


def _time(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
