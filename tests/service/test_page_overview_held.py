"""The report of the last day is held, and made anew beside who asks; and of what series are late."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from record.archive import Archive
from record.archive.latest import Latest
from record.entry import Flag
from record.errors import RecordError
from record.network import Network
from record.network.obligation import Obligation
from record.network.river import River
from record.network.threshold import Gap, Thresholds
from service.language import language_called
from service.page.overview import held
from service.page.overview.due import overdue
from service.page.overview.held import Daily, Reports
from service.page.overview.layout import Drawn, drawn_of
from service.reports.built import build
from service.reports.editions import EDITIONS, Edition
from service.reports.report import Report
from tests.service.overview_example import NOW
from tests.service.report_example import DAY, SOURCE, Record, kazakh_day, kyrgyz_day, report_network


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    found = Record(tmp_path_factory.mktemp("held"))
    found.say(kyrgyz_day())
    return found


@pytest.fixture(scope="module")
def report(record: Record) -> Report:
    return build(record.archive, record.network, EDITIONS["daily"], DAY, NOW)


AWAY = RecordError("the record is away")


class Making:
    """Reports that are made when a test lets them, all after one; how many were begun."""

    def __init__(self, record: Record, report: Report, patch: pytest.MonkeyPatch) -> None:
        self.record, self.reports = record, Reports(pause=0)
        self.free, self.begun = threading.Event(), 0
        self.fault: Exception | None = None
        self.free.set()

        def slowly(archive: Archive, _network: Network, _edition: Edition, day: date, *asked: Any) -> Report:
            self.begun += 1
            if self.fault is not None:
                raise self.fault
            assert self.free.wait(10)
            count = archive.counted(asked[1] if len(asked) > 1 else None)
            return replace(report, journal_size=count, span=replace(report.span, begin=day))

        patch.setattr(held, "build", slowly)

    def ask(self, now: datetime = NOW) -> Daily:
        return self.reports.now(self.record.archive, self.record.network, lambda: now)

    def made(self) -> None:
        """Wait until what is being made is there."""
        making = self.reports._making
        assert making is not None
        making.result(10)


@pytest.fixture
def making(record: Record, report: Report, monkeypatch: pytest.MonkeyPatch) -> Iterator[Making]:
    found = Making(record, report, monkeypatch)
    yield found
    found.free.set()
    found.reports.end()


def test_who_asks_first_waits_and_all_others_are_given_what_is_held(making: Making) -> None:
    first = making.ask()
    count = making.record.archive.size()
    assert (first.held.rests.size, first.behind, first.held.report.span.begin) == (count, False, DAY)
    assert making.ask().held is first.held
    making.record.say(kazakh_day())
    making.free.clear()
    for _ in range(3):
        behind = making.ask()
        assert (behind.held, behind.behind) == (first.held, True)
    making.free.set()
    making.made()
    newer = making.ask()
    assert (newer.held.rests.size, newer.behind) == (count + 1, False)
    assert making.begun == 2


def test_a_day_that_ends_makes_another_report(making: Making) -> None:
    before = making.ask()
    after = making.ask(NOW + timedelta(days=1))
    assert (after.held, after.behind) == (before.held, True)
    making.made()
    assert making.ask(NOW + timedelta(days=1)).held.report.span.begin == DAY + timedelta(days=1)


def test_a_fault_leaves_what_is_held_and_is_tried_again(making: Making) -> None:
    first = making.ask()
    making.record.say(kazakh_day())
    making.fault = AWAY
    assert making.ask().held is first.held
    with pytest.raises(RecordError):
        making.made()
    making.fault = None
    assert making.ask().behind
    making.made()
    assert not making.ask().behind


def test_a_fault_that_nobody_foresaw_is_in_the_log(making: Making, caplog: pytest.LogCaptureFixture) -> None:
    making.ask()
    making.record.say(kazakh_day())
    making.fault = KeyError("gate")
    assert making.ask().behind
    with pytest.raises(KeyError):
        making.made()
    assert "unforeseen fault in the report for the overview: KeyError: 'gate'" in caplog.text
    making.fault = None
    assert making.ask().behind
    making.made()
    assert not making.ask().behind


def test_without_any_the_fault_is_told(making: Making) -> None:
    making.fault = AWAY
    with pytest.raises(RecordError, match="away"):
        making.ask()


def test_it_is_told_once_in_a_language(making: Making) -> None:
    found = making.ask().held
    assert found.told(language_called("ru")) is found.told(language_called("ru"))
    assert found.told(language_called("ru")).gaps != found.told(language_called("en")).gaps


def test_what_was_known_then_is_made_once(making: Making) -> None:
    making.record.say(kazakh_day())
    archive, network = making.record.archive, making.record.network
    first = making.reports.then(archive, network, 1, NOW)
    assert (first.held.report.journal_size, first.behind) == (1, False)
    assert making.reports.then(archive, network, 1, NOW).held is first.held
    assert making.begun == 1


MEAN, MORNING = "tuyte:kg.intake.daily", "kirov:kg.level.term"


def said(name: str, moment: datetime) -> dict[str, Latest]:
    return {name: Latest(moment, 1.0, Flag.GOOD, 1)}


def owing(**more: Any) -> Any:
    """The network of the report in which Kirov's level of 08:00 is owed by 09:00, Bishkek time."""
    owed = Obligation(
        id="morning", party="kg", stations=("kirov:kg",), series=("level.term",), of=time(8), by=time(9),
        document=SOURCE, **more,
    )  # fmt: skip
    return replace(report_network(), obligations={"morning": owed})


