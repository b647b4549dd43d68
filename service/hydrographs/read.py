"""Hydrographs from the archive: the span that is asked for, the readings in it, their flags, and what was amended."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import numpy as np

from record.archive import Archive
from record.entry import Flag
from record.errors import SelectionError, UnknownName
from record.ledger.access import Given
from record.network import Network
from record.network.basin import Series
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG
from record.selection import EARLIEST, LATEST, Selection
from service.hydrographs.curve import curve_of, told
from service.hydrographs.ends import end_of, ends_of
from service.hydrographs.hydrograph import Amendments, Hydrograph, Marks
from service.interval import bound_of

MARKED = ("suspect", "bad", "missing")
ESTIMATED = "estimated"
_MARKS_OF = 16
"""One mark of a kind to so many points of the line, at most."""
_EARLIEST, _LATEST = int(EARLIEST.timestamp()), int(LATEST.timestamp())
_FEW_ENTRIES = 400
"""Which readings are estimates stands in the entries alone, and of so many they are looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a series said, rising by time: `time` (int64), `value` (float64), `flag` (int8), `entry` (int64).

    `end` (int64) is when the period of each reading ends; None of instants.
    """

    time: np.ndarray
    value: np.ndarray
    flag: np.ndarray
    entry: np.ndarray
    end: np.ndarray | None

    @property
    def usable(self) -> np.ndarray:
        """The values, without those that are flagged bad."""
        found: np.ndarray = np.where(self.flag == Flag.BAD, np.nan, self.value)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What of a series is asked for: start <= time < end in seconds, and its extent in what is known."""

    start: int
    end: int
    extent: tuple[int, int] | None


def declared(network: Network, name: str) -> Series:
    """The series of that id; raises `UnknownName`."""
    if name not in network.series:
        raise UnknownName(f"series {name[:80]!r} is not declared: see /collections for the ids")
    return network.series[name]


def bounds_of(
    network: Network,
    name: str,
    first: str | None,
    last: str | None,
    extent: tuple[int, int] | None,
    now: datetime,
) -> tuple[int, int]:
    """Start and end in seconds of the span from `first` to before `last`, each a day or a time with offset.

    A day is one of the calendar of the series' station. Without a last it goes up to the end of the `extent`, which is
    that of what there is, or to `now` where there is nothing; without a first it is a year long, or begins with the
    first day of what there is. Raises `UnknownName`, and `SelectionError` for what is no time, or an empty span.
    """
    zone = network.zone_of(declared(network, name).station)
    begin = bound_of(first, "from", zone) if first else None
    end = bound_of(last, "to", zone) if last else extent[1] if extent else int(now.timestamp())
    if begin is None:
        begin = max(year_before(end, zone), _EARLIEST)
        if extent and extent[0] < end:
            begin = max(begin, _midnight(extent[0], zone))
    if begin >= end:
        raise SelectionError(_empty(begin, end, asked=last is not None))
    return begin, end


def _empty(begin: int, end: int, *, asked: bool) -> str:
    start, stop = (f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (begin, end))
    if asked:
        return f"from {start} to {stop} is no span: give a first time and a later one"
    return f"from {start} lies behind all that there is, which ends at {stop}: give an earlier one"


def step_of(series: Series) -> int:
    """Seconds from one reading to the next, the shortest that its interval has."""
    return int(interval_of(series.interval).shortest.total_seconds())


