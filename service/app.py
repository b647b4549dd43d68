"""The web application: made by a function from settings; importing this does nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from record.archive.record import Record, open_record
from record.ledger.access import note
from record.network import load_network
from service import errors, renewal
from service.access import Notes, Noting
from service.deps import clock
from service.opendap.dataset import Datasets
from service.routes import (
    accounts,
    api,
    collections,
    figures,
    inbox,
    landing,
    ledger,
    log,
    network,
    opendap,
    proof,
    readings,
    reports,
    segments,
    sensorthings,
    status,
)
from service.settings import Settings

_RENEWAL_SECONDS = 5.0
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

    app = FastAPI(
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
    app.state.notes = Notes(lambda fetches: note(app.state.record.engine, fetches))
    app.state.datasets = Datasets()
    app.add_middleware(Noting)
    errors.install(app)
    for resource in (
        landing,
        api,
        collections,
        readings,
        reports,
        figures,
        accounts,
        ledger,
        status,
        log,
        proof,
        segments,
        opendap,
        sensorthings,
        network,
        inbox,
    ):
        app.include_router(resource.router)
    return app


@asynccontextmanager
async def _beside_the_requests(app: FastAPI) -> AsyncIterator[None]:
    """As long as the app runs: look whether another network came into force, and write down who fetched what."""

    async def look() -> None:
        while True:
            await asyncio.sleep(_RENEWAL_SECONDS)
            await run_in_threadpool(renewal.renew, app)

    async def write() -> None:
        patience = _NOTE_SECONDS
        while True:
            await asyncio.sleep(patience)
            patience = _NOTE_SECONDS if await run_in_threadpool(app.state.notes.write) else _NOTE_AGAIN_SECONDS

    tasks = [asyncio.create_task(look()), asyncio.create_task(write())]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await run_in_threadpool(app.state.notes.write)
