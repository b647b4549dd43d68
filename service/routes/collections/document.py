"""Writing the documents that describe: as JSON or GeoJSON."""

from typing import Any

import orjson
from fastapi import Request, Response

from record.errors import SelectionError
from service.accept import preferred
from service.asked import parameter
from service.describe.link import GEOJSON, JSON

_NAMES = {JSON: "json", GEOJSON: "geojson"}
_ALSO = {"geojson": ("geojson", "json"), "json": ("json",)}


def form_parameter(media: str = JSON) -> dict[str, Any]:
    """How the form of a document is asked for."""
    forms = list(_ALSO[_NAMES[media]])
    return parameter("f", "The form; without it what Accept prefers, or the first", enum=forms)


def responses(description: str, media: str = JSON) -> dict[int | str, dict[str, Any]]:
    """The answer as `/api` describes it."""
    return {200: {"description": description, "content": {media: {"schema": {"type": "object"}}}}}


def written(request: Request, document: dict[str, Any], media: str = JSON) -> Response:
    """The document in the form that the request asks for; raises `SelectionError` for one that is not there."""
    _form_of(request, media)
    return Response(orjson.dumps(document), media_type=media, headers={"Vary": "Accept"})


def _form_of(request: Request, media: str) -> str:
    own = _NAMES[media]
    said = request.query_params.get("f")
    if said:
        form = said.strip().lower()
        if form not in _ALSO[own]:
            raise SelectionError(f"f={said[:40]!r} is not a form of this document: use {', '.join(_ALSO[own])}")
        return own
    return preferred(request.headers.get("accept", ""), {own: media}, own)
