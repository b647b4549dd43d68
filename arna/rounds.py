"""The rounds of the sources: one at a time each, patient with those that fail, and seen where they hang."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from arna.desk import Desk
from ingest import cycle
from ingest.cycle import CycleReport
from ingest.patience import OPENS_AFTER, Circuit, circuit, next_try
from record.errors import ArnaError, QualityError, RecordError
from record.health import Health, health, note
from record.network import Network
from record.network.source import Source

log = logging.getLogger("arna.rounds")

MORE_AFTER = timedelta(seconds=5)
"""How long a sender with more to give is left in peace: a catch-up must not flood it."""
HANGS_AFTER = 10
"""A round that takes longer than so many of its own timeouts is said to hang."""
_TRIAL = 1


class Rounds:
    """Runs the rounds of the sources of one network, each in the thread that calls, and remembers how they fared.

    `again(source id, moment)` is asked to bring the next round of a source forward, or to put it off.
    """

    def __init__(self, network: Network, desk: Desk, again: Callable[[str, datetime], None]) -> None:
        self._network = network
        self._desk = desk
        self._again = again
        self._running: dict[str, float] = {}
        self._known = health(desk.record.engine)
        self._context = desk.context

    @property
    def running(self) -> tuple[str, ...]:
        """Ids of the sources whose round goes on."""
        return tuple(self._running)

    def run(self, source: Source) -> None:
        """One round of one source, unless it failed too lately; a fault is one line in the log and stops no other."""
        now, known = self._desk.now(), self._known.get(source.id)
        if self._desk.halt.is_set() or self._put_off(known, now):
            return
        self._running[source.id] = time.monotonic()
        try:
            self._note(self._round(source, known or Health(source=source.id, tried=now), now))
        finally:
            self._running.pop(source.id, None)

    def once(self, source: Source) -> CycleReport:
        """Rounds of a source until nothing waits, however it fared before; raise `ArnaError` where it fails."""
        total, begun = CycleReport(more=True), self._desk.now()
        known = self._known.get(source.id) or Health(source=source.id, tried=begun)
        while total.more:
            try:
                total += self._take(source)
            except ArnaError as fault:
                self._note(self._after_failure(replace(known, tried=begun), str(fault)))
                raise
        self._note(_answered(known, begun, self._desk.now(), total))
        return total

    def broke(self, source: str, fault: str) -> None:
        """Note that a round ended by a fault of our own making, such as a library's that nobody foresaw."""
        now = self._desk.now()
        self._note(self._failed(self._known.get(source) or Health(source=source, tried=now), fault))

    def watch(self) -> None:
        """Say which rounds hang; each has a thread of its own, so that no other waits for it."""
        for name, begun in list(self._running.items()):
            source, lasted = self._network.sources[name], time.monotonic() - begun
            known = self._known.get(name) or Health(source=name, tried=self._desk.now())
            if lasted > HANGS_AFTER * source.trigger.timeout:
                fault = f"its round hangs since {lasted:.0f} s: look whether its server answers"
                log.warning("source %s: %s", name, fault)
                self._note(replace(known, fault=fault))

    def _put_off(self, known: Health | None, now: datetime) -> bool:
        """Whether a source that failed is to be left alone yet; its next round is then put off until it is not."""
        if known is None or known.failed is None or not known.failures:
            return False
        wanted = next_try(known.source, known.failures, known.failed)
        # A clock that was set back would else keep it waiting for as long as it went.
        if not known.failed <= now < wanted:
            return False
        self._again(known.source, wanted)
        return True

    def _round(self, source: Source, known: Health, now: datetime) -> Health:
        state = circuit(source.id, known.failures, known.failed, now)
        try:
            done = self._take(source, None if state is Circuit.CLOSED else _TRIAL)
        except (RecordError, QualityError) as fault:
            # Ours, and no fault of the sender's: the circuit of its source stays as it is.
            log.warning("source %s: %s", source.id, fault)
            self._again(source.id, self._desk.now() + MORE_AFTER)
            return replace(known, tried=now, fault=str(fault))
        except ArnaError as fault:
            return self._failed(replace(known, tried=now), str(fault))
        if done.fault is not None:
            log.warning("source %s: %s", source.id, done.fault)
        if done.receipts:
            log.info("source %s: %s", source.id, done.counts())
        if done.more:
            self._again(source.id, self._desk.now() + MORE_AFTER)
        return _answered(known, now, self._desk.now(), done)

    def _take(self, source: Source, most: int | None = None) -> CycleReport:
        desk = self._desk
        return cycle.run(
            source,
            self._network,
            desk.pen,
            data=desk.data,
            now=desk.now,
            most=most,
            halted=desk.halt.is_set,
            context=self._context,
        )

    def _failed(self, known: Health, fault: str) -> Health:
        after = self._after_failure(known, fault)
        tried_again = next_try(known.source, after.failures, self._desk.now())
        log.warning("source %s: %s; asked again at %s", known.source, fault, f"{tried_again:%H:%M:%S}Z")
        if after.failures == OPENS_AFTER:
            log.warning("source %s: failed %d times in a row: only looked at now and then", known.source, OPENS_AFTER)
        self._again(known.source, tried_again)
        return after

    def _after_failure(self, known: Health, fault: str) -> Health:
        return replace(known, failures=known.failures + 1, failed=self._desk.now(), fault=fault)

    def _note(self, state: Health) -> None:
        self._known[state.source] = state
        try:
            note(self._desk.record.engine, state)
        except ArnaError as fault:
            log.warning("source %s: %s", state.source, fault)


def _answered(known: Health, begun: datetime, ended: datetime, done: CycleReport) -> Health:
    after = replace(known, tried=begun, answered=ended, failures=0, failed=None, fault=done.fault)
    if not done.receipts:
        return after
    return replace(after, heard=ended, messages=done.receipts, readings=done.readings, refusals=len(done.refusals))
