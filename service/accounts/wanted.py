"""All lines of an account, resolved from what is declared, before anything is read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from record.network import Network
from record.network.basin import Nature
from service.accounts.frame import Frame, natures_of
from service.accounts.gauged import Key
from service.accounts.lines import Line, division, gate, reach, reservoir, season


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The lines of an account, of every nature, real ones first."""

    divisions: Sequence[division.DivisionLine]
    plans: Sequence[season.PlanLine]
    reaches: Sequence[reach.ReachLine]
    reservoirs: Sequence[reservoir.ReservoirLine]
    gates: Sequence[gate.GateLine]

    def every(self) -> Iterator[Line]:
        """All of them."""
        yield from chain(self.divisions, self.plans, self.reaches, self.reservoirs, self.gates)

    def keys(self) -> list[Key]:
        """All gauges that count day by day, each once."""
        return list(dict.fromkeys(chain.from_iterable(line.keys() for line in self.every())))

    def states(self) -> list[Key]:
        """All gauges whose states at 08:00 count, each once."""
        return list(dict.fromkeys(chain.from_iterable(line.states() for line in self.every())))

    def worth_telling(self, frame: Frame) -> "Wanted":
        """What is real is told, if only to say that nothing came; all else where one of its gauges has spoken.

        A reach, a reservoir or a gate at which no real gauge stands is none that could be told.
        """

        def spoken(line: Line) -> bool:
            return line.nature is Nature.REAL or frame.gauged.spoke(line.keys()) or frame.states.spoke(line.states())

        def stands(line: Line) -> bool:
            return spoken(line) and any(True for _ in chain(line.keys(), line.states()))

        return Wanted(
            divisions=[line for line in self.divisions if spoken(line)],
            plans=[line for line in self.plans if spoken(line)],
            reaches=[line for line in self.reaches if stands(line)],
            reservoirs=[line for line in self.reservoirs if stands(line)],
            gates=[line for line in self.gates if stands(line)],
        )


def wanted(network: Network, basin: str, begin: date, end: date) -> Wanted:
    """Every line of a basin that is declared for a day `begin <= day < end`."""
    natures = natures_of(network)
    return Wanted(
        divisions=[one for nature in natures for one in division.lines(network, basin, nature, begin, end)],
        plans=[one for nature in natures for one in season.lines(network, basin, nature, begin, end)],
        reaches=[one for nature in natures for one in reach.lines(network, basin, nature)],
        reservoirs=[one for nature in natures for one in reservoir.lines(network, basin, nature)],
        gates=[one for nature in natures for one in gate.lines(network, basin, nature)],
    )
