"""The path of an address: `Things('kirov:kg')/Datastreams` as its steps. Pure."""

import re
from dataclasses import dataclass

from record.errors import SelectionError, UnknownName
from service.sensorthings.options import split

_STEP = re.compile(r"(?P<name>\$?[A-Za-z@][\w.@]*)(?:\((?P<id>.*)\))?", re.ASCII | re.DOTALL)
_TEXT = re.compile(r"'((?:[^']|'')*)'", re.DOTALL)
_LONGEST, _DEEPEST = 2000, 10


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: a set, a relation or a property by its name, of a set perhaps one entity by its id."""

    name: str
    id: str | None = None


def steps(path: str) -> list[Step]:
    """The steps of a path; raises `SelectionError` for one that cannot be read, `UnknownName` for an id not of ours."""
    parts = list(split(path.strip("/"), "/"))
    if len(path) > _LONGEST or len(parts) > _DEEPEST:
        raise SelectionError(f"the path has {len(parts)} steps and {len(path)} characters: {_DEEPEST} are the most")
    return [_step(part) for part in parts]


def _step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise UnknownName(f"there is nothing at {text[:60]!r}: begin at /sensorthings/v1.1")
    if found["id"] is None:
        return Step(found["name"])
    said = _TEXT.fullmatch(found["id"])
    if said is None:
        raise UnknownName(f"{found['name']}({found['id'][:40]}) is not one of ours: ids are texts, as in ('kirov:kg')")
    return Step(found["name"], said[1].replace("''", "'"))
