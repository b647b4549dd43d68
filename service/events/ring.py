"""The last events that were told, kept for those who listen: each reads at its own pace, and none holds up another."""

from collections import deque
from dataclasses import dataclass

from record.events.event import Event

MOST_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and the bytes by which it is told."""

    event: Event
    frame: bytes


class Ring:
    """Events counted from `begin` on, of which the last are kept: at most so many bytes, and always one."""

    def __init__(self, begin: int = 0, most_bytes: int = MOST_BYTES) -> None:
        self._kept: deque[Told] = deque()
        self._most, self._begin = most_bytes, begin
        self._bytes = 0

    @property
    def end(self) -> int:
        """The number of the next event."""
        return self._begin + len(self._kept)

    def put(self, told: Told) -> None:
        """Keep one event more, and let go of the first ones where they are too many."""
        self._kept.append(told)
        self._bytes += len(told.frame)
        while self._bytes > self._most and len(self._kept) > 1:
            self._bytes -= len(self._kept.popleft().frame)
            self._begin += 1

    def since(self, number: int) -> list[Told] | None:
        """The events from that number on; None where some of them are not kept any more."""
        if number < self._begin:
            return None
        return [self._kept[place] for place in range(number - self._begin, len(self._kept))]
