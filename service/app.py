"""The web application: made by a function from settings; importing this does nothing."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from record.archive import Archive, Log
from record.archive.record import open_record
from record.network import load_network
from service import errors
from service.deps import clock
from service.routes import api, collections, landing, log, readings, reports
from service.settings import Settings


def create_app(settings: Settings, now: Callable[[], datetime] = clock) -> FastAPI:
    """The service over the record that `settings` name. Raises `ConfigError` or `RecordError` where it cannot open."""
    network = load_network(settings.config)
    app = FastAPI(
        title="Arna",
        version="0.1.0",
        description="The shared water record of the Chu and Talas basins.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.network = network
    record = open_record(settings.record_url, network, segments=settings.segments_place, data=settings.data)
    app.state.archive, app.state.log = Archive(record), Log(record)
    app.state.clock = now
    errors.install(app)
    for resource in (landing, api, collections, readings, reports, log):
        app.include_router(resource.router)
    return app
