"""The web application: made by a function from settings; importing this does nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from record.archive.record import Record, open_record
from record.network import load_network
from service import errors, renewal
from service.deps import clock
from service.routes import api, collections, inbox, landing, log, network, proof, readings, reports, segments
from service.settings import Settings

_RENEWAL_SECONDS = 5.0


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
        lifespan=_renewing,
    )
    renewal.install(app, opened)
    app.state.clock, app.state.data, app.state.mirrors = now, settings.data, mirrors
    errors.install(app)
    for resource in (landing, api, collections, readings, reports, log, proof, segments, network, inbox):
        app.include_router(resource.router)
    return app


@asynccontextmanager
async def _renewing(app: FastAPI) -> AsyncIterator[None]:
    """Look every few seconds whether another network came into force, as long as the app runs."""

    async def look() -> None:
        while True:
            await asyncio.sleep(_RENEWAL_SECONDS)
            await run_in_threadpool(renewal.renew, app)

    looking = asyncio.create_task(look())
    yield
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
