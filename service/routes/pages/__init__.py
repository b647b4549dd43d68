"""The pages for people: one address each, in the reader's language."""

from fastapi import APIRouter

from service.routes.pages import about, sites

router = APIRouter()
for _page in (about, sites):
    router.include_router(_page.router)
