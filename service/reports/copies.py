"""The copies of a report: each form that it is written in, with its media type."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from service.paper import html, pdf, xlsx
from service.paper.paper import Paper
from service.reports import forms
from service.reports.editions import Copy
from service.reports.report import Report, Seal
from service.reports.told import tell

PAPERS: Mapping[str, Callable[[Paper], bytes]] = {"pdf": pdf.write, "xlsx": xlsx.write, "html": html.write}
"""What writes each form that people read."""
MEDIA: Mapping[str, str] = {
    **forms.MEDIA,
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
"""The media type of each form."""


def write(report: Report, copy: Copy, seal: Seal | None = None, standing: str | None = None) -> bytes:
    """One copy of a report; without a seal papers say that it is not issued.

    `standing`, for a draft, is a sentence on how the record stands with both countries now.
    """
    return next(written(report, (copy,), seal, standing))[1]


def written(
    report: Report, copies: Iterable[Copy], seal: Seal | None = None, standing: str | None = None
) -> Iterator[tuple[Copy, bytes]]:
    """Copies of a report with their bytes; each language is told once."""
    papers: dict[str, Paper] = {}
    for copy in copies:
        if copy.form in forms.FORMS:
            yield copy, forms.FORMS[copy.form](report)
        else:
            if copy.language not in papers:
                papers[copy.language] = tell(report, copy.language, seal, standing)
            yield copy, PAPERS[copy.form](papers[copy.language])
