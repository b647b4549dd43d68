"""Serving the record: one process, or several that share nothing but the record itself."""

import gc
import logging
import os
import resource
import socket
import tempfile
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from record.errors import RecordError
from service.app import create_app
from service.guard.connection import Patient
from service.metrics import FOLDER as COUNTS
from service.settings import Settings

OPTIONS: dict[str, Any] = {
    "http": Patient,
    "ws": "none",
    "loop": "uvloop",
    # So many connections may wait for a worker that is busy, and an answer under way has so many seconds to end when
    # the service is stopped.
    "backlog": 2048,
    "timeout_keep_alive": 15,
    "timeout_graceful_shutdown": 20,
    # Who a client is, the guard tells by the proxies that are declared; the server would believe any on this machine.
    "proxy_headers": False,
    "server_header": False,
    "access_log": False,
    "log_level": "warning",
}
"""How the server stands, in every process."""
_MOST_FILES = 65_536
_BROKEN_OFF = "ASGI callable returned without completing response."


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
    _settle()
    _run(app, host, port)


def app_of_worker() -> FastAPI:
    """The application of one worker process."""
    open_more_files()
    _say_once()
    app = create_app(Settings())
    _settle()
    return app


def _settle() -> None:
    """Keep the collector from looking through what stands as long as the process: in the midst of answers it costs."""
    gc.collect()
    gc.freeze()


def open_more_files() -> None:
    """Let this process open as many files as the system allows: each connection is one."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if most == resource.RLIM_INFINITY else min(most, _MOST_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _run(app: Any, host: str, port: int, **more: Any) -> None:
    listening = _listening(host, port)
    config = uvicorn.Config(app, host=host, port=port, **OPTIONS, **more)
    _say_once()
    with listening:
        if config.workers > 1:
            # Each worker takes connections from the one socket as it is free; one that dies is begun anew.
            Multiprocess(config, sockets=[listening]).run()
            return
        server = uvicorn.Server(config)
        server.run(sockets=[listening])
    if not server.started:
        raise RecordError(f"the service on {host}:{port} did not begin: the lines above say why")


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address; raises `RecordError` where that is taken, or is none of this machine."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # By the name of TCP: a socket that does not say what it is keeps small answers waiting 40 ms for each other.
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as fault:
        raise RecordError(
            f"cannot listen on {host}:{port}: {fault.strerror}; name another address with --host"
        ) from None
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as fault:
        made.close()
        raise RecordError(
            f"cannot listen on {host}:{port}: {fault.strerror}; choose another port with --port"
        ) from None
    return made


def _say_once() -> None:
    """Of an answer that broke off there is a line already, which says why."""
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(line: logging.LogRecord) -> bool:
    return line.msg != _BROKEN_OFF
