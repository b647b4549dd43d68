"""Papers: what a document tells in one language, laid out as sections, tables, sentences and charts.

A form of `FORMS` writes a paper as PDF, workbook or page. Papers know nothing of rivers, and forms nothing of figures.
"""

from collections.abc import Callable, Mapping

from service.paper import html, pdf, xlsx
from service.paper.paper import Paper

__all__ = ["FORMS", "MEDIA"]

FORMS: Mapping[str, Callable[[Paper], bytes]] = {"pdf": pdf.write, "xlsx": xlsx.write, "html": html.write}
"""What writes each form."""

MEDIA: Mapping[str, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
"""The media type of each form."""
