"""`/collections`: what there is to ask, and the answers, by OGC API - EDR 1.1; a module a query.

Every query of a collection can be asked of its instances too, at an address of their own.
"""

from fastapi import APIRouter

from service.routes.collections import area, cube, described, instances, items, locations, position, radius

router = APIRouter()
for _query in (described, instances, position, radius, area, cube, locations, items):
    router.include_router(_query.router, prefix="/collections")

__all__ = ["router"]
