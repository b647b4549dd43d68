"""`$filter` and `$orderby` of entities and of Observations: which columns of values stand behind the properties."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from record.entry import Flag
from record.errors import SelectionError
from service.sensorthings.effort import BY_ITSELF, ENTITY
from service.sensorthings.entities import KINDS, OBSERVATIONS, Entities
from service.sensorthings.evaluate import Table, chosen, moment
from service.sensorthings.observations import Question, Rows
from service.sensorthings.options import Options, Order
from service.sensorthings.syntax import COMPARISONS, Expression, Pair, Path, conjuncts, paths
from service.sensorthings.vector import SHAPE, TEXT, TIME, Vector, column, numbers

WORDS = {int(flag): flag.word for flag in Flag}
_SHAPES = ("location", "feature", "observedArea")
_IDS = ("id", "@iot.id")
_PHENOMENON = ("phenomenonTime",)
_MOST_RELATIONS = 3
_BLOCK = 8192
"""So many readings are filtered at a time, so that what is made of them needs little room."""
_SWAPPED = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge", "eq": "eq"}

Entered = Callable[[np.ndarray], np.ndarray]
"""From entries (int64) to the times at which they were entered (int64, seconds)."""


class Remembered:
    """Looks up once when each entry was entered, as long as an answer is made."""

    def __init__(self, look_up: Entered) -> None:
        self._look_up, self._known = look_up, dict[int, int]()

    def __call__(self, entries: np.ndarray) -> np.ndarray:
        """The times of these entries."""
        strange = np.array(sorted(set(entries.tolist()) - self._known.keys()), dtype=np.int64)
        if len(strange):
            self._known |= zip(strange.tolist(), self._look_up(strange).tolist(), strict=True)
        return np.array([self._known[entry] for entry in entries.tolist()], dtype=np.int64)


def selected(entities: Entities, kind: str, ids: Sequence[str], options: Options, now: float) -> list[str]:
    """The ids that `$filter` wants, in the order of `$orderby`."""

    def of(parts: tuple[str, ...]) -> Vector:
        return entity_column(entities, kind, ids, parts)

    for one in options.order:
        if way(kind, one.parts)[1]:
            raise _no_order(one)
    if options.filter is not None:
        wanted = chosen(options.filter, Table(len(ids), of, now, entities.effort))
        ids = [name for name, kept in zip(ids, wanted.tolist(), strict=True) if kept]
    places = _ordered(options.order, of, len(ids)) if options.order else range(len(ids))
    return [ids[place] for place in places]


def entity_column(
    entities: Entities, kind: str, ids: Sequence[str], parts: tuple[str, ...], owner: np.ndarray | None = None
) -> Vector:
    """A property of each of the entities, by way of relations; of Observations `ids` are their series."""
    first, rest = parts[0], parts[1:]
    if first in KINDS[kind].relations:
        if way(kind, parts)[0] > _MOST_RELATIONS:
            raise SelectionError(f"{'/'.join(parts)[:60]!r} leads over more than {_MOST_RELATIONS} relations")
        return _related_column(entities, kind, ids, parts, owner)
    entities.effort.look(len(ids) * BY_ITSELF)
    if first in _IDS and not rest:
        return column(list(ids), owner, TEXT)
    if first not in KINDS[kind].properties or kind == OBSERVATIONS:
        known = ", ".join((*_IDS[:1], *KINDS[kind].properties, *KINDS[kind].relations))
        raise SelectionError(f"{'/'.join(parts)[:60]!r} is not a property of {kind}: use {known}")
    values = [_dug(entities.properties(kind, name).get(first), rest) for name in ids]
    return column(values, owner, SHAPE if first in _SHAPES and not rest else None)


def _related_column(
    entities: Entities, kind: str, ids: Sequence[str], parts: tuple[str, ...], owner: np.ndarray | None
) -> Vector:
    target, many = KINDS[kind].relations[parts[0]]
    if target == OBSERVATIONS or len(parts) == 1:
        raise SelectionError(f"{'/'.join(parts)[:60]!r} cannot be filtered or ordered by: name a property of {target}")
    others = {name: entities.related(kind, name, parts[0]) for name in dict.fromkeys(ids)}
    entities.effort.look(sum(len(others[name]) for name in ids) * ENTITY)
    places = range(len(ids)) if owner is None else owner.tolist()
    pairs = [(place, other) for place, name in zip(places, ids, strict=True) for other in others[name]]
    if not many and owner is None:
        return entity_column(entities, target, [other for _, other in pairs], parts[1:])
    # Many ways may lead to the same entity, as from a station by its series to a quantity: it counts once.
    pairs = list(dict.fromkeys(pairs))
    of = np.array([place for place, _ in pairs], dtype=np.int64)
    return entity_column(entities, target, [other for _, other in pairs], parts[1:], of)


def way(kind: str, parts: tuple[str, ...]) -> tuple[int, bool]:
    """Over how many relations a path leads, and whether to many entities."""
    length, many = 0, False
    for part in parts:
        relation = KINDS[kind].relations.get(part)
        if relation is None:
            break
        length, kind, many = length + 1, relation[0], many or relation[1]
    return length, many


def _dug(value: Any, parts: tuple[str, ...]) -> Any:
    """What lies within a JSON value; None where nothing does."""
    for part in parts:
        value = value.get(part) if isinstance(value, dict) else None
    return value


@dataclass(frozen=True, slots=True)
class Readings:
    """The columns of Observations of `series`."""

    entities: Entities
    series: tuple[str, ...]
    entered: Entered
    now: float
    _related: dict[tuple[str, ...], Vector] = field(default_factory=dict)

    def column(self, rows: Rows, parts: tuple[str, ...]) -> Vector:
        """A property of each."""
        if parts[0] in KINDS[OBSERVATIONS].relations:
            if way(OBSERVATIONS, parts)[1]:
                raise SelectionError(f"{'/'.join(parts)[:60]!r} leads to many: ask for it by `and` beside the rest")
            found = self._related.get(parts)
            if found is None:
                found = entity_column(self.entities, OBSERVATIONS, self.series, parts)
                self._related[parts] = found
            return found.take(rows.rank)
        make = _COLUMNS.get(parts)
        if make is None:
            known = ", ".join("/".join(one) for one in _COLUMNS)
            raise SelectionError(f"{'/'.join(parts)[:60]!r} is not a property of Observations: use {known}")
        if parts not in _NUMBERS:
            self.entities.effort.look(len(rows) * BY_ITSELF)
        return make(self, rows)

    def standing(self, name: str) -> Vector:
        """Of each series whether it is real, or verified."""
        return column([self.entities.standing(one)[name] for one in self.series])

    def keep(self, wanted: Sequence[Expression], rows: Rows) -> np.ndarray:
        """Which rows all the expressions are true of."""
        blocks = range(0, len(rows), _BLOCK)
        return np.concatenate([self._kept(wanted, rows.take(slice(begin, begin + _BLOCK))) for begin in blocks])

    def _kept(self, wanted: Sequence[Expression], rows: Rows) -> np.ndarray:
        table = Table(len(rows), lambda parts: self.column(rows, parts), self.now, self.entities.effort)
        found = np.ones(len(rows), dtype=bool)
        for one in wanted:
            found &= chosen(one, table)
        return found

    def ordered(self, rows: Rows, order: Sequence[Order]) -> Rows:
        """The rows in the order asked for."""
        return rows.take(np.array(_ordered(order, lambda parts: self.column(rows, parts), len(rows)), dtype=np.int64))


def identities(readings: Readings, rows: Rows) -> list[str]:
    """The ids of Observations: their series and their time."""
    times = written(rows.time)
    return [f"{readings.series[rank]}@{time}" for rank, time in zip(rows.rank.tolist(), times, strict=True)]


def written(times: np.ndarray) -> list[str]:
    """Times (int64, seconds) as texts."""
    return [f"{text}Z" for text in np.datetime_as_string(times.astype("datetime64[s]"), unit="s").tolist()]


_COLUMNS: dict[tuple[str, ...], Callable[[Readings, Rows], Vector]] = {
    _PHENOMENON: lambda _, rows: numbers(rows.time, TIME),
    ("resultTime",): lambda of, rows: numbers(of.entered(rows.entry), TIME),
    ("result",): lambda _, rows: numbers(rows.value),
    ("resultQuality",): lambda _, rows: column([WORDS[flag] for flag in rows.flag.tolist()], kind=TEXT),
    ("parameters", "entry"): lambda _, rows: numbers(rows.entry),
    ("parameters", "nature"): lambda of, rows: of.standing("nature").take(rows.rank),
    ("parameters", "verified"): lambda of, rows: of.standing("verified").take(rows.rank),
    ("id",): lambda of, rows: column(identities(of, rows), kind=TEXT),
    ("@iot.id",): lambda of, rows: column(identities(of, rows), kind=TEXT),
}


_NUMBERS = (_PHENOMENON, ("result",), ("parameters", "entry"))
"""What is at hand as numbers; the rest is made of each reading by itself."""


def question(readings: Readings, options: Options) -> tuple[Readings, Question]:
    """What `$filter` asks of the record, for as few series and as short a time as it can mean.

    What is said of Datastreams alone chooses series, what is said of `phenomenonTime` alone bounds the time; the rest
    is looked at a reading at a time.
    """
    for named in options.order:
        if way(OBSERVATIONS, named.parts)[1]:
            raise _no_order(named)
    start, end = -math.inf, math.inf
    rest: list[Expression] = []
    for one in conjuncts(options.filter) if options.filter is not None else ():
        bounds = _bounds(one, readings.now)
        if bounds is not None:
            start, end = max(start, bounds[0]), min(end, bounds[1])
        elif _of_series(one):
            readings = _narrowed(readings, one)
        else:
            rest.append(one)
    order = options.order[0] if options.order else Order(_PHENOMENON, descending=False)
    asked = Question(series=readings.series, descending=order.descending, after=options.after)
    within = Question(
        series=asked.series,
        start=max(start, asked.start),
        end=min(end, asked.end),
        keep=(lambda rows: readings.keep(rest, rows)) if rest else None,
        descending=asked.descending,
        after=asked.after,
    )
    return readings, within


def by_time(options: Options) -> bool:
    """Whether Observations are wanted in the order of their times."""
    return not options.order or (len(options.order) == 1 and options.order[0].parts == _PHENOMENON)


def _of_series(found: Expression) -> bool:
    named = list(paths(found))
    return bool(named) and all(path.parts[0] in KINDS[OBSERVATIONS].relations for path in named)


def _narrowed(readings: Readings, found: Expression) -> Readings:
    def of(parts: tuple[str, ...]) -> Vector:
        return entity_column(readings.entities, OBSERVATIONS, readings.series, parts)

    table = Table(len(readings.series), of, readings.now, readings.entities.effort)
    wanted = chosen(found, table).tolist()
    series = tuple(name for name, kept in zip(readings.series, wanted, strict=True) if kept)
    return Readings(readings.entities, series, readings.entered, readings.now)


def _bounds(found: Expression, now: float) -> tuple[float, float] | None:
    """The times that a comparison of `phenomenonTime` with a constant leaves: start <= time < end, in whole seconds."""
    if not isinstance(found, Pair) or found.word not in COMPARISONS or found.word == "ne":
        return None
    word, left, right = found.word, found.left, found.right
    if isinstance(right, Path):
        word, left, right = _SWAPPED[word], right, left
    if not isinstance(left, Path) or left.parts != _PHENOMENON:
        return None
    at = moment(right, now)
    if at is None or not math.isfinite(at):
        return None
    return {
        "ge": (math.ceil(at), math.inf),
        "gt": (math.floor(at) + 1, math.inf),
        "le": (-math.inf, math.floor(at) + 1),
        "lt": (-math.inf, math.ceil(at)),
        "eq": (math.ceil(at), math.floor(at) + 1),
    }[word]


def _no_order(one: Order) -> SelectionError:
    return SelectionError(f"$orderby={'/'.join(one.parts)[:40]} names no single value: order by another property")


def _ordered(order: Sequence[Order], of: Callable[[tuple[str, ...]], Vector], size: int) -> list[int]:
    """The places of rows in the order asked for; what is unknown stands last."""
    places = list(range(size))
    for one in reversed(order):
        found = of(one.parts)
        if found.owner is not None or found.kind == SHAPE:
            raise _no_order(one)
        values = np.broadcast_to(found.values, (size,)).tolist()
        known = np.broadcast_to(found.known, (size,)).tolist()
        places.sort(key=values.__getitem__, reverse=one.descending)
        places.sort(key=known.__getitem__, reverse=True)
    return places
