"""Reading what an account counts, from as far back as its lines begin."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from record.archive import Archive
from record.network import Network
from service.accounts import gauged
from service.accounts.frame import Frame, framed
from service.accounts.lines.gate import GateLine
from service.accounts.states import read_states
from service.accounts.wanted import Wanted
from service.figures.periods import FIRST, Kind, split

_DAY = timedelta(days=1)
_BACK_AT_FIRST = 400


def read_frame(
    archive: Archive, network: Network, asked: Wanted, begin: date, end: date, kind: Kind, count: int
) -> Frame:
    """Read all gauges from where plans and the season of the first day begin, or earlier where water is on its way."""
    lag = max((line.reach.lag_days for line in asked.reaches), default=0)
    starts = [begin - lag * _DAY, *(line.plan.begins for line in asked.plans)]
    if asked.gates:
        starts.append(split(Kind.SEASON, begin, begin + _DAY, network.figures)[0].begin)
    first = max(min(starts), FIRST)
    found = gauged.read(archive, network, asked.keys(), first, end, count)
    states = [key for line in asked.reservoirs for key in line.states()]
    held = read_states(archive, network, states, first, end + _DAY, count)
    return framed(network, begin, end, kind, replace(found, states=held))


def read_back(archive: Archive, gates: Sequence[GateLine], frame: Frame, count: int) -> list[Frame]:
    """For each gate the frame with its gauges read back to a day on which they agreed, or to their first reading.

    So the length of a run does not hang on what was asked.
    """
    return [_back(archive, line, frame, count) for line in gates]


def _back(archive: Archive, line: GateLine, frame: Frame, count: int) -> Frame:
    days = _BACK_AT_FIRST
    while len(keys := list(line.keys())) == 2 and line.began_before(frame):
        earliest = _earliest(archive, frame.network, keys)
        if earliest is None or frame.gauged.begin <= earliest:
            return frame
        begin = max(frame.gauged.begin - days * _DAY, earliest)
        frame = replace(frame, gauged=gauged.read(archive, frame.network, keys, begin, frame.end, count))
        days *= 2
    return frame


def _earliest(archive: Archive, network: Network, keys: Sequence[gauged.Key]) -> date | None:
    """A day before all that the collections of these gauges hold."""
    names = {
        series.collection
        for station, quantity in keys
        for series in network.series.values()
        if (series.station, series.quantity) == (station, quantity)
    }
    spans = [span for span in map(archive.span, names) if span is not None]
    return min(max(span[0].date() - _DAY, FIRST) for span in spans) if spans else None
