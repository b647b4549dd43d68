"""Times of eight, twelve or fourteen figures, alone or two run together: the start and the end of an interval."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from ingest.written.wall_clock import moment_of

_FIGURES = frozenset({8, 12, 14})


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment in UTC; `is_start` where the line says itself that it is the start of an interval."""

    moment: datetime
    is_start: bool


def read_stamp(text: str, zone: tzinfo) -> Stamp | str:
    """The time that a line is stamped with, in `zone`; or, in words, why it is none."""
    if text.isascii() and text.isdigit():
        if len(text) in _FIGURES:
            moment = _moment(text, zone)
            return moment if isinstance(moment, str) else Stamp(moment, is_start=False)
        if len(text) % 2 == 0 and len(text) // 2 in _FIGURES:
            return _interval(text[: len(text) // 2], text[len(text) // 2 :], zone)
    return f"{text[:40]!r} is no time of 8, 12 or 14 figures"


def _interval(first: str, second: str, zone: tzinfo) -> Stamp | str:
    start, end = _moment(first, zone), _moment(second, zone)
    if isinstance(start, str):
        return start
    if isinstance(end, str):
        return end
    return Stamp(start, is_start=True) if start < end else f"its interval {first}-{second} does not end after it begins"


def _moment(text: str, zone: tzinfo) -> datetime | str:
    padded = text.ljust(14, "0")
    year, *rest = int(padded[:4]), *(int(padded[at : at + 2]) for at in range(4, 14, 2))
    try:
        local = datetime(year, *rest)  # type: ignore[arg-type]  # noqa: DTZ001 - the zone is said in the header
    except ValueError:
        return f"{text!r} is in no calendar"
    moment = moment_of(local, zone)
    return f"{text!r} {moment}" if isinstance(moment, str) else moment
