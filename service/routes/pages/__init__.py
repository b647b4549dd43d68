"""The pages for people: one address each, in the reader's language."""

from fastapi import APIRouter

from service.routes.pages import about, charts, compare, ground, hydrologists, sites, sources, then, verify

router = APIRouter()
for _page in (about, charts, compare, ground, hydrologists, sites, sources, then, verify):
    router.include_router(_page.router)
