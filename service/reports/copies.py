"""The copies of a report: the one door to all of its forms."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from record.errors import SelectionError
from service import paper
from service.reports import forms
from service.reports.editions import Copy
from service.reports.report import Report, Seal
from service.reports.told.tell import tell

if TYPE_CHECKING:
    from service.paper.paper import Paper

MEDIA: Mapping[str, str] = {**forms.MEDIA, **paper.MEDIA}
"""The media type of each form."""


def write(report: Report, copy: Copy, seal: Seal | None = None, standing: str | None = None) -> bytes:
    """One copy of a report; without a seal papers say that it is not issued.

    `standing`, for a draft, is how the record stands with both countries now. Raises `SelectionError` for a form or a
    language that no report has.
    """
    ((_, body),) = write_all(report, (copy,), seal, standing)
    return body


def write_all(
    report: Report, copies: Iterable[Copy], seal: Seal | None = None, standing: str | None = None
) -> Iterator[tuple[Copy, bytes]]:
    """Copies of a report with their bytes, one at a time; each language is told once. Raises as `write` does."""
    told: dict[str, Paper] = {}
    for copy in copies:
        if copy.form in forms.FORMS:
            yield copy, forms.FORMS[copy.form](report)
        elif copy.form in paper.FORMS:
            if copy.language not in told:
                told[copy.language] = tell(report, copy.language, seal, standing)
            yield copy, paper.FORMS[copy.form](told[copy.language])
        else:
            raise SelectionError(f"{copy.form[:20]!r} is no form of a report: use one of {', '.join(MEDIA)}")
