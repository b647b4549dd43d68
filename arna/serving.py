"""Serving the record: one process, or several that share nothing but the record itself."""

import os

import uvicorn
from fastapi import FastAPI

from record.errors import RecordError
from service.app import create_app
from service.settings import Settings


def serve(settings: Settings, host: str, port: int, workers: int, *, mirrors: bool = False) -> None:
    """Serve until stopped. Workers are processes of their own, which read the same settings from the environment."""
    if workers == 1:
        serve_app(create_app(settings, mirrors=mirrors), host, port)
        return
    try:
        os.environ["ARNA_CONFIG"] = str(settings.config)
        os.environ["ARNA_DATA"] = str(settings.data)
        os.environ["ARNA_RECORD"] = settings.record_url
        os.environ["ARNA_SEGMENTS"] = settings.segments_place
        uvicorn.run("arna.serving:app_of_worker", factory=True, host=host, port=port, workers=workers)
    except SystemExit:
        raise RecordError(f"cannot listen on {host}:{port}: choose another port with --port") from None


def serve_app(app: FastAPI, host: str, port: int) -> None:
    """Serve an app in this process until stopped; raises `RecordError` where the address is taken."""
    try:
        uvicorn.run(app, host=host, port=port, log_level="warning")
    except SystemExit:
        # uvicorn has logged the cause, most often a port that another program holds.
        raise RecordError(f"cannot listen on {host}:{port}: choose another port with --port") from None


def app_of_worker() -> FastAPI:
    """The application of one worker process."""
    return create_app(Settings())
