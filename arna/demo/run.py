"""Opening a house for the demonstration, with keys of its own that are worth nothing elsewhere, and playing it."""

from collections.abc import Callable
from datetime import date, datetime

from arna import house
from arna.demo.outcome import DemoResult
from arna.demo.play import SEED, play
from arna.issuing import Issued, issue
from service.settings import Settings


def run_demo(settings: Settings, *, day: date, now: Callable[[], datetime], seed: int = SEED) -> DemoResult:
    """Play the report day `day` into the record of `settings`; missing keys are made in its data folder.

    Raises `ArnaError`: where the config is wrong, another process writes the record, or a key is open to others.
    """
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        house.make_keys(settings.data, record.network)
        return play(record, house.open_pen(settings, record), settings.data, day=day, now=now, seed=seed)


def issue_report(settings: Settings, day: date, now: Callable[[], datetime]) -> Issued:
    """Issue the report of `day` in the demonstration's folder."""
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        return issue(record, house.open_pen(settings, record), settings.data, day, now)
