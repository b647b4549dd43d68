"""`arna history`: all that was ever said of a reading, what was found of it, and on what a computed one rests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from record.archive import Archive, Log
from record.archive.history import Said
from record.entry import Flag
from record.selection import Selection

COLUMNS = ("time", "entry", "entered", "source", "value", "flag", "doubts", "status", "reason", "grounds")

_DOUBTS = (Flag.SUSPECT, Flag.BAD)


def times_within(series: str, start: datetime, end: datetime, archive: Archive) -> list[datetime]:
    """The times at which anything was said of a series, start <= time < end; `UnknownName` for an undeclared one."""
    seconds = archive.select(Selection(series=(series,), start=start, end=end))["time"].values.astype("int64")
    return [datetime.fromtimestamp(second, UTC) for second in seconds.tolist()]


def rows(series: str, moments: Sequence[datetime], archive: Archive, log: Log) -> list[dict[str, Any]]:
    """A row each time that something was said of these readings, of each the first one first.

    Raises `UnknownName` for an undeclared series.
    """
    return [_row(moment, one, log) for moment in moments for one in archive.history(series, moment)]


def _row(moment: datetime, one: Said, log: Log) -> dict[str, Any]:
    return {
        "time": moment,
        "entry": one.entry,
        "entered": one.entered,
        "source": one.source,
        "value": None if one.value is None else f"{one.value:f}",
        "flag": one.flag.word,
        "doubts": ", ".join(f"{check} {flag.word}" for check, flag in one.tests.items() if flag in _DOUBTS) or None,
        "tests": {check: flag.word for check, flag in one.tests.items()},
        "status": one.status.word,
        "method": one.method,
        "reason": one.reason,
        "grounds": log.grounds_of(one.entry),
    }
