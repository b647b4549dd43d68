"""Series that are computed from others: discharge by rating curves, storage and inflow of reservoirs, virtual posts.

One line a rule. What is computed stands at the computed twin of its station and is entered like anything else, with a
receipt that states by which facts and from which entries.
"""

import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import numpy as np

from ingest.consequence import Change, Consequence
from ingest.derive.asked import NEAR, Task, joined, read, tasks, together, without
from ingest.derive.by_balance import ByBalance
from ingest.derive.by_level import BY_RATING, BY_RESERVOIR_CURVE
from ingest.derive.by_weighted_sum import ByWeightedSum
from ingest.derive.column import Column
from ingest.derive.differing import Judge, differing
from ingest.derive.floors import floors
from ingest.derive.rule import Computed, Rule, Span
from record.archive import Archive
from record.batch import Batch
from record.errors import DerivingError
from record.network import Network
from record.network.derived import By

__all__ = ["RULES", "derive", "derive_again"]

RULES: dict[By, Rule] = {
    By.RATING: BY_RATING,
    By.RESERVOIR_CURVE: BY_RESERVOIR_CURVE,
    By.BALANCE: ByBalance(),
    By.WEIGHTED_SUM: ByWeightedSum(),
}


_EVER = sys.maxsize


def _as_it_is(said: Batch, network: Network) -> Batch:  # noqa: ARG001 - called as a judge is
    return said


def derive(
    changes: Sequence[Change], network: Network, archive: Archive, judge: Judge = _as_it_is
) -> Iterator[Consequence]:
    """What `changes` make of the computed series that rest on them: the rows that are new or come out otherwise.

    All is worked out from what the journal held at the beginning. What is computed from series that are computed anew
    here is left until these are entered, as they are changes then; so nothing is worked out twice. Where a rule fails
    the others go on, and `DerivingError` names it at the end; raises other `ArnaError` at once.
    """
    known = _within(changes, network, archive)

    def touched(asked: Computed, rule: Rule) -> list[Span]:
        return joined(_touched(asked, rule, known), NEAR)

    return _derive(touched, network, archive, judge)


def derive_again(
    series: Container[str], span: Span, network: Network, archive: Archive, judge: Judge = _as_it_is
) -> Iterator[Consequence]:
    """The same of all times of a span of computed series, as if all their inputs had changed."""

    def touched(asked: Computed, rule: Rule) -> list[Span]:
        if asked.series not in series:
            return []
        always = [Change(series=one.series, start=span[0], end=span[1], said=False) for one in asked.row.inputs]
        reached = joined(_touched(asked, rule, _within(always, network, archive)), NEAR)
        return [(max(start, span[0]), min(end, span[1])) for start, end in reached]

    return _derive(touched, network, archive, judge)


def _derive(
    touched: Callable[[Computed, Rule], list[Span]], network: Network, archive: Archive, judge: Judge
) -> Iterator[Consequence]:
    size = archive.size()
    entered_anew: list[Change] = []
    faults: dict[str, None] = {}
    for floor in floors(network):
        found: list[Task] = []
        for asked in floor:
            with _failing(asked, faults):
                rule = RULES[asked.row.by]
                spans = without(touched(asked, rule), _touched(asked, rule, entered_anew))
                found += _readable(tasks(asked, rule, spans))
        for group in together(found):
            columns = read(group, network, archive, size)
            for task in group:
                worked: list[Consequence] = []
                with _failing(task.asked, faults):
                    worked = list(_worked_out(task, columns, archive, judge, size))
                for consequence in worked:
                    entered_anew.append(_change_of(consequence))
                    yield consequence
    if faults:
        raise DerivingError("; ".join(faults))


@contextmanager
def _failing(asked: Computed, faults: dict[str, None]) -> Iterator[None]:
    """Note where the arithmetic of a rule fails: a value that no number can hold, a day that no calendar has."""
    try:
        with np.errstate(over="raise"):
            yield
    except (ArithmeticError, ValueError) as fault:
        what = " ".join(str(fault).split()) or type(fault).__name__
        faults[f"{asked.series} cannot be computed by {asked.row.by}: {what}: mend its row, curve or inputs"] = None


def _readable(found: Iterable[Task]) -> Iterator[Task]:
    """The same tasks, once it is known that what they read can be told."""
    for task in found:
        task.reads()
        yield task


def _worked_out(
    task: Task, columns: Mapping[str, Column], archive: Archive, judge: Judge, size: int
) -> Iterator[Consequence]:
    for worked in task.rule.work(task.asked, columns, task.span):
        stands = columns[worked.series].within(*task.span)
        yield from differing(task.asked, task.rule, worked, stands, archive, judge, size)


def _change_of(consequence: Consequence) -> Change:
    said = consequence.said
    return Change(series=said.series[0], start=int(said.time.min()), end=int(said.time.max()) + 1)


def _touched(asked: Computed, rule: Rule, changes: Iterable[Change]) -> list[Span]:
    inputs = {one.series for one in asked.row.inputs}
    return [rule.touched(asked, change) for change in changes if change.series in inputs]


def _within(changes: Sequence[Change], network: Network, archive: Archive) -> list[Change]:
    """The changes of declared series that others rest on, cut to the times of which the record speaks at all.

    What was said is cut to those of its own collection. Where something else is declared these are also the times of
    what else is computed from, and of what was computed until now: an input of which nothing was ever said takes back
    what another one gave.
    """
    inputs = {one.series for row in network.derived for one in row.inputs}
    spans: dict[str, list[Span]] = {}
    found = []
    for change in changes:
        if change.series in inputs:
            collections = _collections_of(change, network)
            for name in collections - spans.keys():
                spans[name] = _span_of(name, archive)
            for start, end in joined((span for name in collections for span in spans[name]), _EVER):
                if change.start < end and change.end > start:
                    found.append(replace(change, start=max(change.start, start), end=min(change.end, end)))
    return found


def _collections_of(change: Change, network: Network) -> set[str]:
    """Where a change is to be looked for: in its own collection, or in those of all that it is computed with and to."""
    found = {change.series}
    if not change.said:
        for asked in (Computed(row, network) for row in network.derived):
            names = {one.id for one in asked.inputs}
            found |= {asked.series, *names} if change.series in names else set()
    return {network.series[name].collection for name in found}


def _span_of(collection: str, archive: Archive) -> list[Span]:
    bounds = archive.span(collection)
    return [] if bounds is None else [(_seconds(bounds[0]), _seconds(bounds[1]) + 1)]


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
