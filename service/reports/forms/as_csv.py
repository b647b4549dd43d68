"""CSV by RFC 4180: a row for each number of the report, with its key, its names in all languages, and how it stands.

UTF-8 that begins with its mark, for spreadsheets take Cyrillic for something else without it. Values are unrounded,
with a point; what is missing is an empty cell.
"""

import codecs
import csv
import io
from collections.abc import Iterator

from service.language import LANGUAGES
from service.reports.listed import Listed, listed
from service.reports.report import Report
from service.reports.superseded import superseded

_HEAD = (
    "key", "section", "basin", "subject", "station", "site", "party", "quantity", "measure", "begin", "end", "at",
    "value", "unit", "flag", "nature", "computed", "verified", "estimated", "reviewed", "entries",
    *(f"name_{code}" for code in LANGUAGES),
    "report", "edition", "revision", "journal_size", "network_version",
)  # fmt: skip


def write(report: Report) -> bytes:
    """A table with CRLF line ends; entries stand in one cell with blanks between them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEAD)
    revision = "" if report.revision is None else report.revision.number
    tail = (report.report, report.edition, revision, report.journal_size, report.network_version)
    writer.writerows((*_cells(one), *_names(one, report), *tail) for one in (*listed(report), *superseded(report)))
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _cells(one: Listed) -> Iterator[str]:
    yield from (one.key, one.section, one.basin, one.subject, one.station, one.site, one.party)
    yield from (one.quantity, one.measure, "" if one.begin is None else one.begin.isoformat(), one.end.isoformat())
    yield "" if one.at is None else one.at.isoformat()
    yield "" if one.value is None else repr(one.value)
    yield from (one.unit, one.flag, one.nature, *map(_truth, (one.computed, one.verified, one.estimated)))
    yield from (one.reviewed, " ".join(map(str, one.entries)))


def _truth(said: bool) -> str:
    return "true" if said else "false"


def _names(one: Listed, report: Report) -> Iterator[str]:
    """The names of the station; of a line of an account those of its party, else of its site, else of its basin."""
    whose = next((held for held in (one.station, one.party, one.site, one.basin) if held), "")
    names = report.names.get(whose, {})
    return (names.get(code, "") for code in LANGUAGES)
