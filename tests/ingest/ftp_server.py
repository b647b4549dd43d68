"""An FTP server on this machine, with some of the habits of those in the world."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import aioftp

from tests.ingest.looped import looped

USER, PASSWORD = "arna", "only-for-tests"


class Habits(aioftp.Server):
    """A server that keeps what it was asked, and may lack commands, refuse files, or hold its tongue.

    `without` are commands it does not know, `refused` files it answers 550 for, `stalls` files it opens and never
    sends, `cut` files of which it sends one byte, `slow` those of which it sends one from time to time, `listed` lines
    that it puts into every listing, `secured` the context of AUTH TLS.
    """

    def __init__(self, users: list[aioftp.User], secured: ssl.SSLContext | None = None) -> None:
        super().__init__(users, wait_future_timeout=5)
        self.secured = secured
        self.asked: list[tuple[str, str]] = []
        self.without: set[str] = set()
        self.refused: set[str] = set()
        self.stalls: set[str] = set()
        self.cut: set[str] = set()
        self.slow: set[str] = set()
        self.listed: list[str] = []
        self.resumed: list[bool] = []
        self.commands_mapping |= {"nlst": self.nlst, "size": self.size, "mdtm": self.mdtm, "auth": self.auth}

    @property
    def address(self) -> str:  # type: ignore[override]
        return f"{'ftp' if self.secured is None else 'ftps'}://127.0.0.1:{self.server_port}"

    async def parse_command(self, stream: Any, censor_commands: Any = ("pass",)) -> tuple[str, str]:
        command, rest = await super().parse_command(stream, censor_commands)
        self.asked.append((command, rest))
        return ("nothing", rest) if command in self.without else (command, rest)

    def fetched(self) -> list[str]:
        """The files that were asked for since this was called last."""
        names = [rest for command, rest in self.asked if command == "retr"]
        self.asked.clear()
        return names

    async def build_mlsx_string(self, connection: Any, path: Any) -> str:
        said = await super().build_mlsx_string(connection, path)
        return "\r\n".join([*self.listed, said])

    async def retr(self, connection: Any, rest: Any) -> bool:
        name = str(rest)
        if name in self.refused:
            connection.response("550", f"permission denied for {PASSWORD}")
            return True
        if name in self.stalls:
            connection.response("150", "at once")
            return True
        if name in self.cut | self.slow:
            connection.response("150", "at once")
            stream = await connection.future.data_connection
            del connection.data_connection
            with suppress(ConnectionError):
                async with stream:
                    await stream.write(b"1")
                    while name in self.slow:
                        await asyncio.sleep(0.05)
                        await stream.write(b"1")
            connection.response("226", "that was it")
            return True
        return await super().retr(connection, rest)

    async def nlst(self, connection: Any, rest: str) -> bool:
        real, _ = self.get_paths(connection, rest)
        names = sorted(path.name for path in Path(real).iterdir())
        if not names:
            connection.response("550", "no files found")
            return True
        connection.response("150", "names follow")
        stream = await connection.future.data_connection
        del connection.data_connection
        async with stream:
            await stream.write("".join(f"{name}\r\n" for name in [*self.listed, *names]).encode())
        connection.response("226", "done")
        return True

    async def size(self, connection: Any, rest: str) -> bool:
        real, _ = self.get_paths(connection, rest)
        connection.response("213", str(real.stat().st_size))
        return True

    async def mdtm(self, connection: Any, rest: str) -> bool:
        real, _ = self.get_paths(connection, rest)
        connection.response("213", self._format_mlsx_time(real.stat().st_mtime))
        return True

    async def auth(self, connection: Any, rest: str) -> bool:
        stream = connection.command_connection
        await self.write_response(stream, "234", "begin")
        try:
            await stream.writer.start_tls(self.secured)
        except OSError:
            return False
        return True

    async def _start_passive_server(self, connection: Any, handler_callback: Any) -> asyncio.Server:
        async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            shown = writer.get_extra_info("ssl_object")
            self.resumed.append(bool(shown is not None and shown.session_reused))
            await handler_callback(reader, writer)

        return await asyncio.start_server(noted, connection.server_host, 0, ssl=self.secured)


@contextmanager
def serving(folder: Path, secured: ssl.SSLContext | None = None, *, anonymous: bool = False) -> Iterator[Habits]:
    """A server of the files of `folder`."""
    users = [aioftp.User(None if anonymous else USER, None if anonymous else PASSWORD, base_path=folder)]

    async def start() -> Habits:
        server = Habits(users, secured)
        await server.start("127.0.0.1", 0)
        return server

    async def stop(server: Habits) -> None:
        await server.close()

    with looped(start, stop) as server:
        yield server
