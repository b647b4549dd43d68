"""The forms of a report: JSON with unrounded numbers, and one HTML page that needs nothing from outside."""

from pathlib import Path

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.reports import text
from service.reports.document import DailyReport

_TEMPLATES = Path(__file__).parent / "templates"


def render_json(report: DailyReport, _standing: str | None = None) -> bytes:
    """The document as JSON, UTF-8: field names as in `service.reports.document`, times in ISO 8601 with offset."""
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)


def render_html(report: DailyReport, standing: str | None = None) -> bytes:
    """The document as one self-contained page, UTF-8, without script; numbers are rounded for reading.

    `standing` says how the record stood with both countries when the page was asked for. It is no part of the report,
    and an issued one has none: who has signed since is in its proof.
    """
    pages = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    pages.filters.update(text.FILTERS)
    pages.globals["decimals_of"] = text.decimals_of
    return pages.get_template("daily.html").render(report=report, standing=standing).encode()
