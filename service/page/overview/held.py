"""The report of the last ended day, held by what it rests on and made anew beside the requests when that has grown.

Building it takes up to seconds. So who asks is given the one that is held, with whether a newer one is being made; only
who asks before there is any waits. At most one is made at a time.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from record.archive import Archive
from record.errors import ArnaError
from record.ledger.access import Given
from record.network import Network
from service import accounts
from service.accounts.declared import declared_then
from service.accounts.document import Account
from service.figures import last_complete
from service.figures.periods import Kind
from service.language import Language
from service.page.overview.layout import Drawn, Layout, drawn_of, layout_of
from service.page.overview.told import DayTold, told
from service.reports.built import build
from service.reports.editions import EDITIONS
from service.reports.given import given
from service.reports.report import Report

log = logging.getLogger("arna.service")
_DAILY = EDITIONS["daily"]
_REMEMBERED = 4


@dataclass(frozen=True, slots=True)
class Rests:
    """What a report rests on: a version of the network, so many entries, and the day that it is of."""

    version: str
    size: int
    day: date


@dataclass(frozen=True)
class Held:
    """A report with what it rests on; `network` is the one that it is of, `grown` when its last entry was entered.

    `seasons` are the water accounts of the season so far, by basin, of the basins that have no plan of it.
    """

    rests: Rests
    report: Report
    network: Network
    grown: datetime | None
    seasons: Mapping[str, Account]
    _told: dict[str, DayTold] = field(default_factory=dict)

    def told(self, language: Language) -> DayTold:
        """It in a language, told once."""
        if language.code not in self._told:
            self._told[language.code] = told(self.report, language, self.seasons)
        return self._told[language.code]

    @cached_property
    def layout(self) -> Layout:
        """The layout of its network."""
        return layout_of(self.network)

    @cached_property
    def drawn(self) -> Mapping[str, Drawn]:
        """Each basin of it as it is drawn."""
        return {basin: drawn_of(self.network, basin) for basin in self.network.basins}

    @cached_property
    def given(self) -> list[Given]:
        """What it gives to who is given it."""
        return given(self.report, self.network)


@dataclass(frozen=True, slots=True)
class Daily:
    """What is known of the last ended day; `behind` where a newer one is being made."""

    held: Held
    behind: bool


class Reports:
    """Holds the report of the last ended day; safe under threads. `pause` is in seconds, from one to the next."""

    def __init__(self, pause: float) -> None:
        self._pause, self._ended = pause, threading.Event()
        self._worker = ThreadPoolExecutor(1, "overview")
        self._lock = threading.Lock()
        self._held: Held | None = None
        self._making: Future[Held] | None = None
        self._then: dict[Rests, Held] = {}

    def now(self, archive: Archive, network: Network, now: Callable[[], datetime]) -> Daily:
        """As it is held; raises `RecordError` where none is and none can be made."""
        wanted = _rests(archive, network, now())
        with self._lock:
            held = self._held
            if held is not None and held.rests == wanted:
                return Daily(held, behind=False)
            making = self._make(archive, network, now)
        if held is not None and held.rests.version == wanted.version:
            return Daily(held, behind=True)
        made = making.result()
        return Daily(made, behind=made.rests != wanted)

    def warm(self, archive: Archive, network: Network, now: Callable[[], datetime]) -> None:
        """Have the first one made, beside whoever else is at work; a fault is a line in the log."""
        with self._lock:
            if self._held is None and not self._ended.is_set():
                self._make(archive, network, now)

    def holds(self, network: Network, count: int, moment: datetime) -> bool:
        """Whether `then` has only to look."""
        with self._lock:
            return _rested(network, count, moment) in self._then

    def then(self, archive: Archive, network: Network, count: int, moment: datetime) -> Daily:
        """As the first so many entries say it of the last day that had ended at a moment, by the network of then.

        Raises as `now` does.
        """
        rests = _rested(network, count, moment)
        with self._lock:
            held = self._then.get(rests)
        if held is None:
            report = build(archive, network, _DAILY, rests.day, moment, count)
            then = declared_then(archive, network, count)[0]
            held = Held(rests, report, then, archive.grown(count), _seasons(archive, network, report))
            with self._lock:
                self._then[rests] = held
                while len(self._then) > _REMEMBERED:
                    self._then.pop(next(iter(self._then)))
        return Daily(held, behind=False)

    def end(self) -> None:
        """Make none any more; waits for the one that is being made."""
        self._ended.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _make(self, archive: Archive, network: Network, now: Callable[[], datetime]) -> Future[Held]:
        """Have one made where none is being made."""
        if self._making is None or self._making.done():
            pause = 0.0 if self._held is None else self._pause
            self._making = self._worker.submit(self._made, archive, network, now, pause)
        return self._making

    def _made(self, archive: Archive, network: Network, now: Callable[[], datetime], pause: float) -> Held:
        """Waits before it begins, so that of entries that come one after the other not each has a report made."""
        self._ended.wait(pause)
        try:
            moment = now()
            rests = _rests(archive, network, moment)
            report = build(archive, network, _DAILY, rests.day, moment)
            rests = Rests(rests.version, report.journal_size, rests.day)
            grown, seasons = archive.grown(report.journal_size), _seasons(archive, network, report)
            held = Held(rests, report, network, grown, seasons)
        except ArnaError as fault:
            log.warning("the report of the last day was not made for the overview: %s", fault)
            raise
        except Exception as fault:
            # Who asks meanwhile is given the one that is held, so that only the log would tell.
            log.error("unforeseen fault in the report for the overview: %s: %s", type(fault).__name__, fault)
            raise
        with self._lock:
            self._held = held
        return held


def _seasons(archive: Archive, network: Network, report: Report) -> dict[str, Account]:
    """The accounts of the season that the day is of, up to that day, of the basins whose account has no plan."""
    begin, end = accounts.range_of(network, report.span.begin, None, None)
    return {
        part.id: accounts.build(
            archive, network, part.id, begin, end, by=Kind.SEASON, then=False, size=report.journal_size
        )
        for part in report.basins
        if not part.account.plans
    }


def _rests(archive: Archive, network: Network, now: datetime) -> Rests:
    return _rested(network, archive.size(), now)


def _rested(network: Network, count: int, moment: datetime) -> Rests:
    return Rests(network.version, count, last_complete(network.report_day, moment))
