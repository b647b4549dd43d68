"""Two gauges at one gate: the figures of both parties side by side, and whether they agree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from record.network import Network
from record.network import account as declared
from record.network.account import Counted
from record.network.basin import Nature
from service.accounts.counted import Source, sources_of, stations_giving
from service.accounts.document import Gate, Gauge, Numbers, Rest
from service.accounts.frame import Frame, parts, rows_of
from service.accounts.gates import compared, run_of
from service.accounts.gauged import Key
from service.accounts.litres import litres_of_day, mean_rate, million_m3
from service.accounts.losses import percent_of
from service.accounts.spans import counted, summed


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLine:
    """A gate with the gauge of each party."""

    nature: Nature
    gate: declared.Gate
    gauges: tuple[Source, Source]

    def keys(self) -> Iterator[Key]:
        """The two gauges."""
        return (one.gauge for one in self.gauges if one.gauge is not None)

    def states(self) -> Iterator[Key]:
        """None."""
        return iter(())

    @property
    def is_whole(self) -> bool:
        """Whether both gauges are declared."""
        return all(one.gauge is not None for one in self.gauges)


def lines(network: Network, basin: str, nature: Nature) -> Iterator[GateLine]:
    """A line for each gate of the basin at which both parties have a gauge, of whatever nature."""
    for gate in network.gates:
        parties = [party for party in network.parties if party in _gauging(network, gate)]
        if network.sites[gate.site].basin == basin and len(parties) > 1:
            one, other = (_gauge(network, gate, party, nature) for party in parties[:2])
            yield GateLine(nature=nature, gate=gate, gauges=(one, other))


def never_agreed(lines: Sequence[GateLine], frame: Frame) -> np.ndarray:
    """Of each gate, whether its gauges are not known to have agreed on any day read, up to the account's first."""
    inside, _ = _judged(lines, _flows(lines, frame))
    lead = (frame.begin - frame.gauged.begin).days
    found: np.ndarray = np.logical_not(np.any(inside[:, : lead + 1], axis=1))
    return found


def told(lines: Sequence[GateLine], frames: Sequence[Frame]) -> tuple[Gate, ...]:
    """The gates as they stand in the document, each by its frame; those of one frame are reckoned together."""
    found: dict[int, Gate] = {}
    for frame in {id(one): one for one in frames}.values():
        places = [place for place, one in enumerate(frames) if one is frame]
        found |= zip(places, _told([lines[place] for place in places], frame), strict=True)
    return tuple(found[place] for place in range(len(lines)))


def _told(lines: Sequence[GateLine], frame: Frame) -> list[Gate]:
    """Both gauges by period, over the days on which both are known; and the run that stands at its end."""
    flows = _flows(lines, frame)
    inside, outside = _judged(lines, flows)
    run = run_of(inside, outside)
    flows = frame.within(flows)
    days_inside, days_outside = (counted(frame.within(days), frame.starts) for days in (inside, outside))
    days = days_inside + days_outside
    both = np.where(np.isnan(flows).any(axis=0), np.nan, litres_of_day(flows))
    amounts = summed(both, frame.starts).known
    own = mean_rate(summed(litres_of_day(flows), frame.starts).known, counted(~np.isnan(flows), frame.starts))
    difference = amounts[0] - amounts[1]
    at_end = [frame.within(layer)[:, frame.lasts].tolist() for layer in (run.days, run.since, run.unknown)]
    columns = _Columns(
        mean=[rows_of(mean_rate(amounts[side], days)) for side in (0, 1)],
        said=[rows_of(own[side]) for side in (0, 1)],
        difference=rows_of(mean_rate(difference, days)),
        percent=rows_of(percent_of(difference, (amounts[0] + amounts[1]) / 2)),
        volume=rows_of(million_m3(difference)),
        inside=days_inside.tolist(),
        outside=days_outside.tolist(),
        missing=(np.array([span.days for span in frame.spans]) - days).tolist(),
        run_days=at_end[0],
        run_since=at_end[1],
        run_unknown=at_end[2],
    )
    return [_gate(line, frame, columns, row) for row, line in enumerate(lines)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """What was reckoned of all gates of a frame: a row for each gate, a place for each period."""

    mean: list[list[Numbers]]
    said: list[list[Numbers]]
    difference: list[Numbers]
    percent: list[Numbers]
    volume: list[Numbers]
    inside: list[list[int]]
    outside: list[list[int]]
    missing: list[list[int]]
    run_days: list[list[int]]
    run_since: list[list[int]]
    run_unknown: list[list[int]]


def _gate(line: GateLine, frame: Frame, columns: _Columns, row: int) -> Gate:
    gate = line.gate
    first, second = (
        Gauge(party=str(one.party), part=part, mean=columns.mean[side][row], said=columns.said[side][row])
        for side, (one, part) in enumerate(zip(line.gauges, parts(frame, line.gauges), strict=True))
    )
    return Gate(
        site=gate.site,
        name=frame.network.sites[gate.site].names["en"],
        quantity=gate.quantity,
        nature=line.nature.value,
        gauges=(first, second),
        difference=columns.difference[row],
        percent=columns.percent[row],
        volume_difference=columns.volume[row],
        days_inside=tuple(columns.inside[row]),
        days_outside=tuple(columns.outside[row]),
        days_missing=tuple(columns.missing[row]),
        run_days=tuple(columns.run_days[row]),
        run_since=tuple(_day(frame.gauged.begin, place) for place in columns.run_since[row]),
        run_unknown=tuple(columns.run_unknown[row]),
        tolerance_percent=float(gate.tolerance_percent),
        tolerance=float(gate.tolerance),
        rest=Rest(verified=gate.verified, document=gate.document, source=gate.source, note=gate.note),
    )


def _flows(lines: Sequence[GateLine], frame: Frame) -> np.ndarray:
    """What the first and what the second gauge of each gate measured on all days that were read (2, gate, day)."""
    return np.stack([frame.values([line.gauges[side] for line in lines]) for side in (0, 1)])


def _judged(lines: Sequence[GateLine], flows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """On which days the gauges of each gate are known to agree, and on which to differ (gate, day)."""
    percent, absolute = (
        np.array([[float(bound)] for bound in bounds])
        for bounds in ([line.gate.tolerance_percent for line in lines], [line.gate.tolerance for line in lines])
    )
    found = compared(flows[0], flows[1], percent, absolute)
    return found.inside, found.outside


def _gauging(network: Network, gate: declared.Gate) -> set[str]:
    """The parties that gauge the quantity at the site."""
    return {
        station.party
        for nature in Nature
        for station in stations_giving(network, gate.site, gate.quantity, nature, computed=False)
    }


def _gauge(network: Network, gate: declared.Gate, party: str, nature: Nature) -> Source:
    (found,) = sources_of(network, [Counted(site=gate.site, quantity=gate.quantity, party=party)], nature)
    return found


def _day(begin: date, place: int) -> date | None:
    return None if place < 0 else begin + timedelta(days=place)
