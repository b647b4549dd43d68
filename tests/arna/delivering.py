"""Issued reports and who is sent them, for tests of delivering."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from arna.delivering.round import deliver
from arna.issuing import issue
from record.archive.record import Record
from record.ledger.delivered import Delivery, deliveries
from record.writer import Pen
from service.reports.editions import EDITIONS
from tests.arna.printed import FIRST, PlainPress, office
from tests.example import KIROV, START, open_pen, say, seen

ISSUED = START + timedelta(days=1, hours=2)


class Sent:
    """A record with the issued report of a day, a file of recipients, and rounds of delivering."""

    def __init__(self, folder: Path, opened: Callable[[Path], tuple[Record, Pen]] = open_pen) -> None:
        self.folder, self.now = folder, ISSUED
        self.record, self.pen = opened(folder)
        say(self.pen, "one", [seen(KIROV, 0, "1.5")])
        self.press = PlainPress()
        self.office = office(self.record, self.pen, folder, self.clock, self.press)
        issue(self.office, EDITIONS["daily"], FIRST)

    def clock(self) -> datetime:
        return self.now

    def name(self, text: str) -> None:
        """Write the file of recipients."""
        (self.folder / "recipients.toml").write_text(text, encoding="utf-8")

    def round(self, *, after: timedelta = timedelta()) -> list[str]:
        """Deliver, after a while; the names of the files that were sent."""
        self.now += after
        return [one.file for one in deliver(self.office)]

    def noted(self) -> list[Delivery]:
        return deliveries(self.record.engine, "daily", FIRST.isoformat())


@contextmanager
def sending(folder: Path) -> Iterator[Sent]:
    made = Sent(folder)
    try:
        yield made
    finally:
        made.record.engine.dispose()
