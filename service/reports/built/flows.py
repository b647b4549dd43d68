"""The flows of a period at stations: their means, volumes and changes, and what has flowed since a start."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import xarray as xr

from record.entry import Flag
from record.quantities import quantity_of
from service.figures.means import NOBODY, USABLE
from service.figures.periodic import cumulative, mean_by, readings_of
from service.figures.periods import Kind
from service.figures.reads import Reads
from service.figures.sources import Reader
from service.reports.built.asked import Asked, Sources, alike
from service.reports.built.columns import MILLION, Column
from service.reports.built.guesses import Guesses
from service.reports.built.history import History
from service.reports.built.hours import changed, entries_of
from service.reports.built.reviewed import Reviews

_DAY = timedelta(days=1)
_MISSING, _UNKNOWN = int(Flag.MISSING), int(Flag.UNKNOWN)
SINCE = {"ten_days": Kind.TEN_DAYS, "season": Kind.SEASON}
"""The measures that say what has flowed since a start, and of which period that is the start."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """What is read for a batch of stations: `near` holds the period and what comes before it, `history` other years."""

    asked: Asked
    near: Reads
    history: History
    reviews: Reviews
    guesses: Guesses


def flows(read: Read, stations: Sequence[str], quantity: str, *, passing: bool) -> Iterator[Column]:
    """The mean flow of each station that gives the quantity; with `passing` its volumes and its change as well."""
    asked = read.asked
    for sources, names in alike(asked.network, stations, quantity, asked.kind).items():
        reader = asked.reader(read.near, sources, names, quantity)
        parts = reader.parts(np.datetime64(asked.earliest, "D"), np.datetime64(asked.span.end, "D"))
        table = mean_by(reader.best(parts, asked.kind, asked.rules), asked.kind, asked.rules, asked.until)
        now = table.isel(period=_place(table, asked.span.begin))
        flow = _flow(read, names, quantity, sources, now)
        yield flow
        if passing:
            yield flow.derived(
                "volume", MILLION, now["volume"].values, estimated=flow.estimated | now["estimated"].values
            )
            yield _change(read, flow, table)
            for measure, since in SINCE.items():
                yield _since(read, flow, reader, parts, measure, since)


def _flow(read: Read, names: Sequence[str], quantity: str, sources: Sources, now: xr.Dataset) -> Column:
    asked, span = read.asked, read.asked.span
    basis = now["basis"].values.astype(np.int64)
    entries, days = None, (span.begin, max(span.until, span.begin))
    if asked.kind is Kind.DAY:
        entries = entries_of(asked, read.near, names, quantity, basis, span.begin)
    return Column(
        stations=tuple(names),
        quantity=quantity,
        measure="",
        unit=quantity_of(quantity).label,
        of_days=(span.until - span.begin).days,
        value=now["value"].values,
        flag=now["flag"].values,
        estimated=now["value_estimated"].values | _lacks_days(now) | read.guesses.under(names, quantity, basis, days),
        basis=basis,
        days=now["days"].values,
        readings=now["readings"].values,
        left_out=now["left_out"].values,
        newest=now["entry"].values,
        reviewed=read.reviews.lowest(names, quantity, basis, days),
        entries=entries,
        against=read.history.against(read.near, names, quantity, sources),
    )


def _lacks_days(now: xr.Dataset) -> np.ndarray:
    """Where the mean of some days stands for that of all."""
    found: np.ndarray = (now["days"] < now["length"]).values & np.isin(now["flag"].values, USABLE)
    return found


def _change(read: Read, flow: Column, table: xr.Dataset) -> Column:
    """Against the day before by the same hours; against a longer period before by its mean, once this one is whole.

    A season has none: the one before it is of the other half of the year, and tells of the snow, not of the water.
    """
    asked, span = read.asked, read.asked.span
    if asked.kind is Kind.DAY:
        days = span.begin - _DAY, span.begin
        found = changed(asked, read.near, flow.stations, flow.quantity, flow.basis, days)
        guessed = read.guesses.under(flow.stations, flow.quantity, flow.basis, (days[0], days[1] + _DAY))
        return flow.derived(
            "change", flow.unit, found.value, flag=np.maximum(flow.flag, found.flag), entries=found.entries,
            estimated=flow.estimated | guessed,
        )  # fmt: skip
    if asked.kind is Kind.SEASON:
        return flow.derived("change", flow.unit, np.full_like(flow.value, np.nan), entries={})
    before = table.isel(period=_place(table, asked.before))
    basis = before["basis"].values.astype(np.int64)
    guessed = read.guesses.under(flow.stations, flow.quantity, basis, (asked.before, span.begin))
    both = np.isin(flow.flag, USABLE) & np.isin(before["flag"].values, USABLE) & span.ended
    return flow.derived(
        "change",
        flow.unit,
        np.where(both, flow.value - before["value"].values, np.nan),
        flag=np.maximum(flow.flag, before["flag"].values),
        estimated=flow.estimated | before["value_estimated"].values | _lacks_days(before) | guessed,
        newest=np.maximum(flow.newest, before["entry"].values),
    )


def _since(read: Read, flow: Column, reader: Reader, parts: Sequence[xr.Dataset], measure: str, since: Kind) -> Column:
    """What has flowed since the period of a kind began that holds the last day, up to the end of that day."""
    asked = read.asked
    begin = asked.since(since)
    daily = _finest(reader, parts, since, asked).sel(day=slice(np.datetime64(begin), np.datetime64(asked.last)))
    usable = np.isin(daily["flag"].values, USABLE) & asked.has_begun
    flowed = cumulative(daily, asked.rules, since).isel(day=-1)
    bits = np.where(usable, 1 << np.maximum(daily["basis"].values.astype(np.int64), 0), 0)
    basis, days = np.bitwise_or.reduce(bits, axis=1), usable.sum(axis=1)
    whole = ~flowed["estimated"].values
    worst = np.where(usable, daily["flag"].values, 0).max(axis=1)
    held = begin, asked.last + _DAY
    return flow.derived(
        measure,
        MILLION,
        np.where(usable.any(axis=1), flowed["value"].values, np.nan),
        flag=np.where(whole, worst, np.maximum(worst, _UNKNOWN)),
        estimated=flowed["estimated"].values | read.guesses.under(flow.stations, flow.quantity, basis, held),
        basis=basis,
        days=days,
        of_days=(asked.last - begin).days + 1 if asked.has_begun else 0,
        readings=np.where(usable, readings_of(daily, asked.rules), 0).sum(axis=1),
        left_out=daily["left_out"].values.sum(axis=1),
        newest=np.where(usable, daily["entry"].values, NOBODY).max(axis=1),
        entries=None,
        reviewed=read.reviews.lowest(flow.stations, flow.quantity, basis, held),
    )


def _finest(reader: Reader, parts: Sequence[xr.Dataset], since: Kind, asked: Asked) -> xr.Dataset:
    """The days of the finest source; a monthly mean says nothing of the 10-day periods within its month."""
    sources = reader.subject.sources
    kept = [place for place, group in enumerate(sources) if since is Kind.SEASON or group[0] != "monthly"]
    if len(kept) == len(sources):
        return reader.finest(parts, since, asked.rules)
    if not kept:
        return parts[0].assign(flag=parts[0]["flag"] * 0 + _MISSING, value=parts[0]["value"] * np.nan)
    fewer = asked.reader(
        reader.archive, tuple(sources[place] for place in kept), reader.stations, reader.subject.quantity
    )
    return fewer.finest([parts[place] for place in kept], since, asked.rules)


def _place(table: xr.Dataset, begin: object) -> int:
    return int(np.flatnonzero(table["period"].values == np.datetime64(str(begin), "s"))[0])
