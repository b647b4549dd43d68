"""A folder of an FTP server, whose files are read and never moved, renamed or deleted.

`ftps://` is the same with TLS, asked for by AUTH TLS before any name or password is sent; the server must show a
certificate that this machine trusts. Files are listed by MLSD, and by NLST, SIZE and MDTM where a server lacks it.
"""

import ftplib
import re
import socket
import ssl
import time
from collections.abc import Generator, Iterator
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.sources.cutter import Cutter
from ingest.sources.door import Address, address_of, digest_of, pattern_of
from ingest.sources.fetched import Clock, Fetched, Passed
from ingest.sources.listing import END, MAX_LISTED, PACE, FileFault, Names, Pace, Part, messages
from ingest.sources.memory import File, Memory
from ingest.sources.secret import secret_of
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

PORTS = {"ftp": 21, "ftps": 21}
MAX_LISTING = 40_000_000
"""Bytes of a listing."""
_CHUNK = 65_536
_MAX_LINES = 1000
_UNKNOWN_COMMAND = ("500", "501", "502", "504")
_CLOSES = "421"
_FOLDERS = ("dir", "cdir", "pdir")
_BROKEN = (OSError, EOFError, OverflowError, UnicodeError, ftplib.error_proto)
"""What ftplib raises where the connection, or what came over it, is of no use any more."""
_TIME = re.compile(r"(\d{14})(\.\d+)?", re.ASCII)
_SIZE = re.compile(r"\d{1,15}", re.ASCII)


def declared(source: Source) -> None:
    """Raise `SourceError` where what is declared of a source cannot be carried out."""
    address_of(source.place, PORTS)
    pattern_of(source)
    if source.secret is not None and source.user is None:
        raise SourceError("secret opens nothing without user: declare user too")


@dataclass(frozen=True, slots=True)
class Ftp:
    """The folder of a source."""

    source: Source
    data: Path
    pace: Pace = PACE

    def fetch(self, cursor: str | None, now: Clock, /) -> Generator[Fetched | Passed, None, None]:
        """Its new and grown files, oldest first. Raises `SourceError`."""
        declared(self.source)
        address, password = address_of(self.source.place, PORTS), secret_of(self.source)
        with (
            Cutter(END * self.source.trigger.timeout) as cutter,
            closing(_Shelf(self.source, address, password, cutter)) as shelf,
        ):
            yield from messages(self.source, shelf, Memory(cursor, digest_of(self.source)), now, self.pace)

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""


class _Plain(ftplib.FTP):
    """FTP whose replies have an end, and whose connection `cutter` holds."""

    cutter: Cutter | None = None
    _lines = 0

    def getmultiline(self) -> str:
        if self.cutter is not None and not self._lines and self.sock is not None:
            # Before the first word of the server: what holds it must not come too late.
            self.cutter.hold(self.sock)
        self._lines = 1
        return super().getmultiline()

    def getline(self) -> str:
        self._lines += 1
        if self._lines > _MAX_LINES:
            raise ftplib.error_proto("a reply without end")
        return super().getline()


