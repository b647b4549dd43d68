"""An end to connections that would otherwise have none.

A timeout of a socket begins anew with every byte, so that a server which sends one a minute never runs into it. After
its own time a cutter shuts the connections down from another thread, whatever is waited for just then.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType


class Cutter:
    """Cuts the connections that it holds after so many seconds; `ended` tells that it did."""

    def __init__(self, seconds: float) -> None:
        self.ended = False
        self._held: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Cutter":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for held in self._held:
                held.close()
            self._held.clear()

    def hold(self, sock: socket.socket) -> socket.socket:
        """Hold a connection to the end; what is held is a double, for TLS takes the socket itself away."""
        with self._lock:
            held = sock.dup()
            self._held.append(held)
            if self.ended:
                _shut(held)
        return held

    @contextmanager
    def holding(self, sock: socket.socket) -> Iterator[None]:
        """Hold a connection for a while."""
        held = self.hold(sock)
        try:
            yield
        finally:
            with self._lock:
                if held in self._held:
                    self._held.remove(held)
            held.close()

    def _cut(self) -> None:
        with self._lock:
            self.ended = True
            for held in self._held:
                _shut(held)


def _shut(held: socket.socket) -> None:
    with suppress(OSError):
        held.shutdown(socket.SHUT_RDWR)
