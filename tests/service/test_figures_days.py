"""Daily values read for many stations at once, beside the same days counted reading by reading."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from record.entry import Flag, Observation
from record.errors import SelectionError, UnknownName
from record.network.account import FigureRules
from service.figures.days import BASES, begins_of_days, counted, read_days
from tests.service.figures_example import archive
from tests.service.report_example import ALMATY, BISHKEK, at, reading

STATIONS = ("gate:kg", "gate:kz", "upper:kg")
BEGIN, END = date(2024, 2, 26), date(2024, 3, 4)
STEPS = {"hourly": timedelta(hours=1), "10-minute": timedelta(minutes=10)}


def gate_days(chance: Random) -> list[Observation]:
    """Both gauges at every interval around the change of Almaty's offset, with gaps and with every flag."""
    seen, number = [], count(1)
    for station, zone in (("gate:kg", BISHKEK), ("gate:kz", ALMATY)):
        for interval in ("daily", "hourly", "10-minute", "term"):
            # Of some days nearly all hours are there, of others nearly none: both sides of what a mean needs.
            density = {day: chance.choice([0.02, 0.97]) for day in range(1, 32)}
            for moment in moments(interval, zone):
                if chance.random() < (0.5 if interval in ("daily", "term") else density[moment.day]):
                    seldom = [] if interval in ("daily", "term") else [Flag.GOOD] * 30
                    flag = chance.choice(
                        [*seldom, Flag.GOOD, Flag.UNKNOWN, Flag.SUSPECT, Flag.BAD, Flag.BAD, Flag.MISSING]
                    )
                    value = None if flag is Flag.MISSING else str(Decimal(next(number)) / 8)
                    seen.append(reading(f"{station}.discharge.{interval}", moment, value, flag))
    return seen


def moments(interval: str, zone: ZoneInfo) -> list[datetime]:
    days = [BEGIN + timedelta(days=ahead) for ahead in range(-2, (END - BEGIN).days + 2)]
    if interval == "daily":
        return [at(day, 0, zone) for day in days]
    if interval == "term":
        return [at(day, hour, zone) for day in days for hour in (8, 20)]
    step, begin = STEPS[interval], datetime.combine(days[0], time(), UTC)
    return [begin + step * ahead for ahead in range(len(days) * int(timedelta(days=1) / step))]


@dataclass(frozen=True)
class Told:
    """What the readings of a day amount to at one interval."""

    basis: str
    value: float | None
    flag: Flag
    readings: int
    left_out: int


def told(seen: list[Observation], zone: ZoneInfo, day: date, interval: str) -> Told:
    """One interval of one day, of a station whose readings these are, reading by reading."""
    begin, end = (
        at(one, *((0, zone) if interval == "daily" else (8, BISHKEK))) for one in (day, day + timedelta(days=1))
    )
    here = [one for one in seen if one.series.endswith(f".{interval}") and begin <= one.time < end]
    valued = [one for one in here if one.value is not None]
    usable = [one for one in valued if one.flag in (Flag.GOOD, Flag.UNKNOWN, Flag.SUSPECT)]
    used = usable or [one for one in valued if one.flag is Flag.BAD]
    needed = {"hourly": 20, "10-minute": 116}.get(interval, 1)
    if len(used) < needed:
        return Told(interval, None, Flag.MISSING, len(used), 0)
    mean = float(sum(one.value for one in used if one.value is not None) / len(used))
    bad = sum(one.flag is Flag.BAD for one in valued)
    return Told(interval, mean, max(one.flag for one in used), len(used), bad if usable else 0)


def best(seen: list[Observation], station: str, zone: ZoneInfo, day: date) -> Told | None:
    """The best interval of a day: the first with a usable value, else the first with a bad one; None for neither."""
    own = [one for one in seen if one.series.startswith(f"{station}.")]
    every = [told(own, zone, day, interval) for interval in ("daily", "hourly", "10-minute", "term")]
    valued = [one for one in every if one.value is not None]
    return next(iter([*(one for one in valued if one.flag is not Flag.BAD), *valued]), None)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_day_is_what_its_readings_amount_to(tmp_path: Path, seed: int) -> None:
    seen = gate_days(Random(seed))
    held, declared = archive(tmp_path, seen)
    found = read_days(held, declared, STATIONS[:2], "discharge", BEGIN, END)
    bases = set()
    for called in found["day"].values.astype("datetime64[D]").tolist():
        for station, zone in zip(STATIONS[:2], (BISHKEK, ALMATY), strict=True):
            counted_by_hand = best(seen, station, zone, called)
            day = found.sel(station=station, day=np.datetime64(called))
            if counted_by_hand is None:
                assert np.isnan(float(day["value"]))
                assert int(day["flag"]) == Flag.MISSING
                continue
            assert float(day["value"]) == pytest.approx(counted_by_hand.value)
            assert int(day["flag"]) == counted_by_hand.flag
            assert int(day["readings"]) == counted_by_hand.readings
            assert int(day["left_out"]) == counted_by_hand.left_out
            assert BASES[int(day["basis"])] == counted_by_hand.basis
            assert int(day["entry"]) >= 0
            bases.add(counted_by_hand.basis)
    assert {"daily", "hourly"} <= bases


