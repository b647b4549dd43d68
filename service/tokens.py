"""Whose a token is: files in `tokens` of the data folder, one a party, with the SHA-256 of each token on a line.

A line is the hash in hex, and then what is known of the token, in this order, whatever lacks left out:

    5e88…  id=kz-3f9a1c scope=read,push created=2026-11-27 expires=2027-11-27 revoked=2027-01-09 successor=kz-77d0e1
           label=office in Taraz

A bare hash, as earlier versions wrote it, is a token for reading and pushing without an end. A line that cannot be read
lets nobody in and is named in the log; the token itself is never written anywhere. Of two lines with one hash the one
counts that ends first.
"""

import hashlib
import hmac
import logging
import os
import re
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

log = logging.getLogger("arna.service")

FOLDER = "tokens"
SENT = "token"
"""In the state of a request: the token that it bears."""
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,512})", re.ASCII | re.IGNORECASE)
_PARTY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_LINE = re.compile(
    r"(?P<hash>[0-9a-f]{64})(?: id=(?P<id>[a-z0-9-]{1,80}))?(?: scope=(?P<scope>[a-z,]{1,80}))?"
    r"(?: created=(?P<created>[0-9-]{10}))?(?: expires=(?P<expires>[0-9-]{10}))?(?: revoked=(?P<revoked>[0-9-]{10}))?"
    r"(?: successor=(?P<successor>[a-z0-9-]{1,80}))?"
    r"(?: label=(?P<label>.{1,80}))?",
    re.ASCII,
)
_SOON = timedelta(days=30)
_LARGEST = 1_000_000


class Scope(StrEnum):
    """What a token opens: reading, the inboxes of its party, the figures of the operator."""

    READ = "read"
    PUSH = "push"
    METRICS = "metrics"


EARLIER = frozenset({Scope.READ, Scope.PUSH})
"""What a token opens whose line says nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token of a party, by the hash of what is sent; the days are in UTC, and `expires` is its last one.

    `successor` is the id of the token that takes its place; empty where none does.
    """

    party: str
    id: str
    sha256: str
    scopes: frozenset[Scope] = EARLIER
    created: date | None = None
    expires: date | None = None
    revoked: date | None = None
    successor: str = ""
    label: str = ""

    def fault(self, today: date) -> str | None:
        """Why it opens nothing on a day; None where it holds."""
        if self.revoked is not None:
            return f"the token {self.id} was revoked on {self.revoked}: ask the operator for another"
        if self.expires is not None and today > self.expires:
            return f"the token {self.id} expired on {self.expires}: ask the operator for another"
        return None

    def ends_soon(self, today: date) -> bool:
        """Whether it still holds and does not in 30 days."""
        return self.expires is not None and self.fault(today) is None and self.fault(today + _SOON) is not None


def digest_of(secret: str) -> str:
    """What is kept of a token: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_in(header: str | None) -> str | None:
    """The token that an `Authorization: Bearer` header bears, if it bears one."""
    said = _BEARER.fullmatch(header.strip()) if header else None
    return None if said is None else said[1]


def read_line(party: str, line: str) -> Token | None:
    """The token of a line; None for a remark or an empty one. Raises `ValueError` for what cannot be read."""
    said = line.strip()
    if not said or said.startswith("#"):
        return None
    found = _LINE.fullmatch(said if " " in said else said.lower())
    if found is None:
        raise ValueError("it is not a hash followed by what is known of the token")
    scopes = found["scope"]
    return Token(
        party=party,
        id=found["id"] or f"{party}-{found['hash'][:8]}",
        sha256=found["hash"],
        scopes=EARLIER if scopes is None else frozenset(Scope(word) for word in scopes.split(",")),
        created=_day(found["created"]),
        expires=_day(found["expires"]),
        revoked=_day(found["revoked"]),
        successor=found["successor"] or "",
        label=found["label"] or "",
    )


def write_line(token: Token) -> str:
    """A token as a line of its party's file, without the end of the line."""
    scopes = ",".join(scope for scope in Scope if scope in token.scopes)
    days = [("created", token.created), ("expires", token.expires), ("revoked", token.revoked)]
    told = [f"id={token.id}", f"scope={scopes}", *(f"{name}={day}" for name, day in days if day is not None)]
    words = [("successor", token.successor), ("label", token.label)]
    return " ".join([token.sha256, *told, *(f"{name}={word}" for name, word in words if word)])


def files_in(folder: Path) -> list[Path]:
    """The files of parties in a folder, in the order of their names."""
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries if _PARTY.fullmatch(entry.name) and entry.is_file())
    except OSError:
        return []


def is_exposed(mode: int) -> bool:
    """Whether others than its owner may read or write a file of this mode."""
    return bool(mode & 0o077)


class Tokens:
    """The tokens of a data folder. A file is read when it has changed, so that a change holds from the next request on.

    Safe under threads: what was read is replaced whole.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._read: dict[str, tuple[tuple[int, ...], tuple[Token, ...]]] = {}
        self._lock = threading.Lock()

    def all(self) -> tuple[Token, ...]:
        """Every token, of the parties in the order of their names; those that no longer hold too."""
        with self._lock:
            self._read = {path.name: self._of(path) for path in files_in(self._folder)}
            return tuple(token for _, tokens in self._read.values() for token in tokens)

    def known(self, secret: str) -> Token | None:
        """The token that is `secret`; all are compared, so that the time taken tells nothing of what is kept."""
        digest, found = digest_of(secret), None
        for token in self.all():
            if hmac.compare_digest(token.sha256, digest):
                found = token if found is None else min(found, token, key=_end)
        return found

    def still(self, token: Token) -> Token | None:
        """The token of the same hash as it is now; None where it was taken out."""
        return min((one for one in self.all() if one.sha256 == token.sha256), key=_end, default=None)

    def _of(self, path: Path) -> tuple[tuple[int, ...], tuple[Token, ...]]:
        try:
            state = path.stat()
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino, state.st_mode)
        except OSError:
            return (), ()
        known = self._read.get(path.name)
        if known is not None and known[0] == stamp:
            return known
        try:
            return stamp, _tokens(path, state.st_mode)
        except OSError as fault:
            log.warning("token file %s cannot be read: %s", path, fault.strerror)
            return stamp, ()


def _tokens(path: Path, mode: int) -> tuple[Token, ...]:
    if is_exposed(mode):
        log.warning("token file %s can be read by others and is passed over: run chmod 600 on it", path)
        return ()
    with path.open("rb") as file:
        text = file.read(_LARGEST).decode("utf-8", "replace")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            token = read_line(path.name, line)
        except ValueError as fault:
            # The line may hold a token that somebody wrote there by mistake, and is not repeated.
            log.warning("line %d of token file %s lets nobody in: %s", number, path, _plainly(fault))
            continue
        found += [] if token is None else [token]
    return tuple(found)


def _end(token: Token) -> date:
    """The day from which it opens nothing, by which two lines of one token are told apart."""
    return date.min if token.revoked is not None else token.expires or date.max


def _plainly(fault: ValueError) -> str:
    said = str(fault)
    return said if said.startswith("it is") else "a scope or a day of it is none"


def _day(text: str | None) -> date | None:
    return None if text is None else datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
