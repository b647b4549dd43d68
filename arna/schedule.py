"""When each job runs, how they begin, and how they stop: a job a source, each in a thread of its own."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Any, NoReturn

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from arna import jobs
from arna.desk import Desk
from arna.publishing.broker import PublishSettings, broker_of
from arna.publishing.publisher import Publisher
from arna.rounds import Rounds
from arna.trigger import trigger_of
from record.network import Network

log = logging.getLogger("arna.schedule")

STOPS_WITHIN = 3.0
"""Seconds that running rounds have to finish their message; what is not entered by then comes again."""
SIGNS_WITHIN = 1.5
"""Seconds that the last checkpoint may wait for its turn."""
_CHECKPOINT_SECONDS = 600
_OWN_THREADS = 12
_SEAL_HOUR, _SEAL_MINUTE = 20, 40
"""Twenty to two at night in Almaty and to three in Bishkek, when the fewest telegrams come."""
_FOLLOW_SECONDS = 5
"""Where nothing is new this asks the journal for its size and no more."""
_PUBLISH_SECONDS = 5
_FEED_SECONDS = 60
_DELIVER_SECONDS = 30
_WATCH_SECONDS = 30
_GRACE = 6 * 3600
_AUDIT_HOUR, _AUDIT_MINUTE = 22, 10
"""After the sealing, so that the new files are audited too."""
_LOOK_SECONDS = 15.0
_JUMP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """The scheduler and the rounds that it runs."""

    scheduler: BlockingScheduler
    rounds: Rounds
    desk: Desk
    sources: frozenset[str]

    def run(self) -> bool:
        """Run until told to stop, and then within five seconds; return whether to go on with another network.

        What a round has entered stays, and what it has not comes again: nothing hangs on how it is stopped.
        """
        ended = threading.Event()
        threading.Thread(target=watch_clock, args=(self, ended, self.desk.now), daemon=True).start()
        try:
            with _stopped_by_signals():
                self.scheduler.start()
        except (KeyboardInterrupt, SystemExit):
            self.stop()
            return False
        finally:
            ended.set()
        self.desk.halt.set()
        self._wait()
        return True

    def stop(self) -> None:
        """Let running rounds end with the message at hand, and sign what was entered."""
        self.desk.halt.set()
        with suppress(Exception):
            self.scheduler.shutdown(wait=False)
        self._wait()
        for name in self.rounds.running:
            log.warning("source %s: its round did not end in time; what it fetched comes again", name)
        # In a thread, as another that writes at length may keep it from its turn; then the next start signs.
        signing = threading.Thread(target=jobs.sign_checkpoint, args=(self.desk,), daemon=True)
        signing.start()
        signing.join(SIGNS_WITHIN)

    def leave(self) -> NoReturn:
        """End the process at once: no thread of a round or job that hangs can be told to give up.

        Whatever was entered is on the disk, and whatever was not comes again.
        """
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    def at_once(self) -> None:
        """Ask every source now, and let the jobs of the house run when their triggers say so by the new time."""
        now = self.desk.now()
        for job in self.scheduler.get_jobs():
            is_source = job.id in self.sources
            with suppress(JobLookupError):
                job.modify(next_run_time=now if is_source else job.trigger.get_next_fire_time(None, now))

    def _wait(self) -> None:
        until = time.monotonic() + STOPS_WITHIN
        while self.rounds.running and time.monotonic() < until:
            time.sleep(0.02)


def build_schedule(network: Network, desk: Desk) -> Schedule:
    """A job for each source of `network`, never two of one source at a time, and those of the house.

    It ends by itself when another version of the network comes into force, with which all is opened anew. Raises
    `ConfigError` where a setting names a broker that cannot be used.
    """
    # Its own words on a failed job are a stack trace; ours are one line.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL + 1)
    scheduler = BlockingScheduler(
        # A thread a source: one that hangs keeps its own and no other's.
        executors={"default": ThreadPoolExecutor(_OWN_THREADS + len(network.sources))},
        job_defaults={"coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    rounds = Rounds(network, desk, _again(scheduler))
    for source in network.sources.values():
        scheduler.add_job(
            rounds.run,
            trigger_of(source.trigger),
            args=(source,),
            id=source.id,
            misfire_grace_time=max(1, int(source.trigger.misfire_grace)),
            next_run_time=desk.now(),
        )
    _add_own(scheduler, desk)
    scheduler.add_job(rounds.watch, _every(_WATCH_SECONDS), id="watch", misfire_grace_time=_GRACE)
    scheduler.add_listener(_on_error(rounds, network), EVENT_JOB_ERROR)
    return Schedule(scheduler, rounds, desk, frozenset(network.sources))


def watch_clock(schedule: Schedule, ended: threading.Event, now: Callable[[], datetime]) -> None:
    """Ask every source at once when the clock was set: the scheduler would else wait for a time that lies far off."""
    known, counted = now(), time.monotonic()
    while not ended.wait(_LOOK_SECONDS):
        moved = (now() - known).total_seconds() - (time.monotonic() - counted)
        known, counted = now(), time.monotonic()
        if abs(moved) > _JUMP_SECONDS:
            log.warning("the clock was set by %.0f s: every source is asked now", moved)
            schedule.at_once()


def _add_own(scheduler: BlockingScheduler, desk: Desk) -> None:
    own: list[tuple[Callable[..., object], Any]] = [
        (jobs.follow_journal, _every(_FOLLOW_SECONDS)),
        (jobs.sign_checkpoint, _every(_CHECKPOINT_SECONDS)),
        (jobs.ask_witnesses, _every(_FEED_SECONDS)),
        (jobs.warn, _every(_FEED_SECONDS)),
        (jobs.take_amendments, _every(_FEED_SECONDS)),
        (jobs.seal_nightly, CronTrigger(hour=_SEAL_HOUR, minute=_SEAL_MINUTE, timezone="UTC")),
        (jobs.audit_nightly, CronTrigger(hour=_AUDIT_HOUR, minute=_AUDIT_MINUTE, timezone="UTC")),
        # At every full minute, so that reports are issued at their hour and not up to a minute later.
        (jobs.issue_reports, CronTrigger(second=0, timezone="UTC")),
        (jobs.deliver_reports, _every(_DELIVER_SECONDS)),
    ]
    for job, trigger in own:
        scheduler.add_job(job, trigger, args=(desk,), id=job.__name__, misfire_grace_time=_GRACE)
    broker = broker_of(PublishSettings())
    if broker is not None:
        publisher = Publisher(desk.record, broker, desk.data, desk.now)
        scheduler.add_job(publisher.run, _every(_PUBLISH_SECONDS), id="publish", misfire_grace_time=_GRACE)
    scheduler.add_job(jobs.take_approvals, _every(_FEED_SECONDS), args=(desk, scheduler), id="approvals")


def _every(seconds: int) -> IntervalTrigger:
    return IntervalTrigger(seconds=seconds, timezone="UTC")


def _again(scheduler: BlockingScheduler) -> Callable[[str, datetime], None]:
    def again(source: str, moment: datetime) -> None:
        # A round of a schedule that ended meanwhile has no next one.
        with suppress(JobLookupError):
            scheduler.modify_job(source, next_run_time=moment)

    return again


def _on_error(rounds: Rounds, network: Network) -> Callable[[JobExecutionEvent], None]:
    """What no one foresaw is one line in the log too, and the job comes again by its trigger."""

    def on_error(event: JobExecutionEvent) -> None:
        fault = f"{type(event.exception).__name__}: {' '.join(str(event.exception).split())[:200]}"
        log.error("job %s broke: %s; please report it", event.job_id, fault)
        log.debug("%s", event.traceback)
        if event.job_id in network.sources:
            rounds.broke(event.job_id, f"its round broke ({fault})")

    return on_error


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does; in other threads than the first signals cannot be set."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
