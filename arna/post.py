"""The mail server by which the house writes to people, and as whom. Its secrets are in no log and no message."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from ingest.sources.secret import is_loopback
from record.errors import ConfigError, NotSent, NotTaken

STEP_SECONDS = 10.0
LONGEST_SECONDS = 30.0
"""What one step of a conversation, and what the whole of it, may take."""
_FOR_GOOD, _TOO_LARGE = 500, 552
_OURSELVES = "[127.0.0.1]"
_ADDRESS = re.compile(r"[!-?A-~]+@[A-Za-z0-9.-]+", re.ASCII)
_PORTS = {"smtp": 587, "smtps": 465}
_HOW = "write smtp://user@host:587/?from=a@b.example&to=c@d.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A mail server, as whom to speak to it, and from whom the mail goes."""

    host: str
    port: int
    tls_at_once: bool
    user: str | None
    password: str | None = field(repr=False)
    sender: str

    def send(self, letter: EmailMessage, recipients: Sequence[str], longest: float = LONGEST_SECONDS) -> None:
        """Hand a letter to the server: over TLS, except on this machine itself, where it need not be.

        The whole of it may take `longest` seconds. Raises `NotTaken` where the server refuses this letter for good, and
        `NotSent` where it takes none now, without what the server said.
        """
        context = ssl.create_default_context()
        # Its own name is not looked up, which could take long.
        if self.tls_at_once:
            server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=STEP_SECONDS, context=context, local_hostname=_OURSELVES)
        else:
            server = smtplib.SMTP(timeout=STEP_SECONDS, local_hostname=_OURSELVES)
        try:
            with no_longer(longest, lambda: _hang_up(server)), server:
                self._connect(server, context)
                server.send_message(letter, self.sender, list(recipients))
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            kind = NotTaken if _is_of_letter(fault) else NotSent
            raise kind(f"the mail server did not take it ({_why(fault)})") from None

    def _connect(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        # It is for this name that a certificate must be; given to the constructor it would connect unwatched.
        server._host = self.host  # type: ignore[attr-defined]
        server.connect(self.host, self.port)
        if not self.tls_at_once and not is_loopback(self.host):
            # Raises where the server offers none: a password and whose gauge is silent do not go about in the open.
            server.starttls(context=context)
        if self.user is not None and self.password is not None:
            server.login(self.user, self.password)


def post_of(url: str, password: str | None) -> tuple[Post, tuple[str, ...]]:
    """The server that `ARNA_NOTIFY_MAIL` names, and to whom warnings go. Raises `ConfigError`, without any secret."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError("ARNA_NOTIFY_MAIL is not an address: see docs/settings.md") from None
    said = parse_qs(parts.query)
    sender, recipients = said.get("from", []), [one for to in said.get("to", []) for one in to.split(",") if one]
    if parts.scheme not in _PORTS or not parts.hostname or len(sender) != 1 or not recipients:
        raise ConfigError(f"ARNA_NOTIFY_MAIL does not name a mail server, a sender and recipients: {_HOW}")
    if parts.password is not None:
        raise ConfigError(f"ARNA_NOTIFY_MAIL must hold no password, it belongs in ARNA_NOTIFY_MAIL_PASSWORD: {_HOW}")
    if parts.username is not None and not password:
        raise ConfigError("ARNA_NOTIFY_MAIL names a user: set the password in ARNA_NOTIFY_MAIL_PASSWORD")
    if not all(is_address(address) for address in (*sender, *recipients)):
        raise ConfigError(f"ARNA_NOTIFY_MAIL holds what is not a mail address: {_HOW}")
    post = Post(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls_at_once=parts.scheme == "smtps",
        user=None if parts.username is None else unquote(parts.username),
        password=password,
        sender=sender[0],
    )
    return post, tuple(recipients)


def is_address(text: str) -> bool:
    """Whether a text is a mail address that headers can hold as it is."""
    return _ADDRESS.fullmatch(text) is not None


@contextmanager
def no_longer(seconds: float, stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` when what is done here takes too long as a whole, however steadily it goes on."""
    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _is_of_letter(fault: Exception) -> bool:
    """Whether a server refused a letter for what it holds, or for its size (RFC 1870), and not for who sends it."""
    if isinstance(fault, smtplib.SMTPSenderRefused):
        return fault.smtp_code == _TOO_LARGE
    return isinstance(fault, smtplib.SMTPDataError) and fault.smtp_code >= _FOR_GOOD


def _why(fault: Exception) -> str:
    """What a mail server's fault is called, without what it said: that may hold the user's name."""
    code = getattr(fault, "smtp_code", None)
    return type(fault).__name__ if code is None else f"{type(fault).__name__}, {code}"


def _hang_up(server: smtplib.SMTP) -> None:
    # Closing alone would not wake who waits for an answer; before a connection is made there is none to shut.
    sock = getattr(server, "sock", None)
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
