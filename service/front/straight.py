"""The way in for questions that are asked most: from the address to the function, and nothing between.

The framework looks through all addresses one by one, and prepares much that these functions do not want: of a small
question that took more than half the time. They are declared there too, for the description of the service.
"""

from collections.abc import Awaitable, Callable, Iterable
from inspect import signature

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

Endpoint = Callable[..., Awaitable[Response]]
"""Takes the request as `request`, and those parts of the path that it names, as text."""
_WANTED = "arna.wanted"


class Straight(BaseRoute):
    """Stands before the routes of an app, and answers GET at the addresses that are given, the first ones first."""

    def __init__(self, ways: Iterable[tuple[str, Endpoint]]) -> None:
        self._ways = [
            (Route(path, endpoint, methods=["GET"]), endpoint, frozenset(signature(endpoint).parameters))
            for path, endpoint in ways
        ]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """What the request asks for, where it is one of these addresses."""
        if scope["type"] == "http" and scope["method"] == "GET":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            for route, endpoint, names in self._ways:
                found = route.path_regex.match(path)
                if found is not None:
                    parts = found.groupdict()
                    wanted = {name: part for name, part in parts.items() if name in names}
                    return Match.FULL, {"endpoint": endpoint, "path_params": parts, "route": route, _WANTED: wanted}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what is raised the app answers, as it does for its other routes."""
        request = Request(scope, receive, send)
        response: Response = await scope["endpoint"](request=request, **scope[_WANTED])
        await response(scope, receive, send)
