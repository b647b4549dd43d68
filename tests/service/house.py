"""A record that two parties founded, with checkpoints that either of them signs when a test lets it."""

from datetime import datetime, timedelta
from pathlib import Path

from record.archive import Log
from record.proof import note
from record.proof.policy import Policy
from tests.example import KIROV, START, say, seen
from tests.keys import WITNESSES
from tests.record.founded import found

NOW = START + timedelta(days=800)


def now() -> datetime:
    return NOW


class House:
    """A founded record that is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record, self.pen = found(folder)
        for day in range(3):
            say(self.pen, f"day {day}", [seen(KIROV, day, f"{day}.5")], hours=24 * day)
        self.pen.checkpoint(NOW)

    @property
    def policy(self) -> Policy:
        assert self.record.network.policy is not None
        return self.record.network.policy

    def cosign(self, *parties: str, at: datetime = NOW) -> None:
        signed = Log(self.record).checkpoint()
        size = int(signed.split(b"\n")[1])
        for party in parties:
            self.pen.cosign(size, note.cosigned(signed, WITNESSES[party], int(at.timestamp())).line.encode(), at)
