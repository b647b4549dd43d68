"""The scheduled jobs: one a source; signing checkpoints and asking the witnesses; sealing, auditing, reporting."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from arna import approvals, notify
from arna.issuing import issue
from ingest import cycle
from ingest.feed import feed
from record import seal as sealing
from record.archive import Log
from record.archive.record import Record
from record.audit import audit
from record.errors import ArnaError
from record.ledger import Ledger
from record.ledger.kept import record_warnings
from record.network import Network
from record.network.source import Source, Trigger
from record.writer import Pen
from service.reports import last_complete_day

log = logging.getLogger("arna.jobs")

Clock = Callable[[], datetime]
_CHECKPOINT_SECONDS = 600
_THREADS = 8
_SEAL_HOUR, _SEAL_MINUTE = 20, 40
"""Twenty to two at night in Almaty and to three in Bishkek, when the fewest telegrams come."""
_PAUSE_SECONDS = 0.02
_FEED_SECONDS = 60
_GRACE = 6 * 3600
_AUDIT_HOUR, _AUDIT_MINUTE = 22, 10
"""After the sealing, so that the new files are audited too."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the jobs work on: the open record, its pen, the data folder and the clock."""

    record: Record
    pen: Pen
    data: Path
    now: Clock


def build_scheduler(network: Network, desk: Desk) -> BlockingScheduler:
    """A scheduler with a job for each source of `network`, never two of one source at a time, and those of the house.

    It ends by itself when another version of the network comes into force, with which all is opened anew.
    """
    scheduler = BlockingScheduler(
        executors={"default": ThreadPoolExecutor(_THREADS)},
        job_defaults={"coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    for source in network.sources.values():
        scheduler.add_job(
            run_source,
            trigger_of(source.trigger),
            args=(source, network, desk),
            id=source.id,
            misfire_grace_time=int(source.trigger.misfire_grace),
            next_run_time=desk.now(),
        )
    day = network.report_day
    own: list[tuple[Callable[..., object], Any]] = [
        (sign_checkpoint, IntervalTrigger(seconds=_CHECKPOINT_SECONDS, timezone="UTC")),
        (ask_witnesses, IntervalTrigger(seconds=_FEED_SECONDS, timezone="UTC")),
        (warn, IntervalTrigger(seconds=_FEED_SECONDS, timezone="UTC")),
        (seal_nightly, CronTrigger(hour=_SEAL_HOUR, minute=_SEAL_MINUTE, timezone="UTC")),
        (audit_nightly, CronTrigger(hour=_AUDIT_HOUR, minute=_AUDIT_MINUTE, timezone="UTC")),
        (issue_report, CronTrigger(hour=day.issued.hour, minute=day.issued.minute, timezone=day.tz)),
    ]
    for job, trigger in own:
        scheduler.add_job(job, trigger, args=(desk,), id=job.__name__, misfire_grace_time=_GRACE)
    waits = IntervalTrigger(seconds=_FEED_SECONDS, timezone="UTC")
    scheduler.add_job(take_approvals, waits, args=(desk, scheduler), id="approvals")
    return scheduler


def trigger_of(declared: Trigger) -> Any:
    """The scheduler's trigger for a declared one."""
    jitter = int(declared.jitter) or None
    if declared.cron is not None:
        trigger = CronTrigger.from_crontab(declared.cron, timezone="UTC")
        trigger.jitter = jitter
        return trigger
    return IntervalTrigger(seconds=int(declared.every or 60), jitter=jitter, timezone="UTC")


def run_source(source: Source, network: Network, desk: Desk) -> None:
    """One round of one source; a fault is one line in the log and never stops another source."""
    try:
        done = cycle.run(source, network, desk.pen, data=desk.data, now=desk.now)
    except ArnaError as fault:
        log.warning("source %s: %s", source.id, fault)
        return
    if done.receipts:
        log.info("source %s: %s", source.id, done)


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


def issue_report(desk: Desk) -> None:
    """Issue the report of the last report day that has ended."""
    day = last_complete_day(desk.record.network, desk.now())
    try:
        issued = issue(desk.record, desk.pen, desk.data, day, desk.now)
    except ArnaError as fault:
        log.warning("report of %s: %s", day, fault)
        return
    log.info("report of %s: issued as entry %d", day, issued.entry)


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
