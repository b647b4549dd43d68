"""`arna history`: all that was ever said of one reading, and on what a computed one rests."""

from datetime import datetime
from typing import Any

from record.archive import Archive, Log

COLUMNS = ("entry", "entered", "source", "value", "flag", "method", "reason", "grounds")


def rows(series: str, moment: datetime, archive: Archive, log: Log) -> list[dict[str, Any]]:
    """A row each time that something was said of it, the first one first; `UnknownName` for an undeclared series."""
    return [
        {
            "entry": one.entry,
            "entered": one.entered,
            "source": one.source,
            "value": None if one.value is None else f"{one.value:f}",
            "flag": one.flag.word,
            "tests": {check: flag.word for check, flag in one.tests.items()},
            "method": one.method,
            "reason": one.reason,
            "grounds": log.grounds_of(one.entry),
        }
        for one in archive.history(series, moment)
    ]
