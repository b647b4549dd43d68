"""What a question costs: where a route says how many points it asks for, before it reads them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request

POINTS = "points"
"""In the state of a request: of how many points its answer is."""
VISIT = "visit"


class TooMuch(HTTPException):
    """A client asks for more than it may: 413 for one question that is too large, 429 for what is to be asked later."""


class Visit(Protocol):
    """A request, as the guard sees it."""

    def spend(self, points: int) -> None:
        """Take points from what the client has left, or raise `TooMuch`."""


def spend(request: Request, points: int) -> None:
    """Say that a request asks for so many points, one for each time and quantity of a station.

    What is asked for in parts is said part by part, and is one question. Raises `TooMuch` where that is more than one
    question may ask for, or more than the client has left. Ask before anything is read. Where no guard stands nothing
    is counted.
    """
    state = request.scope.setdefault("state", {})
    state[POINTS] = points_of(state) + points
    visit: Visit | None = state.get(VISIT)
    if visit is not None:
        visit.spend(points)


def too_large(points: int, most: int) -> TooMuch:
    """For one question that asks for more than any may."""
    return TooMuch(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"{points} points are asked for, and one question may ask for {most}: ask for fewer stations or less time, "
        "or take the sealed files at /segments",
    )


def too_often(what: str, wait: int) -> TooMuch:
    """For what may be asked in `wait` seconds."""
    return TooMuch(
        HTTPStatus.TOO_MANY_REQUESTS, f"{what}: ask again in {wait} s", headers={"Retry-After": str(max(wait, 1))}
    )


def points_of(state: Mapping[str, Any]) -> int:
    """Of how many points an answer was said to be."""
    said = state.get(POINTS, 0)
    return said if isinstance(said, int) else 0
