"""A client that costs little: requests over kept connections, of which the status and the length alone are read."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import cast

import uvloop


@dataclass(frozen=True)
class Spent:
    """Milliseconds of each request, the bytes of all bodies, and the seconds from the first to the last."""

    each: list[float]
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.each) / self.seconds


class _Connection(asyncio.Protocol):
    """One connection; `ask` sends a request, and `done` is called with the length of the body when it is whole."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._held = bytearray()
        self._wanted: int | None = None
        self._chunked = False
        self._body = 0
        self._done: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not an instance of it with uvloop, whose transports have the same methods.
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        if self._done is not None and not self._done.done():
            self._done.set_exception(ConnectionError("the server closed the connection"))

    def ask(self, path: str) -> "asyncio.Future[int]":
        assert self._transport is not None
        self._held.clear()
        self._wanted, self._body, self._chunked = None, 0, False
        self._done = asyncio.get_running_loop().create_future()
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        return self._done

    def data_received(self, data: bytes) -> None:
        if self._wanted is None and not self._chunked:
            self._held += data
            end = self._held.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._held[:end]).lower()
            if not head.startswith(b"http/1.1 200"):
                raise ConnectionError(bytes(self._held[:300]).decode(errors="replace"))
            data = bytes(self._held[end + 4 :])
            at = head.find(b"content-length:")
            self._chunked = at < 0
            self._wanted = None if at < 0 else int(head[at + 15 : head.find(b"\r", at) if b"\r" in head[at:] else None])
        self._body += len(data)
        if self._chunked:
            self._held = bytearray(self._held[-8:] + data[-8:])
            finished = self._held.endswith(b"0\r\n\r\n")
        else:
            finished = self._body >= (self._wanted or 0)
        if finished and self._done is not None and not self._done.done():
            self._done.set_result(self._body)


def ask(port: int, paths: Sequence[str], connections: int = 1) -> Spent:
    """Ask for all paths, shared by so many connections, each one after the other."""
    return uvloop.run(_ask(port, paths, connections))


async def _ask(port: int, paths: Sequence[str], connections: int) -> Spent:
    loop = asyncio.get_running_loop()
    opened = [(await loop.create_connection(_Connection, "127.0.0.1", port))[1] for _ in range(connections)]
    each: list[float] = []
    waiting, total = iter(paths), 0

    async def one(connection: _Connection, rest: Iterator[str]) -> None:
        nonlocal total
        for path in rest:
            began = perf_counter()
            total += await connection.ask(path)
            each.append((perf_counter() - began) * 1000)

    began = perf_counter()
    await asyncio.gather(*(one(connection, waiting) for connection in opened))
    return Spent(each, total, perf_counter() - began)
