"""A mailbox on this machine."""

import asyncio
import ssl
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.backend.dict.mailbox import Message
from pymap.exceptions import TemporaryFailure
from pymap.imap import IMAPServer
from pymap.mailbox import MailboxSnapshot
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement

from tests.ingest.looped import looped

USER, PASSWORD = "arna", "only-for-tests"
DELIVERED = datetime(2026, 5, 9, 4, 0, tzinfo=UTC)
_ARGUMENTS = Namespace(
    host=None, port=0, debug=False, cert=None, key=None, tls=False, proxy_protocol=None, passlib_cfg=None,
    demo_data=False, demo_user=USER, demo_password=PASSWORD, inherited_sockets=None,
)  # fmt: skip


class Stuck(Message):
    """A mail on which the server hangs."""

    async def load_content(self, requirement: FetchRequirement) -> Any:
        if requirement & FetchRequirement.CONTENT:
            await asyncio.sleep(3600)
        return await super().load_content(requirement)


class Breaking(Message):
    """A mail on which the server breaks off."""

    async def load_content(self, requirement: FetchRequirement) -> Any:
        if requirement & FetchRequirement.CONTENT:
            raise TemporaryFailure("not now")
        return await super().load_content(requirement)


class Box:
    """The inbox of one user, `asked` what it was told.

    `refused` are the UIDs of mails that the server does not give, `broken` those on which it breaks off,
    `stuck` those on which it hangs.
    """

    def __init__(self, secured: ssl.SSLContext | None) -> None:
        self._secured = secured
        self._loop = asyncio.get_running_loop()
        self._server: asyncio.Server | None = None
        self._inbox: Any = None
        self.refused: set[int] = set()
        self.broken: set[int] = set()
        self.stuck: set[int] = set()
        self.asked: list[bytes] = []

    @property
    def address(self) -> str:
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        return f"{'imap' if self._secured is None else 'imaps'}://127.0.0.1:{port}"

    async def open(self) -> "Box":
        backend, config = await DictBackend.init(_ARGUMENTS, invalid_user_sleep=0)
        config.apply_context()
        async with backend.login.demo_user_identity.new_session() as session:
            self._inbox = await session.mailbox_set.get_mailbox("INBOX")
        answer = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        self._server = await asyncio.start_server(self._listening(answer), "127.0.0.1", 0, ssl=self._secured)
        get = self._inbox.get

        async def given(uid: int, cached: Any) -> Any:
            if uid in self.refused and b"FETCH" in self.asked[-1]:
                raise TemporaryFailure("not now")
            mail = await get(uid, cached)
            if uid in self.stuck:
                return Stuck.copy(mail)
            return Breaking.copy(mail) if uid in self.broken else mail

        self._inbox.get = given
        return self

    async def shut(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def put(self, mail: EmailMessage | bytes, when: datetime = DELIVERED) -> None:
        """Deliver a mail."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        self._do(self._inbox.append(AppendMessage(raw, when, frozenset())))

    def flags(self) -> list[set[bytes]]:
        """The flags of every mail that is there."""

        async def read() -> list[set[bytes]]:
            return [{flag.value for flag in mail.permanent_flags} async for mail in self._inbox.messages()]

        found: list[set[bytes]] = self._do(read())
        return found

    def delete(self, uid: int) -> None:
        """Take a mail away."""
        self._do(self._inbox.delete([uid]))

    def renumber(self) -> None:
        """Number the mails anew."""
        self._inbox._uid_validity = MailboxSnapshot.new_uid_validity()

    def fetched(self) -> int:
        """How many mails were asked for since this was called last."""
        count = sum(b"FETCH" in line for line in self.asked)
        self.asked.clear()
        return count

    def _do(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    def _listening(self, answer: Any) -> Any:
        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            read = reader.readline

            async def noted() -> bytes:
                line = await read()
                self.asked.append(line)
                return line

            reader.readline = noted  # type: ignore[method-assign]
            await answer(reader, writer)

        return listen


@contextmanager
def serving(secured: ssl.SSLContext | None = None) -> Iterator[Box]:
    """A mailbox that can be asked."""

    async def start() -> Box:
        return await Box(secured).open()

    with looped(start, Box.shut) as box:
        yield box
