"""The checks that hold a value against those before and after it in its own series."""

from collections.abc import Callable, Sequence

import numpy as np

from ingest.quality.flat_line import flat_line
from ingest.quality.gap import HOUR, gap
from ingest.quality.judged import Flags, Judged, Reach, Reached
from ingest.quality.limits import Group, T
from ingest.quality.rate_of_change import rate_of_change
from ingest.quality.spike import spike
from record.network.threshold import Thresholds


def changing_fast(judged: Judged) -> Flags:
    """By the change since the reading before."""
    limited = judged.values.limited(judged.network.thresholds.rate_of_change)
    if limited is None:
        return judged.nothing_said()
    track = judged.track
    suspect = judged.on_track(limited.column(lambda row: row.suspect))
    fail = judged.on_track(limited.column(lambda row: row.fail))
    flags = rate_of_change(track.time, track.value, track.following, suspect, fail)
    return judged.of_track(flags, limited.held)


def standing_out(judged: Judged) -> Flags:
    """By how far a value stands out from those on either side."""
    limited = judged.values.limited(judged.network.thresholds.spike)
    if limited is None:
        return judged.nothing_said()
    track = judged.track
    suspect = judged.on_track(limited.column(lambda row: row.suspect))
    fail = judged.on_track(limited.column(lambda row: row.fail))
    return judged.of_track(spike(track.time, track.value, track.following, suspect, fail), limited.held)


def stuck(judged: Judged) -> Flags:
    """By how long the value has stayed."""
    limited = judged.values.limited(judged.network.thresholds.flat_line)
    if limited is None:
        return judged.nothing_said()
    track = judged.track
    flags = flat_line(
        track.time,
        track.value,
        track.following,
        judged.on_track(limited.column(lambda row: row.tolerance)),
        judged.on_track(limited.column(lambda row: row.suspect_hours)),
        judged.on_track(limited.column(lambda row: row.fail_hours)),
    )
    return judged.of_track(flags, limited.held)


def after_a_gap(judged: Judged) -> Flags:
    """Whether the reading follows the one before it."""
    limited = judged.values.limited(judged.network.thresholds.gap)
    if limited is None:
        return judged.nothing_said()
    return judged.of_track(gap(judged.track.following), limited.held)


def one_before(rows: Callable[[Thresholds], Sequence[T]]) -> Reached:
    """The reach of a check that asks for the reading before."""
    return lambda group: _reached(rows(group.network.thresholds), group, after=0)


def one_on_either_side(rows: Callable[[Thresholds], Sequence[T]]) -> Reached:
    """The reach of a check that asks for the readings before and after."""
    return lambda group: _reached(rows(group.network.thresholds), group, after=1)


def as_long_as_flat(group: Group) -> list[Reach]:
    """The reach of the flat line: its hours, and the reading before them."""
    rows = group.network.thresholds.flat_line
    return _reached(rows, group, after=0, more=[float(max(row.suspect_hours, row.fail_hours or 0)) for row in rows])


def _reached(rows: Sequence[T], group: Group, *, after: int, more: Sequence[float] | None = None) -> list[Reach]:
    """So many gaps of each series for which a row holds in any month, and before it the `more` hours of the row."""
    found = group.limits(rows)
    if found.none:
        return []
    hours = np.array([*(more or [0.0] * len(rows)), np.nan])[found.number]
    before = np.ceil((np.fmax.reduce(hours, axis=1) + group.longest_gaps) * HOUR)
    later = np.ceil(group.longest_gaps * HOUR) * after
    alike: dict[tuple[float, float], list[str]] = {}
    for name, *span in zip(group.names, before.tolist(), later.tolist(), strict=True):
        alike.setdefault((span[0], span[1]), []).append(name)
    return [
        Reach(tuple(names), tuple(names), int(one), int(other))
        for (one, other), names in alike.items()
        if not np.isnan(one)
    ]
