"""Writing the documents that describe the service: as JSON or GeoJSON for programs, as a page for people."""

from typing import Any

import orjson
from fastapi import Request, Response

from record.errors import SelectionError
from service.accept import preferred
from service.asked import parameter
from service.cached import BRIEFLY, etag_of_bytes
from service.describe.link import GEOJSON, HTML, JSON
from service.describe_html import page
from service.front.visit import visit_of

_FORMS = {JSON: {"json": JSON, "html": HTML}, GEOJSON: {"geojson": GEOJSON, "json": GEOJSON, "html": HTML}}
"""The forms of a document by the media type of the one that programs read, which comes first."""


def form_parameter(media: str = JSON) -> dict[str, Any]:
    """How the form of a document is asked for, as `/api` describes it."""
    forms = list(_FORMS[media])
    return parameter("f", f"The form; without it what Accept prefers, or {forms[0]}", enum=forms)


def responses(description: str, media: str = JSON) -> dict[int | str, dict[str, Any]]:
    """The answer as `/api` describes it."""
    content = {media: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}
    return {200: {"description": description, "content": content}}


def written(request: Request, document: dict[str, Any], title: str, media: str = JSON) -> Response:
    """The document in the form that the request asks for, `title` above the page where it has none of its own.

    Raises `SelectionError` for a form that it does not come in.
    """
    found = _media_of(request, media)
    body = page(document, title, base_of(request)) if found == HTML else orjson.dumps(document)
    return told(request, body, found)


def told(request: Request, body: str | bytes, media: str) -> Response:
    """The bytes of a document, or that the asker has them.

    It follows from what was asked and the record as it stands, and so is kept for who asks again.
    """
    said = body.encode() if isinstance(body, str) else body
    headers = {"Vary": "Accept", "Cache-Control": BRIEFLY, "ETag": etag_of_bytes(said)}
    visit = visit_of(request.scope)
    if visit.has_any or visit.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    visit.keep = visit.question is not None
    return Response(said, media_type=media, headers=headers)


def wants_page(request: Request, media: str = JSON) -> bool:
    """Whether a document is wanted as a page for people; raises `SelectionError` for a form that there is not."""
    return _media_of(request, media) == HTML


def base_of(request: Request) -> str:
    """The address of the service without a slash at its end."""
    return str(request.base_url).rstrip("/")


def _media_of(request: Request, own: str) -> str:
    forms, said = _FORMS[own], request.query_params.get("f")
    if not said:
        liked = preferred(request.headers.get("accept", ""), {"own": own, "html": HTML}, "own")
        return HTML if liked == "html" else own
    found = forms.get(said.strip().lower())
    if found is None:
        raise SelectionError(f"f={said[:40]!r} is not a form of this document: use {', '.join(forms)}")
    return found
