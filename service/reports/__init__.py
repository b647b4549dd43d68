"""The reports of the house: each is built as one typed document and rendered in its forms.

A new report is a row of `REPORTS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from record.archive import Archive
from record.errors import SelectionError
from record.network import Network
from service.figures import last_complete
from service.reports import daily
from service.reports.document import DailyReport
from service.reports.rendered import render_html, render_json

__all__ = ["MEDIA", "REPORTS", "DailyReport", "Report", "last_complete_day", "render_html", "render_json"]

MEDIA: Mapping[str, str] = {"json": "application/json", "html": "text/html; charset=utf-8"}
"""The media type of each form."""


class Build(Protocol):
    """Makes the document of a day, as of a time, a number of entries, or all that is known."""

    def __call__(
        self, archive: Archive, network: Network, called: date, as_of: datetime | int | None = None
    ) -> DailyReport:
        """Make it."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """A report: how its document is built, and its forms by name."""

    build: Build
    forms: Mapping[str, Callable[[DailyReport, str | None], bytes]]

    def render(
        self,
        archive: Archive,
        network: Network,
        called: date,
        form: str,
        as_of: datetime | int | None = None,
        standing: str | None = None,
    ) -> bytes:
        """The report of a day in one form; raise `SelectionError` for a form that it does not have.

        `standing`, for a page, is a sentence on how the record stands with both countries now.
        """
        write = self.form(form)
        return write(self.build(archive, network, called, as_of), standing)

    def form(self, name: str) -> Callable[[DailyReport, str | None], bytes]:
        """What writes a form; raise `SelectionError` for a form that the report does not have."""
        if name not in self.forms:
            raise SelectionError(f"form {name!r} is not one of this report's: use one of {', '.join(self.forms)}")
        return self.forms[name]


REPORTS: dict[str, Report] = {"daily": Report(daily.build, {"json": render_json, "html": render_html})}


def last_complete_day(network: Network, now: datetime) -> date:
    """The last report day that has ended at `now` (aware)."""
    return last_complete(network.report_day, now)
