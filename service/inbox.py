"""An inbox: the folder of a source into which a party pushes messages, each held safely before it is acknowledged.

A message is written under a name that begins with a dot, and renamed once it is whole and on the disk; `arna ingest`
takes it from there, through `claimed` to `taken`. The same bytes, pushed again within days because the answer was lost
on its way, are recognised: later they may say something new, for a telegram names only its day and hour.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

MOST_WAITING = 10_000
"""Messages that may wait in an inbox: should nobody take them, the disk is not filled."""
REMEMBERED = timedelta(days=7)
"""How long the same bytes are taken for the same message."""
_ABANDONED = timedelta(hours=6)
_UNFINISHED, _MEMORY, _LOCK = ".push-", ".pushed", ".push.lock"
_PLACES = (".", "claimed", "taken")
"""Where a message lies, in the order in which it goes through them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The receipt that a party is given for a message; `received` is a time in UTC, as text."""

    source: str
    name: str
    sha256: str
    bytes: int
    received: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """The folder of a source. Its methods raise `OSError` where the disk does not do as it is told."""

    source: str
    data: Path
    place: str

    @property
    def folder(self) -> Path:
        """Where the messages wait."""
        return self.data / self.place

    def is_full(self, now: datetime) -> bool:
        """Whether no more may be pushed; what was broken off long ago is swept out first."""
        self._make()
        count = 0
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.startswith(_UNFINISHED) and _is_older(entry, now - _ABANDONED):
                    with suppress(FileNotFoundError):
                        os.unlink(entry.path)
                elif not entry.name.startswith(".") or entry.name.startswith(_UNFINISHED):
                    count += not entry.is_dir(follow_symlinks=False)
        return count >= MOST_WAITING

    def begin(self) -> "Upload":
        """A place for the bytes of a message that begins to come."""
        return Upload(self, self.folder / f"{_UNFINISHED}{secrets.token_hex(16)}")

    def settle(self, upload: "Upload", received: datetime) -> tuple[Pushed, bool]:
        """Let a message that came whole wait in the inbox; its receipt, and whether it is a new one."""
        with self._alone():
            known = self._remembered(upload.sha256, received)
            if known is not None and self._holds(known.name):
                return known, False
            name = f"{received.astimezone(UTC):%Y%m%dT%H%M%SZ}-{upload.sha256[:32]}"
            pushed = known or Pushed(
                source=self.source,
                name=name,
                sha256=upload.sha256,
                bytes=upload.bytes,
                received=f"{received.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            )
            # Remembered first: should we fall between the two, the next attempt gets the same name.
            self._remember(pushed, received)
            os.replace(upload.path, self.folder / pushed.name)
            _fsync(self.folder)
            return pushed, True

    def _make(self) -> None:
        if self.folder.is_dir():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        above = self.folder
        while above not in (self.data, above.parent):
            above = above.parent
            _fsync(above)

    def _holds(self, name: str) -> bool:
        return any((self.folder / place / name).exists() for place in _PLACES)

    def _remembered(self, sha256: str, now: datetime) -> Pushed | None:
        for day in _days(now):
            try:
                told = json.loads((self._of_day(day) / sha256).read_bytes())
                known = Pushed(**told)
            except (OSError, ValueError, TypeError):
                # Not there, or cut off by a crash.
                continue
            if now - datetime.fromisoformat(known.received) < REMEMBERED:
                return known
        return None

    def _remember(self, pushed: Pushed, now: datetime) -> None:
        day = self._of_day(now.astimezone(UTC).date())
        if not day.is_dir():
            day.mkdir(parents=True, exist_ok=True)
            kept = {one.isoformat() for one in _days(now)}
            for old in day.parent.iterdir():
                if old.name not in kept and old.name < min(kept):
                    shutil.rmtree(old, ignore_errors=True)
        (day / pushed.sha256).write_text(json.dumps(asdict(pushed)), encoding="utf-8")

    def _of_day(self, day: date) -> Path:
        return self.folder / _MEMORY / day.isoformat()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other workers of the service out for a moment."""
        descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class Upload:
    """A message that is coming, at `path` until it is settled; use it in a `with` statement."""

    def __init__(self, inbox: Inbox, path: Path) -> None:
        self.path = path
        self.bytes = 0
        self._inbox = inbox
        self._hash = hashlib.sha256()
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640), "wb")

    def __enter__(self) -> "Upload":
        return self

    def __exit__(self, *_: Any) -> None:
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """Hex digest of all that came."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Keep the bytes that came next."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self.bytes += len(chunk)

    def settle(self, received: datetime) -> tuple[Pushed, bool]:
        """See `Inbox.settle`; all is on the disk before."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._inbox.settle(self, received)


def _days(now: datetime) -> list[date]:
    today = now.astimezone(UTC).date()
    return [today - timedelta(days=back) for back in range(REMEMBERED.days + 1)]


def _is_older(entry: os.DirEntry[str], moment: datetime) -> bool:
    try:
        return entry.stat(follow_symlinks=False).st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
