"""Serving the record: one process, or several that share nothing but the record itself."""

import os
import resource
import tempfile
from typing import Any

import uvicorn
from fastapi import FastAPI

from record.errors import RecordError
from service.app import create_app
from service.guard.connection import Patient
from service.metrics import FOLDER as COUNTS
from service.settings import Settings

OPTIONS: dict[str, Any] = {
    "http": Patient,
    "ws": "none",
    # Who a client is, the guard tells by the proxies that are declared; the server would believe any on this machine.
    "proxy_headers": False,
    "server_header": False,
    "access_log": False,
    "log_level": "warning",
}
"""How the server stands, in every process."""
_MOST_FILES = 65_536


def serve(settings: Settings, host: str, port: int, workers: int, *, mirrors: bool = False) -> None:
    """Serve until stopped. Workers are processes of their own, which read the same settings from the environment."""
    open_more_files()
    if workers == 1:
        serve_app(create_app(settings, mirrors=mirrors), host, port)
        return
    with tempfile.TemporaryDirectory(prefix="arna-counts-") as counts:
        os.environ["ARNA_CONFIG"] = str(settings.config)
        os.environ["ARNA_DATA"] = str(settings.data)
        os.environ["ARNA_RECORD"] = settings.record_url
        os.environ["ARNA_SEGMENTS"] = settings.segments_place
        os.environ["ARNA_PROXIES"] = settings.proxies
        os.environ[COUNTS] = counts
        _run("arna.serving:app_of_worker", host, port, factory=True, workers=workers)


def serve_app(app: FastAPI, host: str, port: int) -> None:
    """Serve an app in this process until stopped; raises `RecordError` where the address is taken."""
    _run(app, host, port)


def app_of_worker() -> FastAPI:
    """The application of one worker process."""
    open_more_files()
    return create_app(Settings())


def open_more_files() -> None:
    """Let this process open as many files as the system allows: each connection is one."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _run(app: Any, host: str, port: int, **more: Any) -> None:
    try:
        uvicorn.run(app, host=host, port=port, **OPTIONS, **more)
    except SystemExit:
        # uvicorn has logged the cause, most often a port that another program holds.
        raise RecordError(f"cannot listen on {host}:{port}: choose another port with --port") from None
