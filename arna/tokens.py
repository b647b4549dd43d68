"""Making, replacing and revoking the tokens of parties: files that the service reads, see `service.tokens`."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from record.errors import ConfigError, UnknownName
from service.tokens import EARLIER, FOLDER, Scope, Token, Tokens, digest_of, read_line, write_line

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
    if expires is not None and expires < day:
        raise ConfigError(f"a token that expires on {expires} would never hold: name a later day")
    if not label.isprintable() or not label.isascii() or len(label) > _LONGEST_LABEL:
        raise ConfigError(f"a label has at most {_LONGEST_LABEL} signs of ASCII on one line: shorten it")
    secret = f"arna_{secrets.token_urlsafe(32)}"
    token = Token(
        party=party,
        id=f"{party}-{secrets.token_hex(4)}",
        sha256=digest_of(secret),
        scopes=scopes,
        created=day,
        expires=expires,
        label=label.strip(),
    )
    with _alone(data):
        path = data / FOLDER / party
        _write(path, [*_lines(path), write_line(token)])
    return token, secret


def rotate(data: Path, name: str, day: date, until: date, expires: date | None) -> tuple[Token, Token, str]:
    """Make a token that opens what another one opens, which itself holds until `until` at the longest.

    Returns the earlier one as it is from now on, the new one, and the new token itself.
    """
    earlier = _named(data, name)
    fault = earlier.fault(day)
    if fault is not None:
        raise ConfigError(f"nothing can take its place: {fault.partition(':')[0]}; make one with arna token new")
    made, secret = make(data, earlier.party, day, scopes=earlier.scopes, expires=expires, label=earlier.label)
    last = until if earlier.expires is None else min(until, earlier.expires)
    ending = _change(data, name, lambda token: replace(token, expires=last))
    return ending, made, secret


def revoke(data: Path, name: str, day: date) -> Token:
    """Let a token open nothing from now on; its line is kept, so that the list tells what became of it."""
    return _change(data, name, lambda token: token if token.revoked else replace(token, revoked=day))


def _named(data: Path, name: str) -> Token:
    for token in Tokens(data).all():
        if token.id == name:
            return token
    raise UnknownName(f"there is no token {name[:80]!r}: see arna token list")


def _change(data: Path, name: str, changed: Callable[[Token], Token]) -> Token:
    party = _named(data, name).party
    path = data / FOLDER / party
    with _alone(data):
        found, lines = None, []
        for line in _lines(path):
            token = _of_line(party, line)
            if token is not None and token.id == name:
                found = changed(token)
                line = write_line(found)
            lines.append(line)
        if found is None:
            raise UnknownName(f"there is no token {name[:80]!r} any more: see arna token list")
        _write(path, lines)
    return found


def _of_line(party: str, line: str) -> Token | None:
    try:
        return read_line(party, line)
    except ValueError:
        return None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
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
