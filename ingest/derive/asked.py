"""What is to be worked out anew, and what has to be read for it: once a collection and stretch of time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.derive.column import Column, column_of
from ingest.derive.rule import Computed, Rule, Span
from record.archive import Archive
from record.network import Network
from record.network.computed import words_of
from record.selection import EARLIEST, LATEST, Selection

LONGEST = 400 * 86_400
"""Seconds of a series that are worked out at a time."""
NEAR = 40 * 86_400
"""So near to each other, in seconds, stretches are worked out together."""


@dataclass(frozen=True, slots=True)
class Task:
    """That the times of a span of a computed series are to be worked out by a rule."""

    asked: Computed
    rule: Rule
    span: Span

    def reads(self) -> Mapping[str, Span]:
        """What has to be read: its inputs, and what stands in what it computes."""
        outputs = {f"{self.asked.station}.{word}": self.span for word in words_of(self.asked.row)}
        return {**self.rule.reads(self.asked, self.span), **outputs}


def tasks(asked: Computed, rule: Rule, spans: Iterable[Span]) -> Iterator[Task]:
    """The spans of a series, in pieces of no more than `LONGEST`."""
    for start, end in spans:
        for first in range(start, end, LONGEST):
            yield Task(asked, rule, (first, min(first + LONGEST, end)))


def together(found: Sequence[Task]) -> Iterator[list[Task]]:
    """The tasks in groups that lie in one stretch of time, in order of time."""
    group: list[Task] = []
    end = 0
    for task in sorted(found, key=lambda task: task.span):
        if group and (task.span[0] > end or task.span[1] - group[0].span[0] > LONGEST):
            yield group
            group = []
        group.append(task)
        end = max(end, task.span[1]) if len(group) > 1 else task.span[1]
    if group:
        yield group


def read(group: Sequence[Task], network: Network, archive: Archive, size: int) -> dict[str, Column]:
    """Every series that the tasks need, as it stood when the journal held `size` entries."""
    wanted: dict[str, dict[str, Span]] = {}
    for task in group:
        for name, span in task.reads().items():
            spans = wanted.setdefault(network.series[name].collection, {})
            spans[name] = _hull([span, spans.get(name, span)])
    columns: dict[str, Column] = {}
    for spans in wanted.values():
        start, end = map(_moment, _hull(spans.values()))
        found = archive.select(Selection(series=tuple(spans), start=start, end=end, as_of=size, rows=True))
        columns |= {name: column_of(found, network.series[name]) for name in spans}
    return columns


def joined(spans: Iterable[Span], near: int = 0) -> list[Span]:
    """The same spans without those that are empty, one in place of those that meet or lie `near` each other."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1] + near:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """What is left of the spans outside of the others."""
    left = joined(spans)
    for first, last in joined(others):
        left = [part for start, end in left for part in ((start, min(end, first)), (max(start, last), end))]
        left = [(start, end) for start, end in left if start < end]
    return left


def _hull(spans: Iterable[Span]) -> Span:
    starts, ends = zip(*spans, strict=True)
    return min(starts), max(ends)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(min(max(seconds, int(EARLIEST.timestamp())), int(LATEST.timestamp())), UTC)
