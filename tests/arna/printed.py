"""A press that makes plain reports, and an office with it: what issuing does with reports, whatever these say."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import orjson

from arna.issuing import Issued, Office
from arna.issuing import issue as issue_report
from arna.issuing.press import Made, Press
from arna.issuing.printing import HousePress
from ingest.feed import Fed
from record.archive import Archive, Log
from record.archive.record import Record
from record.errors import ConfigError, RecordError
from record.network import Network
from record.proof import note
from record.writer import Pen
from service.paper.paper import Fact, Paper, Prose, Section
from service.paper.template import Filled, Place
from service.reports import MEDIA, write
from service.reports.editions import EDITIONS, FIGURES, Copy, Edition
from service.reports.report import Change, Report, Revision, Seal
from tests.example import KIROV, START
from tests.keys import WITNESSES

FIRST = date(2026, 5, 1)
DAY = timedelta(days=1)
PAPER = Copy(form="html", language="kk")


@dataclass(frozen=True)
class Plain:
    """As much of a report as issuing looks at: one value a day."""

    edition: str
    begin: date
    journal_size: int
    values: tuple[str, ...]
    revision: Revision | None = None


@dataclass
class PlainPress:
    """Makes plain reports; `made` counts them, and what is called in `breaks` does not come to its end."""

    made: list[str] = field(default_factory=list)
    seals: list[Seal] = field(default_factory=list)
    breaks: dict[str, BaseException] = field(default_factory=dict)
    spelling: str = ""
    lacking: tuple[Place, ...] = ()

    def report(
        self, archive: Archive, network: Network, edition: Edition, begin: date, now: datetime, as_of: int
    ) -> Report:
        del now
        self.made.append(f"{edition.name} {begin}")
        if edition.name in self.breaks:
            raise self.breaks[edition.name]
        end = edition.period(begin, network.figures).end
        days = [START + (begin - FIRST) + number * DAY for number in range((end - begin).days)]
        said = [archive.history(KIROV, day, as_of) for day in days]
        values = tuple(str(one[-1].value) if one else "-" for one in said)
        return cast("Report", Plain(edition.name, begin, as_of, values))

    def changes(self, before: bytes, report: Report, archive: Archive, network: Network) -> tuple[Change, ...]:
        del archive, network
        old, new = orjson.loads(before)["values"], _plain(report).values
        return tuple(_change(one, other) for one, other in zip(old, new, strict=True) if one != other)

    def differs(self, before: bytes, report: Report) -> bool:
        old: list[str] = orjson.loads(before)["values"]
        return list(_plain(report).values) != old

    def figures(self, report: Report) -> Made:
        return Made(FIGURES, "application/json", orjson.dumps(report) + self.spelling.encode())

    def copies(self, report: Report, seal: Seal) -> Iterator[Made]:
        self.seals.append(seal)
        if "copies" in self.breaks:
            raise self.breaks["copies"]
        yield Made(Copy(form="csv"), "text/csv", ",".join(_plain(report).values).encode())
        for language in ("kk", "ru"):
            body = f"<html lang={language}>{_plain(report).values}, entry {seal.entry}</html>".encode()
            yield Made(Copy(form="html", language=language), "text/html", body)

    def paper(self, report: Report, language: str, seal: Seal) -> Paper:
        plain = _plain(report)
        glance = Section(tag="glance", title="Қысқаша", level=1, parts=(Prose(text=f"Киров: {plain.values[0]} м³/с."),))
        return Paper(
            name="x", languages=(language,), title="Су алмасу есебі", subtitle=str(plain.begin), running="",
            dated=seal.entered, facts=(Fact(tag="issue", name="Шығарылды", said="r1"),), warnings=(),
            sections=(glance,), code=None, foot=(), words=cast("Mapping[str, str]", {}),
        )  # fmt: skip

    def fill(self, workbook: bytes, paper: Paper) -> Filled:
        if "fill" in self.breaks:
            raise self.breaks["fill"]
        if workbook != b"{{title}}":
            raise ConfigError("cell A1 of sheet 1 names {{titel}}, which no report has")
        return Filled(f"{paper.title} {paper.languages[0]}".encode(), self.lacking)


def office(record: Record, pen: Pen, data: Path, now: Any, press: Press | None = None) -> Office:
    """An office with a plain press, whose witnesses sign next door where the network names any."""
    return Office(record=record, pen=pen, data=data, now=now, press=press or PlainPress(), ask=cosign)


def issue(record: Record, pen: Pen, data: Path, day: date, now: Any, press: Press | None = None) -> Issued:
    """Issue the daily report of a day, in plain words if no press is given; nobody signs it yet."""
    unsigned = replace(office(record, pen, data, now, press), ask=lambda *_: [])
    return issue_report(unsigned, EDITIONS["daily"], day)


class Slower(PlainPress):
    """A press that is not done when another office, of another host, issues the same."""

    def __init__(self, other: Office, at: str = "copies") -> None:
        super().__init__()
        self.other: Office | None = other
        self.at = at

    def figures(self, report: Report) -> Made:
        self._wait("figures", report)
        return super().figures(report)

    def copies(self, report: Report, seal: Seal) -> Iterator[Made]:
        self._wait("copies", report)
        return super().copies(report, seal)

    def _wait(self, at: str, report: Report) -> None:
        if at == self.at and self.other is not None:
            other, self.other = self.other, None
            with suppress(RecordError):
                issue_report(other, EDITIONS["daily"], _plain(report).begin)


class FiguresAlone(HousePress):
    """The press of the house, which issues real figures and their table, and no paper."""

    def copies(self, report: Report, seal: Seal) -> Iterator[Made]:
        del seal
        copy = Copy(form="csv")
        yield Made(copy, MEDIA[copy.form], write(report, copy))


def cosign(log: Log, pen: Pen, now: Any) -> list[Fed]:
    """Let the witnesses of the tests sign the newest checkpoint."""
    if log.policy is None:
        return []
    signed, size = log.checkpoint(), log.standing().checkpoint
    time = int(now().timestamp())
    lines = "".join(note.cosigned(signed, key, time).line for key in WITNESSES.values())
    pen.cosign(size, lines.encode(), now)
    return [Fed(party, size=size) for party in WITNESSES]


def _plain(report: Report) -> Plain:
    return cast("Plain", report)


def _change(old: str, new: str) -> Change:
    return Change(
        key=f"{old}>{new}", station="", unit="", old=None, old_flag="", new=None, new_flag="", reason=None,
        source=None, entries=(),
    )  # fmt: skip
