"""The pages for people: one address each, in the reader's language."""

from fastapi import APIRouter

from service.routes.pages import about, ground

router = APIRouter()
for _page in (about, ground):
    router.include_router(_page.router)
