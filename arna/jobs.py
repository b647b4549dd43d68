"""The jobs of the house: following the journal, signing checkpoints, asking witnesses; sealing, auditing, reporting."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from apscheduler.schedulers.blocking import BlockingScheduler

from arna import amendments, approvals, notify
from arna.delivering.round import deliver
from arna.desk import Clock, Desk
from arna.issuing import office_of
from arna.issuing.round import issue_due, revise_touched
from ingest.feed import feed
from ingest.follow import Followed, followers_with, to_rest
from ingest.patience import next_try
from ingest.quality.record_context import RecordContext
from record import seal as sealing
from record.archive import Log
from record.archive.record import Record
from record.audit import audit
from record.errors import ArnaError
from record.health import FOLLOW, Health, health, note
from record.ledger import Ledger
from record.ledger.kept import record_warnings
from record.writer import Pen

log = logging.getLogger("arna.jobs")

_PAUSE_SECONDS = 0.02


def sign_checkpoint(desk: Desk) -> None:
    """Sign the present size and root."""
    try:
        desk.pen.checkpoint(desk.now)
    except ArnaError as fault:
        log.warning("checkpoint: %s", fault)


def ask_witnesses(desk: Desk) -> None:
    """Ask the witnesses of both ministries for their signatures; who does not answer is a line in the log."""
    try:
        done = feed(Log(desk.record), desk.pen, desk.now)
    except ArnaError as fault:
        log.warning("witnesses: %s", fault)
        return
    for one in done:
        if one.fault is not None:
            log.warning("witness %s: %s", one.witness, one.fault)
        else:
            log.info("witness %s signed %s entries", one.witness, one.size)


def warn(desk: Desk) -> None:
    """Raise what is amiss, end what no longer is, and tell whoever asked to be told, now or in a later round."""
    try:
        changes = record_warnings(desk.record.engine, desk.now(), Ledger(desk.record).amiss(desk.now()))
        for one in changes.new:
            log.warning("%s: %s", one.kind, one.said)
        channels = notify.channels_of(notify.NotifySettings())
        notify.tell(desk.record.engine, desk.record.network.origin, channels, desk.now)
    except ArnaError as fault:
        log.warning("warnings: %s", fault)


def follow_journal(desk: Desk) -> None:
    """Enter what follows from what came in since the last time, unless that failed too lately."""
    try:
        known = health(desk.record.engine).get(FOLLOW)
    except ArnaError as fault:
        log.warning("follow: %s", fault)
        return
    if known is None or known.failed is None or desk.now() >= next_try(FOLLOW, known.failures, known.failed):
        follow(desk.record, desk.pen, desk.now, desk.halt.is_set, desk.context)


def take_amendments(desk: Desk) -> None:
    """Enter the amendments that were laid in while the pen was held here."""
    amendments.take(desk.record.network, desk.pen, desk.data, desk.now)


def take_approvals(desk: Desk, scheduler: BlockingScheduler) -> None:
    """Enter the approvals that came; stop where they brought another version of the network into force."""
    try:
        approvals.take(desk.pen, desk.data, desk.now)
        version = Log(desk.record).version_in_force()
        changed = desk.record.network.keys and version not in (None, desk.record.network.version)
        if changed:
            # Over the entry that brought it, by the key that was in force until then.
            desk.pen.checkpoint(desk.now)
    except ArnaError as fault:
        log.warning("approvals: %s", fault)
        return
    if changed:
        log.info("network %s is in force: the jobs begin anew with it", version)
        scheduler.shutdown(wait=False)


def seal_nightly(desk: Desk) -> None:
    """Seal the finished periods; where another process is at it, or the store is away, that is one line in the log."""
    try:
        seal(desk.record, desk.pen, desk.now)
    except ArnaError as fault:
        log.warning("seal: %s", fault)


def audit_nightly(desk: Desk) -> None:
    """Compare what the API would show with the journal; a difference is an alarm that everyone can see."""
    try:
        done = audit(desk.record, desk.data)
        if done.differences:
            evidence = "\n".join(done.differences).encode()
            desk.pen.alarm("audit", f"the audit found that {done.differences[0]}", evidence, desk.now)
    except ArnaError as fault:
        log.warning("audit: %s", fault)
        return
    for difference in done.differences:
        log.error("audit: %s", difference)
    log.info(
        "audit: %d readings in %d entries, %d differences",
        done.readings,
        done.entries,
        len(done.differences) + done.more,
    )


def issue_reports(desk: Desk) -> None:
    """Issue the reports that are due, and once a day revise those that later readings changed."""
    office = office_of(desk.record, desk.pen, desk.data, desk.now)
    try:
        issue_due(office)
        revise_touched(office)
    except ArnaError as fault:
        log.warning("reports: %s", fault)


def deliver_reports(desk: Desk) -> None:
    """Send the reports that were issued to the recipients that have not had them."""
    try:
        deliver(office_of(desk.record, desk.pen, desk.data, desk.now))
    except ArnaError as fault:
        log.warning("deliveries: %s", fault)


def follow(
    record: Record,
    pen: Pen,
    now: Clock,
    halted: Callable[[], bool] = lambda: False,
    context: RecordContext | None = None,
) -> Followed:
    """Follow the journal until nothing more comes of it: readings judged anew, and computed series.

    A fault is one line in the log when it is new, and stands in /status until it is over.
    """
    begun, followers = now(), None if context is None else followers_with(context)
    try:
        done = to_rest(record.network, pen, now, followers=followers, halted=halted)
        known = health(record.engine).get(FOLLOW, Health(source=FOLLOW, tried=begun))
        state = _after(known, done, begun, now())
        if state != known:
            note(record.engine, state)
    except ArnaError as fault:
        log.warning("follow: %s", fault)
        return Followed(more=True, fault=str(fault))
    if done.computed or done.rejudged:
        log.info("follow: %s", done.counts())
    if done.fault is not None and done.fault != known.fault:
        log.warning("follow: %s", done.fault)
    return done


def _after(known: Health, done: Followed, begun: datetime, ended: datetime) -> Health:
    """How the following fares now; as before where nothing was to be done."""
    if done.fault is not None:
        return replace(known, tried=begun, failures=known.failures + 1, failed=ended, fault=done.fault)
    if not done.entries and not known.failures:
        return known
    well = replace(known, tried=begun, answered=ended, failures=0, failed=None, fault=None)
    if not done.entries:
        return well
    return replace(well, heard=ended, messages=done.entries, readings=done.computed + done.rejudged)


def seal(record: Record, pen: Pen, now: Clock) -> tuple[int, int]:
    """Seal the finished periods; return how many were and how many could not be, each of which is one line in the log.

    Raises `RecordBusy` where another process seals or rebuilds the record.
    """
    count = faults = 0
    for done in sealing.seal(record, pen, now, pause=lambda: time.sleep(_PAUSE_SECONDS)):
        if done.piece is None:
            log.warning("seal: %s", done.fault)
            faults += 1
            continue
        count += 1
        log.info("seal: %s holds %d bytes as segment %s", done.period.label, done.piece.bytes, done.piece.sha256)
    return count, faults
