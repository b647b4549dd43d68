"""The checks that hold a value against those before and after it in its own series."""

from collections.abc import Callable, Sequence

from ingest.quality.flat_line import flat_line
from ingest.quality.gap import HOUR, gap
from ingest.quality.judged import Flags, Judged, Reach
from ingest.quality.limits import NONE, T, limits
from ingest.quality.rate_of_change import rate_of_change
from ingest.quality.spike import spike
from ingest.quality.values import longest_gaps
from record.network import Network
from record.network.basin import Series
from record.network.threshold import FlatLine, Thresholds

Reached = Callable[[Network, Sequence[Series]], list[Reach]]


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
    return lambda network, series: _reached(rows, network, series, lambda _, gap_hours: (gap_hours, 0.0))


def one_on_either_side(rows: Callable[[Thresholds], Sequence[T]]) -> Reached:
    """The reach of a check that asks for the readings before and after."""
    return lambda network, series: _reached(rows, network, series, lambda _, gap_hours: (gap_hours, gap_hours))


def as_long_as_flat(network: Network, series: Sequence[Series]) -> list[Reach]:
    """The reach of the flat line: its hours, and the reading before them."""

    def hours(row: FlatLine, gap_hours: float) -> tuple[float, float]:
        return float(max(row.suspect_hours, row.fail_hours or 0)) + gap_hours, 0.0

    return _reached(lambda thresholds: thresholds.flat_line, network, series, hours)


def _reached(
    rows: Callable[[Thresholds], Sequence[T]],
    network: Network,
    series: Sequence[Series],
    hours: Callable[[T, float], tuple[float, float]],
) -> list[Reach]:
    """For each of `series` that a row holds for, in any month, the widest of the `hours` before and after."""
    declared = rows(network.thresholds)
    found = limits(declared, series)
    if found.none:
        return []
    reaches = []
    numbers = found.number.tolist()
    for one, number, gap_hours in zip(series, numbers, longest_gaps(network, series), strict=True):
        asked = [hours(declared[at], gap_hours) for at in set(number) if at != NONE]
        if asked:
            before, after = (int(max(side) * HOUR) + 1 for side in zip(*asked, strict=True))
            reaches.append(Reach(one.id, one.id, before, after))
    return reaches
