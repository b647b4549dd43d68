"""The line to an SFTP server: who it must be, as whom we come, and how the line is made and made again.

The server must show a key that `known_hosts` names: one that is not there, or another than there, is never taken.
"""

import logging
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

from ingest.sources.cutter import Cutter
from ingest.sources.door import Address, own_file
from record.errors import SourceError

PORT = 22
BROKEN = (
    OSError, EOFError, OverflowError, ValueError, struct.error, paramiko.SSHException, paramiko.SFTPError,
)  # fmt: skip
"""What paramiko raises where the connection, or what came over it, is of no use any more."""
_SHA_OF_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_MAX_KNOWN = 1_000_000


@dataclass(frozen=True, slots=True)
class Lock:
    """By what the server is known, and by what we are."""

    known: paramiko.HostKeys
    user: str
    key: paramiko.PKey | None
    password: str | None = field(repr=False)


class Line:
    """A connection to an SFTP server, made when it is needed and made again where it broke.

    Each step may take `timeout` seconds; `cutter` ends the whole of it.
    """

    def __init__(self, address: Address, lock: Lock, timeout: float, cutter: Cutter) -> None:
        # The client's own log holds traces of what broke.
        logging.getLogger("paramiko").setLevel(logging.CRITICAL)
        self._address, self._lock = address, lock
        self._timeout, self._cutter = timeout, cutter
        self.sock: socket.socket | None = None
        self._transport: paramiko.Transport | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def open(self) -> paramiko.SFTPClient:
        """The client. Raises `SourceError`."""
        if self._sftp is not None:
            return self._sftp
        if self._cutter.ended:
            raise SourceError(f"{self._address}: took too long as a whole: it is tried again")
        port = self._address.port
        name = self._address.host if port == PORT else f"[{self._address.host}]:{port}"
        known = self._lock.known.lookup(name)
        if known is None:
            raise self.broken(f"known_hosts does not name {name}: add the key of the server, once you made sure of it")
        try:
            transport = self._connected(tuple(known))
            if not self._lock.known.check(name, transport.get_remote_server_key()):
                raise self.broken("shows another key than known_hosts names: nothing was sent; ask its keeper why")
            self._log_in(transport)
            channel = transport.open_session(timeout=self._timeout)
            channel.settimeout(self._timeout)
            channel.invoke_subsystem("sftp")
            self._sftp = paramiko.SFTPClient(channel)
        except BROKEN as fault:
            raise self.broken(told(fault)) from None
        return self._sftp

    @property
    def is_up(self) -> bool:
        """Whether the server may still answer over it."""
        channel = None if self._sftp is None else self._sftp.get_channel()
        return (
            self._transport is not None and self._transport.is_active() and channel is not None and not channel.closed
        )

    def drop(self) -> None:
        """End it."""
        transport, self._transport, self._sftp = self._transport, None, None
        if transport is not None:
            transport.close()
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def broken(self, said: str) -> SourceError:
        """End it, and say why."""
        self.drop()
        return SourceError(f"{self._address}: {said}")

    def _connected(self, known: Sequence[str]) -> paramiko.Transport:
        """A connection whose ciphers are agreed on, the server proving by preference a key of a kind that we know."""
        self.sock = socket.create_connection((self._address.host, self._address.port), self._timeout)
        self._cutter.hold(self.sock)
        self._transport = transport = paramiko.Transport(self.sock)
        transport.banner_timeout = transport.auth_timeout = transport.channel_timeout = self._timeout
        options = transport.get_security_options()
        kinds = [kind for known_kind in known for kind in _kinds(known_kind)]
        first = [kind for kind in options.key_types if kind in kinds]
        options.key_types = first + [kind for kind in options.key_types if kind not in first]
        transport.start_client(timeout=self._timeout)
        return transport

    def _log_in(self, transport: paramiko.Transport) -> None:
        try:
            if self._lock.key is not None:
                transport.auth_publickey(self._lock.user, self._lock.key)
            else:
                transport.auth_password(self._lock.user, self._lock.password or "", fallback=False)
        except paramiko.AuthenticationException:
            raise self.broken("the login was refused: look at user, key and secret") from None
        if not transport.is_authenticated():
            raise self.broken("asks for more than a key or a password: ask its keeper")


def known_hosts(path: Path) -> paramiko.HostKeys:
    """The keys of servers that a file names. Raises `SourceError`."""
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


def private_key(path: Path) -> paramiko.PKey:
    """A key of ours, in a file that nobody else may read. Raises `SourceError`."""
    own_file(path, "the private key")
    try:
        return paramiko.PKey.from_path(str(path))
    except OSError as fault:
        raise SourceError(f"the private key {path} cannot be read: {fault.strerror}") from None
    except (paramiko.SSHException, ValueError, TypeError):
        raise SourceError(f"{path} is no private key that can be used without a word of its own") from None


def told(fault: Exception) -> str:
    """What broke, without the server's own words, which may hold anything."""
    if isinstance(fault, FileNotFoundError):
        return "not there: look at the path"
    if isinstance(fault, PermissionError):
        return "may not be read: ask its keeper"
    if type(fault) is OSError:
        return "refused: ask its keeper"
    return f"no answer ({type(fault).__name__}): try again later"


def _kinds(known: str) -> tuple[str, ...]:
    """The signatures by which a server may prove that it has a key of this kind."""
    return _SHA_OF_RSA if known == "ssh-rsa" else (known,)
