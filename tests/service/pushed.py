"""The service over a data folder into which two parties may push."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from arna import tokens
from ingest import cycle
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.example import open_pen
from tests.ingest.declared import HEAD, clock, network, source

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 10, 4, 0, 30, 250_000, tzinfo=UTC)
PLACE = "inbox/tables"
TABLE = (HEAD + "05.05.2026 00:00;15954;12,4;400\r\n").encode("cp1251")
PUSHED = source(PLACE, push=True, max_bytes=1000)
NOT_PUSHED = source("inbox/other", id="other-kg")


class House:
    """The service over a data folder, with a token of each party, and a clock that can be set."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.now = NOW
        self.network = network(PUSHED, NOT_PUSHED)
        (folder / "record").mkdir()
        self.data.mkdir()
        record, self.pen = open_pen(folder / "record", self.network)
        self.app = create_app(Settings(config=ROOT / "config", data=self.data), now=lambda: self.now)
        renewal.install(self.app, lambda: record)
        self.tokens = {party: tokens.make(self.data, party, NOW.date())[1] for party in ("kg", "kz")}

    @property
    def folder(self) -> Path:
        return self.data / PLACE

    def waiting(self) -> dict[str, bytes]:
        """The messages that wait, by name."""
        return {path.name: path.read_bytes() for path in self.folder.glob("[!.]*") if path.is_file()}

    def unfinished(self) -> list[str]:
        return [path.name for path in self.folder.glob(".push-*")]

    def headers(self, party: str = "kg") -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens[party]}"}

    def ingest(self) -> cycle.CycleReport:
        return cycle.run(PUSHED, self.network, self.pen, data=self.data, now=clock(self.now + timedelta(minutes=1)))


def push(client: TestClient, house: House, body: bytes = TABLE, to: str = "tables-kg", **more: Any) -> Any:
    """Push a message, as its own party if nothing else is said."""
    return client.post(f"/inbox/{to}", content=body, **{"headers": house.headers(), **more})
