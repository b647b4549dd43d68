"""Reading what an account counts, from as far back as its lines begin."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from record.archive import Archive
from record.network import Network
from service.accounts import gauged
from service.accounts.frame import Frame, framed
from service.accounts.lines.gate import GateLine, never_agreed
from service.accounts.once import Once
from service.accounts.states import read_states, series_of_states
from service.accounts.wanted import Wanted
from service.figures.periods import FIRST, Kind

_DAY = timedelta(days=1)
_LEAD, _BACK_AT_FIRST = 31, 400
"""How many days before an account two gauges will mostly have agreed, and how many more are read where they did not."""


def read_frame(
    archive: Archive, network: Network, asked: Wanted, begin: date, end: date, kind: Kind, count: int
) -> Frame:
    """Read all gauges from where the plans begin, earlier where water is on its way or two gauges are compared."""
    lag = max((line.reach.lag_days for line in asked.reaches), default=0)
    lead = max(lag, _LEAD if asked.gates else 0)
    first = max(min([begin - lead * _DAY, *(line.plan.begins for line in asked.plans)]), FIRST)
    keys, states = asked.keys(), asked.states()
    series = [*gauged.series_of(network, keys), *series_of_states(network, states)]
    once = Once(archive, network, series, first, end, count)
    found = gauged.read(once, network, keys, first, end, count)
    held = read_states(once, network, states, begin, end + _DAY, count)
    return framed(network, begin, end, kind, found, held)


def read_back(archive: Archive, gates: Sequence[GateLine], frame: Frame, count: int) -> list[Frame]:
    """For each gate the frame with its gauges read back to a day on which they agreed, or to their first reading.

    So the length of a run does not hang on what was asked.
    """
    frames = [frame] * len(gates)
    whole = [place for place, line in enumerate(gates) if line.is_whole]
    days, begin, pending = _BACK_AT_FIRST, frame.gauged.begin, _pending(gates, frame, whole)
    earliest = _earliest(archive, frame.network, _keys_at(gates, pending))
    while pending and earliest is not None and begin > earliest:
        until, begin = begin, max(begin - days * _DAY, earliest)
        keys, after = _keys_at(gates, pending), frames[pending[0]].gauged
        before = gauged.read(archive, frame.network, keys, begin, until, count)
        back = replace(frame, gauged=gauged.joined(before, after, keys))
        for place in pending:
            frames[place] = back
        days, pending = 2 * days, _pending(gates, back, pending)
    return frames


def _pending(gates: Sequence[GateLine], frame: Frame, places: Sequence[int]) -> list[int]:
    """Which of these gates are not known to have agreed before the account begins."""
    never = never_agreed([gates[place] for place in places], frame) if places else ()
    return [place for place, so in zip(places, never, strict=True) if so]


def _keys_at(gates: Sequence[GateLine], places: Iterable[int]) -> list[gauged.Key]:
    return list(chain.from_iterable(gates[place].keys() for place in places))


def _earliest(archive: Archive, network: Network, keys: Sequence[gauged.Key]) -> date | None:
    """A day before all that the collections of these gauges hold; None where they hold nothing."""
    names = {
        network.series[f"{station}.{said}"].collection
        for station, quantity in keys
        for said in network.stations[station].series
        if said.partition(".")[0] == quantity
    }
    spans = [span for span in map(archive.span, sorted(names)) if span is not None]
    return min((max(span[0].date() - _DAY, FIRST) for span in spans), default=None)
