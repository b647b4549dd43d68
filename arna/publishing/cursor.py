"""Up to where a broker was told, kept in a file of the data folder, so that a restart goes on there."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from record.errors import ConfigError, RecordBusy
from record.events.beside import Beside

FOLDER = "publish"


@dataclass(frozen=True, slots=True)
class Reached:
    """How many entries were told, and how all else stood that was told."""

    entries: int
    beside: Beside


class Cursor:
    """The file of one broker. Raises `ConfigError` where it cannot be read or written."""

    def __init__(self, data: Path, mark: str) -> None:
        self._path = data / FOLDER / f"{mark}.json"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from publishing to the same broker meanwhile; raise `RecordBusy` where one does."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise self._unusable(fault) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RecordBusy("another process publishes from this data folder: stop one of them") from None
        else:
            yield
        finally:
            os.close(descriptor)

    def read(self) -> Reached | None:
        """Up to where was told; None where nothing ever was."""
        try:
            return _reached(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise self._unusable(fault) from None
        except (ValueError, TypeError, KeyError):
            raise ConfigError(f"{self._path} is not what was kept in it: delete it to publish from now on") from None

    def keep(self, reached: Reached) -> None:
        """Keep it, whole or not at all, and on the disk."""
        said = asdict(reached.beside) | {"entries": reached.entries}
        text = json.dumps({name: sorted(one) if isinstance(one, frozenset) else one for name, one in said.items()})
        unfinished = self._path.with_suffix(".part")
        try:
            with unfinished.open("w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(unfinished, self._path)
        except OSError as fault:
            raise self._unusable(fault) from None

    def _unusable(self, fault: OSError) -> ConfigError:
        return ConfigError(f"{self._path} cannot be read or written ({fault.strerror}): check its rights")


def _reached(said: dict[str, Any]) -> Reached:
    return Reached(
        entries=int(said["entries"]),
        beside=Beside(
            warning=int(said["warning"]),
            alarm=int(said["alarm"]),
            warnings=frozenset(map(int, said["warnings"])),
            alarms=frozenset(map(int, said["alarms"])),
            final=int(said["final"]),
        ),
    )
