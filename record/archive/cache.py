"""What was made and may be wanted again, up to a weight."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Cache(Generic[Value]):
    """What was used last, up to a weight; safe under threads, which may make the same thing twice and keep one."""

    def __init__(self, limit: int, weigh: Callable[[Value], int]) -> None:
        self._limit, self._weigh = limit, weigh
        self._held: OrderedDict[Hashable, Value] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def held(self, wanted: Iterable[Key]) -> dict[Key, Value]:
        """Those of the wanted things that are at hand."""
        found: dict[Key, Value] = {}
        with self._lock:
            for key in wanted:
                value = self._held.get(key)
                if value is not None:
                    self._held.move_to_end(key)
                    found[key] = value
        return found

    def keep(self, made: Mapping[Key, Value]) -> None:
        """Keep what was made, and let go of what was not used for longest."""
        with self._lock:
            for key, value in made.items():
                if key not in self._held:
                    self._held[key] = value
                    self._weight += self._weigh(value)
            while self._weight > self._limit and len(self._held) > 1:
                self._weight -= self._weigh(self._held.popitem(last=False)[1])

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._held.clear()
            self._weight = 0
