"""The lines of an account: each resolves what is declared into gauges, and is told once these have been read."""

from collections.abc import Iterator
from typing import Protocol

from record.network.basin import Nature
from service.accounts.gauged import Key


class Line(Protocol):
    """A line of one nature, before anything is read."""

    @property
    def nature(self) -> Nature:
        """Whether its stations are real, examples or simulated."""
        ...

    def keys(self) -> Iterator[Key]:
        """The gauges that it counts day by day."""
        ...

    def states(self) -> Iterator[Key]:
        """The gauges of which it counts what they said at 08:00."""
        ...
