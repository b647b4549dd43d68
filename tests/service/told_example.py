"""What tests of told reports share: a seal, and how the numbers and texts of a paper are found."""

from collections.abc import Iterator
from datetime import timedelta

from service.paper.paper import Number, Paper, Prose, Section, Table
from service.reports.report import Report, Seal, Signed
from tests.service.report_example import ISSUE


def seal_of(report: Report, state: str = "final", parties: tuple[str, ...] = ("kz", "kg")) -> Seal:
    """A seal whose proof is made up."""
    at = ISSUE + timedelta(minutes=1)
    return Seal(
        entry=report.journal_size, entered=ISSUE, size=report.journal_size + 1, name="daily-2026-05-01.r1.json",
        body=b'{"report":"exchange"}', proof=b"proof", checkpoint="arna.example\n3\nAAAA\n\n— kz BBBB\n".encode(),
        state=state, signed=tuple(Signed(party=party, at=at) for party in parties),
    )  # fmt: skip


def tables(paper: Paper) -> Iterator[Table]:
    """All tables of a paper."""
    return (part for section in paper.sections for part in section.parts if isinstance(part, Table))


def table(paper: Paper, tag: str) -> Table:
    """The table of that tag."""
    return next(one for one in tables(paper) if one.tag == tag)


def section(paper: Paper, tag: str) -> Section:
    """The section of that tag."""
    return next(one for one in paper.sections if one.tag == tag)


def numbers(paper: Paper) -> list[Number]:
    """All numbers of all tables, in order."""
    rows = (row for one in tables(paper) for row in one.rows)
    return [cell for row in rows for cell in row.cells if isinstance(cell, Number)]


def glance(paper: Paper) -> str:
    """All that is told at a glance, with plain blanks for those that no line ends at."""
    said = " ".join(part.text for part in section(paper, "glance").parts if isinstance(part, Prose))
    return said.replace("\N{NO-BREAK SPACE}", " ")
