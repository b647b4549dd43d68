"""What each client has left: requests and points by the minute, and answers that may be under way at once.

A client starts with a minute's worth, and what it takes comes back by and by. Of each budget one number is kept: the
moment at which all that was taken will have come back. Moments are seconds of a clock that only goes forward.
"""

import math
from dataclasses import dataclass

from record.network.access import Allowance

_MINUTE = 60.0
_MOST = 20_000
_LOOKED_AT = 64
LONG = 1_000_000
"""From so many points on an answer is a long one."""


@dataclass(slots=True)
class Client:
    """One client: when its requests and points are all back, and what is under way for it."""

    requests: float = 0.0
    points: float = 0.0
    answers: int = 0
    long: int = 0

    def is_whole(self, now: float) -> bool:
        """Whether forgetting it would change nothing."""
        return not self.answers and self.requests <= now and self.points <= now


class Clients:
    """The clients of late, of which at most 20,000 are kept: those first forgotten that have all they may have."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._known: dict[str, Client] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, name: str, now: float) -> Client:
        """The client of that name."""
        client = self._known.get(name)
        if client is None:
            if len(self._known) >= self._most:
                self._forget(now)
            client = self._known[name] = Client()
        return client

    def _forget(self, now: float) -> None:
        """Drop those of the longest known that have all they may have; where none has, one that is not answered now."""
        oldest = [name for name, _ in zip(self._known, range(_LOOKED_AT), strict=False)]
        whole = [name for name in oldest if self._known[name].is_whole(now)]
        idle = [name for name in oldest if not self._known[name].answers]
        for name in whole or idle[:1] or oldest[:1]:
            del self._known[name]
        # Those that stay go behind the others, so that next time others are looked at.
        for name in oldest:
            if name in self._known:
                self._known[name] = self._known.pop(name)


def take_request(client: Client, allowance: Allowance, now: float) -> int:
    """Let a client ask once more; 0, or in how many seconds it may."""
    gap = _MINUTE / allowance.requests_a_minute
    back = max(client.requests, now) + gap
    wait = back - now - _MINUTE
    # A rounding of the sum must not turn the last request of a full minute away.
    if wait > gap * 1e-6:
        return math.ceil(wait)
    client.requests = back
    return 0


def take_points(client: Client, allowance: Allowance, points: int, now: float) -> int:
    """Let a client ask for so many points; 0, or in how many seconds it may.

    More than a minute's worth may be asked for by who owes nothing, and is owed then.
    """
    cost = points * _MINUTE / allowance.points_a_minute
    owed = max(client.points - now, 0.0)
    wait = min(owed + cost - _MINUTE, owed)
    if wait > 0:
        return math.ceil(wait)
    client.points = now + owed + cost
    return 0
