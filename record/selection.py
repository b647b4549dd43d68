"""What one asks of the record: which series, which half-open interval, as of when, of which quality."""

from dataclasses import dataclass
from datetime import UTC, datetime

from record.entry import Flag
from record.errors import SelectionError

EARLIEST = datetime(1800, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A question to the archive.

    `series`: ids of declared series, all of one collection (one basin and interval).
    `start`, `end`: aware datetimes; the interval is half open, `start <= time < end`.
    `as_of`: None for all that is known now; an aware datetime for what had been entered by then;
    an int for a checkpoint size, that is the first so many entries of the journal.
    `flags`: the quality that is wanted; a reading of another comes without its value, and keeps its flag and its entry,
    so that one sees that something was said. None for all.
    `values_alone`: without flags and entries, and without times at which no series has a value.
    `status`: with how far a person has reviewed each reading.
    `rows`: with the number of each reading's row in its entry, by which `Archive.as_said` finds it again.
    Raises `SelectionError` for a naive or upside-down interval, or where values alone are asked for and more than they.
    """

    series: tuple[str, ...]
    start: datetime = EARLIEST
    end: datetime = LATEST
    as_of: datetime | int | None = None
    flags: frozenset[Flag] | None = None
    values_alone: bool = False
    rows: bool = False
    status: bool = False

    def __post_init__(self) -> None:
        _refuse_naive(self.start, "start")
        _refuse_naive(self.end, "end")
        if isinstance(self.as_of, datetime):
            _refuse_naive(self.as_of, "as-of")
        elif self.as_of is not None and self.as_of < 0:
            raise SelectionError(f"as-of {self.as_of} is not a checkpoint size: give a count of entries, 0 or more")
        if self.values_alone and (self.flags is not None or self.rows or self.status):
            raise SelectionError("flags, rows or status are wanted and values alone asked for: ask for one of the two")
        if self.start > self.end:
            raise SelectionError(f"interval {self.start.isoformat()}/{self.end.isoformat()} ends before it starts")


def _refuse_naive(moment: datetime, what: str) -> None:
    if moment.tzinfo is None:
        raise SelectionError(f"{what} {moment.isoformat()} has no time zone: add Z or an offset such as +06:00")
