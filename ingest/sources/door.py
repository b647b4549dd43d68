"""Where a server is and what opens it: addresses, passwords from the environment, files that only their owner reads."""

import hashlib
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from record.errors import SourceError
from record.network.source import Source

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A folder of a server: `path` is absolute, and decoded."""

    scheme: str
    host: str
    port: int
    path: str
    shown: str

    def __str__(self) -> str:
        return self.shown


def address_of(place: str, ports: Mapping[str, int]) -> Address:
    """The address that a place is, of one of the schemes of `ports`, each with its usual port. Raises `SourceError`."""
    usual = ", ".join(f"{scheme}://" for scheme in ports)
    try:
        parts = urlsplit(place)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SourceError(f"the place is not an address: write one that begins with {usual}") from None
    if parts.scheme not in ports or not host:
        raise SourceError(f"the place must be an address that begins with {usual}, and name a host")
    if "@" in parts.netloc:
        raise SourceError("a name or password stands in the place: declare user and secret instead")
    if parts.query or parts.fragment:
        raise SourceError("the place must end with its path: write %3F for ? and %23 for #")
    path = unquote(parts.path) or "/"
    if _CONTROL.search(place + path) or ".." in path.split("/"):
        raise SourceError("the path of the place holds '..' or a control sign: write it out")
    named = f"[{host}]" if ":" in host else host
    return Address(
        scheme=parts.scheme,
        host=host,
        port=ports[parts.scheme] if port is None else port,
        path=path,
        shown=f"{parts.scheme}://{named}{'' if port is None else f':{port}'}{path}",
    )


def digest_of(source: Source, *more: str) -> str:
    """By what a cursor knows that it was written for this very place, user and pattern."""
    said = "\n".join((source.place, source.user or "", source.match or "", *more))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def pattern_of(source: Source) -> re.Pattern[str] | None:
    """The pattern of the names that are taken; None takes all. Raises `SourceError`."""
    try:
        return None if source.match is None else re.compile(source.match)
    except re.error as fault:
        raise SourceError(f"match {source.match!r} is no regular expression: {fault}") from None


def own_file(path: Path, what: str) -> Path:
    """A file of ours that nobody else may read or write; raise `SourceError` where others may."""
    try:
        mode = path.stat().st_mode
    except OSError as fault:
        raise SourceError(f"{what} {path} cannot be read: {fault.strerror}") from None
    if not stat.S_ISREG(mode) or mode & _OTHERS:
        raise SourceError(f"{what} {path} is open to others: chmod 600 {path}")
    return path
