"""The exchange report as of an earlier state of the journal: what was known then, by what was declared then."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from record.archive import Archive
from record.errors import SelectionError
from record.network import load_network, network_from
from service.reports.built import build
from service.reports.editions import EDITIONS
from service.reports.report import Report
from tests.example import message, open_pen
from tests.service.report_example import DAY, ISSUE, Record, at, kazakh_day, kyrgyz_day, reading

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def report_of(record: Record, as_of: int | datetime | None = None) -> Report:
    return build(record.archive, record.network, EDITIONS["daily"], DAY, NOW, as_of)


def test_the_report_is_what_both_countries_could_see_then(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.say(kyrgyz_day())
    before = report_of(record)
    record.say([reading("kirov:kg.inflow.daily", at(DAY), "22")], when=ISSUE + timedelta(hours=1))
    record.say(kazakh_day(), when=ISSUE + timedelta(hours=2))
    now, by_size, by_time = (report_of(record, as_of) for as_of in (None, 1, ISSUE))
    for again in (by_size, by_time):
        assert [part.reservoirs for part in again.basins] == [part.reservoirs for part in before.basins]
        assert [part.borders for part in again.basins] == [part.borders for part in before.basins]
        assert (again.gaps, again.journal_size) == (before.gaps, 1)
    assert (by_size.as_of, by_time.as_of) == ("1 entries", "2026-05-02T03:30:00Z")
    inflow = now.basins[0].reservoirs[0].inflow
    assert inflow is not None
    assert (inflow.value, inflow.entries, now.as_of, now.journal_size) == (22, (1,), None, 3)


def test_a_silent_day_has_ended_whenever_the_last_entry_was_made(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.say(kyrgyz_day(DAY - timedelta(days=2)), when=ISSUE - timedelta(days=2))
    report = report_of(record, 1)
    assert report.span.ended
    assert [row.flow.of_days for row in report.basins[0].canals] == [1]


def test_as_of_a_time_before_the_period_it_had_not_begun(tmp_path: Path) -> None:
    record = Record(tmp_path)
    with pytest.raises(SelectionError, match="2026-05-01 has not begun: the last report day that has is 2026-04-29"):
        report_of(record, datetime(2026, 4, 30, tzinfo=UTC))
    with pytest.raises(SelectionError, match="beyond the journal"):
        report_of(record, 7)


def test_what_was_declared_then_is_told(tmp_path: Path) -> None:
    first = load_network(ROOT / "config")
    talas = first.files["basins/talas.toml"].replace(b"capacity = 550", b"capacity = 560", 1)
    seasons = first.files["seasons.toml"].replace(b"volume = 400", b"volume = 390", 1)
    second = network_from({**first.files, "basins/talas.toml": talas, "seasons.toml": seasons}, Path("config"))
    assert second.version != first.version
    for network, hours in ((first, 0), (second, 1)):
        record, pen = open_pen(tmp_path, network)
        pen.declare(message("", hours=hours).received)
    kirov = reading("kirov:kg.storage.term", at(date(2025, 5, 1), 8), "280")
    pen.append(message("kirov", hours=2), [kirov], [], message("", hours=2).received)
    archive = Archive(record)
    now, earlier = (build(archive, second, EDITIONS["monthly"], date(2025, 5, 1), NOW, as_of) for as_of in (None, 1))
    assert (now.network_version, earlier.network_version) == (second.version, first.version)
    plans = [[plan.volume for part in one.basins for plan in part.account.plans if plan.id == "talas-2025-kz"]
             for one in (now, earlier)]  # fmt: skip
    assert plans == [[390], [400]]
    (row,) = [row for part in now.basins for row in part.reservoirs if row.place.station == "kirov:kg"]
    assert row.capacity == 560
    assert earlier.basins[0].account.rules[0].endswith(f"network version {first.version}.")
