"""What the tests of notices have in common: a record with warnings, and telling them to a channel."""

import datetime as dt
from typing import Any

from arna import notify
from record.archive import Record
from record.ledger.amiss import Kind, Warned
from record.ledger.kept import record_warnings
from tests.example import START

MINUTE = dt.timedelta(minutes=1)
PEOPLE = "from=arna@record.example&to=duty@kg.example,duty@kz.example"


def raise_one(record: Record, *names: str, at: dt.datetime = START) -> None:
    """Let these sources be silent, and no others."""
    found = [
        Warned(kind=Kind.SILENT, of=name, since=START, said=f"source {name} has given nothing", party="kg")
        for name in names
    ]
    record_warnings(record.engine, at, found)


def tell(record: Record, *channels: notify.Channel, at: dt.datetime = START) -> None:
    """A round of telling."""
    notify.tell(record.engine, "arna.example/test", channels, lambda: at)


def channel(**settings: Any) -> notify.Channel:
    """The one channel that these settings name."""
    (made,) = notify.channels_of(notify.NotifySettings(**{f"notify_{name}": value for name, value in settings.items()}))
    return made
