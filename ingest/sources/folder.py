"""A folder into which a sender, or our own inbox, puts files.

A file goes from `<place>` to `<place>/claimed` before it is read, and to `<place>/taken` once the record holds it;
nothing is deleted or overwritten. What a crash left in `claimed` comes first the next time. One process at a time takes
files from a folder. A sender writes under a name that begins with a dot or ends in `.part` or `.tmp`, and renames when
the file is whole. Where the source declares `match`, only such names are taken, and each is whole.
"""

import fcntl
import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from ingest.sources.door import pattern_of
from ingest.sources.fetched import Clock, Fetched, fetched, partly, received_at
from record.entry import Receipt
from record.errors import SourceError
from record.network.source import Source

CLAIMED = "claimed"
TAKEN = "taken"
GIVEN_UP = timedelta(days=1)
"""How long an unfinished file must lie unchanged until it is taken as it is."""
_UNFINISHED = (".part", ".tmp")


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a source within the data folder."""

    source: Source
    data: Path

    @property
    def place(self) -> Path:
        """The folder; raise `SourceError` where it would lie outside the data folder."""
        named = PurePosixPath(self.source.place)
        if named.is_absolute() or ".." in named.parts or not named.parts:
            raise SourceError(f"place {self.source.place!r} must be a folder within the data folder: mend sources.toml")
        return self.data / named

    def fetch(self, _cursor: str | None, now: Clock, /) -> Generator[Fetched, None, None]:
        """Each waiting file, oldest first; `SourceError` at the end names what could not be taken."""
        claimed = _made(self.place / CLAIMED)
        faults: list[str] = []
        with _alone(claimed):
            for path, info in _files(claimed, faults):
                yield from self._read(path, info, now(), faults)
            pattern = pattern_of(self.source)
            for path, info in _files(self.place, faults):
                if pattern is not None and not pattern.fullmatch(path.name):
                    continue
                held = _claim(path, claimed, faults) if self._is_ripe(path.name, info, now()) else None
                if held is not None:
                    yield from self._read(held, info, now(), faults)
        if faults:
            raise partly(faults)

    def done(self, receipt: Receipt, /) -> None:
        """Move the file of a receipt to `taken`."""
        held = self.place / CLAIMED / receipt.name
        try:
            held.rename(_free(_made(self.place / TAKEN), receipt.name))
        except OSError as fault:
            raise SourceError(f"{held}: cannot be moved to {TAKEN}: {fault.strerror}; check its rights") from None

    def _is_ripe(self, name: str, info: os.stat_result, now: datetime) -> bool:
        wait = timedelta(seconds=self.source.settle)
        # Where the source says which names are whole, a name that it takes is.
        if name.endswith(_UNFINISHED) and self.source.match is None:
            wait = max(wait, GIVEN_UP)
        return not wait or now - _changed(info) >= wait

    def _read(self, path: Path, info: os.stat_result, now: datetime, faults: list[str]) -> Iterator[Fetched]:
        pushed = _pushed(path.name) if self.source.push else None
        received = received_at(_changed(info), now) if pushed is None else min(pushed, now)
        try:
            body = _bytes_of(path, self.source.max_bytes + 1)
        except OSError as fault:
            faults.append(f"{path}: cannot be read: {fault.strerror}; check its rights")
            return
        yield fetched(self.source, path.name, received, body, note=f", the file lies in {TAKEN}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from taking files here; the lock falls with the process that holds it."""
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise SourceError(f"{folder}: cannot be locked: {fault.strerror}; check its rights") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SourceError(f"{folder}: another process is taking files there: stop one of the two") from None
        yield
    finally:
        os.close(descriptor)


def _files(folder: Path, faults: list[str]) -> list[tuple[Path, os.stat_result]]:
    """The plain files directly inside, oldest first; links and devices are faults, folders and dotfiles nothing."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.startswith("."):
                    found.append((Path(entry.path), entry.stat(follow_symlinks=False)))
    except OSError as fault:
        raise SourceError(f"{folder}: cannot be listed: {fault.strerror}; check its rights") from None
    files = [(path, info) for path, info in found if stat.S_ISREG(info.st_mode)]
    for path, info in sorted(found):
        if not stat.S_ISREG(info.st_mode) and not stat.S_ISDIR(info.st_mode):
            faults.append(f"{path}: a link or device, not a file: put the file itself there")
    return sorted(files, key=lambda file: (file[1].st_mtime_ns, file[0].name))


def _claim(path: Path, claimed: Path, faults: list[str]) -> Path | None:
    """Move a file to `claimed` in one step; None where it is gone again or cannot be moved."""
    held = _free(claimed, path.name)
    try:
        path.rename(held)
    except FileNotFoundError:
        return None
    except OSError as fault:
        faults.append(f"{path}: cannot be moved to {CLAIMED}: {fault.strerror}; check its rights")
        return None
    return held


def _bytes_of(path: Path, limit: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(limit)


def _free(folder: Path, name: str) -> Path:
    """A path in `folder` that is not there yet: the name, or the name with a number."""
    path, number = folder / name, 0
    while os.path.lexists(path):
        number += 1
        path = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return path


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise SourceError(f"{folder}: cannot be made: {fault.strerror}; check the rights of the data folder") from None
    return folder


def _pushed(name: str) -> datetime | None:
    """When the inbox took a message, as it wrote into its name: the party must not be late for our delay."""
    try:
        return datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _changed(info: os.stat_result) -> datetime:
    """When the file last changed here: the time of the inode, since a sender sets the other as it likes."""
    return datetime.fromtimestamp(info.st_ctime, UTC)
