"""Laying files where somebody fetches them: a folder of this machine, or one of an SFTP server.

A file is written under another name and then given its own, so that nobody ever reads half of it. One that lies there
with the same bytes is done; one with other bytes is never written over.
"""

import errno
import logging
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import paramiko

from arna.delivering.parcel import Parcel, is_same
from arna.delivering.recipients import Recipient
from ingest.sources.cutter import Cutter
from ingest.sources.secret import secret_in
from ingest.sources.ssh import BROKEN, Line, Lock, known_hosts, private_key, told
from record.errors import NotSent, NotTaken, SourceError

log = logging.getLogger("arna.delivering")

_STEP_SECONDS = 30.0
_LONGEST_SECONDS = 300.0
_UNFINISHED = ".part"
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""How a share says that a file has one name there."""
_MOST_PROOF = 1_000_000
"""A paper that lies there may bear a proof that is longer, or one at all."""
_OTHER = "lies there with other bytes: nothing was written over it; move it away, and it is sent again"


def into_folder(folder: Path, parcel: Parcel) -> None:
    """Lay the files into a folder of this machine. Raises `NotTaken` for these files alone, and `NotSent`."""
    try:
        if not folder.is_dir():
            # A share that is not mounted must not become a folder of our own.
            raise NotSent("its folder is not there: make it, or mount it")
        for name, body in parcel.named:
            _put(folder / name, body)
    except OSError as fault:
        raise NotSent(f"its folder cannot be written to: {fault.strerror}") from None


def _put(path: Path, body: bytes) -> None:
    unfinished = path.with_name(f".{path.name}{_UNFINISHED}")
    try:
        if not path.exists():
            _lay(unfinished, path, body)
        elif not is_same(path.name, path.read_bytes(), body):
            raise NotTaken(f"{path.name} {_OTHER}")
    finally:
        # Also what a process that was killed has left.
        unfinished.unlink(missing_ok=True)


def _lay(unfinished: Path, path: Path, body: bytes) -> None:
    with unfinished.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    try:
        # Unlike a new name, a second one never takes the place of a file that has come meanwhile.
        os.link(unfinished, path)
    except FileExistsError:
        raise NotTaken(f"{path.name} {_OTHER}") from None
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        unfinished.rename(path)


def into_server(recipient: Recipient, data: Path, parcel: Parcel) -> None:
    """Lay the files into a folder of an SFTP server. Raises `NotTaken` for these files alone, and `NotSent`.

    What is said is for all to read: where the files lie, here and there, is in the log alone.
    """
    try:
        known = known_hosts(data / (recipient.known_hosts or ""))
        key = None if recipient.key is None else private_key(data / recipient.key)
        word = None if recipient.secret is None else secret_in(recipient.secret, "a recipient")
        lock = Lock(known, recipient.user, key, word)
        with Cutter(_LONGEST_SECONDS) as cutter:
            line = Line(recipient.address, lock, _STEP_SECONDS, cutter)
            with closing(_Shelf(line, recipient.address.path)) as shelf:
                for name, body in parcel.named:
                    shelf.put(name, body)
    except SourceError as fault:
        log.warning("%s", fault)
        raise NotSent(_unplaced(str(fault), recipient, data)) from None


def _unplaced(said: str, recipient: Recipient, data: Path) -> str:
    """What went wrong, without where."""
    said = said.replace(str(recipient.address), "its server")
    for path, plain in ((recipient.known_hosts, "of the data folder"), (recipient.key, "of the data folder")):
        said = said if path is None else said.replace(str(data / path), plain)
    return said


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The folder of the server."""

    line: Line
    folder: str

    def put(self, name: str, body: bytes) -> None:
        """Lay a file. Raises `SourceError`, or `NotTaken` where another lies there."""
        sftp, path = self.line.open(), f"{self.folder.rstrip('/')}/{name}"
        try:
            held = self._held(sftp, path, len(body))
            if held is None:
                self._write(sftp, path, body)
            elif not is_same(name, held, body):
                raise NotTaken(f"{name} {_OTHER}")
        except BROKEN as fault:
            raise self.line.broken(f"{name}: {told(fault)}") from None

    def close(self) -> None:
        """Take leave."""
        self.line.drop()

    def _held(self, sftp: paramiko.SFTPClient, path: str, size: int) -> bytes | None:
        """What lies there, as far as it can be the same; None where nothing does."""
        try:
            with sftp.open(path, "rb") as file:
                return file.read(size + _MOST_PROOF)
        except FileNotFoundError:
            return None

    def _write(self, sftp: paramiko.SFTPClient, path: str, body: bytes) -> None:
        folder, _, name = path.rpartition("/")
        unfinished = f"{folder}/.{name}{_UNFINISHED}"
        with sftp.open(unfinished, "wb") as file:
            file.write(body)
        # Fails where a file of that name has come meanwhile, as the protocol wants it.
        sftp.rename(unfinished, path)