def test_the_doubled_hour_and_the_change_of_almaty_lose_and_double_no_reading(tmp_path: Path) -> None:
    begin = datetime(2024, 2, 28, tzinfo=UTC)
    hours = [begin + timedelta(hours=hour) for hour in range(96)]
    seen = [reading("gate:kz.discharge.hourly", moment, "5") for moment in hours]
    held, declared = archive(tmp_path, seen)
    found = read_days(held, declared, ["gate:kz"], "discharge", date(2024, 2, 27), date(2024, 3, 4))
    # The report day is Bishkek's, 02:00 UTC to 02:00 UTC: Almaty's clock has no part in it.
    assert found["readings"].values.tolist() == [[2, 24, 24, 24, 22, 0]]


@pytest.mark.parametrize(
    ("interval", "step", "enough"), [("hourly", timedelta(hours=1), 20), ("10-minute", timedelta(minutes=10), 116)]
)
def test_a_day_needs_the_declared_share_of_its_readings(
    tmp_path: Path, interval: str, step: timedelta, enough: int
) -> None:
    days = {date(2026, 4, 1): enough, date(2026, 4, 2): enough - 1, date(2026, 4, 3): 1}
    seen = [
        reading(f"gate:kz.discharge.{interval}", at(day, 8) + step * number, "10")
        for day, readings in days.items()
        for number in range(readings)
    ]
    # Bad readings beside them are told, and make no day.
    seen += [
        reading(f"gate:kz.discharge.{interval}", at(date(2026, 4, 2), 8) + step * number, "90", Flag.BAD)
        for number in range(enough - 1, enough + 3)
    ]
    held, declared = archive(tmp_path, seen)
    found = read_days(held, declared, ["gate:kz"], "discharge", date(2026, 4, 1), date(2026, 4, 5))
    assert found["value"].values[0] == pytest.approx([10, np.nan, np.nan, np.nan], nan_ok=True)
    assert found["flag"].values.tolist() == [[1, 9, 9, 9]]
    assert found["readings"].values.tolist() == [[enough, enough - 1, 1, 0]]
    assert found["left_out"].values.tolist() == [[0, 4, 0, 0]]
    assert (found["entry"].values >= 0).tolist() == [[True, False, False, False]]
    less = FigureRules(completeness_percent=Decimal(1))
    lenient = replace(declared, figures=less)
    there = read_days(held, lenient, ["gate:kz"], "discharge", date(2026, 4, 1), date(2026, 4, 5))["value"].notnull()
    assert there.values.tolist() == [[True, True, interval == "hourly", False]]


def test_a_bad_daily_mean_hides_no_good_readings(tmp_path: Path) -> None:
    first, second = date(2026, 4, 1), date(2026, 4, 2)
    seen = [reading("gate:kz.discharge.daily", at(day, 0, ALMATY), "999", Flag.BAD) for day in (first, second)]
    seen += [reading("gate:kz.discharge.hourly", at(first, 8) + timedelta(hours=hour), "10") for hour in range(24)]
    held, declared = archive(tmp_path, seen)
    found = read_days(held, declared, ["gate:kz"], "discharge", first, date(2026, 4, 3))
    assert found["value"].values.tolist() == [[10, 999]]
    assert [BASES[basis] for basis in found["basis"].values[0]] == ["hourly", "daily"]


def test_a_daily_mean_is_of_the_date_that_its_own_country_calls_it(tmp_path: Path) -> None:
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2)]
    seen = [
        reading(f"{station}.discharge.daily", at(day, 0, zone), str(day.day))
        for station, zone in (("gate:kg", BISHKEK), ("gate:kz", ALMATY))
        for day in days
    ]
    held, declared = archive(tmp_path, seen)
    found = read_days(held, declared, ["gate:kz", "gate:kg"], "discharge", days[0], date(2024, 3, 3))
    assert found["value"].values.tolist() == [[28, 29, 1, 2], [28, 29, 1, 2]]
    assert found["readings"].values.max() == 1


