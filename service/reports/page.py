"""The issued reports as a page for people: of each period its revisions, and of these the files to open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import quote

from record.network import Network
from service.language import LANGUAGES, Language, language_called
from service.language.words import EDITIONS as NAMES
from service.reports.called import LATEST
from service.reports.editions import BOTH, EDITIONS
from service.reports.issues import Issue, IssuedCopy, place_in_list
from service.written import pages

_SHOWN = ("pdf", "html", "xlsx", "csv", "json", "nc")
_CALLED = {"nc": "netCDF"}
"""What a form is called where that is not its ending in capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a page lists: of each edition its issues, newest first; `own` is the edition whose page it is, if any.

    `base` is the address of the service without a slash at its end, `older` that of the next page.
    """

    editions: Sequence[tuple[str, Sequence[Issue]]]
    base: str
    own: str | None = None
    older: str | None = None


def write(listed: Listed, network: Network, language: Language) -> bytes:
    """The page in a language, UTF-8, without a script and with nothing from outside."""
    here = f"{listed.base}/reports{'' if listed.own is None else f'/{listed.own}'}"
    every = language.say("Exchange reports")
    shown = {
        "language": language.code,
        "title": every if listed.own is None else language.word(NAMES, listed.own),
        "base": listed.base,
        "json": f"{here}?f=json",
        "feed": "" if listed.own is None else f"{here}/feed.atom?lang={language.code}",
        "languages": [
            {"code": code, "name": _own_name(code), "href": f"{here}?lang={code}&f=html"}
            for code in LANGUAGES
            if code != language.code
        ],
        "say": _words(language, every),
        "tables": [_table(edition, issues, listed, network, language) for edition, issues in listed.editions],
        "older": None if listed.older is None else f"{listed.base}{listed.older}&lang={language.code}&f=html",
    }
    return pages.template("reports.html").render(shown).encode()


def _own_name(code: str) -> str:
    return str(language_called(code).locale.languages[code])


def _words(language: Language, every: str) -> dict[str, str]:
    return {
        "all": every,
        "period": language.say("Period"),
        "revision": language.say("Revision"),
        "issued": language.say("Issued"),
        "files": language.say("Files"),
        "proof": language.say("Proof"),
        "nothing": language.say("Nothing is issued yet."),
        "draft": language.say("What is known now, not issued"),
        "older": language.say("Older reports"),
    }


def _table(
    edition: str, issues: Iterable[Issue], listed: Listed, network: Network, language: Language
) -> dict[str, Any]:
    rows = [
        _row(issue, listed.base, network, language, newest=place == 0)
        for _, revisions in groupby(issues, key=lambda issue: issue.day)
        for place, issue in enumerate(revisions)
    ]
    place = f"{listed.base}/reports/{edition}"
    return {
        "title": language.word(NAMES, edition) if listed.own is None else "",
        "href": f"{place}?lang={language.code}",
        "draft": f"{place}/{LATEST}?f=html&lang={language.code}",
        "rows": rows,
    }


def _row(issue: Issue, base: str, network: Network, language: Language, *, newest: bool) -> dict[str, Any]:
    period = EDITIONS[issue.edition].period(date.fromisoformat(issue.day), network.figures)
    proof = f"{base}/proof?entry={issue.entry}"
    return {
        "period": language.span(period.begin, period.end) if newest else "",
        "revision": language.count(issue.revision),
        "issued": language.moment(issue.entered.astimezone(network.report_day.tz)),
        "files": [_file(one, issue, base, network, language) for one in _shown(issue, language)],
        "proof": {"href": proof, "text": f"#{issue.entry}"},
    }


def _shown(issue: Issue, language: Language) -> list[IssuedCopy]:
    """The files that a reader of a language opens: those in it, in all, the protocol copy, and the parties' own."""
    codes = ("", language.code, BOTH)
    found = [one for one in issue.copies if one.party or one.language in codes]
    return sorted(found, key=lambda one: (bool(one.party), one.language == BOTH, _rank(one.form)))


def _rank(form: str) -> int:
    return _SHOWN.index(form) if form in _SHOWN else len(_SHOWN)


def _file(one: IssuedCopy, issue: Issue, base: str, network: Network, language: Language) -> dict[str, str]:
    form = _CALLED.get(one.form, one.form.upper())
    text = f"{form} ({one.language.replace('-', ' + ')})" if one.language == BOTH else form
    if one.party:
        party = network.parties.get(one.party)
        whose = one.party if party is None else language.name(party.names)
        text = f"{form} ({whose}, {one.language})"
    return {"href": f"{base}{quote(place_in_list(issue, one), safe='/?&=')}", "text": text}
