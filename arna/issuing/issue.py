"""Issuing a report: its figures are entered and signed, then all papers that bear the proof of it are entered too.

What broke off between the two is taken up again by the next run: a report is made of the first entries of the journal
alone, and comes out the same whenever it is made. Where another host was quicker, what it issued is laid here too.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from arna.issuing import shelf, templates
from arna.issuing.office import Office
from arna.issuing.press import Made
from arna.issuing.seal import sealed
from record.archive import Archive
from record.archive.issued import COPIES, FIGURES, IssuedReport
from record.entry import Receipt
from record.errors import RecordBusy, SelectionError, UnknownName
from record.leaf import REPORTS
from service.figures.day import last_complete
from service.reports.editions import Copy, Edition
from service.reports.report import Report, Revision

log = logging.getLogger("arna.issuing")

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued report: the entries of its figures and of its copies, and the folder in which its files lie."""

    edition: str
    begin: date
    revision: int
    figures: int
    entry: int
    folder: Path
    files: tuple[str, ...]

    @property
    def name(self) -> str:
        """How all its files begin."""
        return f"{self.edition}-{self.begin.isoformat()}.r{self.revision}"

    def path(self, form: str, language: str = "") -> Path:
        """Where a copy lies."""
        return self.folder / Copy(form=form, language=language).file_name(self.edition, self.begin, self.revision)


def issue(office: Office, edition: Edition, day: date) -> Issued:
    """Issue the next revision of the report whose period holds `day`; one that broke off is finished instead.

    Raises `SelectionError` for a period that has not ended, and `ArnaError` where it cannot be made or entered.
    """
    begin = _begin(office, edition, day)
    known = office.parts(edition, begin)

    def issued() -> Issued:
        finished = _finished(office, edition, known)
        return finished or _next(office, edition, begin, known, _made(office, edition, begin))

    return _or_of_another(office, edition, begin, known, issued)


def revise(office: Office, edition: Edition, day: date) -> Issued | None:
    """The same, but None where nothing is otherwise than the last revision says; of what is not issued the first."""
    begin = _begin(office, edition, day)
    known = office.parts(edition, begin)

    def revised() -> Issued | None:
        finished = _finished(office, edition, known)
        if finished is not None:
            return finished
        report, last = _made(office, edition, begin), last_whole(known)
        # What broke off and comes out otherwise now has a number, and another revision must stand for it.
        if last is not None and unfinished(known) is None and not office.press.differs(_body(office, last), report):
            return None
        return _next(office, edition, begin, known, report)

    return _or_of_another(office, edition, begin, known, revised)


def last_issued(office: Office, edition: Edition, day: date) -> Issued:
    """The last revision of a report that was issued. Raises `UnknownName` where none was."""
    begin = edition.period(day, office.record.network.figures).begin
    known = office.parts(edition, begin)
    copies = last_of(known, COPIES)
    if copies is None:
        raise UnknownName(f"no {edition.name} report of {begin} was issued")
    figures = next((one for one in known if one.entry == copies.figures), copies)
    folder = shelf.folder_of(office.data, edition.name)
    names = tuple(dict.fromkeys((*figures.forms, *copies.forms)))
    return Issued(edition.name, begin, copies.revision, figures.entry, copies.entry, folder, names)


def last_of(known: Sequence[IssuedReport], part: str) -> IssuedReport | None:
    """The last one of a part."""
    return next((one for one in reversed(known) if one.part == part), None)


def last_whole(known: Sequence[IssuedReport]) -> IssuedReport | None:
    """The figures of the last revision that has copies: what broke off before them nobody was given."""
    whole = {one.figures for one in known if one.part == COPIES}
    return last_of([one for one in known if one.entry in whole], FIGURES)


def unfinished(known: Sequence[IssuedReport]) -> IssuedReport | None:
    """The figures of the last revision where its copies were never entered."""
    last = known[-1] if known else None
    return last if last is not None and last.part == FIGURES else None


def again(office: Office, figures: IssuedReport, edition: Edition) -> Report | None:
    """The report of figures that were entered, made again; None where it comes out otherwise now.

    It does where another version of the network, or of what makes reports, came since.
    """
    body, begin = _body(office, figures), date.fromisoformat(figures.day)
    before = [one for one in office.parts(edition, begin) if one.revision < figures.revision]
    report = _made(office, edition, begin, figures.as_of_size, figures.entered)
    report = _revised(office, report, figures.revision, last_whole(before))
    return report if office.press.figures(report).body == body else None


def is_laid(office: Office, one: IssuedReport) -> bool:
    """Whether all files of an issued report lie in its folder, whatever their bytes."""
    folder = shelf.folder_of(office.data, one.kind)
    return all((folder / name).exists() for name in one.forms)


def lay_missing(office: Office, edition: str, one: IssuedReport) -> None:
    """Lay the files of an issued report that do not lie in its folder, or not as they were issued."""
    folder = shelf.folder_of(office.data, edition)
    for name, sha256 in one.forms.items():
        known = shelf.lies(folder, name, sha256)
        if known is False:
            log.warning("%s was not as it was issued: it is laid anew", folder / name)
        if not known:
            shelf.lay(folder, name, office.log.form(sha256))


