"""Where answers lie that must be on the disk while they are made: folders of their own in the data folder.

Each is locked as long as it is used, so that what a killed process left is known from what another one writes now.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

_BEGINNING = "arna-answer-"


def workplace_of(data: Path) -> Path:
    """The folder of all answers that are being made."""
    return data / "answers"


@contextmanager
def workplace(within: Path | None) -> Iterator[Path]:
    """A new folder, deleted afterwards; `within` is made where it is not there. Raises `OSError` of the disk."""
    if within is None:
        with TemporaryDirectory(prefix=_BEGINNING) as made:
            yield Path(made)
        return
    within.mkdir(parents=True, exist_ok=True)
    with _locked(within, fcntl.LOCK_SH):
        folder = TemporaryDirectory(prefix=_BEGINNING, dir=within)
        held = os.open(folder.name, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_SH)
    try:
        with folder as made:
            yield Path(made)
    finally:
        os.close(held)


def sweep(within: Path) -> int:
    """Delete the folders that nobody uses, which processes that were killed left behind; return how many."""
    swept = 0
    with suppress(OSError), _locked(within, fcntl.LOCK_EX):
        for left in sorted(within.glob(f"{_BEGINNING}*")):
            with suppress(OSError), _locked(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(left)
                swept += 1
    return swept


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, how)
        yield
    finally:
        os.close(held)
