"""When reports are issued: at their hour where nothing lacks, by the deadline whatever lacks, late, but never twice."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from arna.issuing import issue
from arna.issuing.due import borne_out, deadline_of, last_due
from arna.issuing.round import issue_due, revise_touched
from record import health
from record.archive import Archive, Log
from record.errors import ConfigError, RecordError
from record.ledger import Ledger
from record.ledger.amiss import Warned
from record.network.party import ReportDay
from service.reports.editions import EDITIONS
from tests.arna.printed import FIRST, PlainPress, Slower, cosign, office
from tests.example import KIROV, START, open_pen, say, seen
from tests.record.founded import found
from tests.record.owing import GATE, INFLOW, LEVEL, MIDNIGHT_KG, MIDNIGHT_KZ, MORNING, give, owing, reading

BISHKEK = ZoneInfo("Asia/Bishkek")
DECLARED = ReportDay(
    zone="Asia/Bishkek", begins=time(8), issued=time(9, 30), deadline=time(11), document="made up for tests"
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of May 2026 in Bishkek."""
    return datetime(2026, 5, day, hour, minute, tzinfo=BISHKEK)


class House:
    """A record whose parties owe three readings a day, and rounds of issuing at any moment."""

    def __init__(self, folder: Path, *, owes: bool = True) -> None:
        network = replace(owing(), report_day=DECLARED)
        self.record, self.pen = open_pen(folder, network if owes else replace(network, obligations={}))
        self.folder, self.now, self.press = folder, at(2, 9), PlainPress()
        self.office = office(self.record, self.pen, folder, lambda: self.now, self.press)
        # The record begins after the hour of the last report before the first of May.
        say(self.pen, "zero", [seen(KIROV, -1, "1")], hours=2)

    def round(self, day: int, hour: int, minute: int = 0) -> list[tuple[str, date]]:
        self.now = at(day, hour, minute)
        return [(one.edition, one.begin) for one in issue_due(self.office)]

    def hear(self, day: int) -> None:
        """Let a message come in the morning of a day, of a time that no report speaks of."""
        say(self.pen, f"heard {day}", [seen(KIROV, -900, "1")], hours=24 * (day - 1) + 1)

    def revisions(self, day: int) -> list[int]:
        parts = Log(self.record).reports("daily", date(2026, 5, day).isoformat())
        return [one.revision for one in parts if one.part == "copies"]

    def warned(self) -> list[Warned]:
        return [one for one in Ledger(self.record).amiss(self.now) if one.kind == "reports"]

    def give(self, series: Sequence[tuple[str, datetime]], when: datetime) -> None:
        give(self.pen, when, [reading(name, moment, "1") for name, moment in series])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.record.engine.dispose()


OWED = ((LEVEL, MORNING), (INFLOW, MIDNIGHT_KG), (GATE, MIDNIGHT_KZ))
"""What is owed of the first of May."""


def test_the_hour_and_the_deadline_are_of_the_following_day_by_the_clock_of_the_report() -> None:
    assert last_due(DECLARED, at(2, 9, 29)) == date(2026, 4, 30)
    assert last_due(DECLARED, at(2, 9, 30)) == FIRST
    assert last_due(DECLARED, at(3, 0)) == FIRST
    assert deadline_of(DECLARED, FIRST) == at(2, 11)
    assert deadline_of(DECLARED.model_copy(update={"deadline": None}), FIRST) == at(2, 9, 30)


def test_a_report_is_issued_at_its_hour_when_all_that_is_owed_has_come(house: House) -> None:
    house.give(OWED, at(2, 8, 50))
    assert house.round(2, 9, 29) == []
    assert house.round(2, 9, 30) == [("daily", FIRST)]
    assert house.round(2, 9, 31) == []


def test_what_lacks_is_waited_for_until_it_comes(house: House) -> None:
    house.give(OWED[:2], at(2, 8, 50))
    assert house.round(2, 9, 30) == []
    assert house.press.made == []
    # Late is not missing.
    house.give(OWED[2:], at(2, 10, 5))
    assert house.round(2, 10, 6) == [("daily", FIRST)]


