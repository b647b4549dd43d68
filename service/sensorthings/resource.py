"""What stands at a path: the service root, a list, an entity, a property, or the value of one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from record.errors import SelectionError, UnknownName
from service.sensorthings.document import Document, Writer
from service.sensorthings.entities import KINDS, OBSERVATIONS, Entities, kind_of, quoted, relation_of
from service.sensorthings.options import Options
from service.sensorthings.path import Step

_SPEC = "http://www.opengis.net/spec/iot_sensing/1.1/req"
CONFORMANCE = (
    f"{_SPEC}/datamodel",
    f"{_SPEC}/resource-path/resource-path-to-entities",
    f"{_SPEC}/request-data",
    f"{_SPEC}/data-array/data-array",
)
_REFERENCE, _VALUE = "$ref", "$value"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path has led: entities of one kind by their ids, of Observations by their series.

    `single` where it is one entity, and then of an Observation its `time`; `here` is its address.
    """

    kind: str
    ids: tuple[str, ...]
    single: bool
    here: str
    time: int = 0


def root(entities: Entities) -> Document:
    """The service root: the sets, and what is claimed of the standard."""
    return {
        "value": [{"name": name, "url": f"{entities.root}/{name}"} for name in KINDS],
        "serverSettings": {"conformance": list(CONFORMANCE)},
    }


def resource(writer: Writer, steps: list[Step], options: Options) -> Any:
    """What stands at these steps: a document, or the text of a value.

    Raises `UnknownName` where nothing does, `SelectionError` where what is asked has no sense.
    """
    entities = writer.entities
    place = _begun(entities, steps[0])
    for number, step in enumerate(steps[1:], 1):
        if step.name == _REFERENCE and number == len(steps) - 1 and not place.single:
            return _references(writer, place, options)
        if not place.single:
            raise UnknownName(f"{place.here} is a list: name one of it, as in {place.kind}('...')/{step.name[:40]}")
        if step.name in KINDS[place.kind].relations:
            place = _followed(entities, place, step)
        else:
            return _property(_entity(writer, place, Options()), place.kind, steps[number:])
    if place.single:
        return _entity(writer, place, options)
    return writer.listed(place.kind, place.ids, options, place.here)


def _begun(entities: Entities, step: Step) -> Place:
    kind_of(step.name)
    here = f"{entities.root}/{step.name}"
    if step.name == OBSERVATIONS:
        series = tuple(entities.ids["Datastreams"])
        return Place(step.name, series, single=False, here=here) if step.id is None else _observed(entities, step.id)
    if step.id is None:
        return Place(step.name, tuple(entities.ids[step.name]), single=False, here=here)
    return Place(step.name, (entities.known(step.name, step.id),), single=True, here=f"{here}({quoted(step.id)})")


def _observed(entities: Entities, name: str) -> Place:
    series, at, time = name.rpartition("@")
    if not at or series not in entities.network.series:
        raise UnknownName(f"Observations({quoted(name[:60])}) is none of ours: an id is a series, @ and its time")
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UnknownName(f"Observations({quoted(name[:60])}) has no time: write 2026-05-01T00:00:00Z after the @")
    return Place(OBSERVATIONS, (series,), True, entities.link(OBSERVATIONS, name), int(moment.timestamp()))


def _followed(entities: Entities, place: Place, step: Step) -> Place:
    target, many = relation_of(place.kind, step.name)
    found = tuple(entities.related(place.kind, place.ids[0], step.name))
    here = f"{place.here}/{step.name}"
    if not many:
        return Place(target, found, single=True, here=here)
    if step.id is None:
        return Place(target, found, single=False, here=here)
    if target == OBSERVATIONS:
        one = _observed(entities, step.id)
        inside = one.ids[0] in found
    else:
        one, inside = Place(target, (step.id,), single=True, here=f"{here}({quoted(step.id)})"), step.id in found
    if not inside:
        raise UnknownName(f"{target}({quoted(step.id[:60])}) is not among {here}")
    return one


def _entity(writer: Writer, place: Place, options: Options) -> Document:
    if place.kind == OBSERVATIONS:
        return writer.single(place.ids[0], place.time, options)
    return writer.entity(place.kind, place.ids[0], options)


def _property(document: Document, kind: str, steps: list[Step]) -> Any:
    """A property as a document, or its bare value; of a property that is an object, what is in it."""
    name = steps[0].name
    key = "@iot.id" if name == "id" else name
    if key not in ("@iot.id", *KINDS[kind].properties) or any(step.id is not None for step in steps):
        known = ", ".join((*KINDS[kind].properties, *KINDS[kind].relations))
        raise UnknownName(f"{name[:40]!r} is not a property or a relation of {kind}: use {known}")
    value = document.get(key)
    for step in steps[1:]:
        if step.name == _VALUE:
            return _bare(value)
        if not isinstance(value, dict) or step.name not in value:
            raise UnknownName(f"there is no {step.name[:40]!r} in {name} of {kind}")
        name, value = step.name, value[step.name]
    return {name: value}


def _bare(value: Any) -> Any:
    """A value without its name: an object as JSON, text as it is; None where there is none."""
    if value is None or isinstance(value, dict | str):
        return value
    return orjson.dumps(value).decode()


def _references(writer: Writer, place: Place, options: Options) -> Document:
    if options.expand or options.select or options.form:
        raise SelectionError("$ref lists addresses alone: leave out $expand, $select and $resultFormat")
    document = writer.listed(place.kind, place.ids, options, f"{place.here}/{_REFERENCE}")
    document["value"] = [{"@iot.selfLink": one["@iot.selfLink"]} for one in document["value"]]
    return document
