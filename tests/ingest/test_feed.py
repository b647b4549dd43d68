"""Both witnesses are asked; what both signed is final, and what one refuses is an alarm."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ingest.feed import Fed, feed
from ingest.peer import Answer
from record import tables
from record.archive import Log, Record
from record.proof import note
from record.witness import Witness, open_witness
from record.writer import Pen
from service.witness import create_witness_app
from tests.example import KIROV, START, say, seen
from tests.keys import LOG, WITNESSES, keys_toml, signer_of
from tests.record.founded import found
from tests.serving import running

NOW = START + timedelta(days=90)


def now() -> datetime:
    return NOW


@pytest.fixture
def witnesses(tmp_path: Path) -> dict[str, Witness]:
    return {
        party: open_witness(tmp_path / party, signer, {LOG.name: LOG.verifier}) for party, signer in WITNESSES.items()
    }


@pytest.fixture
def main(tmp_path: Path, witnesses: dict[str, Witness]) -> Iterator[tuple[Record, Pen]]:
    with ExitStack() as stack:
        urls = {party: stack.enter_context(running(create_witness_app(one, now))) for party, one in witnesses.items()}
        folder = tmp_path / "main"
        folder.mkdir()
        yield found(folder, {"keys.toml": keys_toml(urls=urls)})


def say_and_sign(pen: Pen, *days: int) -> None:
    for day in days:
        say(pen, f"day {day}", [seen(KIROV, day, "5")], hours=24 * day)
    pen.checkpoint(NOW)


def alarms(record: Record) -> list[str]:
    with record.engine.begin() as connection:
        return list(connection.execute(select(tables.alarm.c.kind)).scalars())


def test_what_both_signed_is_final(main: tuple[Record, Pen]) -> None:
    record, pen = main
    log = Log(record)
    say_and_sign(pen, 0, 1)
    assert feed(log, pen, now) == [Fed("kg", 6), Fed("kz", 6)]
    assert log.standing().final == 6
    assert feed(log, pen, now) == []
    say_and_sign(pen, 2, 3)
    assert log.standing().final == 6
    assert feed(log, pen, now) == [Fed("kg", 8), Fed("kz", 8)]
    assert log.final() == log.checkpoint()


def test_a_witness_that_knows_another_size_is_asked_from_there(main: tuple[Record, Pen]) -> None:
    record, pen = main
    say_and_sign(pen, 0)
    feed(Log(record), pen, now)
    with record.engine.begin() as connection:
        connection.execute(tables.cosignature.delete())
    say_and_sign(pen, 1)
    assert [one.size for one in feed(Log(record), pen, now)] == [6, 6]


def test_one_that_is_away_is_waited_for_and_does_not_stop_the_other(
    tmp_path: Path, main: tuple[Record, Pen], witnesses: dict[str, Witness], monkeypatch: pytest.MonkeyPatch
) -> None:
    record, pen = main
    say_and_sign(pen, 0)
    real = Witness.add

    def away(one: Witness, body: bytes, clock: object) -> object:
        if one is witnesses["kg"]:
            raise RuntimeError("away")
        return real(one, body, clock)  # type: ignore[arg-type]

    monkeypatch.setattr(Witness, "add", away)
    kg, kz = feed(Log(record), pen, now)
    assert (kz.size, kg.size) == (5, None)
    assert "witness kg answered 500" in str(kg.fault)
    assert [(one.name, one.since) for one in Log(record).standing().waiting] == [("kg", NOW)]
    monkeypatch.undo()
    assert feed(Log(record), pen, now) == [Fed("kg", 5)]


def test_a_restored_old_copy_is_an_alarm(main: tuple[Record, Pen]) -> None:
    record, pen = main
    say_and_sign(pen, 0)
    say_and_sign(pen, 1)
    feed(Log(record), pen, now)
    with record.engine.begin() as connection:
        for table, column in (
            (tables.cosignature, "size"),
            (tables.checkpoint, "size"),
            (tables.entry_receipt, "entry"),
            (tables.entry, "idx"),
        ):
            connection.execute(table.delete().where(table.c[column] > (5 if column == "size" else 4)))
    faults = [one.fault for one in feed(Log(record), pen, now)]
    assert all("and holds 5: an old copy was restored" in str(fault) for fault in faults)
    assert alarms(record) == ["rollback", "rollback"]
    feed(Log(record), pen, now)
    assert alarms(record) == ["rollback", "rollback"]


class Liar:
    """A witness that accuses and shows nothing, or what somebody else signed."""

    def __init__(self, answer: Answer, shown: bytes = b"") -> None:
        self.answer, self.shown = answer, shown

    def add(self, witness: object, body: bytes) -> Answer:
        return self.answer

    def latest(self, witness: object, origin: str) -> Answer:
        return Answer(200 if self.shown else 404, self.shown)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(409, b"99\n"),
        Answer(409, b"9999999999999999999\n"),
        Answer(409, b"many\n"),
        Answer(422, b"I say so\n"),
        Answer(200, b""),
        Answer(200, b"\xff\n"),
        Answer(500, b"\x1b[2J"),
    ],
)
def test_who_accuses_must_show_what_this_log_signed(main: tuple[Record, Pen], answer: Answer) -> None:
    record, pen = main
    say_and_sign(pen, 0)
    forged = note.sign(f"{LOG.name}\n99\n{'A' * 43}=\n", [signer_of(LOG.name, seed="another")])
    for door in (Liar(answer), Liar(answer, Log(record).checkpoint()), Liar(answer, forged), Liar(answer, b"\xff")):
        assert all(one.fault is not None for one in feed(Log(record), pen, now, door))
    assert alarms(record) == []
    assert [one.fault for one in feed(Log(record), pen, now)] == [None, None]
