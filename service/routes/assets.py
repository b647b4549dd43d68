"""`/assets`: scripts, styles and fonts of the page."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from record.errors import UnknownName
from service.cached import BRIEFLY, FOR_EVER, etag_of, is_held
from service.front.visit import visit_of

if TYPE_CHECKING:
    from service.page.assets import Assets

router = APIRouter()


@router.get("/assets/{tag}/{name}", include_in_schema=False)
def asset(tag: str, name: str, request: Request) -> Response:
    """A file of the page. An address of before an update leads to what there is now, which no cache then keeps."""
    assets: Assets = request.app.state.assets
    found = assets.files.get(name)
    if found is None:
        raise UnknownName(f"no file {name[:60]!r} belongs to the page")
    headers = {"Cache-Control": FOR_EVER if tag == assets.tag else BRIEFLY, "ETag": etag_of(assets.tag, name)}
    if is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    visit_of(request.scope).keep = True
    return Response(found.body, media_type=found.media, headers=headers)
