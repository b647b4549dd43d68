"""How long a source that failed is left alone: longer each time, and at last only looked at now and then.

After `OPENS_AFTER` failures in a row the circuit is open: nothing is asked but one message each `CEILING`. When that
one comes (half-open), the circuit closes and all that waits is taken.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

FIRST = timedelta(seconds=15)
CEILING = timedelta(minutes=30)
OPENS_AFTER = 6
_SPREAD = 0.2
_MOST_DOUBLINGS = 16


class Circuit(StrEnum):
    """Whether a source is asked: as declared, only on trial, or not at all for now."""

    CLOSED = "closed"
    HALF_OPEN = "half-open"
    OPEN = "open"


def next_try(source: str, failures: int, failed: datetime) -> datetime:
    """When a source is asked again that failed so many times in a row, last at `failed` (aware).

    Sources that fail together are spread by up to a fifth, so that they do not come back as one crowd.
    """
    wait = CEILING if failures >= OPENS_AFTER else FIRST * 2 ** min(failures - 1, _MOST_DOUBLINGS)
    return failed + min(wait, CEILING) * (1 + _SPREAD * _share(f"{source} {failures}"))


def circuit(source: str, failures: int, failed: datetime | None, now: datetime) -> Circuit:
    """How the circuit of a source stands at `now` (aware)."""
    if failed is None or failures < OPENS_AFTER:
        return Circuit.CLOSED
    return Circuit.HALF_OPEN if now >= next_try(source, failures, failed) else Circuit.OPEN


def _share(text: str) -> float:
    """A number from 0 to 1, always the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32
