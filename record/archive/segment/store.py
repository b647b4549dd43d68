"""Where sealed files lie: a folder, or an S3-compatible bucket with a folder of copies beside the reader.

A file is named by the SHA-256 of its bytes, so that a copy is as good as the original and is never out of date.
"""

import hashlib
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from record.errors import ConfigError, RecordDamaged, RecordError

SUFFIX = ".nc"
_ADVICE = "look at ARNA_SEGMENTS and the AWS_ settings"
_SHA256 = re.compile("[0-9a-f]{64}")


class Store(Protocol):
    """A place of sealed files."""

    def fetch(self, sha256: str) -> Path:
        """A local file of that content; raise `RecordError` where there is none."""

    def workplace(self) -> Path:
        """A local folder in which a file is made before it is put."""

    def put(self, made: Path, sha256: str) -> None:
        """Take in the file, durably; what it left in the workplace is gone afterwards."""

    def names(self) -> set[str]:
        """The SHA-256 of every file that lies here."""

    def drop(self, sha256: str) -> None:
        """Let go of a file."""

    def clear(self) -> None:
        """Empty the workplace of what a crash left in it."""

    def renew(self, sha256: str) -> bool:
        """Let go of a copy that turned out damaged; whether there is an original to fetch anew."""


class Folder:
    """Sealed files in a local folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, sha256: str) -> Path:
        """The file itself."""
        path = self._folder / f"{sha256}{SUFFIX}"
        if not path.is_file():
            raise RecordError(
                f"segment {path.name} is not in {self._folder}: run `arna rebuild`, or look at ARNA_SEGMENTS"
            )
        return path

    def workplace(self) -> Path:
        """A folder within, so that a finished file only has to be renamed."""
        return self.room("making")

    def room(self, name: str) -> Path:
        """A folder within, made where it is not there yet."""
        room = self._folder / name
        with self._kept():
            room.mkdir(parents=True, exist_ok=True)
        return room

    def put(self, made: Path, sha256: str) -> None:
        """Make the file durable, then give it its name."""
        with self._kept(made):
            _make_durable(made)
            made.replace(self._folder / f"{sha256}{SUFFIX}")
            _make_durable(self._folder)

    def names(self) -> set[str]:
        """The SHA-256 of every file that lies here."""
        return {path.stem for path in self._folder.glob(f"*{SUFFIX}") if _SHA256.fullmatch(path.stem)}

    def holds(self, sha256: str) -> bool:
        """Whether the file lies here."""
        return (self._folder / f"{sha256}{SUFFIX}").is_file()

    def drop(self, sha256: str) -> None:
        """Delete the file."""
        with self._kept():
            (self._folder / f"{sha256}{SUFFIX}").unlink(missing_ok=True)

    def clear(self) -> None:
        """Delete what was being made when a process ended."""
        making = self.workplace()
        with self._kept():
            for unfinished in making.iterdir():
                unfinished.unlink()

    def renew(self, sha256: str) -> bool:  # noqa: ARG002
        """There is no original but the file itself."""
        return False

    @contextmanager
    def _kept(self, made: Path | None = None) -> Iterator[None]:
        """Tell what the file system refuses in one line, and leave nothing of a file that got no name."""
        try:
            yield
        except OSError as fault:
            with suppress(OSError):
                if made is not None:
                    made.unlink(missing_ok=True)
            raise RecordError(
                f"segments cannot be kept in {self._folder}: {fault.strerror}; set ARNA_SEGMENTS"
            ) from None


class Bucket:
    """Sealed files in an S3-compatible store, with copies in a local folder of those that were asked for."""

    def __init__(self, url: str, copies: Path) -> None:
        self._copies = Folder(copies)
        self._url = url
        if "@" in urlsplit(url).netloc:
            raise ConfigError(
                "ARNA_SEGMENTS holds a key: leave out what stands before @, and give keys as AWS_ACCESS_KEY_ID"
            )
        try:
            from fsspec.core import url_to_fs

            self._system, self._root = url_to_fs(url, skip_instance_cache=True)
        except (ImportError, ValueError) as fault:
            raise ConfigError(
                f"ARNA_SEGMENTS={url} cannot be used: {fault}; install arna[s3] or name a folder"
            ) from None

    def fetch(self, sha256: str) -> Path:
        """The local copy, made and checked where there is none yet."""
        if not self._copies.holds(sha256):
            self._copy(sha256)
        return self._copies.fetch(sha256)

    def _copy(self, sha256: str) -> None:
        # Not in the workplace: a sealing process beside us deletes all that it finds there.
        copy = self._copies.room("arriving") / f"{sha256}.part-{os.getpid()}-{threading.get_ident()}"
        try:
            self._ask(
                f"segment {sha256} could not be fetched",
                lambda: self._system.get_file(self._path(sha256), str(copy)),
                f"{_ADVICE}, or run `arna rebuild` where it is lost",
            )
            if _digest(copy) != sha256:
                raise RecordDamaged(f"segment {sha256} in {self._url} is damaged: run `arna rebuild`")
            self._copies.put(copy, sha256)
        finally:
            copy.unlink(missing_ok=True)

    def workplace(self) -> Path:
        """The folder of copies: what is put is also the first copy."""
        return self._copies.workplace()

    def put(self, made: Path, sha256: str) -> None:
        """Upload the file, then keep it as a copy."""
        self._ask(f"segment {sha256} could not be stored", lambda: self._system.put_file(str(made), self._path(sha256)))
        self._copies.put(made, sha256)

    def names(self) -> set[str]:
        """The SHA-256 of every file in the bucket."""
        self._system.invalidate_cache()
        listed = self._ask("the segments could not be listed", lambda: self._system.glob(f"{self._root}/*{SUFFIX}"))
        return {path.stem for path in map(Path, listed) if _SHA256.fullmatch(path.stem)}

    def drop(self, sha256: str) -> None:
        """Delete the file and its copy."""
        self._ask(f"segment {sha256} could not be deleted", lambda: self._system.rm_file(self._path(sha256)))
        self._copies.drop(sha256)

    def clear(self) -> None:
        """Empty the folder where copies are made."""
        self._copies.clear()

    def renew(self, sha256: str) -> bool:
        """Delete the copy, unless another reader has renewed it meanwhile; the bucket has the original."""
        if self._copies.holds(sha256) and _digest(self._copies.fetch(sha256)) != sha256:
            self._copies.drop(sha256)
        return True

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256}{SUFFIX}"

    def _ask(self, failed: str, question: Any, advice: str = _ADVICE) -> Any:
        try:
            return question()
        except Exception as fault:  # noqa: BLE001  a store's client raises whatever its transport raises
            said = " ".join(str(fault).split()) or type(fault).__name__
            raise RecordError(f"{failed} in {self._url}: {said}; {advice}") from None


def open_store(where: str, data: Path) -> Store:
    """The store that `ARNA_SEGMENTS` names; raises `ConfigError` where it cannot be used."""
    return Bucket(where.rstrip("/"), data / "segments-copies") if "://" in where else Folder(Path(where))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
