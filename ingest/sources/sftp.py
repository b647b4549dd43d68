"""A folder of an SFTP server, whose files are read and never moved, renamed or deleted.

The server must show a key that `known_hosts` names: one that is not there, or another than there, is never taken.
"""

import stat
from collections.abc import Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import paramiko

from ingest.sources.cutter import Cutter
from ingest.sources.door import address_of, digest_of, pattern_of
from ingest.sources.fetched import Clock, Fetched, Passed
from ingest.sources.listing import END, MAX_LISTED, PACE, FileFault, Names, Pace, Part, messages
from ingest.sources.memory import File, Memory
from ingest.sources.secret import secret_of
from ingest.sources.ssh import BROKEN, PORT, Line, Lock, known_hosts, private_key, told
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

PORTS = {"sftp": PORT}
_CHUNK = 32_768


def declared(source: Source) -> None:
    """Raise `SourceError` where what is declared of a source cannot be carried out."""
    address_of(source.place, PORTS)
    pattern_of(source)
    if source.known_hosts is None:
        raise SourceError("sftp needs known_hosts, a file that names the key of the server: see docs/sources.md")
    if source.user is None or (source.key is None) == (source.secret is None):
        raise SourceError("sftp needs user, and either key or secret to open the door")


@dataclass(frozen=True, slots=True)
class Sftp:
    """The folder of a source; `key` and `known_hosts` are files, within the data folder unless absolute."""

    source: Source
    data: Path
    pace: Pace = PACE

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched | Passed, None, None]:
        """Its new and grown files, oldest first. Raises `SourceError`."""
        declared(self.source)
        with (
            Cutter(END * self.source.trigger.timeout) as cutter,
            closing(_Shelf(self.source, self._lock(), cutter)) as shelf,
        ):
            yield from messages(self.source, shelf, Memory(cursor, digest_of(self.source)), now, self.pace)

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""

    def _lock(self) -> Lock:
        known = known_hosts(self.data / (self.source.known_hosts or ""))
        key = None if self.source.key is None else private_key(self.data / self.source.key)
        return Lock(known, self.source.user or "", key, secret_of(self.source))


class _Shelf:
    """The connection, made when it is needed and made again where it broke."""

    def __init__(self, source: Source, lock: Lock, cutter: Cutter) -> None:
        self._source = source
        self._address = address_of(source.place, PORTS)
        self._line = Line(self._address, lock, source.trigger.timeout, cutter)
        self._names = Names(source)

    def files(self, _memory: Memory, faults: list[str], /) -> list[File]:
        """The files of the folder whose names are taken."""
        found, listed = list[File](), 0
        try:
            for entry in self._line.open().listdir_iter(self._address.path):
                listed += 1
                if listed > MAX_LISTED:
                    raise SourceError(f"{self._address}: lists more than {MAX_LISTED} files: ask its keeper")
                mode = stat.S_IFMT(entry.st_mode or stat.S_IFREG)
                if mode == stat.S_IFDIR or not self._names.takes(entry.filename, faults):
                    continue
                if mode != stat.S_IFREG:
                    faults.append(f"{entry.filename}: a link or device, not a file: put the file itself there")
                    continue
                found.append(File(name=entry.filename, size=entry.st_size, changed=_moment(entry.st_mtime)))
        except UnicodeDecodeError:
            raise self._line.broken("a name in its listing is not UTF-8: ask its keeper to rename the file") from None
        except BROKEN as fault:
            raise self._line.broken(told(fault)) from None
        return found

    def take(self, file: File, /) -> list[Part]:
        """The one message that a file is."""
        sftp = self._line.open()
        limit = self._source.max_bytes + 1
        try:
            with Cutter(self._source.trigger.timeout) as cutter:
                if self._line.sock is not None:
                    cutter.hold(self._line.sock)
                body = self._read(sftp, file, limit)
        except BROKEN as fault:
            if cutter.ended or isinstance(fault, TimeoutError):
                self._line.drop()
                raise FileFault(f"took longer than {self._source.trigger.timeout:g} s: it is tried again") from None
            if isinstance(fault, OSError) and self._line.is_up:
                raise FileFault(f"cannot be read: {told(fault)}") from None
            self._line.drop()
            raise FileFault(f"broke off ({type(fault).__name__}): it is tried again") from None
        if len(body) < min(file.size or 0, limit):
            raise FileFault(f"only {len(body)} of its {file.size} bytes came: it is tried again")
        return [Part(name=file.name, body=body, came=file.changed)]

    def close(self) -> None:
        """Take leave."""
        self._line.drop()

    def _read(self, sftp: paramiko.SFTPClient, file: File, limit: int) -> bytes:
        body = bytearray()
        with sftp.open(f"{self._address.path.rstrip('/')}/{file.name}", "rb") as opened:
            # Piece after piece: the reading ahead of the library leaves a thread behind where the line breaks.
            while chunk := opened.read(min(_CHUNK, limit - len(body))):
                body += chunk
        return bytes(body)


def _moment(seconds: int | None) -> datetime | None:
    if seconds is None:
        return None
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC)
    return None
