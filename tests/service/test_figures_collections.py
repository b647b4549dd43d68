"""Collections of figures: the means of days, 10-day periods and months, asked for as readings are."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest

from record.archive.answer import Answer
from record.entry import Flag, Method, Observation
from record.errors import SelectionError
from record.ledger.access import Given
from record.quantities import ENTRY, FLAG
from record.selection import Selection
from service.figures.collections import figure_collections, is_of_figures
from service.figures.reading import figures_of
from service.figures.times import times_of
from tests.example import seen
from tests.service.figures_example import archive
from tests.service.figures_example import network as network_of_figures
from tests.service.world import DAILY, HOURLY, World, network_of_posts, post

GOOD, UNKNOWN, SUSPECT, BAD, MISSING = (int(flag) for flag in sorted(Flag))
EVERYWHERE = "POLYGON((70 40,80 40,80 45,70 45,70 40))"
NOW = datetime(2026, 6, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(served_world: World) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=served_world.url, timeout=60) as made:
        yield made


def rows_of(answer: httpx2.Response, quantity: str, unit: str) -> dict[str, list[tuple[str, float | None, int, int]]]:
    """Of each station its times with value, flag and entry."""
    assert answer.status_code == 200, answer.text
    found: dict[str, list[tuple[str, float | None, int, int]]] = {}
    for row in csv.DictReader(io.StringIO(answer.text)):
        value = row[f"{quantity} [{unit}]"]
        if row[f"{quantity}_entry"] not in ("", "-1"):
            said = row["time_utc"], float(value) if value else None, int(row[f"{quantity}_flag"])
            found.setdefault(row["station_id"], []).append((*said, int(row[f"{quantity}_entry"])))
    return found


@pytest.mark.parametrize(("interval", "by"), [("daily", "day"), ("10-day", "10-day"), ("monthly", "month")])
def test_a_figure_is_the_one_that_figures_tell_of_its_series(
    client: httpx2.Client, served_world: World, interval: str, by: str
) -> None:
    asked = {"coords": EVERYWHERE, "f": "csv", "parameter-name": "discharge"}
    answer = client.get(f"/collections/chu-{interval}-figures/area", params=asked)
    found = rows_of(answer, "discharge", "m3/s")
    assert list(found) == [post(number) for number in range(11)]
    for station in (post(0), post(5)):
        told = client.get(f"/figures/{station}.discharge?by={by}&from=2026-04-01&to=2026-06-01").json()["figures"]
        zone = served_world.network.zone_of(station)
        wanted = [
            (
                datetime.fromisoformat(row["begin"])
                .replace(tzinfo=zone)
                .astimezone(UTC)
                .strftime("%Y-%m-%dT%H:%M:%SZ"),
                row["value"],
                row["entry"],
            )
            for row in told
            if row["entry"] is not None and row["ended"]
        ]
        within = [one for one in found[station] if one[0] >= wanted[0][0]]
        assert [(time, value, entry) for time, value, _, entry in within] == wanted


def test_a_day_of_hours_is_their_mean_and_good_only_where_each_is_there(client: httpx2.Client) -> None:
    # The report day of 20 May begins at 02:00 UTC.
    begin = datetime(2026, 5, 20, 2, tzinfo=UTC)
    for days in range(8):
        first = begin + timedelta(days=days)
        span = f"{first:%Y-%m-%dT%H:%M:%SZ}/{first + timedelta(hours=23):%Y-%m-%dT%H:%M:%SZ}"
        hours = client.get(f"/collections/{HOURLY}/locations/{post(2)}?datetime={span}").json()["ranges"]
        value, flag = (hours[name]["values"] for name in ("discharge", "discharge_flag"))
        used = [(one, said) for one, said in zip(value, flag, strict=True) if one is not None and said <= SUSPECT]
        stamp = f"{first.date() - timedelta(days=1)}T18:00:00Z"
        day = client.get(f"/collections/chu-daily-figures/locations/{post(2)}?datetime={stamp}").json()["ranges"]
        if len(used) < 20:
            assert day["discharge"]["values"] in ([], [None])
            continue
        assert day["discharge"]["values"] == [pytest.approx(np.mean([one for one, _ in used]), rel=1e-12)]
        worst = max(said for _, said in used)
        assert day["discharge_flag"]["values"] == [worst if len(used) == 24 else max(worst, UNKNOWN)]


def test_a_figure_of_days_is_good_only_where_each_of_them_is_there(tmp_path: Path) -> None:
    series = "gate:kg.discharge.daily"

    def day(number: int, value: str | None, flag: Flag = Flag.GOOD) -> Any:
        return replace(seen(series, number, value, flag), time=_midnight(number))

    said = [day(number, "2") for number in range(10)]
    said += [day(number, "3") for number in range(10, 19)]
    said += [day(number, "4", Flag.SUSPECT if number == 25 else Flag.GOOD) for number in range(20, 31)]
    held, network = archive(tmp_path, said)
    answer = _figures(held, network, "talas-10-day-figures", "gate:kg.discharge.10-day")
    assert answer.layers["discharge"][0].tolist() == [2, 3, 4]
    assert answer.layers[f"discharge{FLAG}"][0].tolist() == [GOOD, UNKNOWN, SUSPECT]
    assert answer.layers[f"discharge{ENTRY}"][0].tolist() == [0, 0, 0]
    assert [datetime.fromtimestamp(int(time), UTC) for time in answer.time] == [_midnight(n) for n in (0, 10, 20)]
    wanted = _figures(held, network, "talas-10-day-figures", "gate:kg.discharge.10-day", flags=frozenset({Flag.GOOD}))
    np.testing.assert_array_equal(wanted.layers["discharge"][0], [2, np.nan, np.nan])
    assert wanted.layers[f"discharge{FLAG}"][0].tolist() == [GOOD, UNKNOWN, SUSPECT]


def test_a_period_comes_once_it_has_ended_and_as_it_was_known(tmp_path: Path) -> None:
    series = "gate:kg.discharge.daily"
    first = [replace(seen(series, n, "2"), time=_midnight(n)) for n in range(30)]
    again = [replace(seen(series, 3, "12"), time=_midnight(3))]
    held, network = archive(tmp_path, first, again)
    asked = ("talas-10-day-figures", "gate:kg.discharge.10-day")
    assert _figures(held, network, *asked, now=datetime(2026, 5, 15, tzinfo=UTC)).layers["discharge"].tolist() == [[3]]
    # Of the first entry alone, at the time at which it was entered no period had ended.
    assert _figures(held, network, *asked, as_of=1).layers["discharge"].size == 0
    now = _figures(held, network, *asked, as_of=2, now=datetime(2026, 6, 30, tzinfo=UTC))
    assert now.heading.count == 2


def test_a_collection_holds_what_can_be_made_of_its_basin() -> None:
    found = figure_collections(network_of_posts())
    assert list(found) == [f"chu-{interval}-figures" for interval in ("daily", "10-day", "monthly")]
    assert found["chu-daily-figures"].quantities == ("discharge", "level", "inflow", "release", "storage")
    assert {is_of_figures(one) for one in found.values()} == {True}
    assert not is_of_figures(network_of_posts().collection(DAILY))
    # Of a post that gives terms, 10-day and monthly means, months cannot be parted into days.
    held = figure_collections(network_of_figures())["talas-daily-figures"]
    assert "gate:kg.discharge.daily" in {one.id for one in held.series}


def test_what_is_computed_says_so(client: httpx2.Client) -> None:
    described = client.get("/collections/chu-10-day-figures").json()
    assert described["title"] == "Chu: means of 10-day periods, computed"
    assert "Computed from readings" in described["description"]
    assert described["parameter_names"]["discharge"]["measurementType"] == {"method": "mean", "duration": "P10D"}
    refused = client.get("/collections/chu-10-day-figures/locations/reservoir:kg?status=true")
    assert (refused.status_code, "leave status out" in refused.text) == (400, True)
    for form in ("covjson", "geojson", "csv", "netcdf"):
        answer = client.get(f"/collections/chu-monthly-figures/locations/reservoir:kg?f={form}")
        assert (answer.status_code, answer.headers["arna-record-state"]) == (200, "provisional")


def test_the_times_of_figures_lie_within_what_their_collection_says(client: httpx2.Client) -> None:
    for interval in ("daily", "10-day", "monthly"):
        here = f"/collections/chu-{interval}-figures"
        begin, end = client.get(here).json()["extent"]["temporal"]["interval"][0]
        table = client.get(f"{here}/area", params={"coords": EVERYWHERE, "f": "csv"}).text
        times = {row["time_utc"] for row in csv.DictReader(io.StringIO(table))}
        assert (begin, end) == (min(times), max(times))
        assert client.get(here).json()["extent"]["temporal"]["values"] == sorted(times)


def test_a_collection_of_figures_tells_the_periods_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Months of a century ago, of which no days can be made; days of last month, of the Kyrgyz side alone.
    old = Observation(
        series="upper:kg.discharge.monthly", time=datetime(1928, 12, 31, 19, tzinfo=UTC), value=Decimal(3),
        flag=Flag.GOOD, method=Method.MEASURED,
    )  # fmt: skip
    said = [replace(seen("gate:kg.discharge.daily", n, "2"), time=_midnight(n)) for n in (0, 1, 5)]
    held, network = archive(tmp_path, said, [old])
    days, months = (figure_collections(network)[f"talas-{name}-figures"] for name in ("daily", "monthly"))
    times = times_of(held, network, days, None, NOW)
    assert [datetime.fromtimestamp(int(time), UTC) for time in times.stamps()] == [_midnight(n) for n in (0, 1, 5)]
    ends = int(_midnight(0).timestamp()), int(_midnight(5).timestamp())
    assert times.spans() == {"gate:kg.discharge.daily": ends}
    told = [datetime.fromtimestamp(int(time), UTC) for time in times_of(held, network, months, None, NOW).stamps()]
    assert told == [old.time, _midnight(0)]
    # Of a long record the times of all readings are not looked up to tell where figures begin and end.
    monkeypatch.setattr("service.figures.times.MOST_PERIODS", 1)
    monkeypatch.setattr(type(held), "axis", None)
    told_alone = times_of(held, network, months, None, NOW)
    assert told_alone.bounds == (int(old.time.timestamp()), int(_midnight(0).timestamp()))
    assert told_alone.spans()["upper:kg.discharge.monthly"] == (int(old.time.timestamp()),) * 2
    monkeypatch.undo()
    # As of the first entry, on whose day of entry the first day had not ended.
    assert not len(times_of(held, network, days, 1, NOW).stamps())
    assert times_of(held, network, days, 1, NOW).spans() == {}


def test_a_station_tells_of_which_times_it_has_figures(client: httpx2.Client) -> None:
    wanted = "chu-daily-figures"
    for feature in client.get(f"/collections/{wanted}/locations").json()["features"]:
        begin, end = feature["properties"]["datetime"].split("/")
        table = client.get(f"/collections/{wanted}/locations/{feature['id']}?f=csv").text
        times = [row["time_utc"] for row in csv.DictReader(io.StringIO(table))]
        assert begin <= times[0]
        assert end == times[-1]


def test_what_a_figure_gives_is_noted_by_the_series_that_gave_it(tmp_path: Path) -> None:
    series = "gate:kg.discharge.daily"
    said = [replace(seen(series, n, "2"), time=_midnight(n)) for n in range(10)]
    held, network = archive(tmp_path, said)
    noted: list[Given] = []
    _figures(held, network, "talas-daily-figures", "gate:kg.discharge.daily", noted=noted)
    assert [(one.subject, one.start, one.size) for one in noted] == [(series, int(_midnight(0).timestamp()), 1)]
    noted.clear()
    # The mean of a month gives nobody its days.
    _figures(held, network, "talas-monthly-figures", "gate:kg.discharge.monthly", noted=noted)
    assert noted == []


def test_nobody_reviews_figures(tmp_path: Path) -> None:
    held, network = archive(tmp_path)
    collection = figure_collections(network)["talas-daily-figures"]
    with pytest.raises(SelectionError, match="holds figures"):
        figures_of(held, network, collection, Selection(series=("x",), status=True), NOW)


def _midnight(day: int) -> datetime:
    """Of a day of May in Bishkek."""
    return datetime(2026, 4, 30, 18, tzinfo=UTC) + timedelta(days=day)


def _figures(
    held: Any,
    network: Any,
    collection: str,
    series: str,
    noted: list[Given] | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Answer:
    """The figures of one series, from a collection of them."""
    found = figures_of(held, network, figure_collections(network)[collection], Selection(series=(series,), **more), now)
    (answer,) = found.portions(noted)
    return answer
