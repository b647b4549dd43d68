"""What the pages say of now: one rule for late and silent, one for whose reading stands in a picture, and trends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from record.archive.latest import Latest
from record.entry import Flag
from service.language import language_called
from service.page.now import Known, Measure, StationNow, Trend
from service.page.overview.amiss import amiss
from service.page.overview.due import overdue
from service.page.overview.layout import layout_of
from service.page.overview.readings import read
from service.page.overview.sites import sites_now
from service.page.reader import Reader, reader_of
from service.page.said import Gauge, best_of, gauges_of
from service.reports.built import build
from service.reports.editions import EDITIONS
from tests.service.report_example import DAY, Record, at, reading, report_network
from tests.service.sites_now import measure

NETWORK = report_network()
AT = datetime(2026, 5, 2, 2, tzinfo=UTC)
NOW = AT + timedelta(hours=2)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return reader_of(NETWORK, language_called("en"))


def said(quantity: str, value: float | None, **told: object) -> Measure:
    return measure(NETWORK.stations["kirov:kg"], quantity, value, **told)


def station(name: str, *measures: Measure, nature: str = "real", computed: bool = False) -> StationNow:
    own = tuple(replace(one, series=f"{name}.{one.quantity}.term") for one in measures)
    return StationNow(station="kirov:kg", party="kg", nature=nature, computed=computed, verified=True, measures=own)


def shown(reader: Reader, *stations: StationNow) -> Gauge:
    (found,) = gauges_of(NETWORK, reader, stations)
    return found


REAL = station("real", said("storage", 286.0))
SILENT = station("silent", said("storage", 286.0, silent=True, time=datetime(2011, 12, 31, 2, tzinfo=UTC)))
MISSING = station("missing", said("storage", None, known=Known(155.0, AT - timedelta(days=1))), said("level", 10.0))
BAD = station("bad", said("storage", -2.84, flag="bad"))
EXAMPLE = station("example", said("storage", 1.0), nature="example")
COMPUTED = station("computed", said("storage", 156.44), computed=True)
SIMULATED = station("simulated", said("storage", 150.0), nature="simulated")
COMPUTED_OF_SIMULATED = station("of-simulated", said("storage", 156.4), nature="simulated", computed=True)
NEVER = station("never", said("storage", None, time=None))


@pytest.mark.parametrize(
    "order",
    [
        (REAL, EXAMPLE, COMPUTED, SIMULATED, COMPUTED_OF_SIMULATED, BAD, MISSING, SILENT, NEVER),
        (COMPUTED, MISSING),
        (SIMULATED, SILENT),
        (SIMULATED, BAD),
    ],
)
def test_of_stations_the_one_is_shown_that_says_how_the_water_stands(order: tuple[StationNow, ...]) -> None:
    left = list(order)
    for wanted in order:
        found = best_of(NETWORK, left[::-1])
        assert found is not None
        assert found[0] is wanted
        left.remove(wanted)


def test_where_no_value_is_known_now_the_last_one_stands_with_its_time(reader: Reader) -> None:
    gauge = shown(reader, MISSING)
    assert (gauge.number, gauge.value, gauge.filled, gauge.trend) == (None, "no data", None, None)
    assert gauge.known.replace("\N{NO-BREAK SPACE}", " ") == "last known 155.0 million m³, 08:00 1 May"
    assert shown(reader, SILENT).known.startswith("last known 286.0 million m³, 2011-12-31 08:00")
    assert shown(reader, NEVER).known == ""


def test_a_value_flagged_bad_is_struck_through_and_never_says_how_the_water_stands(reader: Reader) -> None:
    gauge = shown(reader, BAD)
    assert (gauge.number, gauge.is_bad, gauge.known) == (-2.84, True, "")
    assert "bad" in gauge.marks
    assert not shown(reader, REAL).is_bad


def test_silent_is_neither_late_nor_missing_and_that_of_means_begins_when_the_next_should_have_come() -> None:
    newest = {
        "kirov:kg.level.term": Latest(NOW - timedelta(days=30), 1.0, Flag.GOOD, 1),
        "kirov:kg.storage.term": Latest(NOW - timedelta(days=29), 1.0, Flag.GOOD, 1),
        "tuyte:kg.intake.daily": Latest(NOW - timedelta(days=31), 1.0, Flag.GOOD, 1),
        "gate:kz.discharge.daily": Latest(NOW - timedelta(days=32), None, Flag.MISSING, 1),
    }
    found = overdue(NETWORK, newest, NOW)
    assert found.silent == {"kirov:kg.level.term", "gate:kz.discharge.daily"}
    assert found.late == {"kirov:kg.storage.term", "tuyte:kg.intake.daily"}


def test_what_is_amiss_is_told_once_by_its_state_and_the_silent_last() -> None:
    stations = (station("a", said("storage", 1.0, silent=True)), station("b", said("storage", None)))
    late = station("c", said("storage", 1.0, late=True), nature="simulated")
    found = amiss(NETWORK, {"kirov": (*stations, late, REAL)})
    assert [one.state for one in found.named] == ["missing", "late", "silent"]
    kyrgyz = next(one for one in found.parties if one.party == "kg")
    assert (kyrgyz.spoke, kyrgyz.late, kyrgyz.missing) == (3, 1, 1)


CHANGES = [
    ("kirov:kg.inflow.daily", "20", "20.6", Trend.STEADY),
    ("kirov:kg.inflow.daily", "20", "20.7", Trend.RISING),
    ("kirov:kg.inflow.daily", "0.01", "0.011", Trend.STEADY),
    ("kirov:kg.level.term", "10.02", "10.03", Trend.STEADY),
    ("kirov:kg.level.term", "10.04", "10.02", Trend.FALLING),
    ("kirov:kg.storage.term", "286.00", "286.20", Trend.STEADY),
    ("kirov:kg.storage.term", "286.00", "286.40", Trend.RISING),
]


def test_a_trend_is_more_than_gauges_tell_apart_and_the_last_value_of_what_is_missing_is_known(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    record = Record(tmp_path_factory.mktemp("now"))
    report = build(record.archive, record.network, EDITIONS["daily"], DAY, NOW)

    def now(name: str) -> Measure:
        readings = read(record.archive, record.network, None)
        sites = sites_now(layout_of(record.network), readings, overdue(record.network, readings.newest, NOW), report)
        return next(one for held in sites.values() for own in held for one in own.measures if one.series == name)

    for name, was, became, trend in CHANGES:
        hour = 8 if name.endswith("term") else 0
        record.say([reading(name, at(DAY - timedelta(days=1), hour), was), reading(name, at(DAY, hour), became)])
        assert now(name).trend is trend, (name, was, became)
    name = "kirov:kg.inflow.daily"
    record.say([reading(name, at(DAY + timedelta(days=1)), None)])
    assert (now(name).value, now(name).known) == (None, Known(0.011, at(DAY)))
