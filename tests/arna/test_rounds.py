"""Rounds of sources: patient with those that fail, half-open on trial, and never more than a source may take."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from arna.desk import Desk
from arna.rounds import MORE_AFTER, Rounds
from ingest.patience import CEILING, OPENS_AFTER, Circuit, circuit, next_try
from record.archive import Archive
from record.errors import RecordBusy
from record.health import Health, health, note
from record.network.source import Source, Trigger
from record.network.threshold import Neighbour
from record.writer import Pen
from tests.example import open_pen
from tests.ingest.declared import HEAD, RECEIVED, network, source

PLACE = "inbox/tables"


class House:
    """A record with one source whose folder may be taken away, and a clock that is set by hand."""

    def __init__(self, folder: Path, declared: Source) -> None:
        self.folder, self.source, self.now = folder, declared, RECEIVED
        self.record, pen = open_pen(folder, network(declared))
        self.desk = Desk(self.record, pen, folder, lambda: self.now)
        self.asked: list[datetime] = []
        self.rounds = self.new_rounds()

    def new_rounds(self) -> Rounds:
        return Rounds(self.record.network, self.desk, lambda _, moment: self.asked.append(moment))

    def put(self, *names: str) -> None:
        for number, name in enumerate(names):
            path = self.folder / PLACE / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((HEAD + f"0{number % 9 + 1}.05.2026 00:00;15954;{number},5;\r\n").encode("cp1251"))

    def run(self, after: timedelta = timedelta()) -> Health:
        self.now += after
        self.rounds.run(self.source)
        return self.state

    @property
    def state(self) -> Health:
        return health(self.record.engine)[self.source.id]

    def taken(self) -> int:
        folder = self.folder / PLACE / "taken"
        return len(list(folder.iterdir())) if folder.exists() else 0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, source(PLACE, max_messages=3))
    yield made
    made.record.engine.dispose()


def block(house: House) -> None:
    """Let every round of the folder fail."""
    (house.folder / "inbox").write_text("a file where the folders should be")


def unblock(house: House) -> None:
    (house.folder / "inbox").unlink()


def test_a_round_takes_no_more_than_declared_and_asks_soon_for_the_rest(house: House) -> None:
    house.put("a", "b", "c", "d")
    state = house.run()
    assert (house.taken(), state.messages, state.readings) == (3, 3, 3)
    assert house.asked == [RECEIVED + MORE_AFTER]
    house.run()
    assert house.taken() == 4
    assert len(house.asked) == 1


def test_a_source_that_fails_is_left_alone_longer_each_time_and_comes_back_whole(house: House) -> None:
    block(house)
    for failures in range(1, OPENS_AFTER + 1):
        state = house.run()
        assert (state.failures, state.fault is not None) == (failures, True)
        assert house.asked[-1] == next_try(house.source.id, failures, house.now)
        # Asked before its time, it is put off and not counted.
        assert house.run(timedelta(seconds=1)).failures == failures
        house.now = house.asked[-1]
    unblock(house)
    house.put("a", "b")
    assert circuit(house.source.id, OPENS_AFTER, state.failed, house.now) is Circuit.HALF_OPEN
    state = house.run()
    assert (house.taken(), state.failures, state.fault) == (1, 0, None)
    assert house.asked[-1] == house.now + MORE_AFTER
    house.run()
    assert house.taken() == 2


def test_one_file_that_cannot_be_had_is_told_and_is_no_failure_of_its_source(house: House) -> None:
    house.put("a")
    (house.folder / PLACE / "stray").symlink_to("/etc/hostname")
    for name in ("b", "c", "d", "e", "f", "g", "h"):
        state = house.run(timedelta(minutes=1))
        assert (state.failures, "a link or device" in (state.fault or "")) == (0, True)
        house.put(name)
    assert (state.messages, state.heard) == (1, house.now)


def test_a_fault_of_our_own_database_leaves_the_circuit_closed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise RecordBusy("another process is writing")

    house.put("a")
    with monkeypatch.context() as broken:
        broken.setattr(Pen, "append", busy)
        for _ in range(OPENS_AFTER + 1):
            state = house.run(timedelta(seconds=1))
    assert (state.failures, state.fault) == (0, "another process is writing")
    assert house.asked[-1] == house.now + MORE_AFTER
    assert house.run().messages == 1


def test_patience_outlives_a_restart(house: House) -> None:
    block(house)
    house.run()
    unblock(house)
    house.put("a")
    house.rounds = house.new_rounds()
    house.run(timedelta(seconds=1))
    assert house.taken() == 0
    house.run(CEILING)
    assert house.taken() == 1


def test_a_clock_that_was_set_back_keeps_no_source_waiting(house: House) -> None:
    block(house)
    house.run()
    unblock(house)
    house.put("a")
    house.run(-timedelta(days=400))
    assert house.taken() == 1


def test_told_to_stop_a_round_ends_with_the_message_at_hand(house: House) -> None:
    house.put("a", "b")
    house.desk.halt.set()
    house.rounds.run(house.source)
    assert house.taken() == 0


def test_a_round_that_hangs_is_said_to(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = House(tmp_path, source(PLACE, trigger=Trigger(every=60, timeout=0.01)))
    house.put("a")
    go_on = threading.Event()

    def slow_clock() -> datetime:
        # The folder asks for the time of each file, and there its round hangs; the watch asks from another thread.
        if rounds.running and threading.current_thread() is hanging:
            go_on.wait(30)
        return RECEIVED

    rounds = Rounds(house.record.network, Desk(house.record, house.desk.pen, tmp_path, slow_clock), lambda *_: None)
    hanging = threading.Thread(target=rounds.run, args=(house.source,))
    hanging.start()
    while not rounds.running:
        threading.Event().wait(0.01)
    threading.Event().wait(0.2)
    with caplog.at_level(logging.WARNING, "arna.rounds"):
        rounds.watch()
    assert "its round hangs since" in caplog.text
    assert "hangs" in (house.state.fault or "")
    go_on.set()
    hanging.join()
    assert (house.state.fault, house.state.messages) == (None, 1)
    house.record.engine.dispose()


def test_health_is_kept_by_source_on_its_own(house: House) -> None:
    for name, failures in (("a", 1), ("b", 2), ("a", 3)):
        note(house.record.engine, Health(source=name, tried=RECEIVED, failures=failures))
    assert {name: state.failures for name, state in health(house.record.engine).items()} == {"a": 3, "b": 2}
    assert Archive(house.record).size() == 0


def test_a_check_that_cannot_run_is_our_own_fault_and_stops_no_other_source(tmp_path: Path) -> None:
    """The message stays, is tried again, and is entered once the thresholds are mended; health tells why it waits."""
    lost = Neighbour(
        station="kirov:kg", series="inflow.daily", upstream="gone:kg", upstream_series="discharge.daily",
        lag_hours=Decimal(0), low=Decimal(0), high=Decimal(2), source="made up for tests",
    )  # fmt: skip
    first, other = source(PLACE), source("inbox/others", id="others-kg")
    sound = network(first, other)
    house = House(tmp_path, first)
    house.record.engine.dispose()
    broken = replace(sound, thresholds=replace(sound.thresholds, neighbour=(lost,)))
    for declared, taken in ((broken, 0), (sound, 1)):
        house.record, pen = open_pen(tmp_path, declared)
        house.desk = Desk(house.record, pen, tmp_path, lambda: house.now)
        house.rounds = house.new_rounds()
        if not taken:
            house.put("a")
            levels = tmp_path / "inbox/others/levels.csv"
            levels.parent.mkdir(parents=True)
            levels.write_bytes((HEAD + "01.05.2026 00:00;15954;;300,5\r\n").encode("cp1251"))
        state = house.run(MORE_AFTER)
        assert (state.failures, house.taken()) == (0, taken)
        assert (state.fault is not None) == (not taken)
        if not taken:
            assert "check neighbour cannot run: kirov:kg.inflow.daily is judged by gone:kg.discharge.daily" in str(
                state.fault
            )
            assert house.asked[-1] == house.now + MORE_AFTER
            house.rounds.run(other)
            assert health(house.record.engine)["others-kg"].readings == 1
        house.record.engine.dispose()
