"""A server on this machine that answers as a test tells it, and remembers what it was asked."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from ingest.sources import Fetched, Fetcher
from record.errors import SourceError
from tests.ingest.declared import RECEIVED

Answer = Callable[["Handler"], None]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers as its server was told, and remembers what it was asked."""

    server: "Server"

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        self.server.paths.append(self.path)
        self.server.answer(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    """A server on a free port of the loopback."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(answer: Answer) -> Iterator[Server]:
    with Server(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def told(fetcher: Fetcher, cursor: str | None = None, now: datetime = RECEIVED) -> tuple[list[Fetched], str | None]:
    """The messages that a source gives, and the fault with which it ends, which is one line."""
    given: list[Fetched] = []
    said = None
    try:
        for message in fetcher.fetch(cursor, lambda: now):
            assert isinstance(message, Fetched)
            given.append(message)
            fetcher.done(message.receipt)
    except SourceError as fault:
        said = str(fault)
    assert "\n" not in (said or "")
    return given, said


def last_cursor(given: list[Fetched], before: str | None = None) -> str | None:
    """The cursor that a record holds once it has entered these messages."""
    return next((one.cursor for one in reversed(given) if one.cursor is not None), before)


def asked(path: str) -> dict[str, str]:
    """The parts of the query of a path."""
    return dict(parse_qsl(urlsplit(path).query, keep_blank_values=True))
