"""The hydrographs of a basin: a season day by day, against the same days a year ago and what is normal for them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import xarray as xr

from record.network.basin import Nature, SiteKind
from record.quantities import quantity_of
from service.accounts.once import Once
from service.figures.means import USABLE
from service.figures.norms import SHARES, norms, sample
from service.figures.periods import Kind, numbers
from service.reports.built.asked import Asked, Sources, alike
from service.reports.built.columns import intervals_of, known
from service.reports.built.history import Days, every_year, same_place
from service.reports.report import Hydrograph

MOST = 8
"""So many hydrographs of a basin fit a page."""
DRAWN: Mapping[SiteKind, str] = {SiteKind.RESERVOIR: "inflow", SiteKind.BORDER: "discharge"}
"""Which quantity of a site is drawn."""
_LOW, _HIGH = SHARES.index(0.10), SHARES.index(0.90)
Numbers = tuple[float | None, ...]


def hydrographs(asked: Asked, basin: str, spoken: set[str]) -> tuple[Hydrograph, ...]:
    """What reservoirs of the basin received and what passed its borders, real stations first, in declared order."""
    found: dict[tuple[str, str], Hydrograph] = {}
    drawn = _drawn(asked, basin, spoken)
    for quantity in dict.fromkeys(DRAWN.values()):
        stations = [station for station, drawn_of in drawn if drawn_of == quantity]
        for sources, names in alike(asked.network, stations, quantity, Kind.DAY).items():
            for one in _of(asked, names, quantity, sources):
                found[one.station, quantity] = one
    return tuple(found[one] for one in drawn if one in found and any(value is not None for value in found[one].now))


def _drawn(asked: Asked, basin: str, spoken: set[str]) -> list[tuple[str, str]]:
    network, found = asked.network, list[tuple[int, str, str]]()
    natures = list(Nature)
    for station in network.stations.values():
        site = network.sites[station.site]
        quantity = DRAWN.get(site.kind)
        gives = quantity is not None and any(said.partition(".")[0] == quantity for said in station.series)
        if quantity is not None and gives and site.basin == basin and station.id in spoken:
            found.append((natures.index(station.nature), station.id, quantity))
    found.sort(key=lambda one: one[0])
    return [(station, quantity) for _, station, quantity in found[:MOST]]


def _of(asked: Asked, stations: Sequence[str], quantity: str, sources: Sources) -> Iterator[Hydrograph]:
    begin, end = _season(asked)
    every = _every(asked, stations, quantity, sources)
    days = np.arange(np.datetime64(begin, "D"), np.datetime64(end, "D"))
    usable = np.isin(every["flag"].values, USABLE)
    value = np.where(usable, every["value"].values, np.nan)
    at = every["period"].values.astype("datetime64[D]")
    base = norms(sample(every, asked.rules), asked.rules)
    place = numbers(days, Kind.DAY, asked.rules).place
    share = base["percentile"].values[:, place]
    layers = {
        "now": _on(value, at, np.where(days < np.datetime64(asked.span.until), days, np.datetime64("NaT"))),
        "before": _on(value, at, _year_before(days, place, asked)),
        "norm": base["mean"].values[:, place],
        "low": share[..., _LOW],
        "high": share[..., _HIGH],
    }
    shown = np.isin(at, days[days < np.datetime64(asked.span.until)]) & ~np.isnan(value)
    newest = np.where(shown, every["entry"].values, -1).max(axis=1, initial=-1).tolist()
    bits = np.bitwise_or.reduce(np.where(shown, every["basis"].values, 0), axis=1).tolist()
    for row, station in enumerate(stations):
        yield Hydrograph(
            station=station,
            quantity=quantity,
            unit=quantity_of(quantity).label,
            begin=begin,
            days=len(days),
            basis=intervals_of(bits[row]),
            entry=newest[row] if newest[row] >= 0 else None,
            **{name: _numbers(layer[row]) for name, layer in layers.items()},
        )


def _season(asked: Asked) -> Days:
    held = numbers(np.array([asked.last], dtype="datetime64[D]"), Kind.SEASON, asked.rules)
    return held.begin[0].item(), held.end[0].item()


def _every(asked: Asked, stations: Sequence[str], quantity: str, sources: Sources) -> xr.Dataset:
    """The days of this season, and of the same season in the years that the record has any of it."""
    names = [f"{name}.{quantity}.{interval}" for name in stations for group in sources for interval in group]
    series = [name for name in names if name in asked.network.series]
    spans = [asked.archive.span(name) for name in {asked.network.series[one].collection for one in series}]
    first = min((span[0].date() for span in spans if span is not None), default=asked.last)
    years = {
        days: Once(asked.archive, asked.network, series, *days, asked.count)
        for days in same_place(Kind.SEASON, _season(asked)[0], asked.rules)
        if days[1] >= first or days == _season(asked)
    }
    return every_year(asked, years, stations, quantity, sources, Kind.DAY)


def _year_before(days: np.ndarray, place: np.ndarray, asked: Asked) -> np.ndarray:
    """The same days of the year before; NaT for 29 February, which has none."""
    month = days.astype("datetime64[M]")
    earlier = (month - 12).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    same = numbers(earlier, Kind.DAY, asked.rules).place == place
    found: np.ndarray = np.where(same, earlier, np.datetime64("NaT"))
    return found


def _on(value: np.ndarray, at: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The values (station, day) on these days, NaN where a day is not among those that have one."""
    place = np.minimum(np.searchsorted(at, days), len(at) - 1)
    found: np.ndarray = np.where(at[place] == days, value[:, place], np.nan)
    return found


def _numbers(values: np.ndarray) -> Numbers:
    return tuple(known(value) for value in values.tolist())
