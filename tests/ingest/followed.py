"""A main node that is followed, and the copy of it, for tests of mirrors."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from ingest import mirror as following
from ingest.mirror import follow
from ingest.peer import Peer
from record import tables
from record.archive import Archive, Log, Record
from record.archive.record import open_record
from record.mirror import Mirror, open_mirror
from record.proof import note
from record.proof.policy import Policy
from record.selection import Selection
from record.writer import Pen
from tests import example
from tests.example import KIROV, START, say, seen
from tests.keys import LOG, WITNESSES

NOW = START + timedelta(days=90)


def now() -> datetime:
    return NOW


class Main:
    """The main node: its folder, its record and pen, and its address."""

    def __init__(self, folder: Path, url: str, record: Record, pen: Pen) -> None:
        self.folder, self.url, self.record, self.pen = folder, url, record, pen

    @property
    def policy(self) -> Policy:
        policy = self.record.network.policy
        assert policy is not None
        return policy

    def say(self, *days: int, value: str = "5") -> None:
        """Let the post speak of these days, each when it has come."""
        for day in days:
            say(self.pen, f"day {day} {value}", [seen(KIROV, day, f"{value}.{day}")], hours=24 * day)
        self.pen.checkpoint(NOW)

    def cosign(self, *parties: str) -> None:
        signed = Log(self.record).checkpoint()
        size = int(signed.split(b"\n")[1])
        for party in parties:
            self.pen.cosign(size, note.cosigned(signed, WITNESSES[party], int(NOW.timestamp())).line.encode(), NOW)


def opened(folder: Path) -> Mirror:
    folder.mkdir(exist_ok=True)
    return open_mirror(example.url_of(folder), segments=str(folder / "segments"), data=folder, origin=LOG.name)


def round_of(main: Main, copy: Mirror) -> following.Followed:
    with Peer(main.url) as peer:
        return follow(peer, copy, main.policy, now)


def record_of(folder: Path) -> Record:
    return open_record(example.url_of(folder), None, segments=str(folder / "segments"), data=folder)


def answers(record: Record, as_of: int | None = None) -> list[object]:
    archive = Archive(record)
    whole = Selection(series=(KIROV,), start=START - timedelta(days=400), end=NOW, as_of=as_of, rows=True, status=True)
    dataset = archive.select(whole)
    return [dataset.to_dict(), archive.history(KIROV, START), archive.latest([KIROV]), archive.size()]


def alarms(copy: Mirror) -> list[str]:
    with copy.engine.begin() as connection:
        return list(connection.execute(select(tables.alarm.c.kind)).scalars())
