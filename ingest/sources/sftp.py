"""A folder of an SFTP server, whose files are read and never moved, renamed or deleted.

The server must show a key that `known_hosts` names: one that is not there, or another than there, is never taken.
"""

import logging
import socket
import stat
import struct
from collections.abc import Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import paramiko

from ingest.sources.cutter import Cutter
from ingest.sources.door import address_of, digest_of, own_file, pattern_of
from ingest.sources.fetched import Clock, Fetched, Passed
from ingest.sources.listing import END, MAX_LISTED, PACE, FileFault, Names, Pace, Part, messages
from ingest.sources.memory import File, Memory
from ingest.sources.secret import secret_of
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

PORTS = {"sftp": 22}
_CHUNK = 32_768
_BROKEN = (
    OSError, EOFError, OverflowError, ValueError, struct.error, paramiko.SSHException, paramiko.SFTPError,
)  # fmt: skip
"""What paramiko raises where the connection, or what came over it, is of no use any more."""
_SHA_OF_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_MAX_KNOWN = 1_000_000


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
        # The client's own log holds traces of what broke.
        logging.getLogger("paramiko").setLevel(logging.CRITICAL)
        declared(self.source)
        with (
            Cutter(END * self.source.trigger.timeout) as cutter,
            closing(_Shelf(self.source, self._lock(), cutter)) as shelf,
        ):
            yield from messages(self.source, shelf, Memory(cursor, digest_of(self.source)), now, self.pace)

    def done(self, _receipt: Receipt, /) -> None:
        """Nothing: the cursor, entered with the message, is all that there is to remember."""

    def _lock(self) -> "_Lock":
        known = _known_hosts(self.data / (self.source.known_hosts or ""))
        key = None if self.source.key is None else _private_key(self.data / self.source.key)
        return _Lock(known, self.source.user or "", key, secret_of(self.source))


@dataclass(frozen=True, slots=True)
class _Lock:
    """By what the server is known, and by what we are."""

    known: paramiko.HostKeys
    user: str
    key: paramiko.PKey | None
    password: str | None


