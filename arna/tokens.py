"""Making, replacing and revoking the tokens of parties: files that the service reads, see `service.tokens`."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from record.errors import ConfigError, UnknownName
from service.tokens import EARLIER, FOLDER, Scope, Token, digest_of, files_in, is_exposed, read_line, write_line

_LOCK = ".lock"
_LONGEST_LABEL = 80


def make(
    data: Path,
    party: str,
    day: date,
    *,
    scopes: frozenset[Scope] = EARLIER,
    expires: date | None = None,
    label: str = "",
) -> tuple[Token, str]:
    """Make a token of a party; what is kept of it, and the token itself, which is kept nowhere.

    Raises `ConfigError` where it opens nothing, has ended before it begins, or cannot be written down.
    """
    if not scopes:
        raise ConfigError(f"a token opens something: give it a scope of {', '.join(Scope)}")
    if expires is not None:
        _refuse_past(expires, day)
    if not label.isprintable() or not label.isascii() or len(label) > _LONGEST_LABEL:
        raise ConfigError(f"a label has at most {_LONGEST_LABEL} signs of ASCII on one line: shorten it")
    with _alone(data):
        path = data / FOLDER / party
        lines = _lines(path)
        token, secret = _made(party, day, scopes=scopes, expires=expires, label=label.strip())
        _write(path, [*lines, write_line(token)])
    return token, secret


def rotate(data: Path, name: str, day: date, until: date, expires: date | None) -> tuple[Token, Token, str]:
    """Make a token that opens what another one opens, which itself holds until `until` at the longest.

    Without `expires` it holds as long as the other one was made for. Returns the earlier one as it is from now on, the
    new one, and the new token itself. Raises `ConfigError` for one that opens nothing, or whose place was taken before.
    """
    with _alone(data):
        earlier, path = _named(data, name)
        fault = earlier.fault(day)
        if fault is not None:
            raise ConfigError(f"nothing can take its place: {fault.partition(':')[0]}; make one with arna token new")
        if earlier.successor:
            raise ConfigError(f"the place of {earlier.id} was taken by {earlier.successor}: rotate that one")
        end = _as_long(earlier, day) if expires is None else expires
        if end is not None:
            _refuse_past(end, day)
        made, secret = _made(earlier.party, day, scopes=earlier.scopes, expires=end, label=earlier.label)
        last = until if earlier.expires is None else min(until, earlier.expires)
        ending = replace(earlier, expires=last, successor=made.id)
        _write(path, [*_with(path, ending), write_line(made)])
    return ending, made, secret


def revoke(data: Path, name: str, day: date) -> Token:
    """Let a token open nothing from now on; its line is kept, so that the list tells what became of it."""
    with _alone(data):
        token, path = _named(data, name)
        if not token.revoked:
            token = replace(token, revoked=day)
            _write(path, _with(path, token))
    return token


def _made(party: str, day: date, *, scopes: frozenset[Scope], expires: date | None, label: str) -> tuple[Token, str]:
    secret = f"arna_{secrets.token_urlsafe(32)}"
    token = Token(
        party=party,
        id=f"{party}-{secrets.token_hex(4)}",
        sha256=digest_of(secret),
        scopes=scopes,
        created=day,
        expires=expires,
        label=label,
    )
    return token, secret


def _as_long(earlier: Token, day: date) -> date | None:
    """The last day of what holds as long as another one was made for; the same last day where nobody knows since when.

    What ends early because its place was taken has a successor, and so none by this.
    """
    if earlier.expires is None or earlier.created is None:
        return earlier.expires
    return day + (earlier.expires - earlier.created)


def _refuse_past(expires: date, day: date) -> None:
    if expires < day:
        raise ConfigError(f"a token that expires on {expires} would never hold: name a later day")


def _named(data: Path, name: str) -> tuple[Token, Path]:
    """The token of that name and the file in which it stands; to be asked for while nobody else writes."""
    unread: list[ConfigError] = []
    for path in files_in(data / FOLDER):
        try:
            lines = _lines(path)
        except ConfigError as fault:
            unread.append(fault)
            continue
        for line in lines:
            token = _of_line(path.name, line)
            if token is not None and token.id == name:
                return token, path
    # It may stand where nobody could look.
    raise next(iter(unread), UnknownName(f"there is no token {name[:80]!r}: see arna token list"))


def _with(path: Path, token: Token) -> list[str]:
    """The lines of a file, that of a token as it is now."""

    def names(line: str) -> bool:
        known = _of_line(path.name, line)
        return known is not None and known.id == token.id

    return [write_line(token) if names(line) else line for line in _lines(path)]


def _of_line(party: str, line: str) -> Token | None:
    try:
        return read_line(party, line)
    except ValueError:
        return None


def _lines(path: Path) -> list[str]:
    """The lines of a file that its owner alone may read; of one that others can read nothing is made to hold again."""
    try:
        with path.open("rb") as file:
            if is_exposed(os.fstat(file.fileno()).st_mode):
                raise ConfigError(
                    f"token file {path} can be read by others, who may know what it holds: take out the lines of "
                    "tokens that shall hold no more, and run chmod 600 on it"
                )
            return file.read().decode().splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError(f"token file {path} cannot be read ({type(fault).__name__}): check its rights") from None


def _write(path: Path, lines: list[str]) -> None:
    """In place of what was there, in one move: the service reads the file as it was, or as it is."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_TRUNC | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as fault:
        raise ConfigError(f"token file {path} cannot be written: {fault.strerror}; check its rights") from None


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    folder = data / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise ConfigError(f"tokens cannot be kept in {folder}: {fault.strerror}; check its rights") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
