"""The whole service over a record in which reports were issued: two revisions of a day, a day nobody signed, a week."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import typst
from fastapi import FastAPI

from record.archive import Log, Record
from record.entry import Receipt
from record.leaf import REPORTS
from record.proof import note
from record.writer import Pen
from service import renewal
from service.app import create_app
from service.reports.editions import BOTH, Copy
from service.settings import Settings
from tests.example import KIROV, START, say, seen
from tests.keys import WITNESSES
from tests.record.founded import found
from tests.service.owed import ROOT, TOKENS, keep_token

NOW = START + timedelta(days=3)
DAY, UNSIGNED, WEEK = date(2026, 5, 1), date(2026, 5, 2), date(2026, 4, 27)
FIGURES = {
    "span": {
        "kind": "day",
        "begin": "2026-05-01",
        "until": "2026-05-02",
        "start": "2026-05-01T02:00:00Z",
        "stop": "2026-05-02T02:00:00Z",
    },
    "basins": [
        {
            "reservoirs": [
                {
                    "level": None,
                    "storage": None,
                    "inflow": {
                        "subject": "kirov:kg",
                        "quantity": "inflow",
                        "basis": ["daily"],
                        "entries": [4],
                        "readings": 1,
                        "value": 20.3,
                    },
                    "release": None,
                }
            ],
            "canals": [],
            "borders": [],
            "rivers": [],
        }
    ],
}


@dataclass
class Issuing:
    """What issues reports of made-up bytes as the house does: the figures, a checkpoint, the copies."""

    record: Record
    pen: Pen
    at: datetime = NOW

    def issue(self, edition: str, day: date, revision: int, *languages: str) -> int:
        """The figures, a page and a PDF in each of the languages, and a party's own workbook; the entry of these."""
        self.at += timedelta(minutes=1)
        size = Log(self.record).standing().size
        said = {"kind": edition, "day": day.isoformat(), "as_of_size": size, "revision": revision}
        body = json.dumps(FIGURES | {"edition": edition, "day": day.isoformat(), "revision": revision}).encode()
        first = {Copy(form="json"): body}
        figures = self._enter(said | {"part": "figures"}, edition, day, revision, first)
        # The name of a workbook that a party filled has the party before the language.
        copies = {
            Copy(form="csv"): b"key,value\n%d" % revision,
            Copy(form="xlsx", language="kz.kk"): b"PK%d" % revision,
        }
        for language in languages:
            words = f"{edition} {day} {revision} {language}"
            copies[Copy(form="pdf", language=language)] = typst.compile(words.encode(), format="pdf")
            if language != BOTH:
                copies[Copy(form="html", language=language)] = f"<!doctype html><title>{words}</title>".encode()
        return self._enter(said | {"part": "copies", "figures": figures}, edition, day, revision, first | copies)

    def _enter(
        self, said: dict[str, object], edition: str, day: date, revision: int, copies: Mapping[Copy, bytes]
    ) -> int:
        files = [
            Receipt(
                source=REPORTS,
                name=copy.file_name(edition, day, revision),
                media="application/octet-stream",
                received=self.at,
                body=body,
            )
            for copy, body in copies.items()
        ]
        forms = [{"name": file.name, "sha256": file.sha256} for file in files]
        return self.pen.issue(said | {"forms": forms}, files, lambda: self.at)

    def sign(self, *parties: str) -> bytes:
        """A checkpoint that these parties have signed."""
        signed = self.pen.checkpoint(self.at)
        size = int(signed.split(b"\n")[1])
        for party in parties:
            line = note.cosigned(signed, WITNESSES[party], int(self.at.timestamp())).line
            self.pen.cosign(size, line.encode(), self.at)
        return signed


@dataclass(frozen=True)
class Served:
    """The app, what issues reports to its record, and the entry of the last copies of `DAY`."""

    app: FastAPI
    issuing: Issuing
    entry: int
    log: Log

    def written(self) -> None:
        """Write down what was fetched."""
        self.app.state.notes.write()


def served(folder: Path) -> Served:
    """Signed by both: two revisions of a day, and a week; by nobody: the following day."""
    data = folder / "own"
    (data / "tokens").mkdir(parents=True)
    for party, token in TOKENS.items():
        keep_token(data, party, token)
    (folder / "main").mkdir()
    record, pen = found(folder / "main")
    say(pen, "day 0", [seen(KIROV, 0, "20.3")])
    issuing = Issuing(record, pen)
    issuing.issue("weekly", WEEK, 1, "kk")
    issuing.issue("daily", DAY, 1, "kk", "en")
    issuing.sign("kg", "kz")
    entry = issuing.issue("daily", DAY, 2, "kk", "en", BOTH)
    issuing.sign("kg")
    issuing.at += timedelta(minutes=10)
    issuing.pen.issue({"kind": "other", "day": "2026-05-01", "as_of_size": 0, "forms": []}, [], lambda: issuing.at)
    issuing.sign("kg", "kz")
    issuing.issue("daily", UNSIGNED, 1, "kk", "en")
    issuing.pen.checkpoint(issuing.at)
    app = create_app(Settings(config=ROOT / "config", data=data), now=lambda: NOW)
    renewal.install(app, lambda: record)
    return Served(app, issuing, entry, Log(record))
