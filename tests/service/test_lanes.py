"""Questions that take long hold up nobody who asks whether the service is well, or for something small."""

import asyncio
import threading
from typing import Any

import pytest
from fastapi.routing import APIRoute

from record.errors import SelectionError
from service.routes import accounts, figures, ledger
from service.routes.reports import copies, draft, lists
from tests.service.guarded import HERE, scope_of
from tests.service.world import HOURLY, World

MANY = 45
"""More than the framework has threads."""
PATIENCE = 20
REPORT = "/reports/daily/2026-05-02"


async def asked(world: World, path: str) -> int:
    """The status of the answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    path, _, query = path.partition("?")
    scope = {**scope_of(path), "client": (HERE, 1), "query_string": query.encode()}
    await world.app(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize("path", ["/ready", "/health", f"/latest?collection={HOURLY}", "/log/checkpoint"])
def test_reports_that_take_long_hold_up_nobody_else(
    served_world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, begun = threading.Event(), threading.Semaphore(0)

    def slow(*_: Any, **__: Any) -> Any:
        begun.release()
        goes_on.wait(2 * PATIENCE)
        raise SelectionError("it took too long")

    monkeypatch.setattr(draft, "build", slow)

    async def together() -> None:
        waiting = [asyncio.create_task(asked(served_world, f"{REPORT}?as-of={1 + n % 3}")) for n in range(MANY)]
        try:
            assert await asyncio.to_thread(begun.acquire, timeout=PATIENCE)
            assert await asyncio.wait_for(asked(served_world, path), PATIENCE) in (200, 404)
        finally:
            goes_on.set()
            assert set(await asyncio.gather(*waiting)) == {400}

    asyncio.run(together())


def test_all_that_takes_long_waits_in_its_lane() -> None:
    for routes in (draft, copies, lists, figures, accounts, ledger):
        for route in routes.router.routes:
            assert isinstance(route, APIRoute)
            assert asyncio.iscoroutinefunction(route.endpoint), route.path
