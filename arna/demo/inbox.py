"""Putting a message into a source's folder, whole or not at all, and seeing whether it was taken."""

import os
from datetime import datetime
from pathlib import Path

from ingest.sources.folder import TAKEN
from record.errors import SourceError


def put(folder: Path, name: str, body: bytes, at: datetime) -> bool:
    """Write `body` as `folder/name`, dated `at`; return False where it already lies there.

    It is written under a name with a dot before it and then renamed, so that nobody reads half a message.
    Raises `SourceError` where the folder cannot be written.
    """
    path, unfinished = folder / name, folder / f".{name}.part"
    try:
        if path.is_file() and path.read_bytes() == body:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(body)
        os.utime(unfinished, (at.timestamp(), at.timestamp()))
        unfinished.replace(path)
    except OSError as fault:
        raise SourceError(f"{path} cannot be written ({fault.strerror}): make room or set ARNA_DATA") from None
    return True


def was_taken(folder: Path, name: str, body: bytes) -> bool:
    """Whether this very message was put here before and has been taken."""
    path = folder / TAKEN / name
    try:
        return path.is_file() and path.read_bytes() == body
    except OSError as fault:
        raise SourceError(f"{path} cannot be read ({fault.strerror}): check its rights") from None
