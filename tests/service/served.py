"""The whole service over a small record: two stations of two countries, a gap, a flag and a correction."""

from datetime import timedelta
from pathlib import Path

from fastapi import FastAPI

from record.entry import Flag
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.example import BORDER, KIROV, KIROV_STORAGE, START, open_pen, say, seen

ROOT = Path(__file__).parents[2]
NOW = START + timedelta(days=2)
HERE = "/collections/talas-daily"
KIROV_HERE = f"{HERE}/locations/kirov:kg"
BORDER_HERE = f"{HERE}/locations/example-border:kz"


def served(folder: Path) -> FastAPI:
    """The app as it is made for the world, with the example's network and record in the place of the declared ones."""
    own, example = folder / "own", folder / "example"
    own.mkdir()
    example.mkdir()
    record, pen = open_pen(example)
    say(pen, "kg", [seen(KIROV, 0, "20.3"), seen(KIROV, 1, None), seen(KIROV_STORAGE, 1, "445.60", Flag.SUSPECT)])
    say(pen, "kz", [seen(BORDER, 0, "12.5")], hours=1)
    say(pen, "kg again", [seen(KIROV, 0, "21.75")], hours=2)
    app = create_app(Settings(config=ROOT / "config", data=own), now=lambda: NOW)
    renewal.install(app, lambda: record)
    return app