def test_a_date_ends_at_the_midnight_of_its_own_country(tmp_path: Path) -> None:
    late = datetime(2024, 3, 1, 23, 30, tzinfo=ALMATY)
    assert late.astimezone(BISHKEK).date() == date(2024, 3, 2)
    twice = datetime(2024, 2, 29, 23, 30, tzinfo=ALMATY, fold=1)
    seen = [reading("gate:kz.discharge.daily", late, "5"), reading("gate:kz.discharge.daily", twice, "4")]
    held, declared = archive(tmp_path, seen)
    found = read_days(held, declared, ["gate:kz"], "discharge", date(2024, 2, 29), date(2024, 3, 2))
    assert found["value"].values.tolist() == [[4, 5]]


@pytest.mark.parametrize("zone", ["Asia/Almaty", "Asia/Bishkek"])
def test_days_begin_when_the_zone_says(zone: str) -> None:
    days = np.arange(np.datetime64("1935-01-01"), np.datetime64("2030-01-01"))
    begins = begins_of_days(days, time(8), ZoneInfo(zone))
    known = ZoneInfo(zone)
    plain = [int(datetime.combine(day, time(8), known).timestamp()) for day in days.tolist()]
    assert begins.tolist() == plain
    sparse = np.arange(1930, 2030).astype(str).astype("datetime64[D]")
    assert begins_of_days(sparse, time(8), known)[5:].tolist() == begins[np.isin(days, sparse)].tolist()
    assert np.diff(begins).min() > 0


def test_means_of_10_day_periods_and_months_stand_for_each_of_their_days(tmp_path: Path) -> None:
    stamps = {"10-day": [date(2024, 2, 11), date(2024, 2, 25), date(2024, 3, 1)], "monthly": [date(2024, 2, 1)]}
    seen = [
        reading(f"upper:kg.discharge.{interval}", at(day), str(day.day))
        for interval, days in stamps.items()
        for day in days
    ]
    held, declared = archive(tmp_path, seen)
    begin, end = date(2024, 2, 9), date(2024, 3, 12)
    of_ten = read_days(held, declared, ["upper:kg"], "discharge", begin, end, bases=("10-day",))["value"].values[0]
    assert np.isnan(of_ten[:2]).all()
    assert np.isnan(of_ten[-1])
    assert of_ten[2:-1].tolist() == [11] * 10 + [25] * 9 + [1] * 10
    both = read_days(held, declared, ["upper:kg"], "discharge", begin, end, bases=("10-day", "monthly"))
    assert both["value"].values[0, :3].tolist() == [1, 1, 11]
    assert [BASES[basis] for basis in both["basis"].values[0, 1:3]] == ["monthly", "10-day"]


def test_all_rests_on_what_was_known(tmp_path: Path) -> None:
    day = date(2024, 3, 1)
    messages = [[reading("gate:kg.discharge.daily", at(day), said)] for said in ("5", "6")]
    held, declared = archive(tmp_path, *messages)
    asked = (held, declared, ["gate:kg"], "discharge", day, day + timedelta(days=1))
    answers = [read_days(*asked, as_of=as_of) for as_of in (None, 2, 1, 0)]
    values = [answer["value"].item() for answer in answers]
    assert values[:3] == [6, 6, 5]
    assert np.isnan(values[3])
    assert [answer.attrs["journal_size"] for answer in answers] == [2, 2, 1, 0]
    assert [answer["entry"].item() for answer in answers] == [1, 1, 0, -1]


def test_more_entries_than_there_are_are_refused_also_where_nothing_is_read(tmp_path: Path) -> None:
    held, declared = archive(tmp_path, [reading("gate:kg.discharge.daily", at(BEGIN), "5")])
    assert counted(held, 1) == 1
    for asked in (lambda: counted(held, 2), lambda: read_days(held, declared, [], "discharge", BEGIN, END, 2)):
        with pytest.raises(SelectionError, match="as-of 2 lies beyond the journal, which holds 1 entries"):
            asked()


def test_an_empty_range_is_answered(tmp_path: Path) -> None:
    held, declared = archive(tmp_path)
    assert read_days(held, declared, ["gate:kg"], "discharge", BEGIN, BEGIN)["value"].shape == (1, 0)


def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    held, declared = archive(tmp_path)
    with pytest.raises(UnknownName, match="gate:kg gives no 'storage': use one of discharge"):
        read_days(held, declared, ["gate:kg"], "storage", BEGIN, END)
    with pytest.raises(UnknownName, match="nowhere"):
        read_days(held, declared, ["nowhere"], "storage", BEGIN, END)
    with pytest.raises(SelectionError, match="is not a range of days"):
        read_days(held, declared, ["gate:kg"], "discharge", END, BEGIN)
