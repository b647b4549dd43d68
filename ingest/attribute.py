"""From what a message says to observations of declared series, or to the reason why it says nothing of any."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.reading import NoReport, Reading, Readings, Said, Single, Unreadable
from ingest.stamp import NO_STAMP, columns_entered_at, entered_at, is_start, starter_of
from ingest.written.naming import code_of
from record.batch import Batch
from record.entry import Flag, Method, Observation, Refusal
from record.errors import UnitError
from record.network import Network
from record.network.basin import Station
from record.network.source import Source
from record.place import places
from record.quantities import quantity_of
from record.selection import EARLIEST
from record.units import convert, converter, is_convertible

AHEAD = timedelta(hours=3)
"""How far a time may run ahead of the receipt: clocks of senders are not exact."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TERM = "term"
_NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """Observations, of each the stamp that it came with (seconds since 1970 in UTC), and what said the one of a row."""

    batch: Batch
    stamp: NDArray[np.int64]
    said: Callable[[int], Reading | NoReport]


def attribute_all(
    said: Iterable[Said], source: Source, network: Network, received: datetime
) -> tuple[Batch, list[Refusal]]:
    """The observations that all of one message comes to, in its order, and why the rest is refused.

    A period has one mean. Where a message tells it under several stamps, as a register does that has rows of 08:00 and
    of 20:00, only the values of one of them are taken: of the very start of the period, or else of the stamp that comes
    first. The others are refused, and what is missing under another stamp says nothing of the period.
    """
    parts: list[_Placed] = []
    alone: list[tuple[Observation, Reading | NoReport]] = []
    refusals: list[Refusal] = []
    for one in said:
        if isinstance(one, Readings):
            placed, refused = _placed_columns(one, source, network, received)
            parts += [_placed_alone(alone), placed]
            alone = []
            refusals += refused
            continue
        found = attribute(one, source, network, received)
        if isinstance(found, Refusal):
            refusals.append(found)
        elif not isinstance(one, Unreadable):
            alone += [(seen, one) for seen in found]
    batch, rivals = _without_rivals([*parts, _placed_alone(alone)], source, network)
    return batch, refusals + rivals


def attribute(said: Single, source: Source, network: Network, received: datetime) -> list[Observation] | Refusal:
    """The observations that one thing said comes to, or why it is refused; `received` is aware.

    A reading gives one observation in the unit of its quantity, flagged unknown until it is judged and suspect where
    its reader had doubts. One over a period is entered at the start of the period that its stamp names. A reading that
    is itself "missing" of a series that the station does not have gives none.
    No report gives a missing observation of each of the station's series of the term.
    """
    if isinstance(said, Unreadable):
        return Refusal(fragment=said.fragment, where=said.where, reason=said.reason)
    station = _station(said.station, source, network)
    reason = station if isinstance(station, str) else _fault_of_time(said.time, received)
    if reason is not None or isinstance(station, str):
        return _refused(said, reason or "")
    if isinstance(said, NoReport):
        return _absences(said, source, station)
    return _observed(said, source, station, network)


def _placed_columns(
    said: Readings, source: Source, network: Network, received: datetime
) -> tuple[_Placed, list[Refusal]]:
    """What many readings come to, as if each were attributed by itself; those that come to nothing really are."""
    number: dict[str, int] = {}
    of_name = [_series_meant(name, said, source, network) for name in said.stations]
    of_station = [_NONE if name is None else number.setdefault(name, len(number)) for name in of_name]
    which = np.array(of_station, dtype=np.int64)[said.which]
    latest, earliest = int((received + AHEAD).timestamp()), int(EARLIEST.timestamp())
    placed = (which != _NONE) & (said.time <= latest) & (said.time >= earliest)
    if not is_convertible(said.unit, quantity_of(said.quantity).unit):
        placed &= _absent(said.value)
    time = _entered(said, np.where(placed, which, _NONE), tuple(number), source, network)
    placed &= (time != NO_STAMP) & (time >= earliest)
    found = [attribute(said[row], source, network, received) for row in np.flatnonzero(~placed).tolist()]
    rows = np.flatnonzero(placed)
    return _Placed(
        batch=_batch_of(said, placed, which, time, tuple(number), source),
        stamp=said.time[rows],
        said=lambda row: said[int(rows[row])],
    ), [one for one in found if isinstance(one, Refusal)]


def _placed_alone(alone: Sequence[tuple[Observation, Reading | NoReport]]) -> _Placed:
    return _Placed(
        batch=Batch.of([seen for seen, _ in alone]),
        stamp=np.array([int(one.time.timestamp()) for _, one in alone], dtype=np.int64),
        said=lambda row: alone[row][1],
    )


