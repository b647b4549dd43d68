"""An SFTP server on this machine, with some of the habits of those in the world."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh

from tests.ingest.looped import looped

USER, PASSWORD = "arna", "only-for-tests"


class Habits:
    """What the server does beside its work, and what it was asked: see `tests.ingest.ftp_server.Habits`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.other_key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
        self.refused: set[str] = set()
        self.stalls: set[str] = set()
        self.slow: set[str] = set()
        self.listed: list[str] = []
        self.opened: list[str] = []
        self.others: list[str] = []
        self.connections: list[asyncssh.SSHServerConnection] = []

    @property
    def address(self) -> str:
        return f"sftp://127.0.0.1:{self.port}"

    def known_as(self, key: asyncssh.SSHKey, path: Path) -> Path:
        """A file of known hosts that names this server with a key."""
        path.write_text(f"[127.0.0.1]:{self.port} {key.export_public_key().decode()}", encoding="utf-8")
        return path

    def fetched(self) -> list[str]:
        """The files that were asked for since this was called last."""
        names = list(self.opened)
        self.opened.clear()
        return names


class Door(asyncssh.SSHServer):
    """Opens to one user with one password."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._habits.connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


class Files(asyncssh.SFTPServer):
    """The files of the folder."""

    def __init__(self, chan: Any, habits: Habits) -> None:
        super().__init__(chan, chroot=str(habits.folder).encode())
        self._habits = habits

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        for name in self._habits.listed:
            yield asyncssh.SFTPName(name.encode(), attrs=asyncssh.SFTPAttrs(size=1, permissions=0o100644))
        async for entry in super().scandir(path):
            yield entry

    def open(self, path: bytes, pflags: int, attrs: Any) -> object:
        name = Path(path.decode()).name
        self._habits.opened.append(name)
        if name in self._habits.refused:
            raise asyncssh.SFTPPermissionDenied(f"permission denied for {PASSWORD}")
        if pflags & ~asyncssh.FXF_READ:
            self._habits.others.append(f"open {name}")
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        name = Path(file_obj.name.decode()).name
        if name in self._habits.slow:
            await asyncio.sleep(0.05)
            size = 1
        if name in self._habits.stalls:
            try:
                await asyncio.sleep(3600)
            finally:
                file_obj.close()
        found = super().read(file_obj, offset, size)
        assert isinstance(found, bytes)
        return found

    def remove(self, path: bytes) -> None:
        self._habits.others.append("remove")

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._habits.others.append("rename")


class Inbox(Files):
    """The same, in which files are laid down too."""

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        self._habits.others.append(f"rename to {Path(newpath.decode()).name}")
        asyncssh.SFTPServer.rename(self, oldpath, newpath)

    def remove(self, path: bytes) -> None:
        self._habits.others.append("remove")
        asyncssh.SFTPServer.remove(self, path)


@contextmanager
def serving(folder: Path, *, allowed: Path | None = None, files: type[Files] = Files) -> Iterator[Habits]:
    """A server of the files of `folder`; `allowed` are the public keys that open it, beside the password.

    `files` is how it treats them; as one that is only read from it keeps them where they are.
    """
    habits = Habits(folder)

    async def start() -> asyncssh.SSHAcceptor:
        acceptor = await asyncssh.create_server(
            partial(Door, habits),
            "127.0.0.1",
            0,
            server_host_keys=[habits.key, habits.other_key],
            sftp_factory=partial(files, habits=habits),
            authorized_client_keys=None if allowed is None else str(allowed),
        )
        habits.port = acceptor.get_port()
        return acceptor

    async def stop(acceptor: asyncssh.SSHAcceptor) -> None:
        acceptor.close()
        for connection in habits.connections:
            connection.abort()
            await connection.wait_closed()
        await acceptor.wait_closed()

    with looped(start, stop):
        yield habits
