"""The secret of the house by which recipients are marked: whoever guesses an address cannot try it against a mark."""

import os
import secrets
from pathlib import Path

from record.errors import ConfigError

_FILE = "delivery.secret"
_BYTES = 32


def is_kept(data: Path) -> bool:
    """Whether this data folder has one: something was delivered from here."""
    return (data / _FILE).is_file()


def secret_of(data: Path) -> bytes:
    """The secret; made at first, in a file that its owner alone may read. Raises `ConfigError`."""
    path = data / _FILE
    try:
        if not path.exists():
            _make(path)
        kept = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is damaged"
        raise ConfigError(f"{path} cannot be read or made: {why}; without it nothing is delivered") from None
    if len(kept) != _BYTES:
        raise ConfigError(f"{path} is damaged: take it away; what was issued of late is sent once more then")
    return kept


def _make(path: Path) -> None:
    # Beside its place first: two that begin at once, or a crash, must not leave two secrets or half of one.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