def _or_of_another(
    office: Office, edition: Edition, begin: date, known: Sequence[IssuedReport], done: Callable[[], Result]
) -> Result | Issued:
    """What is issued here, or by another host that did the same meanwhile and was quicker."""
    try:
        return done()
    except RecordBusy:
        parts = office.parts(edition, begin)
        if len(parts) == len(known) or unfinished(parts) is not None:
            raise
        for one in parts[len(known) :]:
            lay_missing(office, edition.name, one)
        return last_issued(office, edition, begin)


def _begin(office: Office, edition: Edition, day: date) -> date:
    period = edition.period(day, office.record.network.figures)
    complete = last_complete(office.record.network.report_day, office.now())
    if period.end.toordinal() > complete.toordinal() + 1:
        raise SelectionError(f"the {edition.name} report of {period.begin} is of days that have not ended: wait")
    return period.begin


def _finished(office: Office, edition: Edition, known: Sequence[IssuedReport]) -> Issued | None:
    begun = unfinished(known)
    if begun is None:
        return None
    report = again(office, begun, edition)
    if report is not None:
        return _enter_copies(office, report, begun)
    log.warning(
        "the figures of the %s report of %s, revision %d, cannot be made again: the next revision stands for them",
        *(edition.name, begun.day, begun.revision),
    )
    return None


def _made(
    office: Office, edition: Edition, begin: date, size: int | None = None, now: datetime | None = None
) -> Report:
    archive = Archive(office.record)
    count = archive.size() if size is None else size
    return office.press.report(archive, office.record.network, edition, begin, now or office.now(), count)


def _revised(office: Office, report: Report, number: int, last: IssuedReport | None) -> Report:
    """The report as that revision of it, with what changed since the last one."""
    archive, network = Archive(office.record), office.record.network
    changes = () if last is None else office.press.changes(_body(office, last), report, archive, network)
    before = None if last is None else last.entry
    return replace(report, revision=Revision(number=number, before=before, changes=changes))


def _next(office: Office, edition: Edition, begin: date, known: Sequence[IssuedReport], report: Report) -> Issued:
    number = max((one.revision for one in known), default=0) + 1
    report = _revised(office, report, number, last_whole(known))
    made = office.press.figures(report)
    name = made.copy.file_name(edition.name, begin, number)
    form = Receipt(source=REPORTS, name=name, media=made.media, received=office.now(), body=made.body)
    said = _said(edition.name, begin, number, FIGURES, report.journal_size, [form])
    entry = office.pen.issue(said, [form], office.now)
    (begun,) = (one for one in office.parts(edition, begin) if one.entry == entry)
    return _enter_copies(office, report, begun)


def _enter_copies(office: Office, report: Report, begun: IssuedReport) -> Issued:
    """Sign the figures, make all copies that bear the proof of them, and enter, sign and lay these."""
    _sign(office)
    begin = date.fromisoformat(begun.day)
    (name, sha256), folder = next(iter(begun.forms.items())), shelf.folder_of(office.data, begun.kind)
    figures = office.log.form(sha256)
    seal = sealed(office.log, begun.entry, begun.entered, name, figures)
    made = [*_copies(office.press.copies(report, seal), begun, begin), *templates.filled(office, report, seal, begun)]
    moment = office.now()
    forms = [Receipt(source=REPORTS, name=name, media=media, received=moment, body=body) for name, media, body in made]
    said = _said(begun.kind, begin, begun.revision, COPIES, begun.as_of_size, forms) | {"figures": begun.entry}
    # The figures are named once more, so that the one proof of this entry is of every file of the revision.
    said["forms"] = [{"name": name, "sha256": sha256}, *said["forms"]]
    entry = office.pen.issue(said, forms, office.now)
    _sign(office)
    shelf.lay(folder, name, figures)
    for form in forms:
        shelf.lay(folder, form.name, form.body)
    names = (name, *(form.name for form in forms))
    return Issued(begun.kind, begin, begun.revision, begun.entry, entry, folder, names)


def _copies(made: Iterator[Made], begun: IssuedReport, begin: date) -> Iterator[tuple[str, str, bytes]]:
    for one in made:
        yield one.copy.file_name(begun.kind, begin, begun.revision), one.media, one.body


def _sign(office: Office) -> None:
    """Sign a checkpoint over what was entered and ask both witnesses; who does not answer is a line in the log."""
    office.pen.checkpoint(office.now)
    for one in office.ask(office.log, office.pen, office.now):
        if one.fault is not None:
            log.warning("witness %s: %s", one.witness, one.fault)


def _body(office: Office, figures: IssuedReport) -> bytes:
    return office.log.form(next(iter(figures.forms.values())))


def _said(kind: str, begin: date, revision: int, part: str, size: int, forms: Sequence[Receipt]) -> dict[str, Any]:
    return {
        "kind": kind,
        "day": begin.isoformat(),
        "revision": revision,
        "part": part,
        "as_of_size": size,
        "forms": [{"name": form.name, "sha256": form.sha256} for form in forms],
    }
