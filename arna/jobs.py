"""The scheduled jobs: one a source, and the signing of checkpoints."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from ingest import cycle
from record import seal as sealing
from record.archive.record import Record
from record.errors import ArnaError
from record.network import Network
from record.network.source import Source, Trigger
from record.writer import Pen

log = logging.getLogger("arna.jobs")

Clock = Callable[[], datetime]
_CHECKPOINT_SECONDS = 600
_THREADS = 8
_SEAL_HOUR, _SEAL_MINUTE, _SEAL_GRACE = 20, 40, 6 * 3600
"""Twenty to two at night in Almaty and to three in Bishkek, when the fewest telegrams come."""
_PAUSE_SECONDS = 0.02


def build_scheduler(network: Network, record: Record, pen: Pen, data: Path, now: Clock) -> BlockingScheduler:
    """A scheduler with a job for each source of `network`, never two of one source at a time.

    Two more sign checkpoints and seal finished periods.
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
            args=(source, network, pen, data, now),
            id=source.id,
            misfire_grace_time=int(source.trigger.misfire_grace),
            next_run_time=now(),
        )
    every = IntervalTrigger(seconds=_CHECKPOINT_SECONDS, timezone="UTC")
    scheduler.add_job(sign_checkpoint, every, args=(pen, now), id="checkpoint")
    nightly = CronTrigger(hour=_SEAL_HOUR, minute=_SEAL_MINUTE, timezone="UTC")
    scheduler.add_job(seal_nightly, nightly, args=(record, pen, now), id="seal", misfire_grace_time=_SEAL_GRACE)
    return scheduler


def trigger_of(declared: Trigger) -> Any:
    """The scheduler's trigger for a declared one."""
    jitter = int(declared.jitter) or None
    if declared.cron is not None:
        trigger = CronTrigger.from_crontab(declared.cron, timezone="UTC")
        trigger.jitter = jitter
        return trigger
    return IntervalTrigger(seconds=int(declared.every or 60), jitter=jitter, timezone="UTC")


def run_source(source: Source, network: Network, pen: Pen, data: Path, now: Clock) -> None:
    """One round of one source; a fault is one line in the log and never stops another source."""
    try:
        done = cycle.run(source, network, pen, data=data, now=now)
    except ArnaError as fault:
        log.warning("source %s: %s", source.id, fault)
        return
    if done.receipts:
        log.info("source %s: %s", source.id, done)


def sign_checkpoint(pen: Pen, now: Clock) -> None:
    """Sign the present size and root."""
    try:
        pen.checkpoint(now)
    except ArnaError as fault:
        log.warning("checkpoint: %s", fault)


def seal_nightly(record: Record, pen: Pen, now: Clock) -> None:
    """Seal the finished periods; where another process is at it, or the store is away, that is one line in the log."""
    try:
        seal(record, pen, now)
    except ArnaError as fault:
        log.warning("seal: %s", fault)


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
