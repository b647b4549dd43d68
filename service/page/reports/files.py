"""The issued revisions of an edition as rows: of each its period, what it replaces, and the files to open."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from record.network import Network
from service.page.deadline import deadline, is_by
from service.page.shell import Shell
from service.reports.editions import BOTH, EDITIONS
from service.reports.issues import Issue, IssuedCopy, place_in_list

_SHOWN = ("pdf", "html", "xlsx", "csv", "json", "nc")
_CALLED = {"nc": "netCDF"}
"""What a form is called where that is not its ending in capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to open, and what it is called."""

    href: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A revision; `replaces` and `replaced_by` are numbers of revisions."""

    edition: str
    day: str
    period: str
    revision: int
    replaces: int | None
    replaced_by: int | None
    issued: str
    late: bool
    files: tuple[File, ...]
    proof: File


def rows(issues: Iterable[Issue], shell: Shell) -> list[Row]:
    """The revisions of one edition, newest period and newest revision first."""
    found = []
    for _, held in groupby(issues, key=lambda issue: issue.day):
        newer: int | None = None
        revisions = list(held)
        for issue in revisions:
            older = [one.revision for one in revisions if one.revision < issue.revision]
            found.append(_row(issue, max(older, default=None), newer, shell))
            newer = issue.revision
    return found


def is_late(issue: Issue, network: Network) -> bool:
    """Whether a first revision was entered after the last hour for it."""
    end = EDITIONS[issue.edition].period(issue.first, network.figures).end
    return issue.revision == 1 and not is_by(issue.entered, deadline(network.report_day, end))


def best(issue: Issue, shell: Shell) -> str:
    """Where to read a revision: its page in the reader's language, else its paper, else what was issued at all."""
    for form in ("html", "pdf"):
        found = issue.copy(form, shell.code)
        if found is not None:
            return _address(shell, place_in_list(issue, found))
    return _address(shell, f"/reports/{issue.edition}/{issue.day}/issued")


def _row(issue: Issue, older: int | None, newer: int | None, shell: Shell) -> Row:
    language, network = shell.reader.language, shell.network
    period = EDITIONS[issue.edition].period(issue.first, network.figures)
    return Row(
        edition=issue.edition,
        day=issue.day,
        period=language.span(period.begin, period.end),
        revision=issue.revision,
        replaces=older,
        replaced_by=newer,
        issued=shell.reader.moment(issue.entered),
        late=is_late(issue, network),
        files=tuple(_file(one, issue, shell) for one in _shown(issue, shell.code)),
        proof=File(href=_address(shell, f"/proof?entry={issue.entry}"), text=f"#{issue.entry}"),
    )


def _shown(issue: Issue, language: str) -> list[IssuedCopy]:
    """The files that a reader of a language opens: those in it, in all, the protocol copy, and the parties' own."""
    codes = ("", language, BOTH)
    found = [one for one in issue.copies if one.party or one.language in codes]
    return sorted(found, key=lambda one: (bool(one.party), one.language == BOTH, _rank(one.form)))


def _rank(form: str) -> int:
    return _SHOWN.index(form) if form in _SHOWN else len(_SHOWN)


def _file(one: IssuedCopy, issue: Issue, shell: Shell) -> File:
    form = _CALLED.get(one.form, one.form.upper())
    text = f"{form} ({one.language.replace('-', ' + ')})" if one.language == BOTH else form
    if one.party:
        party = shell.network.parties.get(one.party)
        whose = one.party if party is None else shell.reader.language.name(party.names)
        text = f"{form} ({whose}, {one.language})"
    return File(href=_address(shell, place_in_list(issue, one)), text=text)


def _address(shell: Shell, place: str) -> str:
    return f"{shell.base}{quote(place, safe='/?&=:')}"
