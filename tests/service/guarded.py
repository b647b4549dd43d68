"""A guard before a few addresses, its clock, and the requests that tests send it."""

from collections.abc import AsyncGenerator, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from arna import tokens
from record.network.access import Access, Allowance
from service import errors
from service.events.stream import as_long_as
from service.guard import cost
from service.guard.doors import HOLDS
from service.guard.guard import Guard
from service.tokens import SENT, Scope, Tokens

TODAY = date(2026, 6, 2)
ANYONE = Allowance(requests_a_minute=6, points_a_minute=1000, answers_at_once=2, long_answers=1)
PARTY = Allowance(requests_a_minute=60, points_a_minute=10_000, answers_at_once=4, long_answers=2)
FAR, HERE = "203.0.113.7", "127.0.0.1"


class Clock:
    """Seconds that go forward when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def points(request: Request) -> Response:
    cost.spend(request, int(request.query_params["n"]))
    return JSONResponse(
        {
            "client": request.client.host if request.client else None,
            "scheme": request.url.scheme,
            "token": getattr(request.scope["state"].get(SENT), "id", None),
        }
    )


def lasting(request: Request) -> Response:
    """Three pieces; whatever `between` is told happens before each."""

    async def pieces() -> AsyncGenerator[bytes, None]:
        for _ in range(3):
            request.app.state.between()
            yield b"."

    return StreamingResponse(as_long_as(request.scope["state"][HOLDS], pieces()), media_type="text/event-stream")


async def echo(request: Request) -> Response:
    return Response(await request.body())


def fails(_: Request) -> Response:
    raise KeyError("the secret\nname")


def broken(_: Request) -> Response:
    def pieces() -> Iterator[bytes]:
        yield b"begun"
        raise KeyError("the secret name")

    return StreamingResponse(pieces(), media_type="text/csv")


class House:
    """A guard before a few addresses."""

    def __init__(self, data: Path, access: Access, proxies: tuple[str, ...] = ()) -> None:
        self.data, self.clock = data, Clock()
        self.seen: list[tuple[str, int]] = []
        self.state = SimpleNamespace(network=SimpleNamespace(access=access, parties={"kz": 1, "kg": 1}))
        paths = ("/", "/health", "/metrics", "/collections", "/log/checkpoint", "/log/tile/0/000", "/network/proposal")
        closed = ("/log/tile/entries/000", "/log/receipt/aa", "/proof", "/segments", "/history")
        routes = [Route(path, lambda _: Response("ok")) for path in (*paths, *closed)]
        routes += [Route("/points", points), Route("/fails", fails), Route("/broken", broken)]
        routes += [Route("/page", lambda _: HTMLResponse("<p>"))]
        routes += [Route("/echo", echo, methods=["POST"]), Route("/inbox/a", echo, methods=["POST"])]
        routes += [Route("/lasting", lasting)]
        app = Starlette(routes=routes)
        self.app = app
        errors.install(app)  # type: ignore[arg-type]
        self.guard = Guard(
            app,
            state=self.state,
            tokens=Tokens(data),
            today=lambda: TODAY,
            clock=self.clock,
            proxies=proxies,
            observe=lambda scope, status, _: self.seen.append((scope["path"], status)),
        )

    def client(self, peer: str = FAR, **headers: str) -> TestClient:
        return TestClient(self.guard, client=(peer, 1), headers=headers)

    def token(self, *scopes: Scope, **more: Any) -> dict[str, str]:
        _, secret = tokens.make(self.data, "kz", date(2026, 1, 1), scopes=frozenset(scopes), **more)
        return {"Authorization": f"Bearer {secret}"}


def told(answer: Any) -> str:
    """The one line of a fault, with the one body around it."""
    body = answer.json()
    assert (set(body), body["status"]) == ({"code", "status", "description"}, answer.status_code)
    assert len(body["description"].splitlines()) == 1
    return str(body["description"])


def scope_of(path: str) -> dict[str, Any]:
    """A request for a path, from afar."""
    return {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "client": (FAR, 1), "scheme": "http", "server": ("a", 1), "http_version": "1.1", "root_path": "",
    }  # fmt: skip
