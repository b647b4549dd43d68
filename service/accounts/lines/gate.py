"""Two gauges at one gate: the figures of both parties side by side, and whether they agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from record.network import Network
from record.network import account as declared
from record.network.account import Counted
from record.network.basin import Nature
from service.accounts.counted import Source, sources_of
from service.accounts.document import Gate, Gauge, Rest
from service.accounts.frame import Frame, counts, numbers
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

    def began_before(self, frame: Frame) -> bool:
        """Whether the gauges are not known to have agreed on any day that was read, up to the account's first."""
        inside, _ = self._judged(frame)
        lead = (frame.begin - frame.gauged.begin).days
        return not inside[: lead + 1].any()

    def told(self, frame: Frame) -> Gate:
        """Both gauges by period, over the days on which both are known; and the run that stands at its end."""
        gate, flows = self.gate, frame.within(frame.values(self.gauges))
        inside, outside = self._judged(frame)
        run = run_of(inside, outside)
        days_in, days_out = (counted(frame.within(days), frame.starts) for days in (inside, outside))
        days = days_in + days_out
        both = ~np.isnan(flows).any(axis=0)
        amounts = summed(np.where(both, litres_of_day(flows), np.nan), frame.starts).known
        means = mean_rate(amounts, days)
        difference = amounts[0] - amounts[1]
        since, at = frame.within(run.since)[frame.lasts].tolist(), frame.lasts
        own = mean_rate(summed(litres_of_day(flows), frame.starts).known, counted(~np.isnan(flows), frame.starts))
        first, second = (
            Gauge(party=str(one.party), part=frame.part(one), mean=numbers(mean), said=numbers(said))
            for one, mean, said in zip(self.gauges, means, own, strict=True)
        )
        return Gate(
            site=gate.site,
            name=frame.network.sites[gate.site].names["en"],
            quantity=gate.quantity,
            nature=self.nature.value,
            gauges=(first, second),
            difference=numbers(mean_rate(difference, days)),
            percent=numbers(_percent(amounts)),
            volume_difference=numbers(million_m3(difference)),
            days_inside=counts(days_in),
            days_outside=counts(days_out),
            days_missing=counts(np.array([span.days for span in frame.spans]) - days),
            run_days=counts(frame.within(run.days)[at]),
            run_since=tuple(_day(frame.gauged.begin, place) for place in since),
            run_unknown=counts(frame.within(run.unknown)[at]),
            tolerance_percent=float(gate.tolerance_percent),
            tolerance=float(gate.tolerance),
            rest=Rest(verified=gate.verified, document=gate.document, source=gate.source, note=gate.note),
        )

    def _judged(self, frame: Frame) -> tuple[np.ndarray, np.ndarray]:
        one, other = frame.values(self.gauges)
        found = compared(one, other, float(self.gate.tolerance_percent), float(self.gate.tolerance))
        return found.inside, found.outside


def lines(network: Network, basin: str, nature: Nature) -> Iterator[GateLine]:
    """A line for each gate of the basin at which both parties have a gauge, of whatever nature."""
    for gate in network.gates:
        site = network.sites[gate.site]
        at = {
            station.party for station in network.stations.values() if station.site == site.id and not station.computed
        }
        parties = [party for party in network.parties if party in at]
        if site.basin == basin and len(parties) > 1:
            one, other = (_gauge(network, gate, party, nature) for party in parties[:2])
            yield GateLine(nature=nature, gate=gate, gauges=(one, other))


def _gauge(network: Network, gate: declared.Gate, party: str, nature: Nature) -> Source:
    (found,) = sources_of(network, [Counted(site=gate.site, quantity=gate.quantity, party=party)], nature)
    return found


def _percent(amounts: np.ndarray) -> np.ndarray:
    return percent_of(amounts[0] - amounts[1], (amounts[0] + amounts[1]) / 2)


def _day(begin: date, place: int) -> date | None:
    return None if place < 0 else begin + timedelta(days=place)
