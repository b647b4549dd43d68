"""Opening a house for the demonstration, with keys of its own that are worth nothing elsewhere, and playing it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from arna import house
from arna.demo.outcome import DemoResult
from arna.demo.play import SEED, play
from record.archive import Archive
from record.entry import Receipt
from service.reports import MEDIA, REPORTS
from service.settings import Settings


def run_demo(settings: Settings, *, day: date, now: Callable[[], datetime], seed: int = SEED) -> DemoResult:
    """Play the report day `day` into the record of `settings`; missing keys are made in its data folder.

    Raises `ArnaError`: where the config is wrong, another process writes the record, or a key is open to others.
    """
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        house.make_keys(settings.data, record.network)
        return play(record, house.open_pen(settings, record), settings.data, day=day, now=now, seed=seed)


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued report: its entry in the journal, and the file of its HTML form."""

    entry: int
    html: Path


def issue_report(settings: Settings, day: date, now: Callable[[], datetime]) -> Issued:
    """Render the report of `day`, enter the hashes of its forms in the journal, and write the forms to files.

    The report says of itself how many entries it rests on, so it is the same bytes for whoever asks as of that size.
    """
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        pen = house.open_pen(settings, record)
        archive, moment = Archive(record), now()
        size = archive.size()
        forms = [
            Receipt(
                source="reports",
                name=f"daily-{day}.{form}",
                media=MEDIA[form],
                received=moment,
                body=REPORTS["daily"].render(archive, record.network, day, form, as_of=size),
            )
            for form in MEDIA
        ]
        hashes = [{"name": form.name, "sha256": form.sha256} for form in forms]
        said = {"kind": "daily", "day": day.isoformat(), "as_of_size": size, "forms": hashes}
        entry = pen.issue(said, forms, moment)
        pen.checkpoint(moment)
    folder = settings.data / "reports"
    folder.mkdir(exist_ok=True)
    for form in forms:
        (folder / form.name).write_bytes(form.body)
    return Issued(entry, folder / f"daily-{day}.html")
