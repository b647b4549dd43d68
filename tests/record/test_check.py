"""Harm done to the journal behind the record's back is found, in whichever way it was done."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Table, delete, select, update

from record import tables
from record.archive import Record
from record.archive.rebuild import rebuild
from record.check import Known, check
from record.errors import RecordDamaged
from record.proof.keys import Signer, new_signer
from record.writer import Pen
from tests.example import GATEWAY, KIROV, KNOWN, LOG, START, open_example, open_pen, say, seen

pytestmark = pytest.mark.usefixtures("each_database")

ENTRY = tables.entry.c
Harm = Callable[[Connection], object]


@pytest.fixture
def record(tmp_path: Path) -> Record:
    record, pen = open_pen(tmp_path)
    for day in range(3):
        say(pen, f"message {day}", [seen(KIROV, day, "20.3")], hours=day)
    pen.checkpoint(START)
    return record


def harm(record: Record, *harms: Harm) -> None:
    """Change what is stored, where the database would let nobody do so."""
    with record.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for done in harms:
            done(connection)


def reworded(table: Table, column: Column[bytes], row: int, said: bytes, other: bytes) -> Harm:
    """Put other words into the bytes of one row, found by its number."""
    (number, *_) = table.primary_key.columns

    def change(connection: Connection) -> None:
        stored = connection.execute(select(column).where(number == row)).scalar_one()
        assert said in stored
        connection.execute(update(table).where(number == row).values({column: stored.replace(said, other)}))

    return change


def moved(row: int, to: int) -> Harm:
    return lambda connection: connection.execute(update(tables.entry).where(ENTRY.idx == row).values(idx=to))


def gone(row: int) -> Harm:
    return lambda connection: connection.execute(delete(tables.entry).where(ENTRY.idx == row))


def dated_anew(connection: Connection) -> None:
    connection.execute(update(tables.entry).where(ENTRY.idx == 2).values(entered=ENTRY.entered - 3600))


def another_tree(connection: Connection) -> None:
    connection.execute(update(tables.node).where(tables.node.c.level == 1).values(hash=bytes(32)))


def checked(record: Record, known: Known = KNOWN) -> int:
    with record.engine.connect() as connection:
        return check(connection, known)


def test_an_untouched_record_is_in_order(record: Record) -> None:
    assert checked(record) == 3


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (reworded(tables.entry, ENTRY.leaf, 1, b"20.3", b"30.3"), "entry 1 was changed"),
        (gone(1), "entry 1 is gone"),
        (gone(2), "a checkpoint of 3 entries"),
        (dated_anew, "entry 2 was dated anew"),
        (another_tree, "stored tree"),
        (reworded(tables.checkpoint, tables.checkpoint.c.note, 3, b"test", b"tent"), "not as the log signed it"),
    ],
)
def test_each_harm_is_called_by_its_name(record: Record, done: Harm, said: str) -> None:
    harm(record, done)
    with pytest.raises(RecordDamaged, match=said):
        checked(record)


def test_two_entries_that_changed_places_are_found(record: Record) -> None:
    harm(record, moved(0, 9), moved(1, 0), moved(9, 1))
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


def test_a_shortened_journal_does_not_fit_its_checkpoint(record: Record) -> None:
    rests_on = tables.entry_receipt
    harm(record, lambda connection: connection.execute(delete(rests_on).where(rests_on.c.entry == 2)), gone(2))
    rebuild(record)
    with pytest.raises(RecordDamaged, match="a checkpoint of 3 entries was signed and 2 are left"):
        checked(record)
