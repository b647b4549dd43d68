"""The commands `arna report` and `arna issue`: an issued copy's own bytes or a draft, and issuing by hand."""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from arna import house
from arna.issuing import office_of, revise
from record.archive import Archive, Log
from record.archive.issued import COPIES, IssuedReport
from record.archive.record import Record
from record.errors import ConfigError, SelectionError, UnknownName
from record.network import Network
from service.reports import last_complete_day, write
from service.reports.built import build, figures_in
from service.reports.editions import COPIES as ISSUED_COPIES
from service.reports.editions import EDITIONS, FIGURES, Copy, Edition
from service.settings import Settings
from service.standing import state_of

LATEST = "latest"
_DAY = timedelta(days=1)
_KNOWN = (FIGURES, *ISSUED_COPIES)
_FORMS = tuple(dict.fromkeys(copy.form for copy in _KNOWN))
_UNREADABLE = ("pdf", "xlsx", "nc")
"""What no terminal can show."""

Day = Annotated[str, typer.Argument(help="A report day of the period as YYYY-MM-DD, or latest.")]
OfEdition = Annotated[str, typer.Option("--edition", help=f"{', '.join(EDITIONS)}.")]


def report(
    day: Day,
    edition: OfEdition = "daily",
    language: Annotated[str, typer.Option("--lang", help="kk, ky, ru, en, or kk-ky for the protocol copy.")] = "en",
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(_FORMS)}.")] = "html",
    revision: Annotated[int | None, typer.Option(help="This revision; the last one if none.", min=1)] = None,
    draft: Annotated[bool, typer.Option("--draft", help="What is known now, whatever was issued.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output if none.")
    ] = None,
) -> None:
    """Write the exchange report: as it was issued, byte for byte, or else as a draft of what is known now."""
    settings, copy, now = Settings(), copy_of(form, language), datetime.now(UTC)
    chosen = edition_called(edition)
    network = house.open_network(settings)
    begin = _begin(network, chosen, day, now)
    if output is None and copy.form in _UNREADABLE and sys.stdout.isatty():
        raise SelectionError(f"{copy.form} is not for a terminal: name a file with -o")
    record = house.open_house(settings)
    body = None if draft and revision is None else _issued(record, chosen, begin, copy, revision)
    if body is None:
        why = "as a draft" if draft else "is not issued"
        sys.stderr.write(f"arna: the {chosen.name} report of {begin} {why}: it tells what is known now\n")
        body = _draft(record, chosen, begin, copy, now)
    _put(body, output)


def issue(
    day: Day,
    edition: OfEdition = "daily",
    empty: Annotated[bool, typer.Option("--empty", help="Even if no figure of it has a value.")] = False,
) -> None:
    """Issue a report now, or its next revision where it says something else than the last one."""
    settings, chosen = Settings(), edition_called(edition)
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
        f"the {chosen.name} report of {begin}: revision {done.revision} is issued as entry {done.entry}, "
        f"{len(done.files)} files in {done.folder}\n"
    )


def edition_called(name: str) -> Edition:
    """The edition of that name; raise `SelectionError` with the known ones."""
    if name not in EDITIONS:
        raise SelectionError(f"{name[:40]!r} is no edition: use one of {', '.join(EDITIONS)}")
    return EDITIONS[name]


def copy_of(form: str, language: str) -> Copy:
    """The copy of that form, in that language where its form is in any; raise `SelectionError` for one not issued."""
    same = [copy for copy in _KNOWN if copy.form == form]
    if not same:
        raise SelectionError(f"{form[:40]!r} is no form of a report: use one of {', '.join(_FORMS)}")
    for copy in same:
        if copy.language in ("", language):
            return copy
    known = ", ".join(copy.language for copy in same)
    raise SelectionError(f"{form} is not issued in {language[:20]!r}: use one of {known}")


def _begin(network: Network, edition: Edition, day: str, now: datetime) -> date:
    """The first day of the period that holds a day, or of the last one that has ended."""
    if day != LATEST:
        return edition.period(_day(day, now), network.figures).begin
    last = last_complete_day(network, now)
    period = edition.period(last, network.figures)
    if period.end > last + _DAY:
        period = edition.period(period.begin - _DAY, network.figures)
    return period.begin


def _issued(record: Record, edition: Edition, begin: date, copy: Copy, revision: int | None) -> bytes | None:
    """The bytes of an issued copy; None where the report is not issued and no revision is asked for by its number."""
    log, parts = Log(record), Log(record).reports(edition.name, begin.isoformat())
    whole = [one.revision for one in parts if one.part == COPIES]
    if revision is None and not whole:
        return None
    wanted = whole[-1] if revision is None else revision
    name = copy.file_name(edition.name, begin, wanted)
    found = next((one.forms[name] for one in parts if _holds(one, wanted, name)), None)
    if found is None:
        known = ", ".join(map(str, dict.fromkeys(whole))) or "none"
        raise UnknownName(f"{name} was not issued: the revisions of that report are {known}")
    return log.form(found)


def _holds(one: IssuedReport, revision: int, name: str) -> bool:
    return one.revision == revision and name in one.forms


def _refuse_empty(record: Record, edition: Edition, begin: date) -> None:
    """Raise `SelectionError` for a report of days of which nothing was said that it has a figure for."""
    made = build(Archive(record), record.network, edition, begin, datetime.now(UTC))
    if not any(figure.readings or figure.left_out for figure in figures_in(made.basins) if not figure.measure):
        raise SelectionError(
            f"no figure of the {edition.name} report of {begin} has a value: nothing was said of it; "
            "issue it all the same with --empty"
        )


def _draft(record: Record, edition: Edition, begin: date, copy: Copy, now: datetime) -> bytes:
    made = build(Archive(record), record.network, edition, begin, now)
    return write(made, copy, None, state_of(Log(record).standing(), made.journal_size))


def _day(text: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise SelectionError(f"{text[:40]!r} is not a day: write YYYY-MM-DD or latest") from None
    if not date(1900, 1, 1) <= day <= now.date() + timedelta(days=366):
        raise SelectionError(f"{text} is out of range: ask for a day from 1900 to next year")
    return day


def _put(body: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(body)
        return
    try:
        output.write_bytes(body)
    except OSError as fault:
        raise ConfigError(f"{output} cannot be written: {fault.strerror}; name another file with -o") from None