def test_by_the_deadline_a_report_is_issued_whatever_lacks(house: House) -> None:
    give(house.pen, at(2, 9), [reading(LEVEL, MORNING, None)])
    assert house.round(2, 10, 59) == []
    assert house.round(2, 11) == [("daily", FIRST)]
    assert house.round(2, 11, 1) == []


def test_where_nothing_is_owed_nothing_is_waited_for(tmp_path: Path) -> None:
    house = House(tmp_path, owes=False)
    assert house.round(2, 9, 30) == [("daily", FIRST)]
    house.record.engine.dispose()


def test_with_the_last_day_of_a_period_its_longer_reports_are_issued(house: House) -> None:
    house.hear(4)
    assert house.round(4, 12)[-2:] == [("daily", date(2026, 5, 3)), ("weekly", date(2026, 4, 27))]
    assert house.round(4, 12, 1) == []
    house.hear(10)
    house.round(10, 12)
    assert house.round(11, 12) == [
        ("daily", date(2026, 5, 10)), ("weekly", date(2026, 5, 4)), ("10-day", FIRST)
    ]  # fmt: skip


def test_a_process_that_was_down_issues_what_it_missed_of_the_last_week_and_no_more(house: House) -> None:
    assert house.round(2, 12) == [("daily", FIRST)]
    house.hear(12)
    days = [begin.day for edition, begin in house.round(12, 3) if edition == "daily"]
    assert days == [4, 5, 6, 7, 8, 9, 10]
    assert house.revisions(2) == []
    assert [house.revisions(day) for day in (1, 10)] == [[1], [1]]


def test_an_edition_that_fails_is_one_line_and_a_warning_and_stops_no_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.press.breaks["daily"] = ConfigError("a share is not declared")
    house.hear(4)
    with caplog.at_level(logging.INFO, "arna.issuing"):
        assert house.round(4, 12) == [("weekly", date(2026, 4, 27))]
        assert house.round(4, 12) == []
    lines = [line.getMessage() for line in caplog.records if line.levelno == logging.WARNING]
    assert lines[0] == "the daily report of 2026-05-01 was not issued: a share is not declared"
    assert len(lines) == 3
    warned = house.warned()
    assert [one.of for one in warned] == [f"issue daily 2026-05-0{day}" for day in (1, 2, 3)]
    assert (warned[0].party, warned[0].said) == ("", lines[0])
    house.press.breaks["daily"] = ValueError("two papers\ndiffer")
    assert house.round(4, 12, 3) == []
    assert "was not issued: ValueError: two papers differ; please report it" in caplog.text
    house.press.breaks.clear()
    assert len(house.round(4, 12, 5)) == 3
    assert house.warned() == []
    assert health.of(house.record.engine, "reports: issue weekly 2026-04-27") is None


def test_a_report_that_cannot_be_made_holds_up_no_later_one_and_what_is_mended_by_hand_is_amiss_no_more(
    house: House,
) -> None:
    house.press.breaks["daily"] = OSError("no space left on device")
    assert house.round(2, 12) == []
    assert [one.of for one in house.warned()] == ["issue daily 2026-05-01"]
    house.press.breaks.clear()
    house.now = at(2, 12)
    issue(house.office, EDITIONS["daily"], FIRST)
    assert house.round(2, 12) == []
    assert house.warned() == []
    # That of the second of May failed a moment ago.
    health.failed(house.record.engine, "reports: issue daily 2026-05-02", at(4, 12), "a share is not declared")
    assert house.round(4, 12)[0] == ("daily", date(2026, 5, 3))


