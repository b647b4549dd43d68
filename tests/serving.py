"""An app served on a port of this machine while a test asks it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from arna.serving import OPTIONS


@contextmanager
def running(app: Any) -> Iterator[str]:
    """The address at which the app answers."""
    # As a server listens: by the name of TCP, without which asyncio leaves small answers waiting 40 ms for each other.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, **{**OPTIONS, "log_level": "error", "lifespan": "on"}))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
