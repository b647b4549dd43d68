"""The press of the house: reports, papers and forms as `service` makes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from arna.issuing.press import Made
from record.archive import Archive
from record.network import Network
from service.paper import html, pdf, template, xlsx
from service.paper.paper import Paper
from service.reports.build import build
from service.reports.changes import changes_between, differs
from service.reports.editions import COPIES, FIGURES, Copy, Edition
from service.reports.forms import FORMS
from service.reports.forms import MEDIA as MEDIA_OF_MACHINES
from service.reports.report import Change, Report, Seal
from service.reports.told import tell

PAPERS: Mapping[str, Callable[[Paper], bytes]] = {"pdf": pdf.write, "xlsx": xlsx.write, "html": html.write}
"""What writes each form that people read."""
MEDIA: Mapping[str, str] = {
    **MEDIA_OF_MACHINES,
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
"""The media type of each form."""


def write_all(
    report: Report, copies: Iterable[Copy], seal: Seal | None = None, standing: str | None = None
) -> Iterator[tuple[Copy, bytes]]:
    """Copies of a report with their bytes; each language is told once."""
    papers: dict[str, Paper] = {}
    for copy in copies:
        if copy.form in FORMS:
            yield copy, FORMS[copy.form](report)
            continue
        if copy.language not in papers:
            papers[copy.language] = tell(report, copy.language, seal, standing)
        yield copy, PAPERS[copy.form](papers[copy.language])


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
        ((copy, body),) = write_all(report, (FIGURES,))
        return Made(copy, MEDIA[copy.form], body)

    def copies(self, report: Report, seal: Seal) -> Iterator[Made]:
        """All that are issued beside it."""
        for copy, body in write_all(report, COPIES, seal):
            yield Made(copy, MEDIA[copy.form], body)

    def paper(self, report: Report, language: str, seal: Seal) -> Paper:
        """The report told in a language."""
        return tell(report, language, seal)

    def fill(self, workbook: bytes, paper: Paper) -> bytes:
        """A template filled."""
        return template.fill(workbook, paper)


HOUSE = HousePress()