def test_a_clock_that_is_set_wrong_issues_nothing_of_days_to_come_and_leaves_no_trace(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.round(2, 12)
    assert house.round(2 + 20, 12) == []
    assert revise_touched(house.office) == []
    assert house.round(2 + 20, 12) == []
    said = "reports from 2026-05-15 on are not issued: the newest entry and signature are days older than the clock"
    assert caplog.text.count(said) == 1
    assert [one.of for one in house.warned()] == ["clock"]
    # What such a clock left behind does not count.
    health.failed(house.record.engine, "reports: issue daily 2026-05-02", at(30, 12), "of days to come")
    house.office.pen.pass_over("corrections", "1 2026-05-30")
    say(house.pen, "amended", [seen(KIROV, 0, "2.5")], hours=30)
    assert house.round(3, 12) == [("daily", date(2026, 5, 2))]
    assert [one.begin for one in revise_touched(house.office)] == [FIRST]
    assert house.warned() == []
    for line in ("daily 2026-05-02 failed at 2026-05-30", "corrections were looked for on 2026-05-31"):
        assert caplog.text.count(line) == 1


def test_a_witness_is_believed_rather_than_a_clock_that_is_days_ahead(tmp_path: Path) -> None:
    record, pen = found(tmp_path)
    true = START + timedelta(hours=1)
    say(pen, "far", [seen(KIROV, 0, "1.5")], hours=24 * 30)
    log, archive = Log(record), Archive(record)
    assert borne_out(log, archive) == START + timedelta(days=32)
    pen.checkpoint(lambda: START + timedelta(days=30))
    cosign(log, pen, lambda: true)
    assert borne_out(log, archive) == true + timedelta(days=2)
    record.engine.dispose()


def test_once_a_day_the_reports_of_touched_days_are_revised(house: House) -> None:
    house.give(OWED, at(2, 8, 50))
    house.round(2, 9, 30)
    assert revise_touched(house.office) == []
    house.round(3, 11)
    assert revise_touched(house.office) == []
    say(house.pen, "amended", [seen(KIROV, 0, "2.5")], hours=60)
    house.now = at(3, 13)
    assert revise_touched(house.office) == []
    house.round(4, 11)
    made = len(house.press.made)
    (revised,) = [one for one in revise_touched(house.office) if one.edition == "daily"]
    assert (revised.begin, revised.revision, house.revisions(1)) == (FIRST, 2, [1, 2])
    # The next day tells what flowed in the season, which comes out the same here; the last and the week rest on it.
    assert house.press.made[made:] == ["daily 2026-05-01", "daily 2026-05-02"]
    assert revise_touched(house.office) == []


def test_what_was_killed_before_its_files_were_laid_is_laid_by_the_daily_look(house: House) -> None:
    house.round(2, 12)
    path = house.folder / "reports" / "daily" / "daily-2026-05-01.r1.kk.html"
    body = path.read_bytes()
    path.unlink()
    revise_touched(house.office)
    assert path.read_bytes() == body


def test_what_another_host_issued_is_laid_here_by_the_next_round(house: House, tmp_path: Path) -> None:
    house.round(2, 12)
    assert issue_due(replace(house.office, data=tmp_path / "here")) == []
    lists = [sorted(one.name for one in (data / "reports/daily").iterdir()) for data in (tmp_path / "here", tmp_path)]
    assert lists[0] == lists[1]


def test_what_another_host_is_issuing_at_this_moment_is_no_fault(house: House) -> None:
    house.now = at(2, 12)
    house.press.breaks["copies"] = RecordError("the disk is full")
    slower = replace(house.office, press=Slower(house.office, "figures"))
    assert issue_due(slower) == []
    assert house.warned() == []


def test_what_cannot_be_revised_is_looked_at_again_the_next_day(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.round(2, 12)
    revise_touched(house.office)
    say(house.pen, "amended", [seen(KIROV, 0, "2.5")], hours=START.hour + 30)
    house.round(3, 12)
    house.press.breaks["daily"] = ConfigError("a share is not declared")
    assert revise_touched(house.office) == []
    assert "daily report of 2026-05-01 was not revised: a share is not declared" in caplog.text
    house.press.breaks.clear()
    house.now += timedelta(hours=1)
    assert revise_touched(house.office) == []
    house.round(4, 12)
    assert [one.begin for one in revise_touched(house.office) if one.edition == "daily"] == [FIRST]