@pytest.mark.parametrize(
    ("now", "is_late"), [(datetime(2026, 5, 2, 2, 59, tzinfo=UTC), False), (datetime(2026, 5, 2, 3, tzinfo=UTC), True)]
)
def test_what_is_owed_is_late_from_the_hour_at_which_it_was_due(now: datetime, is_late: bool) -> None:
    newest = said(MORNING, datetime(2026, 5, 1, 2, tzinfo=UTC))
    assert overdue(owing(), newest, now).late == ({MORNING} if is_late else set())


def test_on_a_day_on_which_nothing_is_owed_nothing_is_late() -> None:
    newest = said(MORNING, datetime(2026, 5, 1, 2, tzinfo=UTC))
    saturday = datetime(2026, 5, 2, 12, tzinfo=UTC)
    assert overdue(owing(weekdays=("fri",)), newest, saturday).late == set()
    assert overdue(owing(weekdays=("sat",)), newest, saturday).late == {MORNING}
    # It began later, and who owes nothing yet may be as silent as the longest step lets it.
    assert overdue(owing(since=date(2026, 5, 3)), newest, saturday).late == {MORNING}
    assert overdue(owing(since=date(2026, 5, 3)), newest, saturday - timedelta(hours=11)).late == set()


def test_what_nobody_owes_is_late_by_the_longest_step_of_its_kind() -> None:
    gap = Gap(quantity="intake", interval="daily", hours=Decimal(25), source=SOURCE)
    network = replace(report_network(), thresholds=Thresholds(gap=(gap,)))
    newest, begun = said(MEAN, datetime(2026, 5, 1, 18, tzinfo=UTC)), datetime(2026, 5, 1, 18, tzinfo=UTC)
    # The mean of the day after ends two days after this one began, and may then be 25 hours on its way.
    assert overdue(network, newest, begun + timedelta(hours=73)).late == set()
    assert overdue(network, newest, begun + timedelta(hours=73, seconds=1)).late == {MEAN}
    mine = gap.model_copy(update={"station": "tuyte:kg", "hours": 1})
    network = replace(network, thresholds=Thresholds(gap=(gap, mine)))
    assert overdue(network, newest, begun + timedelta(hours=50)).late == {MEAN}


def test_of_sites_without_a_place_in_the_river_a_dozen_are_drawn() -> None:
    network = report_network()
    assert drawn_of(network, "talas") == Drawn(network=network, left_out=0)
    site = network.sites["upper"]
    more = {f"upper-{place}": site.model_copy(update={"id": f"upper-{place}"}) for place in range(10)}
    river = River(
        id="talas", basin="talas", names={"en": "Talas"}, course=("upper-8", "upper-9"), source=SOURCE
    )  # fmt: skip
    drawn = drawn_of(replace(network, sites={**network.sites, **more}, rivers={"talas": river}), "talas")
    assert drawn.left_out == 1
    assert list(drawn.network.sites) == [*network.sites, *(f"upper-{place}" for place in (0, 1, 2, 3, 4, 5, 6, 8, 9))]
