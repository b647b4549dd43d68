"""Stamps of periods: which day, 10-day period or month a stamp names, and when that begins at its station."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import stamp as stamps_of
from ingest.attribute import attribute, attribute_all
from ingest.reading import Reading, Readings
from ingest.stamp import NO_STAMP, columns_entered_at, entered_at, starter_of
from record.entry import Refusal
from record.network import Network
from record.network.source import Source
from tests.ingest.declared import RECEIVED, network, source

ALMATY, BISHKEK = ZoneInfo("Asia/Almaty"), ZoneInfo("Asia/Bishkek")
BOTH = pytest.mark.parametrize("zone", [ALMATY, BISHKEK], ids=["almaty", "bishkek"])


def local(text: str, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def entered(stamp: datetime, interval: str, zone: ZoneInfo, sender: ZoneInfo | None = None) -> str:
    """The local day and hour at which the period begins, or why there is none."""
    starter = starter_of("discharge", interval)
    assert starter is not None
    found = entered_at(stamp, starter, sender or zone, zone)
    # The same as a column.
    seconds = np.array([int(stamp.timestamp())], dtype=np.int64)
    (column,) = columns_entered_at(seconds, starter, sender or zone, zone).tolist()
    assert column == (NO_STAMP if isinstance(found, str) else int(found.timestamp()))
    return found if isinstance(found, str) else found.astimezone(zone).replace(tzinfo=None).isoformat(" ", "minutes")


@BOTH
@pytest.mark.parametrize("year", [1935, 2023, 2024])
@pytest.mark.parametrize("month", [1, 2, 4])
def test_of_a_10_day_period_the_first_and_the_middle_day_are_stamps_and_no_other(
    year: int, month: int, zone: ZoneInfo
) -> None:
    """In months of 28 to 31 days, at whatever hour."""
    known = {1: 1, 5: 1, 11: 11, 15: 11, 21: 21, 25: 21}
    for day in range(1, monthrange(year, month)[1] + 1):
        for hour in ("00:00", "08:00", "23:59"):
            found = entered(local(f"{year}-{month:02}-{day:02} {hour}", zone), "10-day", zone)
            if day in known:
                assert found == f"{year}-{month:02}-{known[day]:02} 00:00"
            else:
                assert f"{year}-{month:02}-{day:02}, neither the first (1, 11, 21) nor the middle day" in found


@BOTH
@pytest.mark.parametrize("month", [1, 2, 4])
def test_of_a_month_the_first_and_the_15th_are_stamps_and_no_other(month: int, zone: ZoneInfo) -> None:
    for day in range(1, monthrange(2024, month)[1] + 1):
        found = entered(local(f"2024-{month:02}-{day:02} 12:00", zone), "monthly", zone)
        expected = f"2024-{month:02}-01 00:00" if day in (1, 15) else "neither the first nor the 15th day of a month"
        assert expected in found


@BOTH
@pytest.mark.parametrize("hour", ["00:00", "08:00", "12:00", "20:00", "22:59:59"])
def test_a_mean_of_a_day_is_entered_at_the_midnight_of_the_day_that_its_stamp_bears(hour: str, zone: ZoneInfo) -> None:
    assert entered(local(f"2026-05-04 {hour}", zone), "daily", zone) == "2026-05-04 00:00"


def test_the_day_on_which_almaty_put_its_clocks_back_has_25_hours() -> None:
    # 23:00 to 24:00 came twice on 29 February 2024: first at +06:00, then at +05:00.
    first, second = (local("2024-02-29 23:30", ALMATY, fold=fold) for fold in (0, 1))
    assert second - first == timedelta(hours=1)
    for stamp in (first, second):
        # Of a mean it is the hour that is refused, and as the hour of that day.
        assert entered(stamp, "daily", ALMATY).startswith("its stamp is at 23:30 on 2024-02-29 in Asia/Almaty")
    for hour in ("00:00", "22:59"):
        assert entered(local(f"2024-02-29 {hour}", ALMATY), "daily", ALMATY) == "2024-02-29 00:00"
    starter = starter_of("discharge", "daily")
    assert starter is not None
    begins = [
        entered_at(local(f"{day} 12:00", ALMATY), starter, ALMATY, ALMATY)
        for day in ("2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02")
    ]
    moments = [begin for begin in begins if isinstance(begin, datetime)]
    assert [(later - begin) / timedelta(hours=1) for begin, later in pairwise(moments)] == [24, 25, 24]
    assert moments[2] == datetime(2024, 2, 29, 19, tzinfo=UTC)


def test_the_third_10_day_period_of_that_february_and_its_month_begin_before_the_change_and_march_after_it() -> None:
    assert entered(local("2024-02-25 00:00", ALMATY), "10-day", ALMATY) == "2024-02-21 00:00"
    assert entered(local("2024-03-05 00:00", ALMATY), "10-day", ALMATY) == "2024-03-01 00:00"
    starter = starter_of("discharge", "monthly")
    assert starter is not None
    for stamp, begin in (("2024-02-15", "2024-01-31T18:00+00:00"), ("2024-03-15", "2024-02-29T19:00+00:00")):
        found = entered_at(local(f"{stamp} 00:00", ALMATY), starter, ALMATY, ALMATY)
        assert found == datetime.fromisoformat(begin)


def test_the_day_whose_midnight_was_put_forward_begins_when_it_began() -> None:
    # In Bishkek 1 April 1981 began at 01:00: at midnight the clocks were put forward.
    assert entered(local("1981-04-01 12:00", BISHKEK), "daily", BISHKEK) == "1981-04-01 01:00"


def test_a_neighbour_who_writes_a_day_means_that_day() -> None:
    """Since March 2024 the midnight of Bishkek is 23:00 in Almaty, of the day before."""
    assert entered(local("2026-05-05 00:00", BISHKEK), "daily", ALMATY, sender=BISHKEK) == "2026-05-05 00:00"
    assert entered(local("2026-05-11 00:00", BISHKEK), "10-day", ALMATY, sender=BISHKEK) == "2026-05-11 00:00"
    assert entered(local("2026-05-05 00:00", ALMATY), "daily", BISHKEK, sender=ALMATY) == "2026-05-05 00:00"
    # What is no midnight of the sender bears the day of the station.
    assert entered(local("2026-05-05 00:00", ALMATY), "daily", ALMATY, sender=BISHKEK) == "2026-05-05 00:00"


@pytest.mark.parametrize("hour", ["00:00", "00:20", "00:59:59"])
def test_a_day_stamped_by_a_clock_that_was_not_put_back_lands_on_no_day_before(hour: str) -> None:
    """A Kazakh logger that still runs at +06:00: since 1 March 2024 its midnight is 23:00 of the day before."""
    stamp = datetime.fromisoformat(f"2024-03-05T{hour}+06:00")
    assert "on 2024-03-04 in Asia/Almaty, which may be the midnight of a clock that runs ahead" in entered(
        stamp, "daily", ALMATY
    )
    before = datetime.fromisoformat("2024-02-20T00:00+06:00")
    assert entered(before, "daily", ALMATY) == "2024-02-20 00:00"
    assert entered(stamp - timedelta(hours=1, seconds=1), "daily", ALMATY) == "2024-03-04 00:00"
    assert entered(stamp + timedelta(hours=1), "daily", ALMATY) == "2024-03-05 00:00"


def test_where_the_zone_of_such_a_clock_is_declared_its_midnight_names_the_day_that_it_writes() -> None:
    stamp = datetime.fromisoformat("2024-03-05T00:00+06:00")
    for zone in ("Etc/GMT-6", "Asia/Bishkek"):
        assert entered(stamp, "daily", ALMATY, sender=ZoneInfo(zone)) == "2024-03-05 00:00"


@BOTH
def test_a_last_hour_is_refused_of_days_alone(zone: ZoneInfo) -> None:
    """The first day of a 10-day period or month, in its last hour, is of that period by either clock."""
    for interval in ("10-day", "monthly"):
        assert entered(local("2026-04-01 23:30", zone), interval, zone) == "2026-04-01 00:00"


CHANGES = [
    int(datetime.fromisoformat(text).timestamp())
    for text in (
        "1924-05-01T19:00+00:00", "1981-03-31T18:00+00:00", "1981-09-30T17:00+00:00", "1991-03-31T00:00+04:00",
        "1997-04-06T00:30+05:00", "2004-10-31T02:30+07:00", "2005-08-11T18:00+00:00", "2024-02-29T18:00+00:00",
        "2024-02-29T19:00+00:00",
    )
]  # fmt: skip
"""Moments about which the clocks of Almaty or Bishkek were changed."""
MOMENTS = st.one_of(
    st.builds(lambda near, off: near + off * 900, st.sampled_from(CHANGES), st.integers(-12 * 96, 12 * 96)),
    st.builds(lambda day, off: day * 86_400 + off, st.integers(19_700, 20_700), st.sampled_from([0, 64_800, 68_400])),
    st.integers(-5_300_000_000, 2_000_000_000),
)
"""Some near a change, some at the midnight of either today, and any."""


@settings(max_examples=60)
@given(
    st.lists(MOMENTS, min_size=20, max_size=40),
    st.sampled_from(["daily", "10-day", "monthly"]),
    *[st.sampled_from([ALMATY, BISHKEK])] * 2,
)
def test_many_stamps_are_entered_as_each_by_itself(
    moments: list[int], interval: str, sender: ZoneInfo, station: ZoneInfo
) -> None:
    starter = starter_of("discharge", interval)
    assert starter is not None
    alone = [entered_at(datetime.fromtimestamp(moment, UTC), starter, sender, station) for moment in moments]
    found = columns_entered_at(np.array(moments, dtype=np.int64), starter, sender, station)
    assert found.tolist() == [NO_STAMP if isinstance(one, str) else int(one.timestamp()) for one in alone]


def test_columns_of_stamps_are_not_looked_up_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(stamps_of, "entered_at")
    starter = starter_of("discharge", "daily")
    assert starter is not None
    hours = np.arange(0, 48, 2, dtype=np.int64) * 3600
    assert len(np.unique(columns_entered_at(hours, starter, BISHKEK, BISHKEK))) == 3


@pytest.mark.parametrize("interval", ["term", "hourly", "10-minute"])
def test_instants_are_entered_as_they_are_stamped(interval: str) -> None:
    assert starter_of("level", interval) is None


def test_a_days_rain_says_by_its_stamp_from_which_hour_on_it_fell_and_that_of_a_month_does_not() -> None:
    assert starter_of("precipitation", "daily") is None
    assert starter_of("precipitation", "monthly") is starter_of("discharge", "monthly")


# --- from a message to observations -----------------------------------------------------------------------------------

SERIES = ("discharge.daily", "discharge.10-day", "discharge.monthly", "precipitation.daily")
STAMPS = [
    "2026-04-01T00:00+06:00", "2026-04-05T12:00+06:00", "2026-04-07T08:00+06:00", "2026-04-11T00:00+06:00",
    "2026-04-15T00:00+06:00", "2026-04-21T20:00+06:00", "2026-04-25T00:00+06:00", "2026-04-30T00:00+06:00",
]  # fmt: skip


def declared() -> tuple[Source, Network]:
    """A source without a table, and its network in which the post has means of all periods."""
    sender = source(table=None, format="json")
    base = network(sender)
    post = base.stations["post:kg"].model_copy(update={"series": SERIES})
    return sender, replace(base, stations={**base.stations, post.id: post})


def reading(series: str, stamp: str) -> Reading:
    quantity, _, interval = series.partition(".")
    unit = "mm" if quantity == "precipitation" else "m3/s"
    return Reading(
        station="15194", quantity=quantity, interval=interval, time=datetime.fromisoformat(stamp).astimezone(UTC),
        value=Decimal("4.6"), unit=unit, where="line 2", fragment=stamp.encode(),
    )  # fmt: skip


def column(readings: list[Reading]) -> Readings:
    first = readings[0]
    return Readings(
        quantity=first.quantity, interval=first.interval, unit=first.unit, stations=("15194",),
        which=np.zeros(len(readings), dtype=np.int64),
        time=np.array([int(one.time.timestamp()) for one in readings], dtype=np.int64),
        value=[one.value for one in readings],
        place=np.arange(len(readings), dtype=np.int64),
        where=lambda _: "line 2", fragment=lambda place: readings[place].fragment,
    )  # fmt: skip


@pytest.mark.parametrize("series", SERIES)
def test_columns_come_out_as_single_readings_do(series: str) -> None:
    sender, known = declared()
    readings = [reading(series, stamp) for stamp in STAMPS]
    alone, refused = attribute_all(readings, sender, known, RECEIVED)
    batch, refusals = attribute_all([column(readings)], sender, known, RECEIVED)
    assert list(batch.rows()) == list(alone.rows())
    assert len(batch)
    assert refusals == refused
    found = [attribute(one, sender, known, RECEIVED) for one in readings]
    by_stamp = sum(isinstance(one, Refusal) for one in found)
    assert by_stamp == {"discharge.10-day": 2, "discharge.monthly": 6}.get(series, 0)


def test_a_stamp_that_names_no_period_is_refused_with_its_bytes_and_its_place() -> None:
    sender, known = declared()
    assert attribute(reading("discharge.10-day", STAMPS[2]), sender, known, RECEIVED) == Refusal(
        fragment=STAMPS[2].encode(),
        where="line 2",
        reason="its stamp is on 2026-04-07, neither the first (1, 11, 21) nor the middle day (5, 15, 25)"
        " of a 10-day period",
    )


def test_a_table_writes_its_days_in_the_zone_of_the_table() -> None:
    """The post is Kyrgyz; where the table is of Auckland, 2 May began there at 18:00 of 1 May in Bishkek."""
    sender, known = declared()
    assert sender.table is None
    table = source().table
    assert table is not None
    tables = sender.model_copy(update={"table": table.model_copy(update={"zone": "Pacific/Auckland"})})
    said = reading("discharge.daily", "2026-05-02T00:00+12:00")
    for one, day in ((sender, "2026-05-01"), (tables, "2026-05-02")):
        found = attribute(said, one, known, RECEIVED)
        assert isinstance(found, list)
        assert [seen.time for seen in found] == [local(f"{day} 00:00", BISHKEK)]


def test_no_stamp_before_all_gauges_is_entered() -> None:
    """The day on which the first reading may be stamped begins, here, before it."""
    sender, known = declared()
    readings = [reading("discharge.daily", "1800-01-01T03:00+00:00")]
    (found,) = (attribute(one, sender, known, RECEIVED) for one in readings)
    batch, refusals = attribute_all([column(readings)], sender, known, RECEIVED)
    assert isinstance(found, Refusal)
    assert "before 1800" in found.reason
    assert (len(batch), refusals) == (0, [found])


# --- several stamps of one period in one message ----------------------------------------------------------------------


def told(*said: tuple[str, str | None], series: str = "discharge.daily") -> list[Reading]:
    return [
        replace(
            reading(series, stamp),
            value=None if value is None else Decimal(value),
            fragment=f"{stamp} {value}".encode(),
        )
        for stamp, value in said
    ]


def taken(message: list[Reading], *, columns: bool) -> tuple[list[str | None], list[str]]:
    """The values that are taken of a message, and the bytes of those that are refused."""
    sender, known = declared()
    batch, refusals = attribute_all([column(message)] if columns else message, sender, known, RECEIVED)
    return [None if one is None else str(one) for one in batch.value], [one.fragment.decode() for one in refusals]


DAY_8, DAY_20, DAY_0 = (f"2026-05-04T{hour}:00+06:00" for hour in ("08", "20", "00"))
AS = pytest.mark.parametrize("columns", [False, True], ids=["alone", "columns"])


@AS
@pytest.mark.parametrize(
    ("series", "said", "expected"),
    [
        ("discharge.daily", [(DAY_8, "1"), (DAY_20, "2")], ["1"]),
        ("discharge.daily", [(DAY_8, "1"), (DAY_20, "1")], ["1"]),
        ("discharge.daily", [(DAY_20, "2"), (DAY_8, "1"), (DAY_0, "3")], ["3"]),
        # What stands under the stamp that is taken contradicts itself still, and its values are for the checks.
        ("discharge.daily", [(DAY_8, "1"), (DAY_20, "2"), (DAY_8, "4")], ["1", "4"]),
        ("discharge.10-day", [("2026-04-05T00:00+06:00", "1"), ("2026-04-01T00:00+06:00", "2")], ["2"]),
        ("discharge.10-day", [("2026-04-15T08:00+06:00", "1"), ("2026-04-11T08:00+06:00", "2")], ["1"]),
        ("discharge.monthly", [("2026-04-15T00:00+06:00", "1"), ("2026-04-01T00:00+06:00", "2")], ["2"]),
        # Another day, and a day's rain, which says by its stamp from which hour on it fell.
        ("discharge.daily", [(DAY_8, "1"), ("2026-05-03T20:00+06:00", "2")], ["1", "2"]),
        ("precipitation.daily", [(DAY_8, "1"), (DAY_20, "2")], ["1", "2"]),
    ],
)
def test_of_two_stamps_of_one_period_in_one_message_one_is_taken(
    series: str, said: list[tuple[str, str]], expected: list[str], columns: bool
) -> None:
    """The very start of the period, or else the first; the others are refused, in their order."""
    others = [f"{stamp} {value}" for stamp, value in said if value not in expected]
    if said[0][1] == said[1][1]:
        others = [f"{said[1][0]} {said[1][1]}"]
    assert taken(told(*said, series=series), columns=columns) == (expected, others)


@AS
def test_what_is_missing_under_another_stamp_says_nothing_of_a_day_that_has_a_mean(columns: bool) -> None:
    """A register has a row of 08:00 and one of 20:00, and the mean stands in either."""
    for message in ([(DAY_0, None), (DAY_8, "1"), (DAY_20, None)], [(DAY_20, "1"), (DAY_8, None)]):
        assert taken(told(*message), columns=columns) == (["1"], [])
    assert taken(told((DAY_8, None), (DAY_20, None)), columns=columns) == ([None], [])
    # Under the same stamp it is for the record to judge.
    assert taken(told((DAY_8, "1"), (DAY_8, None)), columns=columns) == (["1", None], [])


def test_the_midnight_of_the_sender_is_a_start_and_readings_that_stand_apart_are_compared() -> None:
    """A table of Auckland: its midnight is no midnight of the post, and names the day all the same."""
    sender, known = declared()
    far = sender.model_copy(update={"zone": "Pacific/Auckland"})
    first, midnight = told(("2026-05-02T08:00+06:00", "1"), ("2026-05-02T00:00+12:00", "2"))
    other = told(("2026-05-03T08:00+06:00", "5"))[0]
    batch, refusals = attribute_all([first, column([other]), midnight], far, known, RECEIVED)
    assert [str(value) for value in batch.value] == ["5", "2"]
    assert [one.fragment for one in refusals] == [first.fragment]
    assert "2026-05-02T14:00:00+12:00 and another of the same message, 2026-05-02T00:00:00+12:00" in refusals[0].reason
