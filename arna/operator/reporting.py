"""The commands `arna report` and `arna issue`: an issued copy's own bytes or a draft, and issuing by hand."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from arna import house
from arna.issuing import office_of, revise
from record.archive import Archive, Log
from record.archive.record import Record
from record.errors import ConfigError, SelectionError, UnknownName
from record.network import Network
from service.reports import called, write
from service.reports.built import build, figures_in
from service.reports.called import LATEST
from service.reports.editions import EDITIONS, Copy, Edition
from service.reports.issues import Issue, issues_of, of_draft
from service.reports.stapled import PDF, given_out
from service.settings import Settings
from service.standing import DIFFERENT, sentence, state_of

_ENGLISH = "en"
_UNREADABLE = (PDF, "xlsx", "nc")
"""What no terminal can show."""

Day = Annotated[str, typer.Argument(help="A report day of the period as YYYY-MM-DD, or latest.")]
OfEdition = Annotated[str, typer.Option("--edition", help=f"{', '.join(EDITIONS)}.")]


def report(
    day: Day,
    edition: OfEdition = "daily",
    language: Annotated[
        str | None, typer.Option("--lang", help="kk, ky, ru, en, or of a PDF kk-ky, the protocol copy; en if none.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(called.forms())}.")] = "html",
    revision: Annotated[int | None, typer.Option(help="This revision; the last one if none.", min=1)] = None,
    draft: Annotated[bool, typer.Option("--draft", help="What is known now, whatever was issued.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output if none.")
    ] = None,
) -> None:
    """Write the exchange report: as it was issued, a PDF with its proof, or else as a draft of what is known now."""
    settings, copy, now = Settings(), copy_of(form, language), datetime.now(UTC)
    if draft and revision is not None:
        raise SelectionError("a draft is no revision: leave out --draft or --revision")
    chosen = called.edition_called(edition)
    begin = _begin(house.open_network(settings), chosen, day, now)
    if output is None and copy.form in _UNREADABLE and sys.stdout.isatty():
        raise SelectionError(f"{copy.form} is not for a terminal: name a file with -o")
    record = house.open_house(settings)
    issues = issues_of(Log(record).reports(chosen.name, begin.isoformat()))
    if draft or (revision is None and not issues):
        why = "as a draft" if draft else "is not issued"
        sys.stderr.write(f"arna: the {chosen.name} report of {begin} {why}: it tells what is known now\n")
        body = _draft(record, chosen, begin, copy, now, issues)
    else:
        body = _issued(record, chosen, begin, copy, revision, issues)
    _put(body, output)


def issue(
    day: Day,
    edition: OfEdition = "daily",
    empty: Annotated[bool, typer.Option("--empty", help="Even if no figure of it has a value.")] = False,
) -> None:
    """Issue a report now, or its next revision where it says something else than the last one."""
    settings, chosen = Settings(), called.edition_called(edition)
    with house.holding_the_pen(settings):
        record = house.open_house(settings)
        pen = house.open_pen(settings, record)
        begin = _begin(record.network, chosen, day, datetime.now(UTC))
        office = office_of(record, pen, settings.data, lambda: datetime.now(UTC))
        if not empty and not office.parts(chosen, begin):
            _refuse_empty(record, chosen, begin)
        done = revise(office, chosen, begin)
    if done is None:
        last = office.parts(chosen, begin)[-1].revision
        sys.stdout.write(f"the {chosen.name} report of {begin}: nothing changed since revision {last}\n")
        return
    sys.stdout.write(
        f"the {chosen.name} report of {begin}: revision {done.revision} is issued as entry {done.figures}, "
        f"its copies as entry {done.entry}, {len(done.files)} files in {done.folder}\n"
    )


def copy_of(form: str, language: str | None) -> Copy:
    """The copy of that form, in that language where its form is in any; raise `SelectionError` for one not issued."""
    known = called.form_called(form)
    return Copy(form=known, language=called.language_of(known, language, _ENGLISH))


def _begin(network: Network, edition: Edition, day: str, now: datetime) -> date:
    """The first day of the period that holds a day, or of the last one that has ended."""
    if day == LATEST:
        return called.latest(edition, network, now).begin
    return called.begun(edition, called.day_called(day), network, now).begin


def _issued(
    record: Record, edition: Edition, begin: date, copy: Copy, revision: int | None, issues: list[Issue]
) -> bytes:
    """The bytes of an issued copy of a revision, of the last one without; a PDF has its proof behind it."""
    issue = next((one for one in issues if revision in (None, one.revision)), None)
    found = None if issue is None else issue.copy(copy.form, copy.language)
    if found is None:
        wanted = (issues[0].revision if issues else 1) if revision is None else revision
        known = ", ".join(str(one.revision) for one in reversed(issues)) or "none"
        name = copy.file_name(edition.name, begin, wanted)
        raise UnknownName(f"{name} was not issued: the revisions of that report are {known}")
    given = given_out(Log(record), found)
    if found.form == PDF and not given.signed:
        sys.stderr.write(
            f"arna: {found.name} bears no proof yet, not both ministries have signed: write it again later\n"
        )
    return given.body


def _refuse_empty(record: Record, edition: Edition, begin: date) -> None:
    """Raise `SelectionError` for a report of days of which nothing was said that it has a figure for."""
    made = build(Archive(record), record.network, edition, begin, datetime.now(UTC))
    if not any(figure.readings or figure.left_out for figure in figures_in(made.basins) if not figure.measure):
        raise SelectionError(
            f"no figure of the {edition.name} report of {begin} has a value: nothing was said of it; "
            "issue it all the same with --empty"
        )


def _draft(record: Record, edition: Edition, begin: date, copy: Copy, now: datetime, issues: list[Issue]) -> bytes:
    network, standing = record.network, Log(record).standing()
    made = build(Archive(record), network, edition, begin, now)
    state = state_of(standing, made.journal_size)
    said = of_draft(sentence(standing, network, made.journal_size), issues, network)
    return write(made, copy, None, state if state == DIFFERENT or not issues else said)


def _put(body: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(body)
        return
    try:
        output.write_bytes(body)
    except OSError as fault:
        raise ConfigError(f"{output} cannot be written: {fault.strerror}; name another file with -o") from None
