"""The house that is walked through: a day of the demonstration, served by a clock that stands on the next morning.

`python -m tests.page.house make FOLDER` plays it, and `serve FOLDER` in the place of that serves it on a free port
of this machine, which it prints, until its input ends. It is a process of its own, so that a browser and its server
need not wait for each other.
"""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from arna.demo import command
from service.app import create_app
from service.settings import Settings
from tests.serving import running

DAY = date(2026, 5, 20)
NOW = datetime(2026, 5, 21, 3, 31, tzinfo=UTC)
"""A minute after the report of the day is due."""
ROOT = Path(__file__).parents[2]


def make(folder: Path) -> None:
    """Play the day into `folder`/demo and issue its report."""
    os.environ |= {"ARNA_DATA": str(folder), "ARNA_CONFIG": str(ROOT / "config")}
    command.run(once=True, day=DAY, host="127.0.0.1", port=8000, now=lambda: NOW)


def serve(folder: Path) -> None:
    """Serve what was played into `folder`/demo."""
    house = folder / "demo"
    app = create_app(Settings(config=house / "config", data=house, record=None), now=lambda: NOW)
    with running(app) as url:
        print(url, flush=True)  # noqa: T201 - the address is what it is asked for
        sys.stdin.read()


if __name__ == "__main__":
    {"make": make, "serve": serve}[sys.argv[1]](Path(sys.argv[2]))
