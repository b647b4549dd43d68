"""The web application: made by a function from settings; importing this does nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.types import ASGIApp

from record.archive.record import Record, open_record
from record.events.story import Story
from record.network import load_network
from service import errors, renewal, stopping
from service.access import Notes, Noting, keep
from service.deps import clock, monotonic
from service.events.hub import Hub
from service.front.door import Front
from service.front.straight import Straight
from service.guard.guard import Guard
from service.hydrographs.normal import Normals
from service.metrics import Metrics, Routed
from service.opendap.dataset import Datasets
from service.page.assets import Assets
from service.page.overview.held import Reports
from service.routes import (
    accounts,
    api,
    assets,
    collections,
    events,
    figures,
    hydrographs,
    inbox,
    landing,
    ledger,
    log,
    metrics,
    network,
    opendap,
    pages,
    proof,
    readings,
    reports,
    segments,
    sensorthings,
    status,
)
from service.routes.pages import faults
from service.settings import Settings
from service.tokens import Tokens
from service.written.workplace import sweep, workplace_of

_RENEWAL_SECONDS = 5.0
_REPORT_SECONDS, _WARMING_SECONDS = 5.0, 1.0
"""From one report of the last day to the next for the overview, and from the start to the first of them."""
_NOTE_SECONDS, _NOTE_AGAIN_SECONDS = 1.0, 30.0
"""How long fetches are gathered before they are written together, and how long after a fault of writing."""


def create_app(settings: Settings, now: Callable[[], datetime] = clock, *, mirrors: bool = False) -> FastAPI:
    """The service over the record that `settings` name.

    Of a record that `mirrors` another's log the network is the one that its journal holds, and no folder is read.
    Raises `ConfigError` or `RecordError` where it cannot open.
    """

    def opened() -> Record:
        declared = None if mirrors else load_network(settings.config)
        return open_record(settings.record_url, declared, segments=settings.segments_place, data=settings.data)

    app = _Guarded(
        title="Arna",
        version="0.1.0",
        description="The shared water record of the Chu and Talas basins.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_beside_the_requests,
    )
    renewal.install(app, opened)
    app.state.clock, app.state.data, app.state.mirrors = now, settings.data, mirrors
    app.state.notes = Notes(lambda noted: keep(app.state.record.engine, noted))
    app.state.events = Hub(lambda: Story(app.state.record))
    app.state.datasets, app.state.assets, app.state.reports = Datasets(), Assets(), Reports(_REPORT_SECONDS)
    app.state.for_people, app.state.normals = faults.for_people, Normals()
    app.state.proxies, app.state.tokens = settings.proxy_list, Tokens(settings.data)
    app.state.metrics = Metrics(lambda: metrics.figures(app.state))
    app.add_middleware(Routed)
    app.add_middleware(Noting)
    app.add_middleware(Front, budget=settings.kept_megabytes * 1_000_000)
    errors.install(app)
    app.router.routes.append(Straight(collections.straight()))
    for resource in (
        landing,
        pages,
        assets,
        api,
        collections,
        readings,
        reports,
        figures,
        hydrographs,
        accounts,
        ledger,
        status,
        metrics,
        log,
        proof,
        segments,
        opendap,
        sensorthings,
        network,
        inbox,
        events,
    ):
        app.include_router(resource.router)
    return app


class _Guarded(FastAPI):
    """An app with the guard outside of all layers, those of the framework too."""

    def build_middleware_stack(self) -> ASGIApp:
        state = self.state
        return Guard(
            super().build_middleware_stack(),
            state=state,
            tokens=state.tokens,
            today=lambda: state.clock().astimezone(UTC).date(),
            clock=monotonic,
            proxies=state.proxies,
            observe=state.metrics.observe,
        )


@asynccontextmanager
async def _beside_the_requests(app: FastAPI) -> AsyncIterator[None]:
    """As long as the app runs: look for another network in force, write down who fetched what, end what lasts."""

    async def look() -> None:
        while True:
            await asyncio.sleep(_RENEWAL_SECONDS)
            await asyncio.to_thread(renewal.renew, app)

    async def write() -> None:
        patience = _NOTE_SECONDS
        while True:
            await asyncio.sleep(patience)
            patience = _NOTE_SECONDS if await asyncio.to_thread(app.state.notes.write) else _NOTE_AGAIN_SECONDS

    async def warm() -> None:
        # Whoever waits for the service to be ready comes before those who look at the page.
        await asyncio.sleep(_WARMING_SECONDS)
        state = app.state
        await asyncio.to_thread(state.reports.warm, state.archive, state.network, state.clock)

    await asyncio.to_thread(sweep, workplace_of(app.state.data))
    tasks, loop = [asyncio.create_task(one()) for one in (look, write, warm)], asyncio.get_running_loop()
    # A server waits for every answer to end before it lets this end, and streams of events last.
    with stopping.hearing(lambda: loop.call_soon_threadsafe(app.state.events.close)):
        yield
    await app.state.events.end()
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await asyncio.to_thread(app.state.reports.end)
    await asyncio.to_thread(app.state.notes.write)
