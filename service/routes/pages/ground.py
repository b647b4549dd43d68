"""`/map.json`: the borders and rivers of the map that moves; what sites say stands in the page itself."""

from fastapi import APIRouter, Request, Response

from service.accept import in_language
from service.cached import PRIVATELY, etag_of_bytes
from service.front.visit import visit_of
from service.page.map import ground_json
from service.routes.pages.asked import ShellDep

router = APIRouter()
_FOR_AN_HOUR = "public, max-age=3600"


@router.get("/map.json", include_in_schema=False)
def ground(request: Request, shell: ShellDep) -> Response:
    """The features, as GeoJSON, with names in the reader's language."""
    body = ground_json(shell.network, shell.reader.language)
    visit = visit_of(request.scope)
    headers = {
        "ETag": etag_of_bytes(body),
        "Cache-Control": PRIVATELY if visit.private else _FOR_AN_HOUR,
        "Vary": "Accept-Language",
        **in_language(shell.code),
    }
    if visit.has_any or visit.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/geo+json", headers=headers)