class _Shelf:
    """The connection, made when it is needed and made again where it broke."""

    def __init__(self, source: Source, lock: _Lock, cutter: Cutter) -> None:
        self._source = source
        self._address = address_of(source.place, PORTS)
        self._lock = lock
        self._cutter = cutter
        self._names = Names(source)
        self._sock: socket.socket | None = None
        self._transport: paramiko.Transport | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def files(self, _memory: Memory, faults: list[str], /) -> list[File]:
        """The files of the folder whose names are taken."""
        found, listed = list[File](), 0
        try:
            for entry in self._open().listdir_iter(self._address.path):
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
            raise self._broken("a name in its listing is not UTF-8: ask its keeper to rename the file") from None
        except _BROKEN as fault:
            raise self._broken(_told(fault)) from None
        return found

    def take(self, file: File, /) -> list[Part]:
        """The one message that a file is."""
        sftp = self._open()
        limit = self._source.max_bytes + 1
        try:
            with Cutter(self._source.trigger.timeout) as cutter:
                if self._sock is not None:
                    cutter.hold(self._sock)
                body = self._read(sftp, file, limit)
        except _BROKEN as fault:
            if cutter.ended or isinstance(fault, TimeoutError):
                self._drop()
                raise FileFault(f"took longer than {self._source.trigger.timeout:g} s: it is tried again") from None
            if isinstance(fault, OSError) and self._is_up():
                raise FileFault(f"cannot be read: {_told(fault)}") from None
            self._drop()
            raise FileFault(f"broke off ({type(fault).__name__}): it is tried again") from None
        if len(body) < min(file.size or 0, limit):
            raise FileFault(f"only {len(body)} of its {file.size} bytes came: it is tried again")
        return [Part(name=file.name, body=body, came=file.changed)]

    def close(self) -> None:
        """Take leave."""
        self._drop()

    def _read(self, sftp: paramiko.SFTPClient, file: File, limit: int) -> bytes:
        body = bytearray()
        with sftp.open(f"{self._address.path.rstrip('/')}/{file.name}", "rb") as opened:
            # Piece after piece: the reading ahead of the library leaves a thread behind where the line breaks.
            while chunk := opened.read(min(_CHUNK, limit - len(body))):
                body += chunk
        return bytes(body)

    def _open(self) -> paramiko.SFTPClient:
        if self._sftp is not None:
            return self._sftp
        if self._cutter.ended:
            raise SourceError(f"{self._address}: took longer than {END} timeouts: raise the trigger's timeout")
        port = self._address.port
        name = self._address.host if port == PORTS["sftp"] else f"[{self._address.host}]:{port}"
        known = self._lock.known.lookup(name)
        if known is None:
            raise self._broken(f"known_hosts does not name {name}: add the key of the server, once you made sure of it")
        try:
            transport = self._connected(tuple(known))
            if not self._lock.known.check(name, transport.get_remote_server_key()):
                raise self._broken("shows another key than known_hosts names: nothing was sent; ask its keeper why")
            self._log_in(transport)
            channel = transport.open_session(timeout=self._source.trigger.timeout)
            channel.settimeout(self._source.trigger.timeout)
            channel.invoke_subsystem("sftp")
            self._sftp = paramiko.SFTPClient(channel)
        except _BROKEN as fault:
            raise self._broken(_told(fault)) from None
        return self._sftp

    def _connected(self, known: Sequence[str]) -> paramiko.Transport:
        """A connection whose ciphers are agreed on, the server proving by preference a key of a kind that we know."""
        timeout = self._source.trigger.timeout
        self._sock = socket.create_connection((self._address.host, self._address.port), timeout)
        self._cutter.hold(self._sock)
        self._transport = transport = paramiko.Transport(self._sock)
        transport.banner_timeout = transport.auth_timeout = transport.channel_timeout = timeout
        options = transport.get_security_options()
        kinds = [kind for known_kind in known for kind in _kinds(known_kind)]
        first = [kind for kind in options.key_types if kind in kinds]
        options.key_types = first + [kind for kind in options.key_types if kind not in first]
        transport.start_client(timeout=timeout)
        return transport

    def _log_in(self, transport: paramiko.Transport) -> None:
        try:
            if self._lock.key is not None:
                transport.auth_publickey(self._lock.user, self._lock.key)
            else:
                transport.auth_password(self._lock.user, self._lock.password or "", fallback=False)
        except paramiko.AuthenticationException:
            raise self._broken("the login was refused: look at user, key and secret") from None
        if not transport.is_authenticated():
            raise self._broken("asks for more than a key or a password: ask its keeper")

    def _is_up(self) -> bool:
        channel = None if self._sftp is None else self._sftp.get_channel()
        return (
            self._transport is not None and self._transport.is_active() and channel is not None and not channel.closed
        )

    def _drop(self) -> None:
        transport, self._transport, self._sftp = self._transport, None, None
        if transport is not None:
            transport.close()
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def _broken(self, told: str) -> SourceError:
        self._drop()
        return SourceError(f"{self._address}: {told}")


def _known_hosts(path: Path) -> paramiko.HostKeys:
    known = paramiko.HostKeys()
    try:
        if path.stat().st_size > _MAX_KNOWN:
            raise SourceError(f"known_hosts {path} is longer than {_MAX_KNOWN} bytes: name the server's keys alone")
        known.load(str(path))
    except OSError as fault:
        raise SourceError(f"known_hosts {path} cannot be read: {fault.strerror}") from None
    except (ValueError, IndexError):
        raise SourceError(f"known_hosts {path} is damaged: write it anew") from None
    return known


def _private_key(path: Path) -> paramiko.PKey:
    own_file(path, "the private key")
    try:
        return paramiko.PKey.from_path(str(path))
    except OSError as fault:
        raise SourceError(f"the private key {path} cannot be read: {fault.strerror}") from None
    except (paramiko.SSHException, ValueError, TypeError):
        raise SourceError(f"{path} is no private key that can be used without a word of its own") from None


def _kinds(known: str) -> tuple[str, ...]:
    """The signatures by which a server may prove that it has a key of this kind."""
    return _SHA_OF_RSA if known == "ssh-rsa" else (known,)


def _moment(seconds: int | None) -> datetime | None:
    if seconds is None:
        return None
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC)
    return None


def _told(fault: Exception) -> str:
    """What broke, without the server's own words, which may hold anything."""
    if isinstance(fault, FileNotFoundError):
        return "not there: look at the path"
    if isinstance(fault, PermissionError):
        return "may not be read: ask its keeper"
    if type(fault) is OSError:
        return "refused: ask its keeper"
    return f"no answer ({type(fault).__name__}): try again later"
