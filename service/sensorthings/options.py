"""The options of an address, and of each `$expand` within it: text to a tree. Pure, and limited in length and depth."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from record.errors import SelectionError
from service.sensorthings.syntax import MOST_PARTS, Expression, parsed

TOP, MOST = 100, 10_000
"""Entities on a page where nothing is said, and at the most."""
_LONGEST, _DEEPEST, _MOST_EXPANDED = 6000, 5, 24
_MOST_SKIPPED, _MOST_ORDERS = 1_000_000, 8
_NAME = re.compile(r"[@A-Za-z_][\w.@]*(?:/[@A-Za-z_][\w.@]*)*", re.ASCII)
_TOKEN = re.compile(r"(?P<count>\d{1,15}):(?P<time>-?\d{1,12}):(?P<rank>\d{1,9})", re.ASCII)
PLAIN, DATA_ARRAY = "", "dataArray"


@dataclass(frozen=True, slots=True)
class Order:
    """A property to order by."""

    parts: tuple[str, ...]
    descending: bool


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of Observations begins: after this one, of the first `count` entries."""

    count: int
    time: int
    rank: int

    def __str__(self) -> str:
        """As `$skiptoken` says it."""
        return f"{self.count}:{self.time}:{self.rank}"


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a list of entities, or of each of them; `said` as it was written, for links to next pages."""

    filter: Expression | None = None
    top: int = TOP
    skip: int = 0
    after: After | None = None
    order: tuple[Order, ...] = ()
    select: tuple[str, ...] = ()
    count: bool = False
    expand: Mapping[str, "Options"] | None = None
    form: str = PLAIN
    said: Mapping[str, str] = field(default_factory=dict)


_WHEN = "$filter=phenomenonTime ge 2026-05-01T00:00:00Z"
MEANT: Mapping[str, str] = {
    "asof": "as-of",
    **{name.lower().removeprefix("$"): name for name in ("$expand", "$filter", "$top", "$skip", "$skiptoken")},
    **{name.lower().removeprefix("$"): name for name in ("$orderby", "$select", "$count", "$resultFormat")},
    **dict.fromkeys(("order", "sort", "sortby"), "$orderby"),
    **dict.fromkeys(("datetime", "date", "time", "phenomenontime"), _WHEN),
    "resulttime": "$filter=resultTime ge 2026-05-01T00:00:00Z",
    **dict.fromkeys(("quality", "resultquality"), "$filter=resultQuality eq 'good'"),
    **dict.fromkeys(("parametername", "parameternames"), "$filter=Datastream/ObservedProperty/name eq 'inflow'"),
    "limit": "$top",
    "offset": "$skip",
}
"""What to write for the name of a parameter that nobody would want passed over, by letters and digits alone."""


def options(given: Mapping[str, str]) -> Options:
    """The options of an address; parameters without a dollar sign are passed over.

    Raises `SelectionError` for one that cannot be read, or that is not one of ours.
    """
    return _options({name: text for name, text in given.items() if name.startswith("$")}, 0)


def _options(said: Mapping[str, str], depth: int) -> Options:
    fields: dict[str, Any] = {"said": dict(said)}
    for name, text in said.items():
        if len(text) > _LONGEST:
            raise SelectionError(f"{name} has {len(text)} characters, more than {_LONGEST}: ask in several requests")
        if name == "$expand":
            fields["expand"] = _expanded(text, depth)
        elif name in _READ:
            place, read = _READ[name]
            fields[place] = read(text.strip())
        else:
            raise SelectionError(f"{name[:40]!r} is not an option of ours: use $expand, {', '.join(_READ)}")
    return Options(**fields)


def _expanded(text: str, depth: int) -> dict[str, Options]:
    if depth >= _DEEPEST:
        raise SelectionError(f"$expand goes {depth} levels deep: {_DEEPEST} are the most")
    found: dict[str, Options] = {}
    parts = list(split(text, ","))
    if len(parts) > _MOST_EXPANDED:
        raise SelectionError(f"$expand names {len(parts)} relations, more than {_MOST_EXPANDED}")
    for part in parts:
        name, bracket, within = part.strip().partition("(")
        if not _NAME.fullmatch(name) or (bracket and not within.endswith(")")):
            raise SelectionError(f"$expand cannot be read at {part.strip()[:40]!r}: write Datastreams($top=1)")
        first, slash, rest = name.partition("/")
        if slash:
            said = {"$expand": f"{rest}{bracket}{within}"}
        else:
            said = dict(_named(option) for option in split(within[:-1], ";")) if bracket else {}
        found[first] = _merged(found.get(first), _options(said, depth + 1))
    return found


def _merged(one: Options | None, other: Options) -> Options:
    """The same relation named twice, as `Datastreams/Sensor,Datastreams/Thing` does."""
    if one is None:
        return other
    kept = one if set(one.said) - {"$expand"} else other
    return replace(kept, expand={**(one.expand or {}), **(other.expand or {})} or None)


def _named(option: str) -> tuple[str, str]:
    name, equal, text = option.strip().partition("=")
    if not equal:
        raise SelectionError(f"$expand cannot be read at {option.strip()[:40]!r}: write $top=1;$orderby=name")
    return name, text


def split(text: str, mark: str) -> Iterator[str]:
    """The parts of a text between marks, of which those in quotes or brackets do not count."""
    begin = depth = 0
    quoted = False
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted:
            depth += (letter == "(") - (letter == ")")
            if letter == mark and depth == 0:
                yield text[begin:place]
                begin = place + 1
    yield text[begin:]


def _top(text: str) -> int:
    return min(_number(text, "$top"), MOST)


def _skip(text: str) -> int:
    skip = _number(text, "$skip")
    if skip > _MOST_SKIPPED:
        raise SelectionError(f"$skip={text[:20]} is more than {_MOST_SKIPPED}: follow @iot.nextLink, or filter")
    return skip


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise SelectionError(f"{name}={text[:30]!r} is not a whole number")
    return int(text)


def _after(text: str) -> After:
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise SelectionError(f"$skiptoken={text[:30]!r} is none of ours: follow @iot.nextLink")
    return After(*(int(part) for part in found.groups()))


def _order(text: str) -> tuple[Order, ...]:
    found = []
    for part in text.split(","):
        name, _, way = part.strip().partition(" ")
        if not _NAME.fullmatch(name) or way.strip().lower() not in ("", "asc", "desc"):
            raise SelectionError(f"$orderby cannot be read at {part.strip()[:40]!r}: write phenomenonTime desc")
        parts = tuple(name.split("/"))
        if len(parts) > MOST_PARTS:
            raise SelectionError(f"$orderby: {name[:40]!r} has {len(parts)} parts, more than {MOST_PARTS}")
        found.append(Order(parts, way.strip().lower() == "desc"))
    if len(found) > _MOST_ORDERS:
        raise SelectionError(f"$orderby names {len(found)} properties, more than {_MOST_ORDERS}")
    return tuple(found)


def _select(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().partition("/")[0] for part in text.split(","))
    if not all(_NAME.fullmatch(name) for name in names):
        raise SelectionError(f"$select={text[:40]!r} cannot be read: write name,description")
    return names


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise SelectionError(f"$count={text[:20]!r} is neither true nor false")
    return text.lower() == "true"


def _form(text: str) -> str:
    if text != DATA_ARRAY:
        raise SelectionError(f"$resultFormat={text[:20]!r} is not one of ours: use {DATA_ARRAY}, or none")
    return text


_READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "$filter": ("filter", parsed),
    "$top": ("top", _top),
    "$skip": ("skip", _skip),
    "$skiptoken": ("after", _after),
    "$orderby": ("order", _order),
    "$select": ("select", _select),
    "$count": ("count", _truth),
    "$resultFormat": ("form", _form),
}
