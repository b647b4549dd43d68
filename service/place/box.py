"""Reading `bbox`: four numbers, or six with heights that are passed over; and `z`, of which no series has any."""

import re
from dataclasses import dataclass

from record.errors import SelectionError

_NUMBER = r"[-+]?(?:\d{1,20}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,3})?"
_FOUR_OR_SIX = re.compile(rf"\s*{_NUMBER}(?:\s*,\s*{_NUMBER}){{3}}(?:(?:\s*,\s*{_NUMBER}){{2}})?\s*", re.ASCII)
_Z = re.compile(
    rf"{_NUMBER}(?:/{_NUMBER})?|{_NUMBER}(?:,\s*{_NUMBER}){{1,99}}|R\d{{1,6}}/{_NUMBER}/{_NUMBER}", re.ASCII
)
_LONGEST = 400
_EXAMPLE = "bbox=71.0,42.0,72.0,43.0, western, southern, eastern and northern edge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box in degrees, its edges belonging to it; it crosses the antimeridian where `west` is more than `east`."""

    west: float
    south: float
    east: float
    north: float


def exchanged(box: Box) -> Box:
    """The same box with latitude before longitude."""
    return Box(west=box.south, south=box.west, east=box.north, north=box.east)


def box_of(text: str | None) -> Box:
    """The box that `bbox` tells; raise `SelectionError` where it lacks or is none."""
    if text is None or not text.strip():
        raise SelectionError(f"bbox is wanted: write {_EXAMPLE}")
    if len(text) > _LONGEST or not _FOUR_OR_SIX.fullmatch(text):
        raise SelectionError(f"bbox {text[:60]!r} is not four or six numbers: write {_EXAMPLE}")
    numbers = [float(number) for number in text.split(",")]
    # Of six the third and the last are heights.
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if not (max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90):
        raise SelectionError(f"bbox {text[:60]!r} lies off the globe: write {_EXAMPLE}")
    if south > north:
        raise SelectionError(f"bbox {text[:60]!r} has its southern edge north of its northern one: turn it round")
    return Box(west=west, south=south, east=east, north=north)


def refuse_malformed_z(text: str | None) -> None:
    """Raise `SelectionError` where `z` is no height, range, list or sequence; one that is read changes nothing.

    Readings are of rivers at their surface and none has a height of its own, so that none lies outside of a range.
    """
    if text is not None and text.strip() and not (len(text) <= _LONGEST and _Z.fullmatch(text.strip())):
        raise SelectionError(
            f"z {text[:40]!r} is not a height: write 850, 2/100, 850,700 or R20/100/50, or leave it out"
        )
