"""Harm done to the journal behind the record's back is found, in whichever way it was done."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from record import tables
from record.archive import Record
from record.archive.rebuild import rebuild
from record.check import Known, check
from record.errors import RecordDamaged
from record.proof.keys import Signer, new_signer
from record.writer import Pen
from tests.example import GATEWAY, KIROV, KNOWN, LOG, START, open_example, open_pen, say, seen


@pytest.fixture
def record(tmp_path: Path) -> Record:
    record, pen = open_pen(tmp_path)
    for day in range(3):
        say(pen, f"message {day}", [seen(KIROV, day, "20.3")], hours=day)
    pen.checkpoint(START)
    return record


def harm(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "record.sqlite") as behind:
        for statement in statements:
            behind.execute(statement)
    behind.close()


def checked(record: Record, known: Known = KNOWN) -> int:
    with record.engine.connect() as connection:
        return check(connection, known)


def test_an_untouched_record_is_in_order(record: Record) -> None:
    assert checked(record) == 3


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entry SET leaf = CAST(replace(leaf, '20.3', '30.3') AS BLOB) WHERE idx = 1", "entry 1 was changed"),
        ("DELETE FROM entry WHERE idx = 1", "entry 1 is gone"),
        ("DELETE FROM entry WHERE idx = 2", "a checkpoint of 3 entries"),
        ("UPDATE entry SET entered = entered - 3600 WHERE idx = 2", "entry 2 was dated anew"),
        ("UPDATE node SET hash = zeroblob(32) WHERE level = 1", "stored tree"),
        ("UPDATE checkpoint SET note = CAST(replace(note, 'test', 'tent') AS BLOB)", "not as the log signed it"),
    ],
)
def test_each_harm_is_called_by_its_name(record: Record, tmp_path: Path, statement: str, said: str) -> None:
    record.engine.dispose()
    harm(tmp_path, statement)
    with pytest.raises(RecordDamaged, match=said):
        checked(record)


def test_two_entries_that_changed_places_are_found(record: Record, tmp_path: Path) -> None:
    record.engine.dispose()
    harm(
        tmp_path,
        "UPDATE entry SET idx = 9 WHERE idx = 0",
        "UPDATE entry SET idx = 0 WHERE idx = 1",
        "UPDATE entry SET idx = 1 WHERE idx = 9",
    )
    with pytest.raises(RecordDamaged, match="does not follow"):
        checked(record)


def rewritten(folder: Path, gateway: Signer) -> Record:
    """A journal with another value, written from the beginning, with the checkpoint of the true one put under it."""
    with open_example(folder).engine.connect() as connection:
        kept = connection.execute(select(tables.checkpoint)).one()._asdict()
    (folder / "forged").mkdir()
    forged = open_example(folder / "forged")
    pen = Pen(forged, gateway=gateway, log=LOG)
    for day in range(3):
        say(pen, f"message {day}", [seen(KIROV, day, "30.3")], hours=day)
    with forged.engine.begin() as connection:
        connection.execute(tables.checkpoint.insert(), kept)
    return forged


@pytest.mark.usefixtures("record")
def test_a_journal_written_anew_with_another_key_is_found(tmp_path: Path) -> None:
    with pytest.raises(RecordDamaged, match="not as its gateway signed it"):
        checked(rewritten(tmp_path, new_signer(GATEWAY.name)))


@pytest.mark.usefixtures("record")
def test_a_journal_written_anew_with_the_gateways_own_key_does_not_fit_its_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(RecordDamaged, match="the journal was rewritten"):
        checked(rewritten(tmp_path, GATEWAY))


def test_a_shortened_journal_does_not_fit_its_checkpoint(record: Record, tmp_path: Path) -> None:
    record.engine.dispose()
    harm(tmp_path, "DELETE FROM entry_receipt WHERE entry = 2", "DELETE FROM entry WHERE idx = 2")
    rebuild(record)
    with pytest.raises(RecordDamaged, match="a checkpoint of 3 entries was signed and 2 are left"):
        checked(record)
