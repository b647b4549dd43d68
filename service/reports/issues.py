"""Issued reports as readers ask for them: each revision of a report whole, with its figures and its copies."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from record.archive.issued import COPIES, FIGURES, IssuedReport

_NAME = re.compile(
    r"(?P<edition>[a-z0-9-]+)-(?P<day>\d{4}-\d\d-\d\d)(\.r\d+)?"
    r"(\.(?P<party>[a-z0-9_-]+)(?=\.[a-z-]+\.))?(\.(?P<language>[a-z-]+))?\.(?P<form>[a-z]+)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCopy:
    """A file as it was issued: its name, form and language ("" of all), its SHA-256, and the entry that names it.

    `party` is whose own workbook was filled, "" of the copies of all.
    """

    name: str
    form: str
    language: str
    sha256: str
    entry: int
    party: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A revision of a report: its edition and first day, when its copies were entered and by which entry, and these.

    `figures` is the entry of its figures, None where an earlier version issued all at once; it rests on the first
    `journal_size` entries.
    """

    edition: str
    day: str
    revision: int
    entry: int
    entered: datetime
    figures: int | None
    journal_size: int
    copies: tuple[IssuedCopy, ...]

    @property
    def first(self) -> date:
        """The first day of its period."""
        return date.fromisoformat(self.day)

    def copy(self, form: str, language: str) -> IssuedCopy | None:
        """Its copy of a form in a language, or the one that is in none; never the workbook of one party."""
        held = {one.language: one for one in self.copies if one.form == form and not one.party}
        return held.get(language, held.get(""))


def issues_of(parts: Iterable[IssuedReport]) -> list[Issue]:
    """The revisions whose copies are entered: newest day first, and of a day the last revision first."""
    held: dict[tuple[str, str, int], dict[str, IssuedReport]] = {}
    for part in parts:
        held.setdefault((part.day, part.kind, part.revision), {})[part.part] = part
    whole = [(key, found) for key, found in held.items() if COPIES in found]
    return [_issue(found) for _, found in sorted(whole, key=lambda one: one[0], reverse=True)]


def place_of(name: str) -> tuple[str, str] | None:
    """Of which edition and day a file is, by the name under which it was issued; None where it is no such name."""
    found = _NAME.fullmatch(name)
    return (found["edition"], found["day"]) if found else None


def _issue(parts: dict[str, IssuedReport]) -> Issue:
    last, figures = parts[COPIES], parts.get(FIGURES)
    parts_of = [part for part in (figures, last) if part is not None]
    return Issue(
        edition=last.kind,
        day=last.day,
        revision=last.revision,
        entry=last.entry,
        entered=last.entered,
        figures=None if figures is None else figures.entry,
        journal_size=last.as_of_size,
        copies=tuple(copies_of(parts_of)),
    )


def copies_of(parts: Iterable[IssuedReport]) -> list[IssuedCopy]:
    """The files of one revision in the order of its parts, each as the last that names it does."""
    held = {name: (part.entry, sha256) for part in parts for name, sha256 in part.forms.items()}
    return [_copy(name, *said) for name, said in held.items()]


def _copy(name: str, entry: int, sha256: str) -> IssuedCopy:
    found = _NAME.fullmatch(name)
    if found is None:
        return IssuedCopy(name=name, form=name.rpartition(".")[2], language="", sha256=sha256, entry=entry)
    party, language = found["party"] or "", found["language"] or ""
    return IssuedCopy(name=name, form=found["form"], language=language, sha256=sha256, entry=entry, party=party)
