"""The figure: what a hydrograph shows and says, with links to other spans and what a script needs to take it over."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from markupsafe import Markup

from record.network import Network
from record.network.basin import Nature
from record.quantities import quantity_of
from service.hydrographs import Hydrograph
from service.language import Language
from service.language.words import FLAGS, INTERVALS, MARKS, QUANTITIES
from service.page.hydrograph.axis import Axis
from service.page.hydrograph.decimals import by_size
from service.page.hydrograph.drawing import picture
from service.page.hydrograph.looks import looks
from service.page.hydrograph.naming import Naming, is_point, is_sum, patterns
from service.page.hydrograph.rows import before_row, listed, rows
from service.page.hydrograph.words import words
from service.page.hydrograph.zoom import shifts, zooms
from service.page.shell import Shell

_TEMPLATE = "hydrograph/figure.html"
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
    called = tuple(names) or names_of(shell.reader.language, network, hydrographs)
    drawn, naming = picture(network, hydrographs), Naming(shell.reader, network, hydrographs)
    extent, zone = extent_of(hydrographs), network.zone_of(network.series[first.series].station)
    marked, whole = listed(network, hydrographs, called)
    led = history or (lambda series: shell.here(series=series))
    alone = first if len(hydrographs) == 1 else None
    return shell.part(
        _TEMPLATE,
        id=name,
        title=title,
        held=hydrographs,
        naming=naming,
        drawn=drawn,
        axes=[labels(shell.reader.language, axis) for axis in drawn.axes] if drawn else [],
        rows=list(rows(network, hydrographs, called)),
        before=before_row(network, alone, shell.reader.language.say("last year")) if alone else None,
        context=alone.context if alone else None,
        extent=extent,
        zooms=list(zooms(hydrographs, extent, zone, network.figures, by_days=naming.by_days)) if extent else [],
        shifts=shifts(hydrographs, extent, zone) if extent else (),
        marked=marked,
        whole=whole,
        flags={**FLAGS, **MARKS},
        unreal=unreal(network, hydrographs),
        reduced=any(one.curve.reduced for one in hydrographs),
        readings=sum(one.curve.readings for one in hydrographs),
        count=shell.reader.language.count,
        to_history=lambda one: _with(led(one.series), one.written),
        tables=[(called_so, _table(shell, one)) for called_so, one in zip(called, hydrographs, strict=True)],
        alone_at=_alone_at(shell, hydrographs),
        told=_told(shell, hydrographs, called, led),
    )


def names_of(language: Language, network: Network, held: Sequence[Hydrograph]) -> tuple[str, ...]:
    """What lines are called: by their station where several are shown, and by what is measured."""
    series = [network.series[one.series] for one in held]
    quantities = [language.word(QUANTITIES, one.quantity) for one in series]
    if len({one.station for one in series}) > 1:
        stations = [language.name(network.station(one.station).names) for one in series]
        return tuple(
            language.say("{station}: {quantity}", station=station, quantity=quantity)
            for station, quantity in zip(stations, quantities, strict=True)
        )
    if len({one.interval for one in series}) == 1:
        return tuple(quantities)
    return tuple(
        language.say("{quantity}, {interval}", quantity=quantity, interval=language.word(INTERVALS, one.interval))
        for quantity, one in zip(quantities, series, strict=True)
    )


def labels(language: Language, axis: Axis) -> dict[str, Any]:
    """The labels of an axis, each with its place in percent from the top."""
    low, high = axis.ticks[0], axis.ticks[-1]
    return {
        "unit": language.unit(axis.unit),
        "ticks": [
            (round(100 * (high - tick) / (high - low), 2), language.number(tick, axis.decimals)) for tick in axis.ticks
        ],
    }


def extent_of(held: Sequence[Hydrograph]) -> tuple[int, int] | None:
    """From when to when the series have anything; None where they have nothing."""
    found = [(one.extent[0], one.past) for one in held if one.extent is not None and one.past is not None]
    return (min(first for first, _ in found), max(past for _, past in found)) if found else None


def unreal(network: Network, held: Sequence[Hydrograph]) -> str:
    """The nature of the first that is no real gauge; empty where all are."""
    natures = [network.station(network.series[one.series].station).nature for one in held]
    return next((nature.value for nature in natures if nature is not Nature.REAL), "")


def _alone_at(shell: Shell, held: Sequence[Hydrograph]) -> str:
    """Where the picture is to be had that stands alone."""
    asked = {"from": _written(held[0].start), "to": _written(held[0].end), "as_of": _as_of(held[0])}
    others = ",".join(one.series for one in held[1:])
    return shell.link(f"/hydrographs/{held[0].series}.svg", beside=others or None, **asked)


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
    naming = Naming(shell.reader, network, held)
    series = [
        {
            "id": one.series,
            "name": name,
            "address": f"{shell.base}/hydrographs/{one.series}",
            "history": led(one.series),
            "unit": language.unit(quantity_of(network.series[one.series].quantity).label),
            "look": look,
            "digits": by_size(network, one.series),
            "from_nought": quantity_of(network.series[one.series].quantity).ratio,
            "zone": str(naming.zone_of(one.series)),
            "point": is_point(network, one.series),
            "sum": is_sum(network, one.series),
        }
        for one, name, look in zip(held, names, looks(network, held), strict=True)
    ]
    told = {
        "series": series,
        "start": held[0].start,
        "end": held[0].end,
        "extent": extent_of(held),
        "as_of": _as_of(held[0]),
        "language": language.code,
        "zone": shell.reader.clock.zone,
        "axis": str(naming.clock),
        "by_days": naming.by_days,
        **patterns(language),
        "words": words(language),
    }
    # In a page "</" would end the element that it stands in.
    return Markup(orjson.dumps(told).decode().replace("<", "\\u003c"))


def _as_of(held: Hydrograph) -> str | None:
    if held.as_of is None:
        return None
    return str(held.as_of) if isinstance(held.as_of, int) else held.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
