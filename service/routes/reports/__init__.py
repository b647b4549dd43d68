"""`/reports`: the exchange report over HTTP: what is known now, what was issued, and the lists of it; a module each.

What a report says is the business of `service.reports`.
"""

from fastapi import APIRouter

from service.routes.reports import copies, draft, lists

router = APIRouter()
# The last asks for anything in the place of a day, and so stands last.
for _part in (lists, copies, draft):
    router.include_router(_part.router)

__all__ = ["router"]
