"""Answers as SensorThings writes them: entities with their links, lists in pages, what is expanded within them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from record.errors import SelectionError, UnknownName
from service.sensorthings.entities import KINDS, OBSERVATIONS, Entities, relation_of
from service.sensorthings.filtering import (
    WORDS,
    Entered,
    Readings,
    by_time,
    identities,
    question,
    selected,
    written,
)
from service.sensorthings.observations import Observed, Question, Rows, beyond, in_order, joined
from service.sensorthings.options import DATA_ARRAY, After, Options

_COMPONENTS = ("id", "phenomenonTime", "resultTime", "result", "resultQuality", "parameters")
MOST_ENTITIES = 50_000
"""What one answer may hold, whatever is expanded in it."""
Document = dict[str, Any]


@dataclass(slots=True)
class Writer:
    """Writes one answer; `given` are the rows given."""

    entities: Entities
    observed: Observed
    entered: Entered
    now: float
    given: list[tuple[tuple[str, ...], Rows, bool]] = field(default_factory=list)
    _written: int = 0

    def listed(self, kind: str, ids: Sequence[str], options: Options, here: str) -> Document:
        """A list of entities, or of Observations of the series `ids`; `here` is its address."""
        if kind == OBSERVATIONS:
            return self.observations(tuple(ids), options, here)
        found = selected(self.entities, kind, ids, options, self.now)
        page = found[options.skip : options.skip + options.top]
        document: Document = {"@iot.count": len(found)} if options.count else {}
        latest = self._latest(kind, page, options)
        document["value"] = [self.entity(kind, name, options, latest) for name in page]
        if options.top and options.skip + options.top < len(found):
            following = {"$skip": str(options.skip + options.top)}
            pinned = self._pinned if _reaches_observations(options) else {}
            document["@iot.nextLink"] = self._next(here, options, following | pinned)
        return document

    @property
    def _pinned(self) -> dict[str, str]:
        """The parameter by which another answer rests on the same entries as this one."""
        return {"as-of": str(self.observed.count)}

    def entity(self, kind: str, name: str, options: Options, latest: dict[str, Document] | None = None) -> Document:
        """An entity with its links, and what is expanded in it."""
        self._count()
        here = self.entities.link(kind, name)
        whole = {"@iot.id": name, "@iot.selfLink": self.entities.asked(here)} | self.entities.properties(kind, name)
        document = _picked(whole, options)
        for relation, (target, many) in KINDS[kind].relations.items():
            if options.expand is not None and relation in options.expand:
                within, there = options.expand[relation], f"{here}/{relation}"
                if target == OBSERVATIONS and latest is not None:
                    document |= _inlined(relation, latest.get(name, {"value": []}))
                elif many:
                    others = self.entities.related(kind, name, relation)
                    document |= _inlined(relation, self.listed(target, others, within, there))
                else:
                    document[relation] = self.entity(target, self.entities.related(kind, name, relation)[0], within)
            elif not options.select or relation in options.select:
                document[f"{relation}@iot.navigationLink"] = self.entities.asked(f"{here}/{relation}")
        _refuse_strange(kind, options)
        return document

    def _latest(self, kind: str, page: Sequence[str], options: Options) -> dict[str, Document] | None:
        """The newest reading of each series, where just that is expanded: of all of them at once."""
        within = (options.expand or {}).get(OBSERVATIONS)
        if kind != "Datastreams" or within is None:
            return None
        newest = bool(within.order) and by_time(within) and within.order[0].descending
        plain = within.filter is None and not within.skip and not within.count and within.after is None
        if not newest or not plain or within.top != 1 or within.form == DATA_ARRAY:
            return None
        series, rows = tuple(page), self.observed.latest(page)
        self._gave(series, rows, within)
        self._count(len(rows))
        found = dict[str, Document]()
        written = self._rows(series, rows, within)
        for one, rank, time in zip(written, rows.rank.tolist(), rows.time.tolist(), strict=True):
            # Whether there are older ones is not looked up: the next page will tell.
            following = {"$skiptoken": str(After(self.observed.count, time, 0))}
            here = f"{self.entities.link(kind, series[rank])}/{OBSERVATIONS}"
            found[series[rank]] = {"value": [one], "@iot.nextLink": self._next(here, within, following)}
        return found

    def observations(self, series: tuple[str, ...], options: Options, here: str) -> Document:
        """A page of Observations."""
        readings, asked = question(Readings(self.entities, series, self.entered, self.now), options)
        rows, total = self._found(readings, asked, options)
        page = rows.take(slice(options.skip, options.skip + options.top))
        self._gave(readings.series, page, options, whole=asked.keep is None)
        self._count(len(page))
        document: Document = {"@iot.count": total} if options.count else {}
        if options.form == DATA_ARRAY:
            document["value"] = list(self._arrays(readings, page, options))
        else:
            document["value"] = self._rows(readings.series, page, options)
        if options.top and len(rows) > options.skip + options.top:
            document["@iot.nextLink"] = self._next(here, options, self._following(page, options))
        return document

    def _found(self, readings: Readings, asked: Question, options: Options) -> tuple[Rows, int]:
        """The readings from which a page is taken, one more than it holds at least; and how many there are in all.

        They are counted only where that is asked for.
        """
        if not readings.series:
            return joined([]), 0
        if by_time(options) and not options.count:
            return self.observed.page(asked, options.skip + options.top + 1), 0
        every = self.observed.everything(replace(asked, after=None))
        if not by_time(options):
            return readings.ordered(every, options.order), len(every)
        rows = in_order(every, descending=asked.descending)
        return (rows if asked.after is None else rows.take(beyond(rows, asked))), len(every)

    def single(self, series: str, time: int, options: Options) -> Document:
        """The Observation of a series at a time; raises `UnknownName` where nothing was said of it."""
        rows = self.observed.page(Question(series=(series,), start=time, end=time + 1), 1)
        if not len(rows):
            raise UnknownName(f"nothing was said of {series} at that time: see {self.entities.root}/Observations")
        self._gave((series,), rows, options)
        (found,) = self._rows((series,), rows, options)
        return found

    def _gave(self, series: tuple[str, ...], rows: Rows, options: Options, *, whole: bool = True) -> None:
        """Remember which readings were given: those whose results were asked for."""
        if not options.select or "result" in options.select:
            self.given.append((series, rows, whole))

    def _following(self, page: Rows, options: Options) -> dict[str, str]:
        """Where the next page begins, of the same entries as this one; counted where it is not in order of time."""
        if not by_time(options):
            return {"$skip": str(options.skip + options.top)} | self._pinned
        return {"$skiptoken": str(After(self.observed.count, int(page.time[-1]), int(page.rank[-1])))}

    def _rows(self, series: tuple[str, ...], rows: Rows, options: Options) -> list[Document]:
        """Observations as entities."""
        readings = Readings(self.entities, series, self.entered, self.now)
        columns = self._columns(series, rows, options)
        names, found = list(columns), list[Document]()
        expanded = {
            relation: {
                name: self._other(relation, name, options)
                for name in {series[rank] for rank in set(rows.rank.tolist())}
            }
            for relation in KINDS[OBSERVATIONS].relations
            if options.expand is not None and relation in options.expand
        }
        _refuse_strange(OBSERVATIONS, options)
        ids = identities(readings, rows)
        for name, rank, values in zip(ids, rows.rank.tolist(), zip(*columns.values(), strict=True), strict=True):
            here = self.entities.link(OBSERVATIONS, name)
            whole: Document = {"@iot.id": name, "@iot.selfLink": self.entities.asked(here)}
            whole |= dict(zip(names, values, strict=True))
            document = _picked(whole, options)
            for relation in KINDS[OBSERVATIONS].relations:
                if relation in expanded:
                    document[relation] = expanded[relation][series[rank]]
                elif not options.select or relation in options.select:
                    document[f"{relation}@iot.navigationLink"] = self.entities.asked(f"{here}/{relation}")
            found.append(document)
        return found

    def _other(self, relation: str, series: str, options: Options) -> Document:
        assert options.expand is not None
        target, _ = relation_of(OBSERVATIONS, relation)
        (name,) = self.entities.related(OBSERVATIONS, series, relation)
        return self.entity(target, name, options.expand[relation])

    def _columns(self, series: tuple[str, ...], rows: Rows, options: Options) -> dict[str, list[Any]]:
        """The properties of Observations that are wanted, a list each; nothing is known of a missing value."""
        wanted = options.select or KINDS[OBSERVATIONS].properties
        found: dict[str, list[Any]] = {"phenomenonTime": written(rows.time)}
        if "resultTime" in wanted:
            found["resultTime"] = written(self.entered(rows.entry))
        values = rows.value.astype(object)
        values[np.isnan(rows.value)] = None
        found["result"] = values.tolist()
        found["resultQuality"] = [WORDS[flag] for flag in rows.flag.tolist()]
        said = {rank: self.entities.standing(series[rank]) for rank in set(rows.rank.tolist())}
        pairs = zip(rows.rank.tolist(), rows.entry.tolist(), strict=True)
        found["parameters"] = [{"entry": entry, **said[rank]} for rank, entry in pairs]
        return found

    def _arrays(self, readings: Readings, rows: Rows, options: Options) -> Iterator[Document]:
        """Observations as lists of values, a table a Datastream."""
        _refuse_strange(OBSERVATIONS, options)
        components = options.select or _COMPONENTS
        for name in components:
            if name not in (*_COMPONENTS, "@iot.id"):
                raise SelectionError(
                    f"$select={name[:40]!r} is no component of a {DATA_ARRAY}: use {', '.join(_COMPONENTS)}"
                )
        for rank in dict.fromkeys(rows.rank.tolist()):
            mine = rows.take(rows.rank == rank)
            columns = self._columns(readings.series, mine, options)
            columns["id"] = columns["@iot.id"] = list(identities(readings, mine))
            here = self.entities.link("Datastreams", readings.series[rank])
            yield {
                "Datastream@iot.navigationLink": self.entities.asked(here),
                "components": list(components),
                "dataArray@iot.count": len(mine),
                "dataArray": [list(row) for row in zip(*(columns[name] for name in components), strict=True)],
            }

    def _count(self, many: int = 1) -> None:
        self._written += many
        if self._written > MOST_ENTITIES:
            raise SelectionError(
                f"more than {MOST_ENTITIES} entities are asked for at once: expand less, or lower $top"
            )

    def _next(self, here: str, options: Options, following: dict[str, str]) -> str:
        kept = {name: text for name, text in options.said.items() if name not in ("$skip", "$skiptoken")}
        return f"{here}?{urlencode(self.entities.carried | kept | following, safe='$(),/:;')}"


def _reaches_observations(options: Options) -> bool:
    """Whether readings come along, on whatever level."""
    return any(name == OBSERVATIONS or _reaches_observations(one) for name, one in (options.expand or {}).items())


def _inlined(relation: str, listed: Document) -> Document:
    """A list within an entity: its count and the link to its next page stand beside it."""
    names = {"value": relation, "@iot.count": f"{relation}@iot.count", "@iot.nextLink": f"{relation}@iot.nextLink"}
    return {names[name]: value for name, value in listed.items()}


def _picked(whole: Document, options: Options) -> Document:
    if not options.select:
        return whole
    wanted = {"@iot.id" if name == "id" else name for name in options.select}
    return {name: value for name, value in whole.items() if name in wanted}


def _refuse_strange(kind: str, options: Options) -> None:
    """Raise `SelectionError` for a property or a relation that such entities do not have."""
    known = ("id", "@iot.id", "@iot.selfLink", *KINDS[kind].properties, *KINDS[kind].relations)
    for name in options.select:
        if name not in known:
            raise SelectionError(f"$select={name[:40]!r} is not a property of {kind}: use {', '.join(known)}")
    for name in options.expand or ():
        relation_of(kind, name)