def _without_rivals(parts: Sequence[_Placed], source: Source, network: Network) -> tuple[Batch, list[Refusal]]:
    """All rows but those that tell the mean of a period under another stamp than the one that is taken for it."""
    batch = Batch.joined([part.batch for part in parts])
    stamp = np.concatenate([part.stamp for part in parts])
    ends = np.cumsum([len(part.batch) for part in parts])
    kept, refused = np.ones(len(batch), dtype=bool), dict[int, str]()
    for rows in _told_more_than_once(batch, network):
        declared = network.series[batch.said[int(batch.which[rows[0]])][0]]
        zones = _calendar(source), network.zone_of(declared.station)
        taken = _taken(batch, stamp, rows, zones)
        for row in rows:
            kept[row] = stamp[row] == taken
            if not kept[row] and batch.value[row] is not None:
                refused[row] = _of_rival(int(stamp[row]), taken, declared.interval, zones[0])
    found = []
    for row in sorted(refused):
        part = int(np.searchsorted(ends, row, side="right"))
        said = parts[part].said(row - int(ends[part]) + len(parts[part].batch))
        found.append(_refused(said, refused[row]))
    return batch if kept.all() else batch.only(kept), found


def _taken(batch: Batch, stamp: NDArray[np.int64], rows: list[int], zones: tuple[ZoneInfo, ZoneInfo]) -> int:
    """The stamp that is taken for the mean of a period of which `rows` tell: of those that have a value, if any has."""
    stamps = [int(stamp[row]) for row in rows if batch.value[row] is not None] or stamp[rows].tolist()
    begin = _moment(int(batch.time[rows[0]]))
    return next((one for one in stamps if is_start(_moment(one), begin, *zones)), stamps[0])


def _told_more_than_once(batch: Batch, network: Network) -> Iterator[list[int]]:
    """The rows of each series and period that are more than one, in their order; of instants none."""
    declared = [network.series[name] for name, _ in batch.said]
    is_mean = np.array([starter_of(one.quantity, one.interval) is not None for one in declared], dtype=bool)
    means = np.flatnonzero(is_mean[batch.which])
    number = {name: place for place, name in enumerate(batch.series)}
    _, place, times = np.unique(
        places(batch.numbered(number), batch.time)[means], return_inverse=True, return_counts=True
    )
    again = times[place] > 1
    found: dict[int, list[int]] = {}
    for row, at in zip(means[again].tolist(), place[again].tolist(), strict=True):
        found.setdefault(at, []).append(row)
    yield from found.values()


def _of_rival(stamp: int, taken: int, interval: str, sender: ZoneInfo) -> str:
    own, other = (_moment(one).astimezone(sender).isoformat() for one in (stamp, taken))
    return (
        f"its stamp {own} and another of the same message, {other}, name one {interval} period, of which both may not"
        f" be the mean: that of {other} is taken"
    )


def _moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _entered(
    said: Readings, which: NDArray[np.int64], series: tuple[str, ...], source: Source, network: Network
) -> NDArray[np.int64]:
    """The stamp under which each row is entered, `NO_STAMP` where it names no period; `which` is `_NONE` for others."""
    starter = starter_of(said.quantity, said.interval)
    if starter is None:
        return said.time
    time, zones = said.time.copy(), [network.zone_of(network.series[name].station) for name in series]
    for zone in dict.fromkeys(zones):
        rows = np.isin(which, [number for number, other in enumerate(zones) if other == zone])
        time[rows] = columns_entered_at(said.time[rows], starter, _calendar(source), zone)
    return time


def _calendar(source: Source) -> ZoneInfo:
    """The calendar in which a source writes its days."""
    return ZoneInfo(source.zone if source.table is None else source.table.zone)


def _series_meant(name: str, said: Readings, source: Source, network: Network) -> str | None:
    """The series that readings of a station come to, None where they cannot come to any."""
    station = _station(name, source, network)
    series = f"{said.quantity}.{said.interval}"
    if isinstance(station, str) or series not in station.series:
        return None
    return f"{station.id}.{series}"


