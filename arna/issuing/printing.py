"""The press of the house: reports, papers and forms as `service` makes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from arna.issuing.press import Made
from record.archive import Archive
from record.network import Network
from service.paper import template
from service.paper.paper import Paper
from service.reports import MEDIA, write, write_all
from service.reports.built import build
from service.reports.changes import changes_between, differs
from service.reports.editions import COPIES, FIGURES, Edition
from service.reports.report import Change, Report, Seal
from service.reports.told import tell


@dataclass(frozen=True, slots=True)
class HousePress:
    """Makes reports from the archive and the declared network."""

    def report(
        self, archive: Archive, network: Network, edition: Edition, begin: date, now: datetime, as_of: int
    ) -> Report:
        """The report as of so many entries, by the network that was in force then."""
        return build(archive, network, edition, begin, now, as_of)

    def changes(self, before: bytes, report: Report, archive: Archive, network: Network) -> tuple[Change, ...]:
        """Each number that is another, with the saying that made it so."""
        return changes_between(orjson.loads(before), report, archive, network)

    def differs(self, before: bytes, report: Report) -> bool:
        """Whether figures, amendments, shares or plans are others."""
        return differs(orjson.loads(before), report)

    def figures(self, report: Report) -> Made:
        """Its JSON."""
        return Made(FIGURES, MEDIA[FIGURES.form], write(report, FIGURES))

    def copies(self, report: Report, seal: Seal) -> Iterator[Made]:
        """All that are issued beside it."""
        for copy, body in write_all(report, COPIES, seal):
            yield Made(copy, MEDIA[copy.form], body)

    def paper(self, report: Report, language: str, seal: Seal) -> Paper:
        """The report told in a language."""
        return tell(report, language, seal)

    def fill(self, workbook: bytes, paper: Paper) -> template.Filled:
        """A template filled."""
        return template.fill(workbook, paper)


HOUSE = HousePress()
