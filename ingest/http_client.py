"""How we ask over HTTP, whoever is asked: our headers, our patience, and how much of an answer is taken."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import httpx2

from record.errors import SourceError

HEADERS = {"user-agent": "arna", "accept-encoding": "identity"}
"""Without compression the bytes are the sender's own, and no small answer can swell into a huge one."""


def client(seconds: float, headers: Mapping[str, str] | None = None) -> httpx2.Client:
    """A client that waits so long for each part of an answer, follows no redirects and logs no addresses."""
    # The client's own log holds whole addresses, and with them whatever key their query may carry.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    return httpx2.Client(timeout=seconds, headers={**HEADERS, **(headers or {})})


@contextmanager
def answer(asking: httpx2.Client, request: httpx2.Request, seconds: float) -> Iterator[httpx2.Response]:
    """The answer to a request, whose head must have come within `seconds`; raises the client's own errors.

    A server that sends its head letter by letter is never late with any part of it: so the whole is timed, and `asking`
    is closed, for good, when the time is over.
    """
    if asking.is_closed:
        raise httpx2.ReadTimeout("an earlier answer did not come in time", request=request)
    watch = threading.Timer(seconds, asking.close)
    watch.daemon = True
    watch.start()
    try:
        with closing(asking.send(request, stream=True)) as response:
            watch.cancel()
            yield response
    finally:
        watch.cancel()


def body_of(
    response: httpx2.Response, shown: str, at_most: int, seconds: float, slowest: float = float("inf")
) -> bytes:
    """The bytes of an answer, at most one more than `at_most`.

    They may take `seconds`, and longer where at least `slowest` of them come in a second. Raises `SourceError` where
    they are slower; `shown` is the address as it may be told.
    """
    begun, body = time.monotonic(), bytearray()
    # As the bytes come: to wait for chunks of a size would let a slow server hold us past the time.
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > at_most:
            break
        if time.monotonic() - begun > seconds + len(body) / slowest:
            raise SourceError(f"{shown}: took longer than {seconds:g} s: try again later, or raise the timeout")
    return bytes(body[: at_most + 1])
