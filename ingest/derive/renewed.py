"""What a new version of the network computes otherwise than the one before it."""

from collections.abc import Iterator, Sequence

from ingest.consequence import Change
from ingest.derive.rule import Computed, Rule, Span
from ingest.derive.validity import bounds
from record.errors import ConfigError
from record.network import Network
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.derived import By
from record.network.fact import Fact
from record.selection import EARLIEST, LATEST

_ALWAYS = int(EARLIEST.timestamp()), int(LATEST.timestamp())


def renewed(before: Network | None, network: Network, rules: dict[By, Rule]) -> list[Change]:
    """The times of inputs from which something is to be computed anew: those for which another fact holds now.

    Where no network was before, or it cannot be read by today's rules, that is all times.
    """
    known = {} if before is None else {row.series: row for row in (Computed(one, before) for one in before.derived)}
    found: dict[Change, None] = {}
    for asked in (Computed(row, network) for row in network.derived):
        rule = rules[asked.row.by]
        earlier = known.get(asked.series)
        if earlier is None or earlier.row != asked.row:
            spans: list[Span] = [_ALWAYS]
        else:
            spans = [_span(fact, asked) for fact in _differing(_facts(earlier, rule), _facts(asked, rule))]
        for start, end in spans:
            found[Change(series=asked.inputs[0].id, start=start, end=end, said=False)] = None
    return list(found)


def _facts(asked: Computed, rule: Rule) -> Sequence[Fact]:
    try:
        return rule.facts(asked)
    except ConfigError:
        # An older version may lack what computing needs today: nothing was computed by it.
        return []


def _differing(before: Sequence[Fact], now: Sequence[Fact]) -> Iterator[Fact]:
    """The facts that only one of two versions declares."""
    yield from (fact for fact in before if fact not in now)
    yield from (fact for fact in now if fact not in before)


def _span(fact: Fact, asked: Computed) -> Span:
    if not isinstance(fact, RatingCurve | ReservoirCurve | Shift):
        return _ALWAYS
    start, end = bounds(fact, asked.zone)
    return max(start, _ALWAYS[0]), min(end, _ALWAYS[1])
