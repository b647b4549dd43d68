"""Issuing a report: its forms are rendered, their hashes entered in the journal, and the files laid into a folder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from record.archive import Archive
from record.archive.record import Record
from record.entry import Receipt
from record.leaf import REPORTS
from service.reports import MEDIA
from service.reports import REPORTS as KINDS

if TYPE_CHECKING:
    from record.writer import Pen

_FOLDER = "reports"


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued report: its entry in the journal, and the file of its HTML form."""

    entry: int
    html: Path


def issue(record: Record, pen: "Pen", data: Path, day: date, now: Callable[[], datetime]) -> Issued:
    """Issue the report of `day` from all that is known now, and sign a checkpoint over its entry.

    The report says of itself how many entries it rests on, so it is the same bytes for whoever asks as of that size.
    """
    archive, moment = Archive(record), now()
    size = archive.size()
    report = KINDS["daily"]
    document = report.build(archive, record.network, day, size)
    forms = [
        Receipt(
            source=REPORTS,
            name=f"daily-{day}.{form}",
            media=MEDIA[form],
            received=moment,
            body=report.form(form)(document, None),
        )
        for form in MEDIA
    ]
    hashes = [{"name": form.name, "sha256": form.sha256} for form in forms]
    said = {"kind": "daily", "day": day.isoformat(), "as_of_size": size, "forms": hashes}
    entry = pen.issue(said, forms, now)
    pen.checkpoint(now)
    folder = data / _FOLDER
    folder.mkdir(exist_ok=True)
    for form in forms:
        (folder / form.name).write_bytes(form.body)
    return Issued(entry, folder / f"daily-{day}.html")
