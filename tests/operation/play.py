"""Plays the day: hours pass, senders publish, lines break, the clock is set, and every source is asked in its turn."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import select

from arna.desk import Desk
from arna.rounds import Rounds
from ingest.sources import SOURCES
from ingest.sources.mqtt import Mqtt
from record import journal, tables
from record import leaf as leaves
from record.archive import Archive, Record
from record.audit import audit
from record.check import Known, check
from record.network import load_network
from record.selection import Selection
from service.app import create_app
from service.settings import Settings
from tests.keys import APPROVERS, GATEWAY, LOG
from tests.operation.offices import PLANS, STEP, TOKEN, Office, config, open_offices
from tests.operation.world import BEGIN, HOUR, Message, Row
from tests.record.founded import approve, open_with
from tests.record.network_files import write_files
from tests.serving import running

JUMP = timedelta(minutes=95)
"""By so much the machine's clock is wrong in the middle of the day."""
QUIET = 18
"""Rounds at the end in which everything that waits can come."""


@dataclass
class Day:
    """A day of operation at one main node; `now` is what its clock shows."""

    offices: list[Office]
    record: Record
    desk: Desk
    rounds: Rounds
    hours: int
    world: datetime = BEGIN
    skew: timedelta = timedelta()
    waiting: dict[str, list[Message]] = field(default_factory=dict)
    published: dict[str, list[Message]] = field(default_factory=dict)

    def play(self) -> None:
        """All of it, and the hours after it in which every line is up."""
        self.waiting = {office.plan.name: list(office.messages) for office in self.offices}
        self.published = {office.plan.name: [] for office in self.offices}
        last = max(message.at for office in self.offices for message in office.messages)
        # Once before anyone publishes, so that the broker knows who will fetch.
        self._ask()
        while self.world <= last or any(self.waiting.values()):
            self.world += STEP
            passed = (self.world - BEGIN) / HOUR
            self.skew = JUMP if self.hours * 0.4 <= passed < self.hours * 0.6 else timedelta()
            self._publish()
            self._ask()
        for office in self.offices:
            if office.outlet.line is not None:
                office.outlet.line.up = True
        for _ in range(QUIET):
            self.world += STEP
            self._ask()

    def _publish(self) -> None:
        for office in self.offices:
            is_down = any(trouble.start <= self.world < trouble.end for trouble in office.troubles)
            if office.outlet.line is not None:
                office.outlet.line.up = not is_down
            if is_down and office.outlet.patient:
                continue
            waiting = self.waiting[office.plan.name]
            while waiting and waiting[0].at <= self.world:
                message = waiting.pop(0)
                office.outlet.publish(message)
                self.published[office.plan.name].append(message)

    def _ask(self) -> None:
        with ThreadPoolExecutor(len(self.offices)) as pool:
            list(pool.map(self.rounds.run, self.record.network.sources.values()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the record holds at the end beside what was meant, in words; all is well where `faults` is empty."""

    readings: int
    refusals: int
    corrected: int
    entries: int
    faults: tuple[str, ...]


def playing(stack: ExitStack, folder: Path, *, stations: int, hours: int) -> Day:
    """A day that is ready to be played; the secrets that its sources need are set by who plays it."""
    # What comes later than that, the next round fetches; a real broker gets more.
    stack.enter_context(patch.dict(SOURCES, {"mqtt": partial(Mqtt, quiet=0.05)}))
    holder: list[str] = []
    offices = open_offices(stack, folder, stations, hours, lambda: holder[0], PLANS)
    declared = load_network(write_files(folder / "config", config(offices)))
    record, pen = open_with(folder, declared)
    stack.callback(record.engine.dispose)
    tokens = folder / "tokens" / "kz"
    tokens.parent.mkdir()
    tokens.write_text(hashlib.sha256(TOKEN.encode()).hexdigest())
    tokens.chmod(0o600)
    day: Day | None = None

    def now() -> datetime:
        return BEGIN if day is None else day.world + day.skew

    pen.declare(now)
    approve(record, pen, *APPROVERS.values())
    desk = Desk(record, pen, folder, now)
    day = Day(offices, record, desk, Rounds(record.network, desk, lambda *_: None), hours)
    settings = Settings(config=folder / "config", data=folder)
    holder.append(stack.enter_context(running(create_app(settings, now))))
    return day


def outcome(day: Day) -> Outcome:
    """Hold the record against what the senders meant."""
    faults: list[str] = []
    found = {office.plan.name: dict(_held(day, office)) for office in day.offices}
    for office in day.offices:
        meant, held = _meant(day, office), found[office.plan.name]
        faults += [
            f"{office.plan.name}: {code} at {moment:%d %H:%M} is {held.get((code, moment), 'absent')}, not {value}"
            for (code, moment), value in meant.items()
            if (code, moment) not in held or held[code, moment] != value
        ]
        faults += [
            f"{office.plan.name}: nobody said {code} at {moment:%d %H:%M}"
            for code, moment in held.keys() - meant.keys()
        ]
    refusals = _unexplained(day, faults)
    with day.record.engine.connect() as connection:
        entries = check(connection, Known(gateway=GATEWAY.verifier, log=LOG.verifier))
        corrected = len(connection.execute(select(tables.superseded.c.series)).all())
    faults += audit(day.record, day.desk.data).differences
    return Outcome(sum(map(len, found.values())), refusals, corrected, entries, tuple(faults))


def _held(day: Day, office: Office) -> Iterator[tuple[tuple[str, datetime], Decimal | None]]:
    """What the record says, by code and time."""
    archive = Archive(day.record)
    quantity = office.series.partition(".")[0]
    names = tuple(f"{office.station(code)}.{office.series}" for code in office.codes)
    answer = archive.select(Selection(series=names, start=BEGIN - 60 * 24 * HOUR, end=BEGIN + 60 * 24 * HOUR))
    values, entries = answer[quantity].values, answer[f"{quantity}_entry"].values
    for at, station in enumerate(answer["station_id"].values.tolist()):
        for number, moment in enumerate(answer["time"].values.astype("datetime64[s]").tolist()):
            if entries[at, number] >= 0:
                value = values[at, number]
                text = None if value != value else Decimal(f"{value:.2f}")
                yield (str(station)[1:6], moment.replace(tzinfo=BEGIN.tzinfo)), text


def _meant(day: Day, office: Office) -> dict[tuple[str, datetime], Decimal | None]:
    """What was said last of each code and time, in the order in which it was published."""
    meant: dict[tuple[str, datetime], Decimal | None] = {}
    said: set[tuple[Row, ...]] = set()
    for message in day.published[office.plan.name]:
        # The same bytes once more are recognised, and do not take back what was said since.
        if message.rows not in said:
            said.add(message.rows)
            for row in message.rows:
                if row.refused is None:
                    meant[row.code, row.time] = None if row.text is None else Decimal(row.text)
    return meant


def _unexplained(day: Day, faults: list[str]) -> int:
    """Hold each refusal against the message that it is of; return how many there are."""
    said = {
        hashlib.sha256(body).hexdigest(): rows for office in day.offices for body, rows in office.outlet.said.items()
    }
    wanted = {
        office.plan.name: Counter(
            (row.refused, row.code, row.time)
            for message in day.published[office.plan.name]
            for row in dict.fromkeys(message.rows)
            if row.refused is not None
        )
        for office in day.offices
    }
    noise = {
        hashlib.sha256(message.garbage).hexdigest(): office.plan.name
        for office in day.offices
        for message in day.published[office.plan.name]
        if message.garbage is not None
    }
    count, refused = 0, Counter[str]()
    with day.record.engine.connect() as connection:
        for entry in journal.entries(connection):
            if entry.leaf.kind != leaves.REFUSAL:
                continue
            (raw,) = entry.leaf.content["raw"]
            noise.pop(raw["sha256"], None)
            for one in entry.leaf.content["refused"]:
                count += 1
                rows = said.get(raw["sha256"], ())
                if rows is not None and not any(row.refused and row.refused in one["reason"] for row in rows):
                    faults.append(f"{entry.leaf.source}: refused without a cause: {one['where']}: {one['reason']}")
                if rows is not None:
                    refused[entry.leaf.source] += 1
    faults += [f"{name}: garbage was not refused" for name in noise.values()]
    faults += [
        f"{name}: {refused[name]} rows were refused, and {len(rows)} were meant to be"
        for name, rows in wanted.items()
        if refused[name] != len(rows)
    ]
    return count
