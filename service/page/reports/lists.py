"""What the two pages of reports show: all editions, and one of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.language.phrase import Phrase, phrase
from service.language.words import EDITIONS as NAMES
from service.page.reports.calendar import Month
from service.page.reports.files import Row, rows
from service.page.shell import Shell
from service.reports.called import LATEST
from service.reports.editions import EDITIONS
from service.reports.issues import Issue

_SHORT: Mapping[str, Phrase] = {
    "daily": phrase("Daily"),
    "weekly": phrase("Weekly"),
    "10-day": phrase("By 10 days"),
    "monthly": phrase("Monthly"),
    "season": phrase("By season"),
}


def every(shell: Shell, newest: Mapping[str, Sequence[Issue]], month: Month) -> bytes:
    """The page of all editions: the newest report of each, and a month of daily ones."""
    tables = [_table(shell, edition, rows(issues, shell)) for edition, issues in newest.items()]
    return _page(shell, shell.reader.language.say("Exchange reports"), None, tables, month, None)


def of_one(shell: Shell, edition: str, issues: Sequence[Issue], month: Month | None, older: str | None) -> bytes:
    """The page of an edition; `older` is the day before which its following page begins."""
    tables = [_table(shell, edition, rows(issues, shell))]
    return _page(shell, shell.reader.language.word(NAMES, edition), edition, tables, month, older)


def _page(
    shell: Shell, title: str, own: str | None, tables: list[dict[str, Any]], month: Month | None, older: str | None
) -> bytes:
    place = "/reports" if own is None else f"/reports/{own}"
    return shell.render(
        "reports.html",
        title,
        own=own,
        tabs=[(None, phrase("All reports"), shell.link("/reports"))]
        + [(edition, _SHORT[edition], shell.link(f"/reports/{edition}")) for edition in EDITIONS],
        tables=tables,
        month=month,
        older=older,
        json=shell.link(place, f="json"),
        feed=None if own is None else shell.link(f"{place}/feed.atom"),
    )


def _table(shell: Shell, edition: str, held: Sequence[Row]) -> dict[str, Any]:
    return {
        "edition": edition,
        "title": shell.reader.language.say(_SHORT[edition]),
        "href": shell.link(f"/reports/{edition}"),
        "draft": shell.link(f"/reports/{edition}/{LATEST}", f="html"),
        "rows": held,
    }
