"""The templates of all addresses of a service: what its description says, and what it leaves out, such as pages."""

from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute


def left_out(app: FastAPI) -> set[str]:
    """Those of which the description says nothing, and which are asked by GET."""
    return {one.path for one in _undescribed(app.routes) if "GET" in (one.methods or ())}


def _undescribed(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for one in routes:
        if isinstance(one, APIRoute) and not one.include_in_schema:
            yield one
        elif hasattr(one, "original_router"):
            yield from _undescribed(one.original_router.routes)
