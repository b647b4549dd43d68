"""A folder of a mailbox, whose mails are read and never marked, moved or deleted.

The cursor tells up to which UID the folder was read; where the server numbers its mails anew (UIDVALIDITY), it begins
anew. TLS from the first byte, with a certificate that this machine trusts; without it only on this machine itself.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox

from ingest.sources.cutter import Cutter
from ingest.sources.door import Address, address_of, digest_of, pattern_of
from ingest.sources.fetched import Clock, Fetched, Passed
from ingest.sources.listing import END, PACE, FileFault, Names, Pace, Part, messages
from ingest.sources.mail import parts_of, unread
from ingest.sources.memory import File, Memory
from ingest.sources.secret import is_loopback, secret_of
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

PORTS = {"imaps": 993, "imap": 143}
MAX_LISTED = 5000
"""How many mails a round looks at, the oldest first."""
_INBOX = "INBOX"
_ANSWER = 40_000_000
"""Bytes of an answer other than a mail."""
_BESIDE = 10_000
"""Bytes that may stand beside a mail."""
_HEADERS = 1_000_000
_BROKEN = (OSError, EOFError, OverflowError, ValueError, LookupError, imaplib.IMAP4.error, ImapToolsError)
_DELIVERED = re.compile(rb'INTERNALDATE "([^"]{10,40})"', re.IGNORECASE)
_BODY = b"BODY[]"


def declared(source: Source) -> None:
    """Raise `SourceError` where what is declared of a source cannot be carried out."""
    address = address_of(source.place, PORTS)
    pattern_of(source)
    if address.scheme == "imap" and not is_loopback(address.host):
        raise SourceError("imap:// sends the password for all to read: write imaps://")
    if source.user is None or source.secret is None:
        raise SourceError("imap needs user, and secret, the environment variable that holds the password")


@dataclass(frozen=True, slots=True)
class Imap:
    """The folder of a mailbox."""

    source: Source
    data: Path
    pace: Pace = PACE

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched | Passed, None, None]:
        """The parts of its new mails, oldest first. Raises `SourceError`."""
        declared(self.source)
        address, password = address_of(self.source.place, PORTS), secret_of(self.source)
        with (
            Cutter(END * self.source.trigger.timeout) as cutter,
            closing(_Shelf(self.source, address, password or "", cutter)) as shelf,
        ):
            # No mail grows, so that the number of the last one says it all.
            memory = Memory(cursor, digest_of(self.source, shelf.validity()), kept=0)
            yield from messages(self.source, shelf, memory, now, self.pace)

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""


class _Client(imaplib.IMAP4):
    """A connection that takes no more than `left` bytes: an answer says itself how long it is, and may lie."""

    def __init__(self, address: Address, timeout: float, cutter: Cutter) -> None:
        self.left = _ANSWER
        self._context = ssl.create_default_context() if address.scheme == "imaps" else None
        self._cutter = cutter
        super().__init__(address.host, address.port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        sock: socket.socket = super()._create_socket(timeout)  # type: ignore[misc]
        self.held = self._cutter.hold(sock)
        return sock if self._context is None else self._context.wrap_socket(sock, server_hostname=self.host)

    def read(self, size: int) -> bytes:
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.abort("more came than was asked for")


class _Mailbox(BaseMailBox):
    """The mailbox behind a connection."""

    def __init__(self, client: _Client) -> None:
        self._ready = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._ready


class _Shelf:
    """The folder, opened for reading alone when it is needed, and again where the connection broke."""

    def __init__(self, source: Source, address: Address, password: str, cutter: Cutter) -> None:
        self._source = source
        self._address = address
        self._password = password
        self._cutter = cutter
        self._names = Names(source)
        self._client: _Client | None = None
        self._mailbox: _Mailbox | None = None
        self._validity: str | None = None

    def validity(self) -> str:
        """By what the numbers of its mails are known to be the same as before."""
        self._open()
        return self._validity or ""

    def files(self, memory: Memory, _faults: list[str], /) -> list[File]:
        """The mails behind the last that was read, and those before it that could not be."""
        last = 0 if memory.mark is None else int(memory.mark[1])
        mailbox = self._open()
        try:
            uids = sorted(int(uid) for uid in mailbox.uids(f"UID {last + 1}:*", charset=None))
        except _BROKEN as fault:
            raise self._broken(fault) from None
        # "To the last" of an empty stretch is the last mail all the same.
        new = [uid for uid in uids if uid > last][:MAX_LISTED]
        return [File(name=f"{uid:010}") for uid in sorted({*new, *(int(name) for name in memory.waiting)})]

    def take(self, file: File, /) -> list[Part]:
        """The messages of a mail; none of one that is gone, or of which no part is taken."""
        uid, limit = str(int(file.name)), 2 * self._source.max_bytes + _HEADERS
        answer = self._fetch(uid, limit + 1)
        if not answer:
            return []
        raw = next((bytes(item[1]) for item in answer if isinstance(item, tuple) and _BODY in item[0].upper()), None)
        if raw is None:
            raise FileFault(f"came without its text: ask the keeper of {self._address}")
        came = _delivered(answer)
        if len(raw) > limit:
            fault = f"a mail of more than {limit} bytes: send it in several, or raise max_bytes"
            return [unread(uid, raw, came, fault, self._source.max_bytes)]
        return parts_of(uid, raw, came, self._names, self._source.max_bytes)

    def close(self) -> None:
        """Take leave."""
        if self._client is not None:
            with suppress(*_BROKEN):
                self._client.logout()
            self._drop()

    def _fetch(self, uid: str, size: int) -> list[Any]:
        """What the server answers when asked for a mail; nothing where it is gone."""
        client = self._opened()
        client.left = size + _BESIDE
        try:
            with Cutter(self._source.trigger.timeout) as cutter:
                cutter.hold(client.held)
                status, answer = client.uid("FETCH", uid, f"(INTERNALDATE BODY.PEEK[]<0.{size}>)")
        except _BROKEN as fault:
            if cutter.ended or isinstance(fault, TimeoutError):
                self._drop()
                raise FileFault(f"took longer than {self._source.trigger.timeout:g} s: it is tried again") from None
            if isinstance(fault, imaplib.IMAP4.abort) or not isinstance(fault, imaplib.IMAP4.error):
                self._drop()
            raise FileFault(f"broke off ({type(fault).__name__}): it is tried again") from None
        client.left = _ANSWER
        if status != "OK":
            raise FileFault(f"answered NO: ask the keeper of {self._address}")
        return [item for item in answer if item is not None]

    def _opened(self) -> _Client:
        validity = self._validity
        self._open()
        if self._client is None or self._validity != validity:
            raise self._broken(told="its mails were numbered anew: it is read from the start in the next round")
        return self._client

    def _open(self) -> _Mailbox:
        if self._mailbox is not None:
            return self._mailbox
        if self._cutter.ended:
            raise SourceError(f"{self._address}: took longer than {END} timeouts: raise the trigger's timeout")
        try:
            self._client = _Client(self._address, self._source.trigger.timeout, self._cutter)
            mailbox = _Mailbox(self._client)
        except ssl.SSLCertVerificationError as fault:
            raise self._broken(told=f"its certificate is not trusted: {fault.verify_message}") from None
        except _BROKEN as fault:
            raise self._broken(fault) from None
        self._log_in(mailbox)
        self._enter(mailbox, self._client)
        self._mailbox = mailbox
        return mailbox

    def _log_in(self, mailbox: _Mailbox) -> None:
        user, password = self._source.user or "", self._password
        log_in = mailbox.login if (user + password).isascii() else mailbox.login_utf8
        try:
            log_in(user, password, initial_folder=None)
        except imaplib.IMAP4.abort as fault:
            raise self._broken(fault) from None
        except (imaplib.IMAP4.error, ImapToolsError):
            raise self._broken(told="the login was refused: look at user and secret") from None
        except _BROKEN as fault:
            raise self._broken(fault) from None

    def _enter(self, mailbox: _Mailbox, client: _Client) -> None:
        folder = self._address.path.strip("/") or _INBOX
        try:
            mailbox.folder.set(folder, readonly=True)
            told: list[Any] = client.untagged_responses.get("UIDVALIDITY") or [b""]
            self._validity = bytes(told[-1]).decode("ascii")
        except imaplib.IMAP4.abort as fault:
            raise self._broken(fault) from None
        except (imaplib.IMAP4.error, ImapToolsError):
            raise self._broken(told="the folder cannot be opened: look at the path") from None
        except _BROKEN as fault:
            raise self._broken(fault) from None

    def _drop(self) -> None:
        client, self._client, self._mailbox = self._client, None, None
        if client is not None:
            with suppress(OSError):
                client.shutdown()

    def _broken(self, fault: Exception | None = None, *, told: str = "") -> SourceError:
        self._drop()
        if not told and isinstance(fault, ImapToolsError):
            told = "did not do what it was asked: ask its keeper"
        return SourceError(f"{self._address}: {told or f'no answer ({type(fault).__name__}): try again later'}")


def _delivered(answer: list[Any]) -> datetime | None:
    """When the server took the mail in; what a mail itself says of that is not asked."""
    heads = b" ".join(item[0] if isinstance(item, tuple) else item for item in answer)
    found = _DELIVERED.search(heads)
    try:
        moment = None if found is None else parsedate_to_datetime(found[1].decode("ascii").strip())
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else moment
