"""What another revision of a report changes, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from record.entry import Observation, Receipt
from service import accounts
from service.reports.built import build
from service.reports.changes import changes_between, differs
from service.reports.editions import EDITIONS
from service.reports.forms import as_json
from service.reports.gaps import gaps_of
from service.reports.report import Change, FlowRow, Report
from tests.ingest import computing
from tests.service.report_example import DAY, ISSUE, Record, at, kazakh_day, kyrgyz_day, reading
from tests.service.report_made import NEXT, made_report

TUYTE = "tuyte:kg.intake.daily"


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """An empty record."""
    return Record(tmp_path)


@pytest.fixture
def issued(record: Record) -> tuple[Mapping[str, Any], Report]:
    """The first revision as it was issued, and the report that it was made from."""
    made = made_report(record)
    gaps = gaps_of(record.archive, record.network, made.span, made.journal_size, ())
    return _json(replace(made, gaps=gaps)), replace(made, gaps=gaps)


def _json(report: Report) -> Mapping[str, Any]:
    told: Mapping[str, Any] = orjson.loads(as_json.write(report))
    return told


def _anew(record: Record, report: Report, intake: float | None = 2.5, entries: Sequence[int] = (0,)) -> Report:
    """The same report from all that is known now, with another intake of the canal."""
    count = record.archive.size()
    (basin,) = report.basins
    account = accounts.build(record.archive, record.network, "talas", DAY, NEXT, count, by="day", then=False)
    canals = tuple(_with(row, intake, entries) if row.place.station == "tuyte:kg" else row for row in basin.canals)
    gaps = gaps_of(record.archive, record.network, report.span, count, ())
    return replace(report, journal_size=count, gaps=gaps, basins=(replace(basin, canals=canals, account=account),))


def _with(row: FlowRow, intake: float | None, entries: Sequence[int]) -> FlowRow:
    flag = "missing" if intake is None else "good"
    return replace(row, flow=replace(row.flow, value=intake, flag=flag, entries=tuple(entries)))


def _amend(record: Record, said: Observation) -> int:
    when = ISSUE + timedelta(hours=5)
    body = f"{said.value} {record.archive.size()}".encode()
    receipt = Receipt(source="amendments-kg", name="by hand", media="text/plain", received=when, body=body)
    return record.pen.append(receipt, [said], [], when, reason="read again").entries[0]


def _changes(record: Record, before: Mapping[str, Any], report: Report) -> dict[str, Change]:
    return {one.key: one for one in changes_between(before, report, record.archive, record.network)}


def test_what_an_amendment_changed_is_told_with_its_reason_and_its_entry(
    record: Record, issued: tuple[Mapping[str, Any], Report]
) -> None:
    before, report = issued
    entry = _amend(record, reading(TUYTE, at(DAY), "2.75"))
    found = _changes(record, before, _anew(record, report, 2.75, [entry]))
    flow = found["tuyte:kg.intake"]
    assert (flow.station, flow.unit, flow.old, flow.new) == ("tuyte:kg", "m³/s", 2.5, 2.75)
    assert (flow.old_flag, flow.new_flag, flow.source, flow.entries) == ("good", "good", "amendments-kg", (entry,))
    assert flow.reason == "read again"
    received = found["share:flow-50:real.received.kg"]
    assert (received.old, received.new) == (0.216, 0.2376)
    assert (received.reason, received.entries) == (flow.reason, (entry,))
    assert set(found) == {"tuyte:kg.intake", "share:flow-50:real.received.kg"}


def test_a_value_that_was_taken_away_is_told_by_the_saying_that_did_it(
    record: Record, issued: tuple[Mapping[str, Any], Report]
) -> None:
    before, report = issued
    entry = _amend(record, reading(TUYTE, at(DAY), None))
    flow = _changes(record, before, _anew(record, report, None, []))["tuyte:kg.intake"]
    assert (flow.old, flow.new, flow.new_flag, flow.entries) == (2.5, None, "missing", (entry,))
    assert (flow.reason, flow.source) == ("read again", "amendments-kg")
    received = _changes(record, before, _anew(record, report))["share:flow-50:real.received.kg"]
    assert (received.old, received.new, received.reason, received.entries) == (0.216, None, "read again", (entry,))


def test_what_came_late_has_a_source_and_no_reason(record: Record) -> None:
    record.say([*kyrgyz_day()[:-1], *kazakh_day()])
    before = _json(build(record.archive, record.network, EDITIONS["daily"], DAY, ISSUE))
    record.say(kyrgyz_day()[-1:], when=ISSUE + timedelta(hours=5))
    after = build(record.archive, record.network, EDITIONS["daily"], DAY, ISSUE)
    found = _changes(record, before, after)
    for key in ("gate:kg.discharge", "gate:gate:discharge:real.kg"):
        one = found[key]
        assert (one.old, one.new, one.reason, one.source, one.entries) == (None, 9.0, None, "telegrams", (1,))


def test_a_change_of_which_the_journal_tells_nothing_has_no_cause(
    record: Record, issued: tuple[Mapping[str, Any], Report]
) -> None:
    before, report = issued
    flow = _changes(record, before, _anew(record, report, 3.0))["tuyte:kg.intake"]
    assert (flow.old, flow.new, flow.reason, flow.source, flow.entries) == (2.5, 3.0, None, None, ())


def test_rows_that_come_and_go_are_changes(record: Record, issued: tuple[Mapping[str, Any], Report]) -> None:
    before, report = issued
    (basin,) = report.basins
    fewer = replace(report, basins=(replace(basin, canals=basin.canals[1:]),))
    found = _changes(record, before, fewer)
    assert (found["tuyte:kg.intake"].old, found["tuyte:kg.intake"].new) == (2.5, None)
    back = {one.key: one for one in changes_between(_json(fewer), report, record.archive, record.network)}
    assert (back["tuyte:kg.intake"].old, back["tuyte:kg.intake"].new) == (None, 2.5)
    assert set(back) == set(found)


def test_no_correction_is_due_for_a_grown_journal_other_names_or_reviews(
    record: Record, issued: tuple[Mapping[str, Any], Report]
) -> None:
    before, report = issued
    assert not differs(before, report)
    record.say([reading(TUYTE, at(NEXT), "4")], when=ISSUE + timedelta(hours=5))
    later = replace(_anew(record, report), names={"tuyte:kg": {"en": "Another name"}}, reviews={"verified": 9})
    assert later.journal_size > report.journal_size
    assert not differs(before, later)
    assert changes_between(before, later, record.archive, record.network) == ()


def test_a_correction_is_due_for_figures_amendments_shares_and_plans(
    record: Record, issued: tuple[Mapping[str, Any], Report]
) -> None:
    before, report = issued
    assert differs(before, _anew(record, report, 3.0))
    (basin,) = report.basins
    (plan,) = basin.account.plans
    longer = replace(basin.account, plans=(replace(plan, ends=plan.ends + timedelta(days=1)),))
    assert differs(before, replace(report, basins=(replace(basin, account=longer),)))
    forced = replace(basin.account, not_in_force=())
    assert differs(before, replace(report, basins=(replace(basin, account=forced),)))
    _amend(record, reading(TUYTE, at(DAY), "2.75"))
    _amend(record, reading(TUYTE, at(DAY), "2.5"))
    again = _anew(record, report)
    assert differs(before, again)
    assert not differs(_json(again), again)


def test_what_was_computed_anew_is_told_by_the_correction_that_it_follows_from(tmp_path: Path) -> None:
    house = computing.House(tmp_path)
    house.tell(*computing.reservoir([10, 11, 12], ["25", "25.2", "25.3"]))
    house.follow()
    asked = (house.archive, house.record.network, EDITIONS["daily"], date(2026, 7, 10), house.now())
    before = _json(build(*asked))
    house.minutes += 60
    corrected = house.tell(computing.said(computing.LEVEL, computing.term(11), "25.1"))
    house.follow()
    found = {one.key: one for one in changes_between(before, build(*asked), house.archive, house.record.network)}
    level, storage = found["kirov:kg.level"], found["kirov:kg:computed.storage"]
    assert (level.source, level.entries) == ("telegrams", (corrected,))
    assert (storage.old, storage.new, storage.reason) == (152.0, 151.0, level.reason)
    assert (storage.source, storage.entries[0], len(storage.entries)) == ("telegrams", corrected, 2)
