"""Late context: what is said later shows what was said before in another light, and flags change by amendment.

A reading that follows shows the one before it to be a spike; a message that comes late closes the day of a reservoir.
Values stay as they are. Only what is worth a new word is written: that a reading becomes doubtful or bad by a check, or
is no longer so. That one check more finds a reading good is not.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.consequence import MOST_ROWS, Change, Consequence
from ingest.quality import CHECKS
from ingest.quality.by_others import judged_by_others
from ingest.quality.by_person import flags_by_person
from ingest.quality.context import Span
from ingest.quality.judge import reaches, verdicts
from ingest.quality.judged import Flags, worst
from ingest.quality.limits import Group
from ingest.quality.record_context import RecordContext, Stood
from ingest.quality.values import Values
from record import leaf as leaves
from record.archive import Archive
from record.batch import Batch
from record.entry import Flag
from record.network import Network
from record.verdicts import SAID

RULE = "quality"
_QUALITY_FILE = "quality.toml"
AT_A_TIME = 400 * 31 * 86_400
"""So many seconds of readings are judged at once, those of all series together."""
MOST_GROUNDS = 50
"""So many entries the grounds name, those that were entered last; of others they say how many."""
_STRETCHES = 100
"""So many stretches of time that do not meet are judged at once."""
_MOST_NAMED = 3
_DOUBT = np.zeros(max(Flag) + 1, dtype=np.int8)
_DOUBT[Flag.SUSPECT], _DOUBT[Flag.BAD] = 1, 2
_COLUMNS = tuple(CHECKS)
_OF_THE_MESSAGE = [_COLUMNS.index(name) for name in (SAID, "agreement")]
"""What hangs on the message alone, and is known to nobody who sees what stands of it."""


def rejudge(
    changes: Sequence[Change], network: Network, archive: Archive, context: RecordContext | None = None
) -> Iterator[Consequence]:
    """What follows for the flags of readings that stand from what was newly said: of each series what changed.

    Judged anew are the readings that a check holds against something that was said within `changes`; thresholds and
    curves that were declared since change nothing by themselves. What is computed is held here against what stands
    around it, which it was not when it was computed. Raises `QualityError` where a check cannot be run, and
    `RecordError` where the record cannot be read.
    """
    context = context or RecordContext(archive, network)
    context.heard(changes)
    affected = _affected([change for change in changes if change.said and change.series in network.series], network)
    for portion in _portions({name: _merged(cause.span for cause in of) for name, of in affected.items()}, context):
        for anew in _judged_anew(portion, network, archive, context):
            yield _consequence(anew, _within_reach(anew.said.time, affected[anew.series]), network, archive, context)


def rejudge_all(
    series: Sequence[str], span: Span, network: Network, archive: Archive, context: RecordContext | None = None
) -> Iterator[Consequence]:
    """The same of all readings of these series within a span of seconds since 1970, by the thresholds in force now."""
    context = context or RecordContext(archive, network)
    for portion in _portions({name: [span] for name in series}, context):
        for anew in _judged_anew(portion, network, archive, context):
            yield _consequence(anew, {}, network, archive, context)


class _Cause(NamedTuple):
    """What was said of times that judge readings from `before` seconds after them to `after` seconds before them."""

    change: Change
    before: int = 0
    after: int = 0

    @property
    def span(self) -> Span:
        """The times of the readings that are judged."""
        return self.change.start - self.after, self.change.end + self.before

    def of(self, times: NDArray[np.int64]) -> list[Span]:
        """By what was said at which times the readings at `times`, which rise, are judged."""
        start, end = self.span
        mine = times[(times >= start) & (times < end)]
        starts = np.maximum(mine - self.before, self.change.start).tolist()
        ends = np.minimum(mine + self.after + 1, self.change.end).tolist()
        return _merged(zip(starts, ends, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Anew:
    """Rows of one series of which the same checks changed in the same way; `turned` says how, in words."""

    series: str
    said: Batch
    entry: NDArray[np.int64]
    turned: str


def _affected(changes: Sequence[Change], network: Network) -> dict[str, list[_Cause]]:
    """The series of which readings are judged by something that changed, and by what."""
    by_series: dict[str, list[Change]] = {}
    for change in changes:
        by_series.setdefault(change.series, []).append(change)
    names = dict.fromkeys([*by_series, *sorted(judged_by_others(network))])
    found: dict[str, list[_Cause]] = {}
    for reach in reaches(Group(network, [network.series[name] for name in names])):
        for of, needed in zip(reach.of, reach.series, strict=True):
            for change in by_series.get(needed, ()):
                found.setdefault(of, []).append(_Cause(change, reach.before, reach.after))
    for name in filter(lambda name: _is_computed(name, network), by_series):
        found.setdefault(name, []).extend(map(_Cause, by_series[name]))
    return found


def _within_reach(times: NDArray[np.int64], causes: Iterable[_Cause]) -> dict[str, list[Span]]:
    """At which times of which series something was said that judges the readings at `times`."""
    found: dict[str, list[Span]] = {}
    for cause in causes:
        spans = cause.of(np.sort(times))
        if spans:
            found.setdefault(cause.change.series, []).extend(spans)
    return {name: _merged(spans) for name, spans in found.items()}


def _is_computed(name: str, network: Network) -> bool:
    return network.stations[network.series[name].station].computed


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same moments in spans that rise and do not meet."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


Portion = list[dict[str, list[Span]]]
"""Stretches of time that do not meet, each with the spans of its series: they are judged at once."""


def _portions(spans: Mapping[str, Sequence[Span]], context: RecordContext) -> Iterator[Portion]:
    """The spans in portions of few stretches, or of `AT_A_TIME` in all; where nothing stands is passed over."""
    at_a_time, portion, taken = AT_A_TIME // max(len(spans), 1), Portion(), 0
    for (start, end), cut in _stretches(spans, context, at_a_time):
        if portion and (taken + end - start > at_a_time or len(portion) == _STRETCHES):
            yield portion
            portion, taken = [], 0
        portion.append(cut)
        taken += end - start
    if portion:
        yield portion


def _stretches(
    spans: Mapping[str, Sequence[Span]], context: RecordContext, at_a_time: int
) -> Iterator[tuple[Span, dict[str, list[Span]]]]:
    """The stretches in order of time, none longer than `at_a_time`."""
    every = _merged(span for of in spans.values() for span in of)
    if sum(end - start for start, end in every) > at_a_time:
        first, last = context.span(spans)
        every = [(max(start, first), min(end, last)) for start, end in every if start < last and end > first]
    for begin, end in every:
        for start in range(begin, end, at_a_time):
            until = min(start + at_a_time, end)
            cut = {
                name: [(max(one, start), min(other, until)) for one, other in of if one < until and other > start]
                for name, of in spans.items()
            }
            yield (start, until), {name: of for name, of in cut.items() if of}


def _judged_anew(portion: Portion, network: Network, archive: Archive, context: RecordContext) -> Iterator[_Anew]:
    """The readings within these spans that come out otherwise, of each series those that changed alike together."""
    stood = context.stood(*({name: (of[0][0], of[-1][1]) for name, of in spans.items()} for spans in portion))
    stood = _within(_by_series(portion), stood)
    if not len(stood.entry):
        return
    known = stood.known
    group = Group(network, [network.series[name] for name in known.series])
    values = Values(group=group, which=known.which, time=known.time, value=known.value)
    found = verdicts(values, _as_said(context.withdrawn(stood)), context.as_it_stands)
    # Where neither what is found nor what stands is a doubt, what was said of it was none either.
    doubted = np.flatnonzero((_DOUBT[worst(found, axis=1)] > 0) | (_DOUBT[stood.flag] > 0))
    if not len(doubted):
        return
    entry, row = stood.entry[doubted], stood.row[doubted]
    before = archive.as_said(entry, row)
    yield from _turned(before, *_anew(before, found[doubted], archive.spoken_by(entry, row)), entry)


def _by_series(portion: Portion) -> dict[str, list[Span]]:
    """The spans of each series, which rise and do not meet."""
    found: dict[str, list[Span]] = {}
    for stretch in portion:
        for name, spans in stretch.items():
            found.setdefault(name, []).extend(spans)
    return {name: _merged(spans) for name, spans in found.items()}


def _as_said(withdrawn: NDArray[np.bool_]) -> Flags:
    return np.where(withdrawn, Flag.BAD, Flag.UNKNOWN).astype(np.int8)


def _within(spans: Mapping[str, Sequence[Span]], stood: Stood) -> Stood:
    """The readings that lie within one of the spans of their series."""
    kept = np.zeros(len(stood.entry), dtype=bool)
    for place, name in enumerate(stood.known.series):
        mine = np.flatnonzero(stood.known.which == place)
        edges = np.array(spans[name]).ravel()
        kept[mine] = np.searchsorted(edges, stood.known.time[mine], side="right") % 2 == 1
    return Stood(stood.known.only(kept), stood.flag[kept], stood.entry[kept], stood.row[kept])


def _anew(before: Batch, found: Flags, speakers: Sequence[str]) -> tuple[Flags, Flags]:
    """The verdicts and flags of these rows now.

    To what a person amended no doubt is added, unless it makes no sense; a doubt that a check had of it can go.
    """
    noted, found, sense = _noted(before), found.copy(), _COLUMNS.index("sense")
    found[:, _OF_THE_MESSAGE] = noted[:, _OF_THE_MESSAGE]
    flag = worst(found, axis=1)
    by_hand = np.array([source.startswith(leaves.AMENDMENTS) for source in speakers], dtype=bool)
    added = by_hand[:, None] & (_DOUBT[found] >= _DOUBT[noted])
    added[:, sense] = False
    found[added] = noted[added]
    amended = flags_by_person(found)
    added = _DOUBT[amended] > np.maximum(_DOUBT[before.flag], _DOUBT[found[:, sense]])
    flag[by_hand] = np.where(added, before.flag, amended)[by_hand]
    return found, flag


def _noted(before: Batch) -> Flags:
    """The verdicts that the entries note, a column a check of ours; unknown of a check that was not run then."""
    found = np.full((len(before), len(_COLUMNS)), Flag.UNKNOWN, dtype=np.int8)
    for column, name in enumerate(_COLUMNS):
        if before.verdicts is not None and name in before.checks:
            found[:, column] = before.verdicts[:, before.checks.index(name)]
    found[:, _COLUMNS.index(SAID)] = before.sent
    return found


def _turned(before: Batch, found: Flags, flag: Flags, entry: NDArray[np.int64]) -> Iterator[_Anew]:
    """The rows that became doubtful, or are so no longer, by a check or as a whole: what changed alike together."""
    anew = replace(before, flag=flag, checks=_COLUMNS, verdicts=found)
    old, new = np.column_stack([_noted(before), before.flag]), np.column_stack([found, flag])
    turned = _DOUBT[old] != _DOUBT[new]
    names = before.series
    which = before.numbered({name: place for place, name in enumerate(names)})
    alike: dict[tuple[int, str], list[int]] = {}
    for at in np.flatnonzero(turned.any(axis=1)).tolist():
        alike.setdefault((int(which[at]), _words(old[at], new[at], turned[at])), []).append(at)
    for (series, words), rows in alike.items():
        for first in range(0, len(rows), MOST_ROWS):
            places = np.array(rows[first : first + MOST_ROWS], dtype=np.int64)
            yield _Anew(series=names[series], said=anew.at(places), entry=entry[places], turned=words)


def _words(old: Flags, new: Flags, turned: NDArray[np.bool_]) -> str:
    """Which checks changed from what to what; the flag as a whole where none did."""
    said = [
        f"{name} {Flag(one).word} -> {Flag(other).word}"
        for name, one, other, is_turned in zip((*_COLUMNS, "flag"), old.tolist(), new.tolist(), turned, strict=True)
        if is_turned
    ]
    return ", ".join(said[:-1] or said if turned[-1] else said)


def _consequence(
    anew: _Anew, causes: Mapping[str, Sequence[Span]], network: Network, archive: Archive, context: RecordContext
) -> Consequence:
    because = context.entries(causes)
    grounds = {
        "rule": RULE,
        "thresholds": hashlib.sha256(network.files.get(_QUALITY_FILE, b"")).hexdigest(),
        "because": because[-MOST_GROUNDS:],
        "size": archive.size(),
    }
    if len(because) > MOST_GROUNDS:
        grounds["more"] = len(because) - MOST_GROUNDS
    return Consequence(
        source=leaves.QUALITY,
        said=anew.said,
        instead_of=anew.entry,
        grounds=grounds,
        reason=f"{anew.turned}: {_because({name: (of[0][0], of[-1][1]) for name, of in causes.items()})}",
    )


def _because(spans: Mapping[str, Span]) -> str:
    if not spans:
        return "by the thresholds in force"
    said = [f"{name} {_between(*span)}" for name, span in list(spans.items())[:_MOST_NAMED]]
    more = f" and of {len(spans) - _MOST_NAMED} more series" if len(spans) > _MOST_NAMED else ""
    return f"what was said of {', of '.join(said)}{more} shows it"


def _between(start: int, end: int) -> str:
    first, last = (leaves.write_time(datetime.fromtimestamp(moment, UTC)) for moment in (start, end - 1))
    return f"at {first}" if first == last else f"from {first} to {last}"
