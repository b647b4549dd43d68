"""How much filling one template may take, whoever wrote it: a part of a few kilobytes can ask for gigabytes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from record.errors import ConfigError

MOST_ELEMENTS = 1_000_000
"""Tags and attributes of XML, of all parts that are read together."""
MOST_REPEATED = 16_000_000
"""Bytes of all rows that stand for those of tables, as often as they then stand there."""
MOST_SIGNS = 20_000_000
"""Signs of all texts with tags, before and after."""
MOST_SECONDS = 20.0


@dataclass(slots=True)
class Bounds:
    """What is left for one template; each of its methods raises `ConfigError` where that is used up."""

    clock: Callable[[], float] = time.monotonic
    _elements: int = MOST_ELEMENTS
    _repeated: int = MOST_REPEATED
    _signs: int = MOST_SIGNS
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        self._until = self.clock() + MOST_SECONDS

    def read(self, elements: int) -> None:
        """So many tags and attributes of XML are read."""
        self._elements -= elements
        if self._elements < 0:
            raise ConfigError(f"the template has more than {MOST_ELEMENTS} tags and attributes of XML: make it smaller")

    def repeat(self, size: int, count: int) -> None:
        """A row of so many bytes will stand there so often."""
        self._repeated -= size * count
        if self._repeated < 0:
            raise ConfigError(
                f"the rows of tables in the template would be more than {MOST_REPEATED} bytes: "
                "use fewer of them, and fewer cells in each"
            )

    def say(self, signs: int) -> None:
        """A text of so many signs is put into it."""
        self._signs -= signs
        if self._signs < 0:
            raise ConfigError(f"the texts of the template would be more than {MOST_SIGNS} signs: make it smaller")

    def wait(self) -> None:
        """A step was taken, which took its time."""
        if self.clock() > self._until:
            raise ConfigError(f"filling the template takes more than {MOST_SECONDS:.0f} seconds: make it simpler")
