"""What each party owed and what became of it: counts with a bar each, and the list of what is late or missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from record.ledger import Row, State
from record.network import Network
from record.network.basin import Nature, Series, Station
from service.language import Language
from service.page.called import kinds_of, stations_of
from service.page.shell import Shell
from service.page.sources.words import STATES

ORDER = (State.DELIVERED, State.LATE, State.MISSING, State.AWAITED)
"""The states as they stand in tables and bars."""
_WIDTH, _HEIGHT = 120, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many readings were owed and what became of them; `key` begins the names of these numbers.

    `median` is in whole seconds over those that came late, None where none did.
    """

    key: str
    party: str
    simulated: bool
    owed: int
    of: Mapping[State, int]
    median: int | None

    def bar(self, shell: Shell) -> Markup:
        """The counts as a bar, and in words for who does not see it; nothing where nothing was owed."""
        if not self.owed:
            return Markup()
        language = shell.reader.language
        said = "; ".join(f"{language.word(STATES, state)}: {self.of[state]}" for state in ORDER if self.of[state])
        parts, left = [], 0.0
        for state in ORDER:
            width = _WIDTH * self.of[state] / self.owed
            if width:
                part = Markup('<rect class="{}" x="{:.2f}" width="{:.2f}" height="{}"/>')
                parts.append(part.format(state.value, left, width, _HEIGHT))
                left += width
        drawn = Markup(
            '<svg class="share" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
        )
        return drawn.format(_WIDTH, _HEIGHT, said, Markup().join(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An obligation as it is declared, with its counts; `declared` is as `/ledger/summary` has it.

    `kinds` are what is owed, in words, and `stations` whose it is.
    """

    declared: Mapping[str, Any]
    counts: Counts
    kinds: tuple[str, ...]
    stations: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A reading that came late or did not come, with the station and series that it is of."""

    row: Row
    station: Station
    series: Series


def by_party(summed: Mapping[str, Any]) -> list[Counts]:
    """What each party owed, both by the same rows: real readings, then those of the generators' twins."""
    return [
        _counts(f"ledger:{part}.{party}", party, part == "simulated", numbers)
        for part in ("parties", "simulated")
        for party, numbers in summed.get(part, {}).items()
    ]


def by_obligation(summed: Mapping[str, Any], network: Network, language: Language) -> tuple[list[Owed], list[Owed]]:
    """Each obligation in force with its counts, those of a party together; and those that are not in force."""
    order = list(network.parties)
    declared = sorted(summed["obligations"], key=lambda one: (one["simulated"], order.index(one["party"])))
    owed = [_owed(one, network, language) for one in declared]
    return [one for one in owed if one.declared["in_force"]], [one for one in owed if not one.declared["in_force"]]


def _owed(declared: Mapping[str, Any], network: Network, language: Language) -> Owed:
    series = [network.series[name] for name in declared["series"]]
    key = f"ledger:obligations.{declared['id']}"
    return Owed(
        declared=declared,
        counts=_counts(key, declared["party"], declared["simulated"], declared["readings"]),
        kinds=kinds_of(series, language),
        stations=stations_of(series, network, language),
    )


def lacking(rows: Sequence[Row], network: Network) -> list[Lacking]:
    """What is late or missing, what was due last first; real readings before those of generators."""
    found = [_lacking(row, network) for row in rows if row.state in (State.LATE, State.MISSING)]
    return sorted(found, key=lambda one: (-one.row.owed.due.timestamp(), one.station.nature is Nature.SIMULATED))


def _lacking(row: Row, network: Network) -> Lacking:
    series = network.series[row.owed.series]
    return Lacking(row=row, station=network.station(series.station), series=series)


def _counts(key: str, party: str, simulated: bool, numbers: Mapping[str, Any]) -> Counts:
    return Counts(
        key=key,
        party=party,
        simulated=simulated,
        owed=numbers["owed"],
        of={state: numbers[state.value] for state in ORDER},
        median=numbers["median_late_by"],
    )
