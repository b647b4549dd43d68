"""What a series follows from, what follows from it, and what its site is a part of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from record.network import Network
from record.network.account import Counted, Gate, Reach
from record.network.computed import computed_id, words_of
from record.network.derived import Balance, Derived


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A series that is computed: by which rule, of which inputs with their weights and lags in days."""

    series: str
    rule: Derived

    @property
    def site(self) -> str:
        """The station whose site's page has it."""
        return self.series.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A gate at which both parties gauge one water; `pairs` are the series of both, by what nature the two are of."""

    gate: Gate
    pairs: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """All that a site has to do with others."""

    from_others: tuple[Following, ...]
    to_others: tuple[Following, ...]
    balances: tuple[Balance, ...]
    gates: tuple[Compared, ...]
    reaches: tuple[Reach, ...]

    @property
    def any(self) -> bool:
        """Whether there is anything to be said."""
        return bool(self.from_others or self.to_others or self.balances or self.gates or self.reaches)


def related_to(network: Network, site: str, stations: Sequence[str]) -> Related:
    """What the declared network says of a site and of its stations."""
    own = frozenset(stations)
    computed = [one for row in network.derived for one in _following(row)]
    return Related(
        from_others=tuple(one for one in computed if one.site in own),
        to_others=tuple(one for one in computed if one.site not in own and _rests_on(one.rule, own)),
        balances=tuple(one for one in network.balances if one.station in own),
        gates=tuple(_compared(network, gate) for gate in network.gates if gate.site == site),
        reaches=tuple(one for one in network.reaches if _counts(one, site)),
    )


def _following(row: Derived) -> Iterator[Following]:
    for word in words_of(row):
        yield Following(series=f"{computed_id(row.station)}.{word}", rule=row)


def _rests_on(row: Derived, stations: frozenset[str]) -> bool:
    return any(one.series.partition(".")[0] in stations for one in row.inputs)


def _counts(reach: Reach, site: str) -> bool:
    counted: tuple[Counted, ...] = (*reach.above, *reach.below)
    return any(one.site == site for one in counted)


def _compared(network: Network, gate: Gate) -> Compared:
    """Of the gauges of both parties at a gate the series of its means of days, which are of one time."""
    said = f"{gate.quantity}.daily"
    found: dict[str, list[str]] = {}
    for station in network.stations_at[gate.site]:
        if not station.computed and said in station.series:
            found.setdefault(station.nature.value, []).append(f"{station.id}.{said}")
    return Compared(gate=gate, pairs={nature: series for nature, series in found.items() if len(series) > 1})
