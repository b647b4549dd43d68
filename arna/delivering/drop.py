"""Laying files where somebody fetches them: a folder of this machine, or one of an SFTP server.

A file is written under another name and then given its own, so that nobody ever reads half of it. One that lies there
with the same bytes is done; one with other bytes is never written over.
"""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import paramiko

from arna.delivering.parcel import Parcel
from arna.delivering.recipients import Recipient
from ingest.sources.cutter import Cutter
from ingest.sources.secret import secret_in
from ingest.sources.ssh import BROKEN, Line, Lock, known_hosts, private_key, told
from record.errors import NotSent, SourceError

_STEP_SECONDS = 30.0
_LONGEST_SECONDS = 300.0
_UNFINISHED = ".part"
_OTHER = "lies there with other bytes: nothing was written over it; move it away, and it is sent again"


def into_folder(folder: Path, parcel: Parcel) -> None:
    """Lay the files into a folder of this machine. Raises `NotSent`."""
    if not folder.is_dir():
        # A share that is not mounted must not become a folder of our own.
        raise NotSent(f"folder {folder} is not there: make it, or mount it")
    for file, body in parcel.files:
        path = folder / file.name
        try:
            if path.exists():
                if path.read_bytes() != body:
                    raise NotSent(f"{path} {_OTHER}")
                continue
            _lay(path, body)
        except OSError as fault:
            raise NotSent(f"{path} cannot be written: {fault.strerror}") from None


def _lay(path: Path, body: bytes) -> None:
    unfinished = path.with_name(f".{path.name}{_UNFINISHED}")
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def into_server(recipient: Recipient, data: Path, parcel: Parcel) -> None:
    """Lay the files into a folder of an SFTP server. Raises `NotSent`."""
    try:
        known = known_hosts(data / (recipient.known_hosts or ""))
        key = None if recipient.key is None else private_key(data / recipient.key)
        word = None if recipient.secret is None else secret_in(recipient.secret, f"recipient {recipient.name}")
        lock = Lock(known, recipient.user, key, word)
        with Cutter(_LONGEST_SECONDS) as cutter:
            line = Line(recipient.address, lock, _STEP_SECONDS, cutter)
            with closing(_Shelf(line, recipient.address.path)) as shelf:
                for file, body in parcel.files:
                    shelf.put(file.name, body)
    except SourceError as fault:
        raise NotSent(str(fault)) from None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The folder of the server."""

    line: Line
    folder: str

    def put(self, name: str, body: bytes) -> None:
        """Lay a file. Raises `SourceError`, or `NotSent` where another lies there."""
        sftp, path = self.line.open(), f"{self.folder.rstrip('/')}/{name}"
        try:
            held = self._held(sftp, path, len(body))
            if held is None:
                self._write(sftp, path, body)
            elif held != body:
                raise NotSent(f"{name} {_OTHER}")
        except BROKEN as fault:
            raise self.line.broken(f"{name}: {told(fault)}") from None

    def close(self) -> None:
        """Take leave."""
        self.line.drop()

    def _held(self, sftp: paramiko.SFTPClient, path: str, size: int) -> bytes | None:
        """What lies there, as far as it can be the same; None where nothing does."""
        try:
            with sftp.open(path, "rb") as file:
                return file.read(size + 1)
        except FileNotFoundError:
            return None

    def _write(self, sftp: paramiko.SFTPClient, path: str, body: bytes) -> None:
        folder, _, name = path.rpartition("/")
        unfinished = f"{folder}/.{name}{_UNFINISHED}"
        with sftp.open(unfinished, "wb") as file:
            file.write(body)
        # Fails where a file of that name has come meanwhile, as the protocol wants it.
        sftp.rename(unfinished, path)
