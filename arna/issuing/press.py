"""What issuing asks of whoever makes reports: documents, their copies, and what one says otherwise than another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from record.archive import Archive
from record.network import Network
from service.paper.paper import Paper
from service.paper.template import Filled
from service.reports.editions import Copy, Edition
from service.reports.report import Change, Report, Seal

BROKE = (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RuntimeError, TypeError, ValueError)
"""How making one report or workbook can break that nobody foresaw, which must not keep others from being issued."""


@dataclass(frozen=True, slots=True)
class Made:
    """A copy as it comes from the press."""

    copy: Copy
    media: str
    body: bytes


class Press(Protocol):
    """Makes reports and their copies. Each call is pure: what broke off is made again to the same bytes."""

    def report(
        self, archive: Archive, network: Network, edition: Edition, begin: date, now: datetime, as_of: int
    ) -> Report:
        """The report of the period that begins so, resting on the first `as_of` entries; it has no revision."""
        ...

    def changes(self, before: bytes, report: Report, archive: Archive, network: Network) -> tuple[Change, ...]:
        """What a report says otherwise than the figures that were issued before it, as JSON."""
        ...

    def differs(self, before: bytes, report: Report) -> bool:
        """Whether it says anything otherwise that is worth a revision."""
        ...

    def figures(self, report: Report) -> Made:
        """The copy that is entered first."""
        ...

    def copies(self, report: Report, seal: Seal) -> Iterator[Made]:
        """All others, in the order in which an entry lists them."""
        ...

    def paper(self, report: Report, language: str, seal: Seal) -> Paper:
        """The report in one language: templates are filled and letters written from it."""
        ...

    def fill(self, workbook: bytes, paper: Paper) -> Filled:
        """A ministry's own workbook with the figures of a paper in it. Raises `ArnaError`."""
        ...
