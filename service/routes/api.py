"""`/api`: the service's description of itself, in OpenAPI 3.0, which the clients of EDR read, 3.1, or as a page."""

import orjson
from fastapi import APIRouter, Request, Response

from record.errors import SelectionError
from service import openapi
from service.deps import offered_of
from service.describe.link import HTML, link
from service.describe_html import page
from service.documents import base_of, told
from service.openapi import MEDIA_30, MEDIA_31

router = APIRouter()
_FORMS = {"json": MEDIA_30, "3.0": MEDIA_30, "3.1": MEDIA_31, "html": HTML}


@router.get("/api", include_in_schema=False)
def api(request: Request) -> Response:
    """The description of every address; 3.0 unless `f` or `Accept` asks for another."""
    said = request.query_params.get("f")
    if said and said.strip().lower() not in _FORMS:
        raise SelectionError(f"f={said[:40]!r} is not a form of the description: use {', '.join(_FORMS)}")
    return _written(request, _FORMS[said.strip().lower()] if said else _liked(request.headers.get("accept", "")))


@router.get("/api/3.1", include_in_schema=False)
def api_31(request: Request) -> Response:
    """The description of every address in OpenAPI 3.1."""
    return _written(request, MEDIA_31)


def _liked(accept: str) -> str:
    """By the first type of ours that is named: a version is a parameter of its type, which weights do not part."""
    wishes = [wish.replace(" ", "").lower() for wish in accept.split(",")]
    for wish in wishes:
        if wish.startswith(HTML):
            return HTML
        if "openapi" in wish:
            return MEDIA_31 if "version=3.1" in wish else MEDIA_30
    return MEDIA_30


def _written(request: Request, media: str) -> Response:
    offered = offered_of(request)
    document = openapi.completed(request.app.openapi(), offered)
    if media == HTML:
        base = base_of(request)
        links = [link(f"{base}/api", "alternate", MEDIA_30), link(f"{base}/api/3.1", "alternate", MEDIA_31)]
        shown = {"title": "Every address of Arna", "links": links, "addresses": openapi.addresses(document)}
        return told(request, page(shown, "The API", base), HTML)
    made = document if media == MEDIA_31 else openapi.as_30(document)
    return told(request, orjson.dumps(made), media)
