"""Opening a house for the demonstration, with keys of its own that are worth nothing elsewhere, and playing it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from arna import house
from arna.demo import parties
from arna.demo.outcome import DemoResult
from arna.demo.play import SEED, play
from arna.issuing import Issued, issue
from record.archive import Log, Record
from service.settings import Settings

if TYPE_CHECKING:
    from record.writer import Pen


def run_demo(settings: Settings, *, day: date, now: Callable[[], datetime], seed: int = SEED) -> DemoResult:
    """Play the report day `day` into the record of `settings`; missing keys are made in its data folder.

    Raises `ArnaError`: where the config is wrong, another process writes the record, or a key is open to others.
    """
    with house.holding_the_pen(settings):
        furnished = parties.furnish(settings, house.open_network(settings))
        record, pen = _opened(furnished, now)
        result = play(record, pen, settings.data, day=day, now=now, seed=seed)
        parties.cosign(record, pen, settings.data, now)
        return result


def issue_report(settings: Settings, day: date, now: Callable[[], datetime]) -> Issued:
    """Issue the report of `day` in the demonstration's folder, let both witnesses sign, and lay its proof beside it."""
    with house.holding_the_pen(settings):
        record, pen = _opened(parties.furnish(settings, house.open_network(settings)), now)
        issued = issue(record, pen, settings.data, day, now)
        parties.cosign(record, pen, settings.data, now)
        issued.html.with_suffix(".tlog-proof").write_bytes(Log(record).proof(issued.entry).encode())
        return issued


def _opened(settings: Settings, now: Callable[[], datetime]) -> "tuple[Record, Pen]":
    """The record with its pen; a config that was changed since the last run is approved by both, and then in force."""
    record = house.open_house(settings)
    if record.declared.version != record.network.version:
        parties.declare(record, house.open_pen(settings, record), settings.data, now())
        record = house.open_house(settings)
    return record, house.open_pen(settings, record)