def _batch_of(
    said: Readings,
    placed: NDArray[np.bool_],
    which: NDArray[np.int64],
    time: NDArray[np.int64],
    series: tuple[str, ...],
    source: Source,
) -> Batch:
    """The observations of the rows that are placed, flagged as those of single readings are."""
    values = said.value
    if not placed.all():
        values = [value for value, is_placed in zip(values, placed.tolist(), strict=True) if is_placed]
    if any(value is not None for value in values):
        turned = converter(said.unit, quantity_of(said.quantity).unit)
        values = [None if value is None else turned(value) for value in values]
    doubted = np.zeros(len(said), dtype=bool)
    doubted[list(said.doubts)] = True
    flag = np.where(doubted[placed], int(Flag.SUSPECT), int(Flag.UNKNOWN)).astype(np.int8)
    flag[_absent(values)] = Flag.MISSING
    return Batch(
        said=tuple((name, _method(source)) for name in series),
        which=which[placed],
        time=time[placed],
        value=values,
        flag=flag,
    )


def _absent(values: Sequence[Decimal | None]) -> NDArray[np.bool_]:
    return np.fromiter((value is None for value in values), dtype=bool, count=len(values))


def _station(name: str, source: Source, network: Network) -> Station | str:
    """The station meant, or why the source may not speak of it."""
    if not name:
        return "it names no station"
    station = network.station_called(code_of(name, source), simulated=source.simulated)
    if station is None:
        return f"no {'simulated ' if source.simulated else ''}station is called {name!r}: declare it"
    if station.party not in (source.party, *source.speaks_for):
        return f"{station.id} is a station of {station.party}, for which source {source.id} may not speak"
    return station


def _fault_of_time(time: datetime, received: datetime) -> str | None:
    if time > received + AHEAD:
        # Not when it was received: the same message, delivered again, must be refused in the same words.
        return f"its time {_shown(time)} lies after the receipt of its message"
    return _fault_of_age(time)


def _fault_of_age(time: datetime) -> str | None:
    if time < EARLIEST:
        return f"its time {_shown(time)} lies before {EARLIEST.year}, when no gauge stood here"
    return None


def _observed(said: Reading, source: Source, station: Station, network: Network) -> list[Observation] | Refusal:
    if f"{said.quantity}.{said.interval}" not in station.series:
        if said.value is None:
            return []
        return _refused(said, f"{station.id} has no series {said.quantity}.{said.interval}: declare it")
    time = _stamp(said, source, network.zone_of(station.id))
    reason = time if isinstance(time, str) else _fault_of_age(time)
    if reason is not None or isinstance(time, str):
        return _refused(said, reason or "")
    try:
        value = None if said.value is None else convert(said.value, said.unit, quantity_of(said.quantity).unit)
    except UnitError as fault:
        return _refused(said, str(fault))
    return [
        Observation(
            series=f"{station.id}.{said.quantity}.{said.interval}",
            time=_whole_seconds(time),
            value=value,
            flag=Flag.MISSING if value is None else _flag_of(said),
            method=_method(source, estimated=said.estimated),
        )
    ]


def _stamp(said: Reading, source: Source, zone: ZoneInfo) -> datetime | str:
    """The time under which it is entered, or why there is none; `zone` is that of its station."""
    starter = starter_of(said.quantity, said.interval)
    return said.time if starter is None else entered_at(said.time, starter, _calendar(source), zone)


def _flag_of(said: Reading) -> Flag:
    if said.bad:
        return Flag.BAD
    return Flag.SUSPECT if said.doubts else Flag.UNKNOWN


def _absences(said: NoReport, source: Source, station: Station) -> list[Observation] | Refusal:
    terms = [name for name in station.series if name.endswith(f".{_TERM}")]
    if not terms:
        return _refused(said, f"it says that {station.id} has nothing to report, and that has no series of the term")
    return [
        Observation(
            series=f"{station.id}.{name}",
            time=_whole_seconds(said.time),
            value=None,
            flag=Flag.MISSING,
            method=_method(source),
        )
        for name in terms
    ]


def _whole_seconds(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(microsecond=0)


def _method(source: Source, *, estimated: bool = False) -> Method:
    if source.simulated:
        return Method.SIMULATED
    return Method.ESTIMATED if estimated else Method.MEASURED


def _refused(said: Reading | NoReport, reason: str) -> Refusal:
    """The bytes that say it, or, of a reading that stands in several places, its words."""
    if isinstance(said, Reading) and said.fragment:
        return Refusal(fragment=said.fragment, where=said.where, reason=reason)
    words = [said.station, _shown(said.time)]
    if isinstance(said, Reading):
        value = "missing" if said.value is None else f"{said.value:f} {said.unit}"
        words += [f"{said.quantity}.{said.interval}", value]
    return Refusal(fragment=" ".join(words).encode("utf-8", "replace"), where=said.where, reason=reason)


def _shown(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
