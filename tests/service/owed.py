"""The whole service over a record whose parties owe readings, with a token of each party."""

import hashlib
from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from record.archive import Record
from record.entry import Refusal
from record.writer import Pen
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.example import open_pen
from tests.record.owing import GATE, HOUR, INFLOW, LEVEL, MIDNIGHT_KG, MIDNIGHT_KZ, MORNING, give, owing, reading

ROOT = Path(__file__).parents[2]
NOW = MORNING + timedelta(days=1, hours=6)
TOKENS = {"kg": "the-token-of-kg", "kz": "the-token-of-kz"}
AS_KZ = {"Authorization": f"Bearer {TOKENS['kz']}"}
AS_KG = {"Authorization": f"Bearer {TOKENS['kg']}"}


def owed(folder: Path) -> tuple[FastAPI, Record, Pen]:
    """The app, whose clock shows `NOW`; a level in time and corrected, a mean late, a mean without a value."""
    data, example = folder / "own", folder / "example"
    for one in (data, example, data / "tokens"):
        one.mkdir()
    for party, token in TOKENS.items():
        keep_token(data, party, token)
    record, pen = open_pen(example, owing())
    give(pen, MORNING + HOUR / 2, [reading(LEVEL, MORNING, "21.50")])
    give(pen, MORNING + 2 * HOUR, [reading(LEVEL, MORNING, "21.60")])
    give(pen, MORNING + 26 * HOUR, [reading(INFLOW, MIDNIGHT_KG, "20.3")])
    give(
        pen,
        MORNING + 26 * HOUR,
        [reading(GATE, MIDNIGHT_KZ, None)],
        [Refusal(fragment=b"?", where="line 2", reason="not readable")],
        source="tables-kz",
    )
    app = create_app(Settings(config=ROOT / "config", data=data), now=lambda: NOW)
    renewal.install(app, lambda: record)
    return app, record, pen


def keep_token(data: Path, party: str, token: str, mode: int = 0o600) -> Path:
    """Lay down the hash of a token for a party."""
    path = data / "tokens" / party
    path.write_text(f"{'0' * 64}\n{hashlib.sha256(token.encode()).hexdigest()}\n", encoding="utf-8")
    path.chmod(mode)
    return path