class _Tls(_Plain, ftplib.FTP_TLS):
    """FTP over TLS; data connections resume the session of the first, as many servers demand."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        conn, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
        with nullcontext() if self.cutter is None else self.cutter.holding(conn):
            return self.context.wrap_socket(conn, server_hostname=self.host, session=session), size


class _Shelf:
    """The connection, made when it is needed and made again where it broke."""

    def __init__(self, source: Source, address: Address, password: str | None, cutter: Cutter) -> None:
        self._source = source
        self._address = address
        self._password = password
        self._names = Names(source)
        self._asked: dict[str, str] = {}
        self._cutter = cutter
        self._ftp: _Plain | None = None

    def files(self, _memory: Memory, faults: list[str], /) -> list[File]:
        """The files of the folder whose names are taken."""
        ftp = self._open()
        try:
            lines = self._listing(ftp, "MLSD")
            found = list(self._described(lines, faults))
        except ftplib.error_perm as fault:
            if not str(fault).startswith(_UNKNOWN_COMMAND):
                raise self._broken(fault) from None
            found = self._named(ftp, faults)
        except (*_BROKEN, ftplib.Error) as fault:
            raise self._broken(fault) from None
        return found

    def take(self, file: File, /) -> list[Part]:
        """The one message that a file is."""
        ftp = self._open()
        limit = self._source.max_bytes + 1
        try:
            body = self._transfer(ftp, f"RETR {self._asked[file.name]}", limit)
        except TimeoutError:
            self._drop()
            raise FileFault(f"took longer than {self._source.trigger.timeout:g} s: it is tried again") from None
        except _BROKEN as fault:
            self._drop()
            raise FileFault(f"broke off ({type(fault).__name__}): it is tried again") from None
        except ftplib.Error as fault:
            if str(fault).startswith(_CLOSES):
                self._drop()
            raise FileFault(f"answered {str(fault)[:3]}: ask the keeper of {self._address}") from None
        if len(body) < min(file.size or 0, limit):
            raise FileFault(f"only {len(body)} of its {file.size} bytes came: it is tried again")
        return [Part(name=file.name, body=body, came=file.changed)]

    def close(self) -> None:
        """Take leave."""
        if self._ftp is not None:
            with suppress(*_BROKEN, ftplib.Error):
                self._ftp.quit()
            self._drop()

    def _open(self) -> ftplib.FTP:
        if self._ftp is not None:
            return self._ftp
        if self._cutter.ended:
            raise SourceError(f"{self._address}: took longer than {END} timeouts: raise the trigger's timeout")
        secured, timeout = self._address.scheme == "ftps", self._source.trigger.timeout
        # As bytes of any kind, for there are servers that name their files in a code of their own.
        options: dict[str, Any] = {"timeout": timeout, "encoding": "latin-1"}
        self._ftp = ftp = _Tls(context=ssl.create_default_context(), **options) if secured else _Plain(**options)
        ftp.cutter = self._cutter
        try:
            ftp.connect(self._address.host, self._address.port)
            if isinstance(ftp, ftplib.FTP_TLS):
                ftp.auth()
            self._log_in(ftp)
            if isinstance(ftp, ftplib.FTP_TLS):
                ftp.prot_p()
            ftp.cwd(_wired(self._address.path))
            ftp.voidcmd("TYPE I")
        except ssl.SSLCertVerificationError as fault:
            raise self._broken(fault, f"its certificate is not trusted: {fault.verify_message}") from None
        except (*_BROKEN, ftplib.Error) as fault:
            raise self._broken(fault) from None
        return ftp

    def _log_in(self, ftp: ftplib.FTP) -> None:
        try:
            ftp.login(_wired(self._source.user or ""), _wired(self._password or ""))
        except ftplib.error_perm as fault:
            raise self._broken(
                fault, f"user or password were refused ({str(fault)[:3]}): look at user and secret"
            ) from None

    def _transfer(self, ftp: ftplib.FTP, command: str, limit: int) -> bytes:
        """What comes over the data connection, at most `limit` bytes; where there is more, the connection is left."""
        timeout = self._source.trigger.timeout
        begun, body = time.monotonic(), bytearray()
        with ftp.transfercmd(command) as conn:
            while chunk := conn.recv(min(_CHUNK, limit - len(body))):
                body += chunk
                if time.monotonic() - begun > timeout:
                    raise TimeoutError
                if len(body) >= limit:
                    break
        if len(body) >= limit:
            self._drop()
        else:
            ftp.voidresp()
        return bytes(body)

    def _listing(self, ftp: ftplib.FTP, command: str) -> list[str]:
        body = self._transfer(ftp, command, MAX_LISTING)
        lines = body.split(b"\n")
        if len(body) >= MAX_LISTING or len(lines) > MAX_LISTED:
            self._drop()
            raise SourceError(f"{self._address}: lists more than {MAX_LISTED} files: ask its keeper to move old ones")
        return [line.rstrip(b"\r").decode("latin-1") for line in lines if line.strip()]

    def _described(self, lines: list[str], faults: list[str]) -> Iterator[File]:
        """The files of an answer to MLSD: facts that end with a semicolon each, a blank, and the name."""
        for line in lines:
            said, _, wired = line.partition(" ")
            facts = {key.lower(): value for key, _, value in (fact.partition("=") for fact in said.split(";"))}
            kind = facts.get("type", "").lower()
            name = None if kind in _FOLDERS else self._taken(wired, faults)
            if name is None:
                continue
            if kind != "file":
                faults.append(f"{name}: a link or device, not a file: put the file itself there")
                continue
            yield File(name=name, size=_size(facts.get("size", "")), changed=_moment(facts.get("modify", "")))

    def _named(self, ftp: ftplib.FTP, faults: list[str]) -> list[File]:
        """The files of an answer to NLST, each asked for its size and time, which not every server tells."""
        try:
            names = self._listing(ftp, "NLST")
        except (ftplib.error_perm, ftplib.error_temp):
            # So do many servers say that a folder is empty: it was entered before.
            return []
        except (*_BROKEN, ftplib.Error) as fault:
            raise self._broken(fault) from None
        taken = [self._taken(wired, faults) for wired in names]
        return [self._asked_for(ftp, name) for name in taken if name is not None]

    def _asked_for(self, ftp: ftplib.FTP, name: str) -> File:
        told = []
        for command in ("SIZE", "MDTM"):
            try:
                told.append(ftp.sendcmd(f"{command} {self._asked[name]}")[4:].strip())
            except _BROKEN as fault:
                raise self._broken(fault) from None
            except ftplib.Error:
                told.append("")
        return File(name=name, size=_size(told[0]), changed=_moment(told[1]))

    def _taken(self, wired: str, faults: list[str]) -> str | None:
        """The name as we show it, where it is one that is taken; asked for it is in the very bytes that came."""
        name = _unwired(wired)
        if not self._names.takes(name, faults):
            return None
        self._asked[name] = wired
        return name

    def _drop(self) -> None:
        if self._ftp is not None:
            self._ftp.close()
            self._ftp = None

    def _broken(self, fault: Exception, told: str | None = None) -> SourceError:
        """A fault of the whole connection; of a server's own words only the number is told."""
        self._drop()
        if told is None and isinstance(fault, ftplib.Error) and not isinstance(fault, ftplib.error_proto):
            told = f"answered {str(fault)[:3]}: ask its keeper"
        return SourceError(f"{self._address}: {told or f'no answer ({type(fault).__name__}): try again later'}")


def _wired(text: str) -> str:
    """Text as ftplib must be given it, so that it sends UTF-8."""
    return text.encode().decode("latin-1")


def _unwired(wired: str) -> str:
    """A name that came; one that is not in UTF-8 keeps a letter for each byte."""
    try:
        return wired.encode("latin-1").decode()
    except UnicodeDecodeError:
        return wired


def _size(text: str) -> int | None:
    return int(text) if _SIZE.fullmatch(text) else None


def _moment(text: str) -> datetime | None:
    """A time as servers tell it by the standard: in UTC, without signs between."""
    found = _TIME.fullmatch(text)
    try:
        return None if found is None else datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
