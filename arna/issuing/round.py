"""A round of issuing: reports whose hour has come, and once a day those that something was said of since.

What cannot be issued is one line in the log and a warning, stops no other, and is tried again after a while.
"""

import logging
from datetime import date, timedelta

from arna.issuing import corrections
from arna.issuing.due import Due, borne_out, deadline_of, due, lacking, last_due
from arna.issuing.issue import Issued, is_laid, issue, lay_missing, revise, unfinished
from arna.issuing.office import Office
from arna.issuing.press import BROKE
from ingest.patience import next_try
from record import health
from record.archive import Archive
from record.errors import ArnaError, RecordBusy
from record.ledger import Ledger
from service.figures.day import day_of
from service.reports.editions import EDITIONS, Edition

log = logging.getLogger("arna.issuing")

_DAY = timedelta(days=1)
_LOOKED = "corrections"
"""Under this name it is remembered up to where the journal was looked through, and with the report of which day."""
_CLOCK = f"{health.REPORTS}clock"
_ISSUE = f"{health.REPORTS}issue "


def issue_due(office: Office) -> list[Issued]:
    """Issue what is due and complete, or past its deadline; return what was issued. Raises `RecordError`."""
    archive, network, now, done = Archive(office.record), office.record.network, office.now(), []
    waits: dict[date, bool] = {}
    wanted = list(due(office.log, network, now, archive.grown(1)))
    # Of what was issued by hand, or is so old that it is not issued any more, nothing is amiss.
    health.forget(office.record.engine, _ISSUE, {_name(one) for one in wanted})
    for one in _borne_out(office, wanted):
        if one.day not in waits:
            waits[one.day] = _waits(office, one.day)
        if not waits[one.day]:
            issued = _issued(office, one)
            done += [] if issued is None else [issued]
    _lay_newest(office)
    return done


def revise_touched(office: Office) -> list[Issued]:
    """Once a day, after the hour of issue: revise the reports that later readings have changed; return these."""
    network, archive = office.record.network, Archive(office.record)
    last, (since, looked) = last_due(network.report_day, office.now()), _looked(office)
    if looked is not None and looked > last:
        log.warning("corrections were looked for on %s, which is yet to come: that does not count", looked + _DAY)
    elif looked == last or not _is_borne_out(office, last):
        return []
    standing, size = corrections.standing(office.log, network, last), archive.size()
    if since is None:
        since = min((one.figures.as_of_size for one in standing), default=size)
    by = corrections.touched(archive, network, since, size)
    done, all_well = [], True
    for one in corrections.to_be_looked_at(standing, by):
        try:
            issued = revise(office, one.edition, one.begin)
        except (ArnaError, *BROKE) as fault:
            log.warning("%s report of %s was not revised: %s", one.edition.name, one.begin, _why(fault))
            all_well = False
            continue
        if issued is not None:
            _tell(issued)
            done.append(issued)
    for one in standing:
        _lay(office, one.edition, one.begin)
    office.pen.pass_over(_LOOKED, f"{size if all_well else since} {last.isoformat()}")
    return done


def _is_borne_out(office: Office, day: date) -> bool:
    """Whether the hour of issue of a day has come by more than the clock of this host alone."""
    until = borne_out(office.log, Archive(office.record))
    return until is None or day_of(office.record.network.report_day, day).issue <= until


def _borne_out(office: Office, wanted: list[Due]) -> list[Due]:
    """Those of the reports whose hour has come by more than a clock that may have been set wrong.

    What is issued of days to come stays in the journal for good.
    """
    kept = [one for one in wanted if _is_borne_out(office, one.day)]
    engine, now = office.record.engine, office.now()
    if len(kept) == len(wanted):
        health.forget(engine, _CLOCK, ())
        return kept
    said = (
        f"reports from {wanted[len(kept)].day} on are not issued: the newest entry and signature are days older "
        "than the clock says; set the clock, or issue them by hand"
    )
    if health.failed(engine, _CLOCK, now, said).failures == 1:
        log.warning("%s", said)
    return kept


def _waits(office: Office, day: date) -> bool:
    """Whether something owed may still come before the deadline."""
    now = office.now()
    if now >= deadline_of(office.record.network.report_day, day):
        return False
    return bool(lacking(Ledger(office.record), day, now))


def _issued(office: Office, one: Due) -> Issued | None:
    of, engine = _name(one), office.record.engine
    if not _may_try(office, of):
        return None
    try:
        issued = issue(office, one.edition, one.begin)
        health.went_well(engine, of, office.now())
    except (ArnaError, *BROKE) as fault:
        if isinstance(fault, RecordBusy) and unfinished(office.parts(one.edition, one.begin)) is not None:
            log.info("the %s report of %s is being issued by another host", one.edition.name, one.begin)
            return None
        said = f"the {one.edition.name} report of {one.begin} was not issued: {_why(fault)}"
        log.warning("%s", said)
        health.failed(engine, of, office.now(), said)
        return None
    _tell(issued)
    return issued


def _name(one: Due) -> str:
    """By what it is remembered how issuing a report fares: one that cannot be made must not hold up later ones."""
    return f"{_ISSUE}{one.edition.name} {one.begin}"


def _may_try(office: Office, of: str) -> bool:
    """Whether what failed is due again; a failure that lies in the future was noted by a clock that was wrong."""
    known, now = health.of(office.record.engine, of), office.now()
    if known is None or known.failed is None:
        return True
    if known.failed > now:
        log.warning("%s failed at %s, which is yet to come: that does not count", of, known.failed)
        return True
    return now >= next_try(of, known.failures, known.failed)


def _why(fault: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(fault, ArnaError):
        return str(fault)
    return f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}; please report it"


def _tell(issued: Issued) -> None:
    log.info(
        "%s report of %s: revision %d is issued as entry %d",
        *(issued.edition, issued.begin, issued.revision, issued.entry),
    )


def _lay(office: Office, edition: Edition, begin: date) -> None:
    """Lay what a process that was killed did not lay."""
    try:
        for part in office.parts(edition, begin):
            lay_missing(office, edition.name, part)
    except ArnaError as fault:
        log.warning("%s report of %s: %s", edition.name, begin, fault)


def _lay_newest(office: Office) -> None:
    """Lay what another host issued last."""
    for edition in EDITIONS.values():
        for one in office.log.latest_reports(edition.name, 1):
            if not is_laid(office, one):
                _lay(office, edition, date.fromisoformat(one.day))


def _looked(office: Office) -> tuple[int | None, date | None]:
    size, _, day = (office.pen.cursor(_LOOKED) or "").partition(" ")
    return (int(size), date.fromisoformat(day)) if size.isdigit() and day else (None, None)
