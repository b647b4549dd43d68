"""Servers of asyncio, run in a thread of their own while a test asks them; and servers that say nothing."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

Server = TypeVar("Server")


@contextmanager
def looped(
    start: Callable[[], Coroutine[Any, Any, Server]], stop: Callable[[Server], Coroutine[Any, Any, None]]
) -> Iterator[Server]:
    """What `start` gives, while its loop runs in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def done(what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, loop).result(20)

    try:
        server = done(start())
        try:
            yield server
        finally:
            done(stop(server))
    finally:
        done(_quiet())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


async def _quiet() -> None:
    """End what a server left running."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def dribbling(greeting: bytes, letter: bytes, every: float) -> Iterator[int]:
    """The port of a server that, after its greeting, sends a letter every so many seconds and no end of a line."""
    over = threading.Event()

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            conn, _ = listening.accept()
            with conn:
                conn.sendall(greeting)
                while not over.wait(every):
                    conn.sendall(letter)

    with _threaded(serve) as port:
        try:
            yield port
        finally:
            over.set()


@contextmanager
def talking(said: bytes) -> Iterator[int]:
    """The port of a server that says all it has to say at once, and hangs up."""

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            conn, _ = listening.accept()
            with conn:
                conn.settimeout(5)
                conn.sendall(said)
                conn.shutdown(socket.SHUT_WR)
                while conn.recv(1000):
                    pass

    with _threaded(serve) as port:
        yield port


@contextmanager
def _threaded(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(20)