def hydrograph(
    archive: Archive, network: Network, name: str, span: Span, most: int, count: int, as_of: datetime | int | None
) -> Hydrograph:
    """The hydrograph of a series with at most so many points, as the first `count` entries say it.

    `as_of` is how that was asked. Raises `UnknownName`, `SelectionError`, `RecordError`.
    """
    series = declared(network, name)
    said = read(archive, network, series, span.start, span.end, count)
    curve = curve_of(said.time, said.usable, step_of(series), most, said.end)
    guesses = None if curve.reduced else estimates(archive, name, said)
    kinds = _kinds(said, guesses)
    return Hydrograph(
        series=name,
        start=span.start,
        end=span.end,
        times=said.time,
        curve=curve,
        marks=_marks(said, kinds, max(most // _MARKS_OF, 1)),
        flags={kind: len(places) for kind, places in kinds.items()},
        sought=guesses is not None,
        amendments=_amendments(archive, name, said, span, count, max(most // _MARKS_OF, 1)),
        extent=span.extent,
        past=None if span.extent is None else end_of(network, series, span.extent[1]),
        count=count,
        as_of=as_of,
        given=given_of(name, said),
    )


def read(archive: Archive, network: Network, series: Series, start: int, end: int, count: int) -> Said:
    """What a series said, start <= time < end, by the first `count` entries."""
    answer = archive.answer(Selection(series=(series.id,), start=_moment(start), end=_moment(end), as_of=count))
    layers, name = answer.layers, series.quantity
    return Said(
        time=answer.time,
        value=layers[name][0],
        flag=layers[f"{name}{FLAG}"][0],
        entry=layers[f"{name}{ENTRY}"][0],
        end=ends_of(network, series, answer.time),
    )


def given_of(name: str, said: Said) -> tuple[Given, ...]:
    """A note of what an answer made of these readings gives: all of them, for what is left out lies in between."""
    if not len(said.time):
        return ()
    newest = int(said.entry.max()) + 1
    return (Given(subject=name, start=int(said.time[0]), end=int(said.time[-1]) + 1, size=newest),)


def estimates(archive: Archive, name: str, said: Said) -> np.ndarray | None:
    """Which of the readings their sender calls an estimate, in order; None where that is too many entries to read."""
    entries = np.unique(said.entry)
    if len(entries) > _FEW_ENTRIES:
        return None
    called = {
        (int(one.time.timestamp()), one.entry) for one in archive.estimates(entries.tolist()) if one.series == name
    }
    if not called:
        return np.empty(0, dtype=np.int64)
    pairs = zip(said.time.tolist(), said.entry.tolist(), strict=True)
    return np.array([place for place, pair in enumerate(pairs) if pair in called], dtype=np.int64)


def _kinds(said: Said, guesses: np.ndarray | None) -> dict[str, np.ndarray]:
    """The places of the readings of each kind that is marked; none of a kind that there is not."""
    found = {flag.word: np.flatnonzero(said.flag == flag) for flag in Flag if flag.word in MARKED}
    if guesses is not None:
        found[ESTIMATED] = guesses
    return {kind: places for kind, places in found.items() if len(places)}


def _marks(said: Said, kinds: dict[str, np.ndarray], most: int) -> Marks:
    parts = []
    for kind, places in kinds.items():
        weight = np.nan_to_num(said.value[places], nan=0.0)
        chosen, many = told(said.time[places], weight, most)
        parts += [(place, kind, count) for place, count in zip(places[chosen].tolist(), many.tolist(), strict=True)]
    parts.sort(key=lambda part: part[0])
    at = np.array([place for place, _, _ in parts], dtype=np.int64)
    return Marks(
        time=said.time[at],
        value=said.value[at],
        kind=tuple(kind for _, kind, _ in parts),
        many=np.array([count for _, _, count in parts], dtype=np.int64),
        end=None if said.end is None else said.end[at],
    )


def _amendments(archive: Archive, name: str, said: Said, span: Span, count: int, most: int) -> Amendments:
    """Of each reading the last other value that stood before the one that stands."""
    before = archive.before(name, span.start, span.end, count)
    place = np.minimum(np.searchsorted(said.time, before.time), max(len(said.time) - 1, 0))
    if not len(before.time) or not len(said.time):
        return _no_amendments()
    now = said.value[place]
    other = (said.time[place] == before.time) & ~((now == before.value) | (np.isnan(now) & np.isnan(before.value)))
    rows = np.flatnonzero(other)
    # Of several that stood, the last.
    rows = rows[np.append(np.diff(before.time[rows]) != 0, True)[: len(rows)]]
    held = place[rows]
    weight = np.abs(np.nan_to_num(said.value[held] - before.value[rows], nan=np.inf))
    chosen, many = told(before.time[rows], weight, most)
    rows, held = rows[chosen], held[chosen]
    return Amendments(
        time=before.time[rows],
        value=said.value[held],
        entry=said.entry[held],
        old=before.value[rows],
        old_entry=before.entry[rows],
        many=many,
        all=int(many.sum()),
        end=None if said.end is None else said.end[held],
    )


def _no_amendments() -> Amendments:
    none = np.empty(0, dtype=np.int64)
    return Amendments(none, none.astype(float), none, none.astype(float), none, none, 0)


def _moment(at: int) -> datetime:
    """A time in seconds, within those of which a record can speak."""
    return datetime.fromtimestamp(min(max(at, _EARLIEST), _LATEST), UTC)


def _midnight(at: int, zone: ZoneInfo) -> int:
    """When the day began that holds a time, by the clock of the zone."""
    return int(datetime.combine(datetime.fromtimestamp(at, zone), time(), zone).timestamp())


def year_before(at: int, zone: ZoneInfo) -> int:
    """The same time of the year before by the clock of the zone; of 29 February, that of the 28th."""
    local = datetime.fromtimestamp(at, zone)
    day = min(local.day, 28) if local.month == 2 else local.day
    return int(local.replace(year=local.year - 1, day=day).timestamp())
