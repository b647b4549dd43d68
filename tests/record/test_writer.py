"""The pen and what the archive then answers: amended, repeated, refused, as of any moment."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from record import journal, tables
from record import leaf as leaves
from record.archive import Archive
from record.check import check
from record.entry import Flag, Refusal
from record.errors import RecordError, SelectionError, UnknownName
from record.proof import checkpoint, note, tree
from record.selection import Selection
from tests.example import (
    BORDER,
    KIROV,
    KIROV_STORAGE,
    KNOWN,
    START,
    network_of_two,
    open_pen,
    say,
    seen,
)

pytestmark = pytest.mark.usefixtures("each_database")


def test_what_was_said_is_answered_with_flag_and_entry(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    pen.declare(START)
    say(pen, "one", [seen(KIROV, 0, "20.3"), seen(KIROV, 1, None), seen(KIROV_STORAGE, 1, "445.60", Flag.SUSPECT)])
    answer = Archive(record).select(Selection(series=(KIROV, KIROV_STORAGE)))
    assert answer.sizes == {"station": 1, "time": 2}
    np.testing.assert_array_equal(answer.inflow, [[20.3, np.nan]])
    np.testing.assert_array_equal(answer.inflow_flag, [[1, 9]])
    np.testing.assert_array_equal(answer.inflow_entry, [[1, 1]])
    np.testing.assert_array_equal(answer.storage, [[np.nan, 445.6]])
    np.testing.assert_array_equal(answer.storage_flag, [[9, 3]])
    np.testing.assert_array_equal(answer.storage_entry, [[-1, 1]])
    assert answer.inflow.attrs["units"] == "m3 s-1"
    assert answer.inflow.attrs["ancillary_variables"] == "inflow_flag inflow_entry"


def test_two_countries_stand_side_by_side(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "kz", [seen(BORDER, 0, "12.5")])
    answer = Archive(record).select(Selection(series=(KIROV, BORDER)))
    assert list(answer.station_id.values) == ["kirov:kg", "example-border:kz"]
    assert list(answer.nature.values) == ["real", "example"]
    np.testing.assert_array_equal(answer.discharge, [[np.nan], [12.5]])


def test_a_correction_supersedes_and_the_old_value_stays_visible(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 0, "20.3"), seen(KIROV, 1, "21")], hours=1)
    say(pen, "second", [seen(KIROV, 0, "23.0", Flag.SUSPECT)], hours=2)
    archive = Archive(record)
    question = Selection(series=(KIROV,))
    np.testing.assert_array_equal(archive.select(question).inflow, [[23.0, 21.0]])
    before = Selection(series=(KIROV,), as_of=START + timedelta(hours=2))
    np.testing.assert_array_equal(archive.select(before).inflow, [[20.3, 21.0]])
    np.testing.assert_array_equal(archive.select(Selection(series=(KIROV,), as_of=1)).inflow, [[20.3, 21.0]])
    assert archive.select(Selection(series=(KIROV,), as_of=0)).sizes["time"] == 0
    first, second = archive.history(KIROV, START)
    assert (first.value, first.flag, first.reason) == (Decimal("20.3"), Flag.GOOD, None)
    assert (second.value, second.flag) == (Decimal("23.0"), Flag.SUSPECT)
    assert second.reason == "a later message says otherwise"
    assert archive.latest([KIROV])[KIROV].value == 21.0


def test_a_superseding_row_names_the_leaf_that_it_corrects(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "first", [seen(KIROV, 1, "21"), seen(KIROV, 0, "20.3")])
    say(pen, "second", [seen(KIROV, 0, "23.0")])
    with record.engine.connect() as connection:
        first, second = (journal.entry_at(connection, index) for index in (0, 1))
    assert second.leaf.content["refs"] == [{"index": 0, "leaf": first.hash.hex()}]
    assert second.leaf.content["rows"][0][4] == "0/1"


def test_the_same_message_again_changes_nothing(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    refusal = Refusal(fragment=b"???", where="group 4", reason="not five digits")
    first = say(pen, "one", [seen(KIROV, 0, "20.3")], [refusal])
    again = say(pen, "one", [seen(KIROV, 0, "20.3")], [refusal], hours=3)
    assert (first.repeated, again.repeated) == (False, True)
    archive = Archive(record)
    assert archive.size() == 2
    assert len(archive.history(KIROV, START)) == 1


def test_the_same_bytes_of_another_month_are_another_message(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "15954 01081", [seen(KIROV, 0, "20.3")])
    later = say(pen, "15954 01081", [seen(KIROV, 31, "20.3")], hours=31 * 24)
    assert not later.repeated
    assert Archive(record).select(Selection(series=(KIROV,))).sizes["time"] == 2


def test_a_refusal_keeps_its_bytes_and_its_reason(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    fragment = "й\u0306 \ufffd".encode() + b"\xff\x00" + b"x" * 10_000
    say(pen, "body", [], [Refusal(fragment=fragment, where="й\u0306", reason="unknown \udcff post")])
    archive = Archive(record)
    (kept,) = archive.refusals(START, START + timedelta(hours=1))
    assert kept.reason == "unknown ? post"
    assert fragment.startswith(kept.fragment)
    assert len(kept.fragment) == 4096
    with record.engine.connect() as connection:
        assert connection.execute(select(tables.receipt.c.body)).scalar() == b"body"


def test_a_large_message_is_cut_into_entries_that_tiles_can_carry(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    days = [seen(KIROV, day, f"{day}.25") for day in range(2500)]
    written = say(pen, "long", days)
    assert written.rows == 2500
    assert len(written.entries) == 3
    with record.engine.connect() as connection:
        assert all(len(entry.raw) <= leaves.MAX_BYTES for entry in journal.entries(connection))
    corrected = say(pen, "long, corrected", [seen(KIROV, day, f"{day}.5") for day in range(2500)])
    assert corrected.rows == 2500
    with record.engine.connect() as connection:
        assert all(len(entry.raw) <= leaves.MAX_BYTES for entry in journal.entries(connection))
        assert check(connection, KNOWN) == len(written.entries) + len(corrected.entries)


def test_a_clock_set_back_never_sets_the_journal_back(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    say(pen, "one", [seen(KIROV, 0, "1")], hours=5)
    say(pen, "two", [seen(KIROV, 1, "2")], hours=1)
    entered = [arrival.entered for arrival in Archive(record).arrivals(START, START + timedelta(hours=9))]
    assert entered == [START + timedelta(hours=5)] * 2


def test_a_checkpoint_signs_the_root_of_all_entries(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    for day in range(5):
        say(pen, f"message {day}", [seen(KIROV, day, "1.5")])
    signed = pen.checkpoint(START)
    assert pen.checkpoint(START + timedelta(hours=1)) == signed
    said = checkpoint.parse(note.parse(signed).text)
    with record.engine.connect() as connection:
        hashes = [tree.leaf_hash(entry.raw) for entry in journal.entries(connection)]
    left = tree.node_hash(tree.node_hash(hashes[0], hashes[1]), tree.node_hash(hashes[2], hashes[3]))
    assert (said.origin, said.size) == (network_of_two().origin, 5)
    assert said.root == tree.node_hash(left, hashes[4])


def test_the_network_is_entered_once_a_version(tmp_path: Path) -> None:
    _, pen = open_pen(tmp_path)
    assert pen.declare(START) == 0
    assert pen.declare(START) is None


def test_a_source_answers_only_for_what_is_declared(tmp_path: Path) -> None:
    record, _ = open_pen(tmp_path)
    archive = Archive(record)
    with pytest.raises(UnknownName, match="nowhere"):
        archive.select(Selection(series=("nowhere:kg.inflow.daily",)))
    with pytest.raises(SelectionError, match="one collection"):
        archive.select(Selection(series=(KIROV, "kirov:kg.level.term")))
    with pytest.raises(SelectionError, match="beyond the journal"):
        archive.select(Selection(series=(KIROV,), as_of=99))


def test_a_record_that_cannot_be_opened_says_so_in_one_line(tmp_path: Path) -> None:
    from record.database import open_database

    with pytest.raises(RecordError, match="cannot be opened") as fault:
        open_database(f"sqlite:///{tmp_path / 'nowhere' / 'record.sqlite'}")
    assert "\n" not in str(fault.value)
