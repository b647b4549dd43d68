"""The small basin of the reports served whole, for who looks at its overview."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from record.network import Network
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.service.report_example import ALMATY, DAY, Record, at, kazakh_day, kyrgyz_day, reading, report_network

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 5, 2, 4, tzinfo=UTC)
"""Two hours after the report day of 1 May ended, half an hour after its report was due."""
_BEFORE = DAY - timedelta(days=1)
_NUMBER = re.compile(r'<data[^>]* value="([^"]*)" data-key="([^"]+)">([^<]*)<')


def filled(folder: Path, network: Network | None = None) -> Record:
    """A record of 30 April and 1 May: Tuyte takes less than the day before, the Kazakh gauge sees more."""
    record = Record(folder, network or report_network())
    record.say(
        [
            reading("kirov:kg.inflow.daily", at(_BEFORE), "20"),
            reading("tuyte:kg.intake.daily", at(_BEFORE), "2.75"),
            reading("gate:kz.discharge.daily", at(_BEFORE, zone=ALMATY), "8.5"),
        ]
    )
    record.say([*kyrgyz_day(), reading("kirov:kg.storage.term", at(DAY + timedelta(days=1), 8), "286")])
    record.say(kazakh_day())
    return record


def served(folder: Path, record: Record, now: datetime = NOW) -> FastAPI:
    """The app over a record."""
    own = folder / "own"
    own.mkdir()
    app = create_app(Settings(config=ROOT / "config", data=own), now=lambda: now)
    renewal.install(app, lambda: record.record)
    return app


def numbers(page: str) -> dict[str, tuple[str, str]]:
    """The numbers of a page by their keys: the unrounded value and what is shown."""
    return {key: (value, shown) for value, key, shown in _NUMBER.findall(page)}


def section(page: str, name: str) -> str:
    """The element of a page that is kept up to date under a name, and what stands behind it up to the next."""
    return page.split(f'data-live="{name}"', 1)[1].split("data-live=", 1)[0]
