"""The checks that hold a value against other series: upstream, of the same reservoir, of the same post."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.derive.rating import discharge as by_rating
from ingest.quality.gap import HOUR
from ingest.quality.judged import Flags, Judged, Reach, worst
from ingest.quality.limits import Group
from ingest.quality.mass_balance import DAY, mass_balance, volume_between
from ingest.quality.neighbour import neighbour
from ingest.quality.rating_residual import rating_residual
from ingest.quality.values import Track
from record.entry import Flag
from record.errors import QualityError
from record.network import Network
from record.network.threshold import MassBalance, Neighbour, RatingResidual

_FLOWS = "daily"
Rows = NDArray[np.int64]
R = TypeVar("R", Neighbour, MassBalance, RatingResidual)


def unlike_upstream(judged: Judged) -> Flags:
    """By what stood upstream, as much earlier as the water takes."""
    found, held, values = judged.nothing_said(), judged.nobody(), judged.values
    for row, mine in _asked(judged, judged.network.thresholds.neighbour):
        if row.months:
            mine = mine[np.isin(values.local.month[mine], row.months)]
        passed = values.time[mine] - int(row.lag_hours * HOUR)
        upstream = judged.track.at(judged.number(_upstream(row)), passed)
        flags = neighbour(values.value[mine], upstream, _limit(row.low, mine), _limit(row.high, mine))
        _note(found, held, mine, flags)
    return judged.told(found, held)


def out_of_balance(judged: Judged) -> Flags:
    """By the water balance of the reservoir: a storage by the day that ends with it, a flow by its own day."""
    found, held, values, track = judged.nothing_said(), judged.nobody(), judged.values, judged.track
    for row, mine in _asked(judged, judged.network.thresholds.mass_balance):
        storage, inflow, release = map(judged.number, _judges(row))
        of_storage = np.array([name == _judges(row)[0] for name in values.group.names], dtype=bool)
        end = values.time[mine] + np.where(of_storage[values.which[mine]], 0, DAY)
        change = track.at(storage, end) - track.at(storage, end - DAY)
        volume = volume_between(end - DAY, end, *_net(track, inflow, release))
        flags = mass_balance(change, volume, _limit(row.suspect, mine), _limit(row.fail, mine))
        _note(found, held, mine, flags)
    return judged.told(found, held)


def off_the_rating(judged: Judged) -> Flags:
    """By the rating curve in force, of the level at the same time; unknown where no curve is declared."""
    found, held, values, network = judged.nothing_said(), judged.nobody(), judged.values, judged.network
    for row, mine in _asked(judged, network.thresholds.rating_residual):
        curves = [curve for curve in network.rating_curves if curve.station == row.station]
        shifts = [shift for shift in network.shifts if shift.station == row.station]
        level = judged.track.then(judged.number(f"{row.station}.{row.level}"), values.time[mine])
        rated, verdict = by_rating(level, values.time[mine], curves, shifts, network.zone_of(row.station))
        limits = _limit(row.suspect, mine), _limit(row.fail, mine)
        flags = rating_residual(values.value[mine], rated, verdict == Flag.SUSPECT, *limits)
        _note(found, held, mine, flags)
    return judged.told(found, held)


def upstream_before(group: Group) -> list[Reach]:
    """What stood upstream around the time at which the water passed there."""
    found = []
    for row, (name,) in _judging(group.network.thresholds.neighbour, group.names):
        upstream = _declared(group, _upstream(row), name)
        lag, gap = float(row.lag_hours), _gap(upstream)
        before, after = (int(max(hours, 0) * HOUR) + 1 for hours in (gap + lag, gap - lag))
        found.append(Reach((name,), upstream.names, before, after))
    return found


def around_the_day(group: Group) -> list[Reach]:
    """Storage, inflow and release over the day that is closed."""
    found = []
    for row, names in _judging(group.network.thresholds.mass_balance, group.names):
        for name in names:
            storage, *flows = (_declared(group, one, name) for one in _judges(row))
            for flow in flows:
                if flow.series[0].interval != _FLOWS:
                    raise QualityError(f"{name} is balanced with {flow.names[0]}, no daily mean: mend quality.toml")
                found.append(Reach((name,), flow.names, 3 * DAY, 2 * DAY))
            gap = int(_gap(storage) * HOUR) + 1
            spans = (DAY + gap, 0) if name == storage.names[0] else (gap, DAY + gap)
            found.append(Reach((name,), storage.names, *spans))
    return found


def level_then(group: Group) -> list[Reach]:
    """The level at the same time."""
    return [
        Reach((name,), _declared(group, f"{row.station}.{row.level}", name).names, 0, 0)
        for row, (name,) in _judging(group.network.thresholds.rating_residual, group.names)
    ]


def judged_by_others(network: Network) -> set[str]:
    """Ids of the declared series that are held against others."""
    declared = network.thresholds
    rows: list[Neighbour | MassBalance | RatingResidual] = [*declared.neighbour]
    rows += [*declared.mass_balance, *declared.rating_residual]
    return {name for row in rows for name in _judges(row) if name in network.series}


def _judges(row: Neighbour | MassBalance | RatingResidual) -> tuple[str, ...]:
    """Ids of the series that a row judges; of a balance storage, inflow and release."""
    if isinstance(row, MassBalance):
        return f"{row.station}.{row.storage}", f"{row.station}.{row.inflow}", f"{row.station}.{row.release}"
    return (f"{row.station}.{row.series if isinstance(row, Neighbour) else row.discharge}",)


def _upstream(row: Neighbour) -> str:
    return f"{row.upstream}.{row.upstream_series}"


def _judging(rows: Sequence[R], series: Sequence[str]) -> Iterator[tuple[R, tuple[str, ...]]]:
    """The rows that judge any of `series`, each with the ids of those."""
    known = set(series)
    for row in rows:
        mine = tuple(name for name in _judges(row) if name in known)
        if mine:
            yield row, mine


def _asked(judged: Judged, rows: Sequence[R]) -> Iterator[tuple[R, Rows]]:
    """The rows that judge any reading of the message, each with the numbers of those readings."""
    values = judged.values
    for row, names in _judging(rows, values.group.names):
        of_series = np.array([name in names for name in values.group.names], dtype=bool)
        yield row, np.flatnonzero(of_series[values.which])


def _net(track: Track, inflow: int, release: int) -> tuple[Rows, NDArray[np.float64]]:
    """The days of which both are known, and what came in less what went out, in m3/s."""
    one, other = track.of(inflow), track.of(release)
    days, into, out = np.intersect1d(track.time[one], track.time[other], return_indices=True)
    return days, track.value[one][into] - track.value[other][out]


def _note(found: Flags, held: NDArray[np.bool_], mine: Rows, flags: Flags) -> None:
    held[mine] = True
    found[mine] = worst([found[mine], flags])


def _limit(said: Decimal | None, mine: Rows) -> NDArray[np.float64]:
    return np.full(len(mine), np.nan if said is None else float(said))


def _declared(group: Group, name: str, needed_by: str) -> Group:
    """The series of that id, alone."""
    if name not in group.network.series:
        raise QualityError(f"{needed_by} is judged by {name}, which is not declared: mend quality.toml")
    return Group(group.network, [group.network.series[name]])


def _gap(alone: Group) -> float:
    return float(alone.longest_gaps[0])
