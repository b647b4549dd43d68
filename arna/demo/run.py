"""Opening a house for the demonstration, with keys of its own that are worth nothing elsewhere, and playing it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from arna import house
from arna.demo import parties
from arna.demo.outcome import DemoResult
from arna.demo.play import SEED, play
from arna.issuing import Issued, last_issued, office_of, revise
from ingest.feed import Fed
from record.archive import Log, Record
from service.reports.editions import EDITIONS
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
    """Issue the report of `day` in the demonstration's folder, both witnesses signing, with its proof beside it.

    Where it was issued before and nothing has changed since, that one is given.
    """
    with house.holding_the_pen(settings):
        record, pen = _opened(parties.furnish(settings, house.open_network(settings)), now)

        def ask(_log: Log, _pen: "Pen", clock: Callable[[], datetime]) -> list[Fed]:
            return parties.cosign(record, pen, settings.data, clock)

        office, daily = office_of(record, pen, settings.data, now, ask), EDITIONS["daily"]
        issued = revise(office, daily, day) or last_issued(office, daily, day)
        proof = issued.folder / f"{issued.name}.tlog-proof"
        proof.write_bytes(Log(record).proof(issued.entry).encode())
        return issued


def _opened(settings: Settings, now: Callable[[], datetime]) -> "tuple[Record, Pen]":
    """The record with its pen; a config that was changed since the last run is approved by both, and then in force."""
    record = house.open_house(settings)
    if record.declared.version != record.network.version:
        parties.declare(record, house.open_pen(settings, record), settings.data, now())
        record = house.open_house(settings)
    return record, house.open_pen(settings, record)
