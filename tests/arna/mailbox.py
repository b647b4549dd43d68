"""A mail server on this machine that keeps what it was handed."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session


class Post:
    """What a mail server was handed."""

    def __init__(self, answer: str = "250 taken") -> None:
        self.letters: list[Envelope] = []
        self.users: list[str] = []
        self.in_tls: list[bool] = []
        self.answer = answer

    async def handle_DATA(  # noqa: N802
        self, _server: object, session: Session, envelope: Envelope
    ) -> str:
        self.in_tls.append(session.ssl is not None)
        if self.answer.startswith("250"):
            self.letters.append(envelope)
        return self.answer

    def authenticate(
        self, _server: object, _session: object, _envelope: object, _kind: object, data: Any
    ) -> AuthResult:
        self.users.append(data.login.decode())
        return AuthResult(success=data.password == b"the password", handled=False)


def written(letter: Envelope) -> str:
    """What a letter says."""
    assert isinstance(letter.content, bytes)
    return letter.content.decode()


@contextmanager
def mail_server(post: Post, **options: Any) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    served = Controller(post, hostname="127.0.0.1", port=port, authenticator=post.authenticate, **options)
    served.start()
    try:
        yield port
    finally:
        served.stop()
