"""The list of issued reports: both parts of each revision, found by their day, and folded again from the journal."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from record import tables
from record.archive import Log, Record
from record.archive.rebuild import rebuild
from record.entry import Receipt
from record.errors import RecordBusy
from record.events.story import Story
from record.writer import Pen
from tests.example import START, open_example, open_pen

pytestmark = pytest.mark.usefixtures("each_database")

FIGURES = {"kind": "daily", "day": "2026-05-01", "revision": 1, "part": "figures", "as_of_size": 3}
COPIES = {**FIGURES, "part": "copies", "figures": 0}
EARLIER = {"kind": "daily", "day": "2026-04-30", "as_of_size": 1}
"""As version 0.1 entered a report."""


def enter(pen: Pen, said: Mapping[str, Any], body: bytes = b"{}") -> int:
    form = Receipt(source="reports", name="a.json", media="application/json", received=START, body=body)
    return pen.issue({**said, "forms": [{"name": form.name, "sha256": form.sha256}]}, [form], START)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Record, Pen]]:
    record, pen = open_pen(tmp_path)
    yield record, pen
    record.engine.dispose()


def test_a_report_is_found_by_its_day_with_both_its_parts(opened: tuple[Record, Pen]) -> None:
    record, pen = opened
    for said in (FIGURES, COPIES, EARLIER, {**COPIES, "revision": 2}, {**COPIES, "kind": "weekly"}):
        enter(pen, said)
    log = Log(record)
    found = [(one.entry, one.revision, one.part, one.figures) for one in log.reports("daily", "2026-05-01")]
    assert found == [(0, 1, "figures", None), (1, 1, "copies", 0), (3, 2, "copies", 0)]
    assert [one.entry for one in log.reports("daily", "2026-04-01", "2026-04-30")] == [2]
    assert [(one.day, one.revision) for one in log.latest_reports("daily", 9)] == [
        ("2026-05-01", 2), ("2026-05-01", 1), ("2026-04-30", 1)
    ]  # fmt: skip
    assert [one.entry for one in log.latest_reports("daily", 1, "2026-05-01")] == [2]
    assert list(log.reports("daily", "2026-05-01")[0].forms) == ["a.json"]


def test_the_same_part_of_a_revision_is_issued_once(opened: tuple[Record, Pen]) -> None:
    _, pen = opened
    enter(pen, FIGURES)
    with pytest.raises(RecordBusy, match="revision 1 of the daily report of 2026-05-01 was issued meanwhile"):
        enter(pen, FIGURES, b"[]")
    assert enter(pen, COPIES) == 1


def test_the_list_is_folded_again_from_the_journal(opened: tuple[Record, Pen], tmp_path: Path) -> None:
    record, pen = opened
    for said in (EARLIER, FIGURES, COPIES):
        enter(pen, said)
    before = Log(record).latest_reports("daily", 9)
    with record.engine.begin() as connection:
        connection.execute(tables.issued.delete())
        row = {"entry": 7, "kind": "daily", "day": "2026-05-01", "revision": 9, "part": "copies"}
        connection.execute(insert(tables.issued), row)
    rebuild(record)
    assert Log(record).latest_reports("daily", 9) == before
    # So does a record that was laid when reports were not listed.
    with record.engine.begin() as connection:
        tables.issued.drop(connection)
    again = open_example(tmp_path)
    assert Log(again).latest_reports("daily", 9) == before
    again.engine.dispose()


def test_a_revision_is_told_once_when_its_copies_are_there(opened: tuple[Record, Pen]) -> None:
    record, pen = opened
    enter(pen, FIGURES)
    assert Story(record).of_entries(0, 1) == []
    enter(pen, COPIES)
    (told,) = Story(record).of_entries(1, 2)
    assert (told.facts["day"], told.facts["revision"], told.facts["figures"]) == ("2026-05-01", 1, 0)
    assert told.moment - START < timedelta(minutes=1)
