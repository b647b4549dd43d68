"""The folder of issued reports: each file whole or not there, under the name by which the journal holds its hash."""

import hashlib
import os
from pathlib import Path

from record.errors import ConfigError

_FOLDER = "reports"
_UNFINISHED = ".part"


def folder_of(data: Path, edition: str) -> Path:
    """Where the files of an edition lie."""
    return data / _FOLDER / edition


def lies(folder: Path, name: str, sha256: str) -> bool | None:
    """Whether a file lies in a folder with those bytes; None where it is not there. Raises `ConfigError`."""
    path = folder / name
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise ConfigError(f"{path} cannot be read: {fault.strerror}; look at the rights of the folder") from None


def lay(folder: Path, name: str, body: bytes) -> Path:
    """Lay a file into a folder, at once and whole; one with the same bytes stays. Raises `ConfigError`."""
    path = folder / name
    try:
        if path.is_file() and path.read_bytes() == body:
            return path
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}{_UNFINISHED}"
        with unfinished.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as fault:
        raise ConfigError(f"{path} cannot be written: {fault.strerror}; look at the rights of the folder") from None
    return path
