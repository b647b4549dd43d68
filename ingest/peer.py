"""Another machine of the record that is asked over HTTP: a witness, or a log that is followed."""

from dataclasses import dataclass
from types import TracebackType

import httpx2

from ingest import http_client
from record.errors import SourceError

FOUND = 200
_SLOWEST = 20_000
"""Bytes a second: a large answer may take longer, as long as it comes at least so fast."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status and the bytes."""

    status: int
    body: bytes


class Peer:
    """Keeps a connection to the machine at `url`; an answer may take `timeout` seconds in all.

    With a `token` it asks as the party whose token that is. Close it after use, or use it in a `with` statement.
    Redirects are not followed: who is asked is declared.
    """

    def __init__(self, url: str, timeout: float = 30.0, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._client = http_client.client(timeout)

    def __enter__(self) -> "Peer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, path: str, at_most: int) -> Answer:
        """What lies at `path`; raises `SourceError` where no answer comes, or one of more than `at_most` bytes."""
        return self._ask("GET", path, None, at_most)

    def fetch(self, path: str, at_most: int) -> bytes:
        """The bytes that lie at `path`; raises `SourceError` where it is not there, too."""
        return self.found(path, self.get(path, at_most))

    def found(self, path: str, answer: Answer) -> bytes:
        """The bytes of an answer; raises `SourceError` where it says that there are none."""
        if answer.status != FOUND:
            raise SourceError(f"{self.url}{path}: answered {answer.status}: try again later, or ask its keeper")
        return answer.body

    def post(self, path: str, body: bytes, at_most: int) -> Answer:
        """What is answered to `body`; raises as `get` does."""
        return self._ask("POST", path, body, at_most)

    def _ask(self, method: str, path: str, content: bytes | None, at_most: int) -> Answer:
        shown = f"{self.url}{path}"
        try:
            request = self._client.build_request(method, shown, content=content, headers=self._headers)
            with http_client.answer(self._client, request, self._timeout) as response:
                body = http_client.body_of(response, shown, at_most, self._timeout, _SLOWEST)
        except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
            raise SourceError(f"{self.url}: no answer ({type(fault).__name__}): try again later") from None
        if len(body) > at_most:
            raise SourceError(f"{shown}: more than {at_most} bytes came: ask its keeper")
        return Answer(response.status_code, body)
