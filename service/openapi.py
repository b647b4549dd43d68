"""The description of every address in OpenAPI: 3.1, and 3.0 for the clients that insist; whole, with nothing outside.

What the framework writes down of the routes is completed here by what holds for all of them: faults have one body, an
answer that is held already is not given again, and who has a token may show it. Names that the network declares are
listed, so that programs can ask without guessing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from service.offered import Offered

MEDIA_30 = "application/vnd.oai.openapi+json;version=3.0"
MEDIA_31 = "application/vnd.oai.openapi+json;version=3.1"
_NULL = {"type": "null"}
_MOST_LISTED = 200
_FAULTS = {
    "400": "The question cannot be read, or cannot be asked",
    "401": "A token is wanted, or nobody holds the one that was shown",
    "403": "Who holds the token may not ask this",
    "404": "There is no such thing",
    "413": "More is asked for than one answer may hold",
    "429": "Too much was asked for in too short a time; ask again after `Retry-After`",
    "500": "A fault of the service",
    "503": "The record is away; ask again later",
}
_NOT_MODIFIED = {"description": "Who asks holds this answer already, by `If-None-Match`"}
_FAULT = {
    "description": "Any fault: `code` names the status, `description` says what happened and what to do",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/fault"}}},
}
_FAULT_BODY = {
    "type": "object",
    "required": ["code", "status", "description"],
    "properties": {"code": {"type": "string"}, "status": {"type": "integer"}, "description": {"type": "string"}},
}


def completed(document: Mapping[str, Any], offered: Offered) -> dict[str, Any]:
    """The framework's document (OpenAPI 3.1) with what holds for every address, and with the names that there are."""
    names = _names(offered)
    paths = {
        path: {method: _completed(operation, method, names) for method, operation in operations.items()}
        for path, operations in document["paths"].items()
    }
    scheme = {"type": "http", "scheme": "bearer", "description": "A token of a party"}
    return {
        **document,
        "paths": paths,
        "components": {"schemas": {"fault": _FAULT_BODY}, "securitySchemes": {"token": scheme}},
        "security": [{}, {"token": []}],
    }


def as_30(document: Mapping[str, Any]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of ours as one of 3.0."""
    made: dict[str, Any] = _without_null(document)
    return made | {"openapi": "3.0.3"}


def addresses(document: Mapping[str, Any]) -> dict[str, Any]:
    """What each address is for, for people to read."""
    return {
        path: "; ".join(f"{method.upper()}: {said.get('summary', '')}" for method, said in operations.items())
        for path, operations in document["paths"].items()
    }


def _completed(operation: Mapping[str, Any], method: str, names: Mapping[str, Any]) -> dict[str, Any]:
    responses = {status: said for status, said in operation["responses"].items() if status != "422"}
    faults = {status: _FAULT | {"description": said} for status, said in _FAULTS.items()}
    held = {"304": _NOT_MODIFIED} if method == "get" else {}
    parameters = [_named(one, names) for one in operation.get("parameters", ())]
    made = {**operation, "responses": faults | held | responses | {"default": _FAULT}}
    return made | ({"parameters": parameters} if parameters else {})


def _named(parameter: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter, with the names that can stand for it where the network declares them."""
    if parameter["name"] not in names or (parameter["in"] != "path" and parameter["name"] != "collection"):
        return dict(parameter)
    return {**parameter, **names[parameter["name"]]}


def _names(offered: Offered) -> dict[str, Any]:
    stations = dict.fromkeys(name for one in offered.collections.values() for name in one.stations)
    series = dict.fromkeys(one.id for found in offered.collections.values() for one in found.series)
    return {
        "collection": _listed(offered.collections),
        "location": _listed(stations),
        "item": _listed(series),
        "series": _listed(offered.network.series),
        "basin": _listed(offered.network.basins),
        "instance": {"schema": {"type": "string", "pattern": r"^[1-9]\d{0,6}$"}},
    }


def _listed(names: Iterable[str]) -> dict[str, Any]:
    """All of them where they are few, else one for an example."""
    known = list(names)
    if 0 < len(known) <= _MOST_LISTED:
        return {"schema": {"type": "string", "enum": known}}
    return {"schema": {"type": "string"}} | ({"example": known[0]} if known else {})


def _without_null(node: Any) -> Any:
    """The same node with `nullable` where 3.1 has a null among the alternatives."""
    if isinstance(node, list):
        return [_without_null(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    made = {key: _without_null(value) for key, value in node.items()}
    alternatives = made.get("anyOf")
    if not isinstance(alternatives, list) or _NULL not in alternatives:
        return made
    rest = [one for one in alternatives if one != _NULL]
    del made["anyOf"]
    return made | (rest[0] if len(rest) == 1 else {"anyOf": rest}) | {"nullable": True}
