"""`/api`: the service's description of itself, as OpenAPI 3.0, which the clients of EDR read."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

OPENAPI_MEDIA = "application/vnd.oai.openapi+json;version=3.0"
_NULL = {"type": "null"}
_FAULT = {
    "description": "Any fault: `code` names the status, `description` says what happened and what to do",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["code", "status", "description"],
                "properties": {
                    "code": {"type": "string"},
                    "status": {"type": "integer"},
                    "description": {"type": "string"},
                },
            }
        }
    },
}

router = APIRouter()


@router.get("/api", include_in_schema=False)
def api(request: Request) -> JSONResponse:
    """The description of every address."""
    return JSONResponse(described(request.app.openapi()), media_type=OPENAPI_MEDIA)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of ours as one of 3.0, in which every fault has the one body that we give it."""
    made: dict[str, Any] = _without_null(document) | {"openapi": "3.0.3"}
    made.pop("components", None)
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _FAULT
    return made


def _without_null(node: Any) -> Any:
    """The same node with `nullable` where 3.1 has a null among the alternatives."""
    if isinstance(node, list):
        return [_without_null(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _without_null(value) for key, value in node.items()}
    alternatives = made.get("anyOf")
    if not isinstance(alternatives, list) or _NULL not in alternatives:
        return made
    rest = [one for one in alternatives if one != _NULL]
    del made["anyOf"]
    return made | (rest[0] if len(rest) == 1 else {"anyOf": rest}) | {"nullable": True}
