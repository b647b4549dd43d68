"""Readings that lack: of series that spoke of late, days without a value; of others, that they keep silent."""

from collections.abc import Iterator, Set
from datetime import UTC, datetime, timedelta

import numpy as np

from record.archive import Archive
from record.network.basin import Series, Station
from record.quantities import ENTRY
from record.selection import Selection
from service.figures.days import BY_PREFERENCE
from service.figures.means import NOBODY
from service.language import phrase
from service.language.phrase import Phrase
from service.reports.gaps.dues import Dues
from service.reports.gaps.sayings import Calendar, Sayings
from service.reports.report import Missing, Silent

RECENT = timedelta(days=30)
"""A series that said nothing in the period or so long before it is silent, not missing."""
MOST_NAMED = 20
"""Of more entries than these, the newest are named."""
_NEAR = timedelta(days=3)


def named(entries: np.ndarray) -> tuple[int, ...]:
    """Entries, each once and in order; of many the newest."""
    return tuple(np.unique(entries).tolist()[-MOST_NAMED:])


def missing(calendar: Calendar, dues: Dues, sayings: Sayings) -> Iterator[Missing]:
    """The series of which days lack, silent ones too."""
    network = calendar.network
    spoken = sayings.entry >= 0
    for row in np.flatnonzero(sayings.lacks.any(axis=1)).tolist():
        series = sayings.series[row]
        station, lacks = network.stations[series.station], sayings.lacks[row]
        told = spoken[row] & lacks[sayings.day]
        without = told & np.asarray(np.isnan(sayings.value[row]))
        due = dues.first(series.id, calendar.begins(series.interval, network.zone_of(station.id)), lacks)
        yield Missing(
            series=series.id,
            station=station.id,
            party=station.party,
            nature=station.nature.value,
            days=int(lacks.sum()),
            why=_why(station, *_causes(sayings.day, lacks, without, told & ~without)),
            due=None if due is None else datetime.fromtimestamp(due, UTC),
            entries=named(sayings.entry[row][without]),
        )


def _causes(day: np.ndarray, lacks: np.ndarray, without: np.ndarray, some: np.ndarray) -> tuple[bool, bool, bool]:
    """Of the days that lack, whether of any nothing was said, of any a value is said to lack, of any too few came."""
    few, said = (np.bincount(day[mask], minlength=len(lacks)) > 0 for mask in (some, without))
    return bool((lacks & ~few & ~said).any()), bool((said & ~few).any()), bool(few.any())


def _why(station: Station, nothing: bool, said: bool, few: bool) -> Phrase:
    """Why there is no value: nobody sends what is computed, which waits for the last of its inputs."""
    if station.computed:
        of_nothing = phrase("not all that it is computed from has come")
        of_said = phrase("it cannot be computed from its inputs")
    else:
        of_nothing = phrase("nothing was received")
        of_said = phrase("the sender says that it is missing")
    of_few = phrase("too few readings came for the value of a day")
    causes = [why for why, holds in ((of_nothing, nothing), (of_said, said), (of_few, few)) if holds]
    found = causes.pop()
    while causes:
        found = phrase("{one}, or {other}", one=causes.pop(), other=found)
    return found


def silent_series(archive: Archive, calendar: Calendar, quiet: list[Series], count: int) -> frozenset[str]:
    """Those of the series without a word in the period that said nothing of late either."""
    names = [one.id for one in quiet]
    newest = archive.newest(names) if names else None
    if newest is None:
        return frozenset()
    start = np.array([_start(calendar, one) for one in quiet], dtype=np.int64)
    begin = start + int(RECENT.total_seconds())
    spoke = (newest.entry >= 0) & (newest.time >= start)
    known = spoke & (newest.time < begin) & (newest.entry < count)
    # What was said since, of later times or by later entries, may hide what had been said then.
    unsure = [one for one, open_ in zip(quiet, (spoke & ~known).tolist(), strict=True) if open_]
    heard = {one.id for one, sure in zip(quiet, known.tolist(), strict=True) if sure}
    for back in (_NEAR, RECENT):
        unsure = [one for one in unsure if one.id not in heard]
        heard |= _heard(archive, calendar, unsure, back, count)
    return frozenset(names) - heard


def _start(calendar: Calendar, series: Series) -> int:
    begins = calendar.begins(series.interval, calendar.network.zone_of(series.station))
    return int(begins[0]) - int(RECENT.total_seconds())


def _heard(archive: Archive, calendar: Calendar, series: list[Series], back: timedelta, count: int) -> set[str]:
    """Those that said something within so long before the period."""
    by_collection: dict[str, list[Series]] = {}
    for one in series:
        by_collection.setdefault(one.collection, []).append(one)
    found: set[str] = set()
    for mine in by_collection.values():
        # Midnight comes at another hour in each zone; in the period itself none of these spoke.
        end = datetime.fromtimestamp(max(_start(calendar, one) for one in mine), UTC) + RECENT
        names = tuple(one.id for one in mine)
        answer = archive.answer(Selection(series=names, start=end - back, end=end, as_of=count))
        row_of = {about.id: row for row, about in enumerate(answer.heading.stations)}
        found |= {
            one.id for one in mine if (answer.layers[f"{one.quantity}{ENTRY}"][row_of[one.station]] > NOBODY).any()
        }
    return found


def silent(calendar: Calendar, quiet: Set[str]) -> Iterator[Silent]:
    """The stations with silent series."""
    network = calendar.network
    for station in network.stations.values():
        declared = (network.series[f"{station.id}.{said}"] for said in station.series)
        series = [one.id for one in declared if one.interval in BY_PREFERENCE]
        kept = tuple(name for name in series if name in quiet)
        if kept:
            yield Silent(
                station=station.id,
                party=station.party,
                nature=station.nature.value,
                series=kept,
                whole=len(kept) == len(series),
            )
