"""A stretch of channel: what entered, what should have come out by the declared loss, what did."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from record.network import Network
from record.network import account as declared
from record.network.basin import Nature
from service.accounts.counted import Source, sources_of
from service.accounts.document import Reach, Rest
from service.accounts.frame import Frame, addends, counts, numbers
from service.accounts.gauged import Key
from service.accounts.litres import litres_of_day, mean_rate, million_m3, total
from service.accounts.losses import delayed, lost, percent_of
from service.accounts.spans import counted, summed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachLine:
    """A reach with the gauges at its two ends."""

    nature: Nature
    reach: declared.Reach
    above: tuple[Source, ...]
    below: tuple[Source, ...]

    def keys(self) -> Iterator[Key]:
        """The gauges at both ends."""
        return (one.gauge for one in (*self.above, *self.below) if one.gauge is not None)

    def states(self) -> Iterator[Key]:
        """None."""
        return iter(())

    def told(self, frame: Frame) -> Reach:
        """The loss of each period, over the days on which both ends are known."""
        reach = self.reach
        above = frame.within(delayed(frame.values(self.above), reach.lag_days))
        below = frame.within(frame.values(self.below))
        loss = lost(total(above), total(below), float(reach.loss_percent))
        both = ~np.isnan(loss.residual)
        entered, expected, left = (
            summed(np.where(both, litres_of_day(flow), np.nan), frame.starts).known
            for flow in (loss.above, loss.expected, loss.below)
        )
        days = counted(both, frame.starts)
        residual = left - expected
        return Reach(
            id=reach.id,
            nature=self.nature.value,
            loss_percent=float(reach.loss_percent),
            lag_days=reach.lag_days,
            above=numbers(million_m3(entered)),
            expected=numbers(million_m3(expected)),
            below=numbers(million_m3(left)),
            residual=numbers(million_m3(residual)),
            residual_rate=numbers(mean_rate(residual, days)),
            residual_percent=numbers(percent_of(residual, expected)),
            lost_percent=numbers(percent_of(entered - left, entered)),
            days=counts(days),
            days_missing=counts(counted(~both, frame.starts)),
            counted_above=addends(frame, self.above, litres_of_day(above)),
            counted_below=addends(frame, self.below, litres_of_day(below)),
            rest=Rest(verified=reach.verified, document=reach.document, source=reach.source, note=reach.note),
        )


def lines(network: Network, basin: str, nature: Nature) -> Iterator[ReachLine]:
    """A line for each reach of the basin."""
    for reach in network.reaches:
        if reach.basin == basin:
            yield ReachLine(
                nature=nature,
                reach=reach,
                above=sources_of(network, reach.above, nature),
                below=sources_of(network, reach.below, nature),
            )
