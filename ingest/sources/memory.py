"""What a source remembers of a folder that is not ours: which of its files were read, and how large they were then.

The cursor is JSON. It names the newest files one by one, with size and time of change. Older ones stand behind a mark,
the time and name of the last of them, so that it stays short however many files a sender never deletes; those behind
the mark that could not be read yet are named, so that none is passed over.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from record.errors import SourceError

KEPT = 3000
"""How many files are remembered by name."""
MAX_WAITING = 1000
"""How many files behind the mark may wait to be read."""

Key = tuple[int, str]
Stamp = tuple[int | None, int | None]
_UNKNOWN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as the listing shows it: `size` in bytes and `changed`, aware, where the server tells them."""

    name: str
    size: int | None = None
    changed: datetime | None = None

    @property
    def stamp(self) -> Stamp:
        """By what is seen that a file grew or was changed."""
        return self.size, None if self.changed is None else int(self.changed.timestamp())

    @property
    def key(self) -> Key:
        """Its place in the order of files, oldest first."""
        return _key(self.name, self.stamp)


class Memory:
    """The files of one folder that were read, as of its latest listing."""

    def __init__(self, cursor: str | None, place: str, *, kept: int = KEPT) -> None:
        """Read a cursor; one of another `place`, a digest, or of no form of ours counts as none."""
        known = _known(cursor, place)
        self._place = place
        self._kept = kept
        self.mark: Key | None = known.mark
        self.waiting = set(known.waiting)
        self._seen = dict(known.seen)
        self._behind = known.behind
        self._begun = known.begun
        self._listed: Mapping[str, File] = {}
        self._due: dict[str, File] = {}

    def see(self, files: Sequence[File]) -> list[str]:
        """Take a new listing, forgetting what is gone from it.

        Returns the fault of files that came older than what is remembered by name: they are not read.
        """
        self._listed = {file.name: file for file in files}
        self._seen = {name: stamp for name, stamp in self._seen.items() if name in self._listed}
        self.waiting &= self._listed.keys()
        self._due = {file.name: file for file in self._listed.values() if self._is_due(file)}
        before, self._behind = self._behind, self._count_behind()
        if self._behind <= before:
            return []
        return [
            f"{self._behind - before} files came that are older than those remembered by name: they are not read;"
            " put them into the folder of a source of kind folder"
        ]

    def due(self) -> list[File]:
        """What is new, or changed since it was read, oldest first."""
        return sorted(self._due.values(), key=lambda file: file.key)

    def is_grown(self, file: File) -> bool:
        """Whether it was read before, in another state."""
        return file.name in self._seen

    def begun(self, file: File) -> int:
        """How many of its messages were given before."""
        return self._begun[1] if self._begun is not None and self._begun[0] == file.name else 0

    def begin(self, file: File, given: int) -> None:
        """Remember that so many of the messages of a file were given, and not yet all."""
        self._begun = (file.name, given)

    def done(self, file: File) -> None:
        """Remember a file as read; raise `SourceError` where too many older ones still wait."""
        self._due.pop(file.name, None)
        self.waiting.discard(file.name)
        self._seen[file.name] = file.stamp
        if self.begun(file):
            self._begun = None
        if len(self._seen) > self._kept:
            self._move_mark()

    def cursor(self) -> str:
        """All of it as JSON."""
        said = {
            "place": self._place,
            "mark": self.mark,
            "behind": self._behind,
            "waiting": sorted(self.waiting),
            "seen": self._seen,
            "begun": self._begun,
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    def _is_due(self, file: File) -> bool:
        if file.name in self._seen:
            return self._seen[file.name] != file.stamp
        return file.name in self.waiting or self.mark is None or file.key > self.mark

    def _move_mark(self) -> None:
        """Let the mark stand for the oldest quarter of the names, so that this is not done for each message."""
        oldest = sorted(_key(name, stamp) for name, stamp in self._seen.items())
        dropped = oldest[: len(oldest) - self._kept * 3 // 4]
        for _, name in dropped:
            del self._seen[name]
        self.mark = dropped[-1] if self.mark is None else max(self.mark, dropped[-1])
        self.waiting = {file.name for file in self._due.values() if file.key <= self.mark}
        if len(self.waiting) > MAX_WAITING:
            raise SourceError(f"more than {MAX_WAITING} old files cannot be read: narrow match, or ask its keeper")
        self._behind = self._count_behind()

    def _count_behind(self) -> int:
        if self.mark is None:
            return 0
        apart = self._seen.keys() | self.waiting
        return sum(file.key <= self.mark and file.name not in apart for file in self._listed.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    mark: Key | None = None
    behind: int = 0
    waiting: Sequence[str] = ()
    seen: Mapping[str, Stamp] = field(default_factory=dict)
    begun: tuple[str, int] | None = None


def _known(cursor: str | None, place: str) -> _Known:
    try:
        said = json.loads(cursor or "{}")
        if not isinstance(said, dict) or said.get("place") != place:
            return _Known()
        return _Known(
            mark=None if said["mark"] is None else (int(said["mark"][0]), str(said["mark"][1])),
            behind=int(said["behind"]),
            waiting=[str(name) for name in said["waiting"]],
            seen={str(name): (stamp[0], stamp[1]) for name, stamp in said["seen"].items()},
            begun=None if said["begun"] is None else (str(said["begun"][0]), int(said["begun"][1])),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return _Known()


def _key(name: str, stamp: Stamp) -> Key:
    return _UNKNOWN if stamp[1] is None else stamp[1], name
