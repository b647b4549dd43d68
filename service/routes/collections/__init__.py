"""`/collections`: what there is to ask, and the answers, by OGC API - EDR 1.1; a module a query.

Every query of a collection can be asked of its instances too, at an address of their own.
"""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from service.front.straight import Endpoint
from service.routes.collections import area, cube, described, instances, items, locations, position, radius

router = APIRouter()
for _query in (described, instances, position, radius, area, cube, locations, items):
    router.include_router(_query.router, prefix="/collections")


def straight() -> list[tuple[str, Endpoint]]:
    """The addresses that give series, with their functions."""
    asked = (locations, position, radius, area, cube)
    routes = [route for query in asked for route in query.router.routes if isinstance(route, APIRoute)]
    return [(f"/collections{route.path}", route.endpoint) for route in routes]


__all__ = ["router", "straight"]
