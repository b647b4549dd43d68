"""What a hydrograph is held against: what is normal for the days of its span, and the same days of the year before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from record.archive import Archive
from record.network import Collection, Network
from record.network.account import FigureRules
from record.network.basin import Series
from record.quantities import quantity_of
from service.figures.days import begins_of_days
from service.figures.norms import SHARES
from service.figures.periods import FIRST, LAST, Kind, days_between, numbers
from service.hydrographs.curve import curve_of
from service.hydrographs.ends import ends_of
from service.hydrographs.hydrograph import Band, Context, Hydrograph
from service.hydrographs.normal import Normals
from service.hydrographs.read import declared, given_of, read, step_of, year_before
from service.language.phrase import Phrase, phrase

KIND_OF: Mapping[str, Kind] = {"10-day": Kind.TEN_DAYS, "monthly": Kind.MONTH}
"""By which periods what is normal is told of a series of means; of all others it is by days."""
_LOW, _HIGH = SHARES.index(0.10), SHARES.index(0.90)
_LONGEST = timedelta(days=370)
_DAYS_TO_A_POINT = 4


@dataclass(frozen=True, kw_only=True)
class Known:
    """What contexts are made from; `span` gives the first and last time of a collection, None of one that is empty."""

    archive: Archive
    network: Network
    normals: Normals
    span: Callable[[Collection], tuple[datetime, datetime] | None]
    now: datetime


def context_of(known: Known, held: Hydrograph, most: int) -> Context:
    """The context of a hydrograph, with at most so many points of the year before; raises as `norms_of` does."""
    archive, network = known.archive, known.network
    series = declared(network, held.series)
    band, no_band = _band(known, series, held, most)
    if held.end - held.start > _LONGEST.total_seconds():
        told = phrase("Last year is not shown beside a span of more than a year.")
        return Context(band=band, no_band=no_band, before=None, no_before=told)
    zone = network.zone_of(series.station)
    said = read(archive, network, series, year_before(held.start, zone), year_before(held.end, zone), held.count)
    at = a_year_later(said.time, zone)
    kept = np.flatnonzero((at >= held.start) & (at < held.end))
    curve = curve_of(at[kept], said.usable[kept], step_of(series), most, ends_of(network, series, at[kept]))
    if not curve.readings:
        told = phrase("Nothing is known of the same days a year before.")
        return Context(band=band, no_band=no_band, before=None, no_before=told)
    then = said.time[kept][np.maximum(curve.place, 0)]
    given = given_of(series.id, said)
    return Context(band=band, no_band=no_band, before=curve, no_before=None, then=then, given=given)


def alike(network: Network, series: Series) -> list[Series]:
    """The series of the same quantity at the same station, of which its norm is made."""
    return [one for one in network.series.values() if (one.station, one.quantity) == (series.station, series.quantity)]


def no_norm(known: Known, series: Series) -> Phrase | None:
    """Why there can be no norm of a series, by what is known before anything is read; None where there may be one."""
    network, rules = known.network, known.network.figures
    if not quantity_of(series.quantity).mean:
        return phrase("There is no norm of an amount: a day of rain says nothing of others.")
    spans = [known.span(network.collection(one.collection)) for one in alike(network, series)]
    years = {year for span in spans if span for year in range(span[0].year, span[1].year + 1)}
    held = len(years & set(range(rules.base_from, rules.base_until + 1)))
    return None if held >= rules.years_needed else _too_few(held, rules)


def _too_few(held: int, rules: FigureRules) -> Phrase:
    return phrase(
        "There is no norm: {held} of the years {first}–{last} are known, and {needed} are needed.",
        held=held, first=str(rules.base_from), last=str(rules.base_until), needed=rules.years_needed,
    )  # fmt: skip


def _band(known: Known, series: Series, held: Hydrograph, most: int) -> tuple[Band | None, Phrase | None]:
    lacking = no_norm(known, series)
    if lacking is not None:
        return None, lacking
    network, rules = known.network, known.network.figures
    kind, name = KIND_OF.get(series.interval, Kind.DAY), f"{series.station}.{series.quantity}"
    table = known.normals.table(known.archive, network, name, kind, known.now, held.as_of)
    mean, count = table["mean"].values[0], table["count"].values[0]
    if np.isnan(mean).all():
        return None, _too_few(int(count.max()), rules)
    zone = network.zone_of(series.station)
    # Up to the period that follows, so that a line between them reaches the end of the span.
    begins = _begins(held.start, held.end + 1, zone, kind, rules)
    every = max(-(-len(begins) * _DAYS_TO_A_POINT // most), 1)
    begins = begins[::every]
    place = numbers(begins, kind, rules).place
    share = table["percentile"].values[0][place]
    return Band(
        kind=kind,
        every=every,
        years=int(count.max()),
        base=(rules.base_from, rules.base_until),
        time=begins_of_days(begins, time(), zone),
        low=share[:, _LOW],
        mean=mean[place],
        high=share[:, _HIGH],
    ), None


def _begins(start: int, end: int, zone: ZoneInfo, kind: Kind, rules: FigureRules) -> np.ndarray:
    """The first days of the periods that have a part in a span."""
    first, last = (datetime.fromtimestamp(at, zone).date() for at in (start, end - 1))
    days = days_between(_clipped(first), _clipped(last + timedelta(days=1)))
    found: np.ndarray = np.unique(numbers(days, kind, rules).begin)
    return found


def _clipped(day: date) -> date:
    return min(max(day, FIRST), LAST)


def a_year_later(at: np.ndarray, zone: ZoneInfo) -> np.ndarray:
    """The same times of the same days of the next year by the clock of the zone; before all times for 29 February.

    `at` (int64, seconds) rises.
    """
    if not len(at):
        return at
    first, last = (datetime.fromtimestamp(int(one), zone).date() for one in (at[0], at[-1]))
    days = days_between(first, last + timedelta(days=1))
    begins = begins_of_days(days, time(), zone)
    month = days.astype("datetime64[M]")
    later = (month + 12).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    moved = begins_of_days(later, time(), zone)
    moved[later.astype("datetime64[M]") != month + 12] = np.iinfo(np.int64).min // 2
    place = np.searchsorted(begins, at, side="right") - 1
    found: np.ndarray = moved[place] + (at - begins[place])
    return found
