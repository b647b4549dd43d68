"""What an entry of the journal says, as events: of a batch one a collection, apart for what is new and what amends."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from record import leaf as leaves
from record.events.event import Event, EventKind, Span
from record.issued import FIGURES, part_of, revision_of
from record.journal import Entry
from record.leaf import Leaf
from record.network import Network

_BY_REVIEW = ("level", "author", "reason", "signer")


def events_of(entry: Entry, network: Network) -> list[Event]:
    """The events of an entry, numbered in their order; of a kind that nobody is told of there are none."""
    leaf = entry.leaf
    found = [
        replace(event, moment=entry.entered, entry=entry.index, source=leaf.source)
        for event in _READ.get(leaf.kind, _nothing)(leaf, network)
    ]
    return [replace(event, order=order, orders=len(found)) for order, event in enumerate(found, 1)]


def _nothing(_leaf: Leaf, _network: Network) -> Iterator[Event]:
    return iter(())


def _batch(leaf: Leaf, network: Network) -> Iterator[Event]:
    """What is new and what amends; where nothing but flags were judged anew, the values stand as they did."""
    reason = leaf.content["reason"]
    amends = EventKind.JUDGED if leaf.source == leaves.QUALITY else EventKind.AMENDED
    said = [(_collection(span.series, network), amended, span) for amended, span in _spans(leaf)]
    said.sort(key=lambda one: (one[0] or "", one[1]))
    for (collection, amended), group in groupby(said, key=lambda one: one[:2]):
        spans = tuple(span for _, _, span in group)
        yield Event(
            kind=amends if amended else EventKind.NEW,
            moment=leaf.entered,
            parties=_parties((span.series for span in spans), network),
            collection=collection,
            series=tuple(span.series for span in spans),
            spans=spans,
            facts={"reason": reason} if amended else {},
        )


def _spans(leaf: Leaf) -> Iterator[tuple[bool, Span]]:
    """The times of each series, apart for those at which earlier rows are superseded."""
    names = [said["id"] for said in leaf.content["series"]]
    known = list(dict.fromkeys(names))
    # The same series by two methods is one.
    number = np.array([known.index(name) for name in names], dtype=np.int64)
    which, times, _, _, supersedes = zip(*leaf.content["rows"], strict=True)
    amended = np.array([said is not None for said in supersedes], dtype=np.int64)
    time = np.array([text.removesuffix("Z") for text in times], dtype="datetime64[s]").astype(np.int64)
    key = number[np.array(which, dtype=np.int64)] * 2 + amended
    order = np.lexsort((time, key))
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    ends = np.append(begins[1:], len(key))
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        place, again = divmod(int(key[order[begin]]), 2)
        first, last = int(time[order[begin]]), int(time[order[end - 1]])
        span = Span(known[place], end - begin, datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC))
        yield bool(again), span


def _refusal(leaf: Leaf, network: Network) -> Iterator[Event]:
    source = network.sources.get(leaf.source)
    yield Event(
        kind=EventKind.REFUSED,
        moment=leaf.entered,
        parties=() if source is None else (source.party,),
        facts={"refused": len(leaf.content["refused"])},
    )


def _review(leaf: Leaf, network: Network) -> Iterator[Event]:
    said = [(_collection(one["series"], network) or "", one) for one in leaf.content["scope"]]
    for collection, group in groupby(sorted(said, key=itemgetter(0)), key=itemgetter(0)):
        scope = [one for _, one in group]
        yield Event(
            kind=EventKind.REVIEWED,
            moment=leaf.entered,
            parties=(str(leaf.content["party"]),),
            collection=collection or None,
            series=tuple(dict.fromkeys(one["series"] for one in scope)),
            facts={name: leaf.content[name] for name in _BY_REVIEW} | {"scope": scope},
        )


def _report(leaf: Leaf, _network: Network) -> Iterator[Event]:
    """A revision is told once, when all its copies are there."""
    said = leaf.content["report"]
    if part_of(said) == FIGURES:
        return
    facts = {"report": said.get("kind"), "day": said.get("day"), "as_of_size": said.get("as_of_size")}
    facts |= {"revision": revision_of(said), "figures": said.get("figures")}
    forms = {str(form["name"]): str(form["sha256"]) for form in said.get("forms", [])}
    yield Event(kind=EventKind.REPORT, moment=leaf.entered, facts=facts | {"forms": forms})


def _seal(leaf: Leaf, _network: Network) -> Iterator[Event]:
    said = leaf.content["segment"]
    yield Event(
        kind=EventKind.SEALED,
        moment=leaf.entered,
        collection=said["collection"],
        facts={name: value for name, value in said.items() if name != "collection"},
    )


def _of_network(kind: EventKind) -> Callable[[Leaf, Network], Iterator[Event]]:
    def read(leaf: Leaf, _network: Network) -> Iterator[Event]:
        yield Event(kind=kind, moment=leaf.entered, facts={"version": leaf.content["version"]})

    return read


_READ: Mapping[str, Callable[[Leaf, Network], Iterator[Event]]] = {
    leaves.BATCH: _batch,
    leaves.REFUSAL: _refusal,
    leaves.REVIEW: _review,
    leaves.REPORT: _report,
    leaves.SEAL: _seal,
    leaves.NETWORK: _of_network(EventKind.NETWORK),
    leaves.PROPOSAL: _of_network(EventKind.PROPOSED),
    leaves.APPROVAL: _of_network(EventKind.APPROVED),
}


def _collection(series: str, network: Network) -> str | None:
    """The collection of a series; None of one that is declared no more."""
    declared = network.series.get(series)
    return None if declared is None else declared.collection


def _parties(series: Any, network: Network) -> tuple[str, ...]:
    declared = (network.series.get(name) for name in series)
    return tuple(dict.fromkeys(network.station(one.station).party for one in declared if one is not None))
