"""`/hydrographs/{series}`: what is drawn is what the record says, with flags, amendments, norm and last year."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from record import tables
from record.archive import Archive
from record.entry import Method, Observation
from record.network.account import FigureRules
from record.selection import Selection
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.example import KIROV, START, message, network_of_two, open_pen
from tests.record.owing import LEVEL, MORNING
from tests.service.owed import AS_KZ, owed
from tests.service.served import ROOT
from tests.service.world import World

SERIES = "post-02:kg.discharge.hourly"
CORRECTED = int(datetime(2026, 5, 11, tzinfo=UTC).timestamp())
MAY = "from=2026-05-05T00:00:00Z&to=2026-05-15T00:00:00Z"
YEARS = range(2021, 2026)


@pytest.fixture(scope="module")
def client(served_world: World) -> TestClient:
    return TestClient(served_world.app, raise_server_exceptions=False)


def hydrograph(client: TestClient, query: str, series: str = SERIES) -> dict[str, Any]:
    answer = client.get(f"/hydrographs/{series}?{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def points(line: dict[str, Any]) -> dict[int, float]:
    return {at: value for at, value in zip(line["time"], line["value"], strict=True) if value is not None}


def test_few_readings_are_all_drawn_without_the_bad_and_with_their_gaps(
    client: TestClient, served_world: World
) -> None:
    said = hydrograph(client, MAY)
    start, end = (datetime(2026, 5, day, tzinfo=UTC) for day in (5, 15))
    answer = Archive(served_world.record).answer(Selection(series=(SERIES,), start=start, end=end))
    value, flag = answer.layers["discharge"][0], answer.layers["discharge_flag"][0]
    held = (flag != 4) & ~np.isnan(value)
    assert points(said) == dict(zip(answer.time[held].tolist(), value[held].tolist(), strict=True))
    assert (said["reduced"], said["readings"], said["points"]) == (False, held.sum(), held.sum())
    assert said["flags"] == {"suspect": (flag == 3).sum(), "bad": (flag == 4).sum(), "missing": (flag == 9).sum()}
    marks = {(at, what) for at, what in zip(said["marks"]["time"], said["marks"]["is"], strict=True)}
    words = {3: "suspect", 4: "bad", 9: "missing"}
    assert marks == {
        (at, words[one]) for at, one in zip(answer.time.tolist(), flag.tolist(), strict=True) if one in words
    }
    # A break stands where a reading lacks, at the time at which it was due.
    breaks = [at for at, one in zip(said["time"], said["value"], strict=True) if one is None]
    known = sorted(points(said))
    gaps = [left + 3600 for left, right in pairwise(known) if right - left > 5400]
    assert breaks == gaps != []
    assert (said["unit"], said["nature"], said["zone"], said["decimals"]) == ("m³/s", "real", "Asia/Bishkek", 1)


def test_many_readings_are_reduced_to_so_many_points(client: TestClient) -> None:
    whole = hydrograph(client, "from=2026-04-01T00:00:00Z&to=2026-06-01T00:00:00Z")
    few = hydrograph(client, "from=2026-04-01T00:00:00Z&to=2026-06-01T00:00:00Z&points=100")
    assert (whole["reduced"], few["reduced"], few["readings"]) == (False, True, whole["readings"])
    assert 80 <= few["points"] <= 100
    assert points(few).items() <= points(whole).items()
    assert min(points(few).values()) == min(points(whole).values())
    assert max(points(few).values()) == max(points(whole).values())
    assert few["flags"] == whole["flags"]
    assert sum(few["marks"]["many"]) == sum(few["flags"].values()) > len(few["marks"]["many"])
    assert few["extent"] == {"first": "2026-04-01T00:00:00Z", "last": "2026-05-31T23:00:00Z"}


def test_an_amended_reading_bears_what_it_was_and_as_of_before_it_stands(
    client: TestClient, served_world: World
) -> None:
    said = hydrograph(client, MAY)
    old, new = Archive(served_world.record).history(SERIES, datetime.fromtimestamp(CORRECTED, UTC))
    assert said["amended"] == 1
    was = float(old.value or 0)
    told = {name: column[0] for name, column in said["amendments"].items() if name != "end"}
    assert said["amendments"]["end"] is None
    entries = {"entry": new.entry, "old_entry": old.entry}
    assert told == {"time": CORRECTED, "value": 33.25, "old": was, "many": 1} | entries
    assert points(said)[CORRECTED] == 33.25
    then = hydrograph(client, f"{MAY}&as-of={new.entry}")
    assert (then["amended"], then["as_of"], then["journal_size"]) == (0, f"{new.entry} entries", new.entry)
    assert points(then)[CORRECTED] == was


def test_without_a_span_it_is_the_last_year_of_the_series_or_all_of_a_young_one(
    client: TestClient, years: tuple[TestClient, FastAPI]
) -> None:
    said = hydrograph(client, "")
    assert (said["from"], said["to"]) == ("2026-03-31T18:00:00Z", "2026-06-01T00:00:00Z")
    old = hydrograph(years[0], "", KIROV)
    assert (old["from"], old["to"]) == ("2024-12-31T18:00:00Z", "2025-12-31T18:00:00Z")
    assert hydrograph(client, "from=2026-05-30")["from"] == "2026-05-29T18:00:00Z"
    assert (said["band"], said["no_band"]) == (
        None, "There is no norm: 0 of the years 1991–2020 are known, and 24 are needed.",
    )  # fmt: skip
    assert said["no_before"] == "Nothing is known of the same days a year before."


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("points=5", "points=5 cannot be drawn: ask for 10 to 20000"),
        ("from=yesterday", "from 'yesterday' is neither a day nor a time with offset"),
        ("from=2026-05-02&to=2026-05-01", "is no span: give a first time and a later one"),
        ("from=2027-01-01", "lies behind all that there is, which ends at 2026-06-01T00:00:00Z"),
        ("from=2026-05-01T00:00:00", "neither a day nor a time with offset"),
        ("as-of=999", "as-of 999 lies beyond the journal"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_line(client: TestClient, query: str, words: str) -> None:
    answer = client.get(f"/hydrographs/{SERIES}?{query}")
    assert answer.status_code == 400
    assert words in answer.json()["description"]
    assert client.get("/hydrographs/nowhere:kg.inflow.daily").status_code == 404


def test_who_holds_an_answer_is_not_sent_it_again(client: TestClient) -> None:
    first = client.get(f"/hydrographs/{SERIES}?{MAY}")
    held = client.get(f"/hydrographs/{SERIES}?{MAY}", headers={"if-none-match": first.headers["etag"]})
    assert (held.status_code, held.content) == (304, b"")
    other = client.get(f"/hydrographs/{SERIES}?{MAY}&points=90")
    assert other.headers["etag"] != first.headers["etag"]


def test_who_is_given_readings_is_noted(tmp_path: Path) -> None:
    app, record, _ = owed(tmp_path)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get(f"/hydrographs/{LEVEL}", headers=AS_KZ).status_code == 200
        app.state.notes.write()
    column = tables.access.c
    with record.engine.begin() as connection:
        noted = [
            tuple(row) for row in connection.execute(select(column.party, column.subject, column.start, column.size))
        ]
    assert noted == [("kz", LEVEL, int(MORNING.timestamp()), 2)]


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, FastAPI]]:
    """Five years of daily inflow, all of them but the last the base period."""
    folder = tmp_path_factory.mktemp("years")
    rules = FigureRules(base_from=YEARS[0], base_until=YEARS[-1] - 1, min_years=3)
    record, pen = open_pen(folder, replace(network_of_two(), figures=rules))
    zone = network_of_two().zone_of("kirov:kg")
    days = [
        date(YEARS[0], 1, 1) + timedelta(days=one)
        for one in range((date(YEARS[-1] + 1, 1, 1) - date(YEARS[0], 1, 1)).days)
    ]
    said = [daily(datetime.combine(day, time(), zone), 1000 * day.year + day.toordinal() * 37 % 911) for day in days]
    receipt = message("years")
    pen.append(receipt, said, [], receipt.received)
    (folder / "own").mkdir()
    app = create_app(Settings(config=ROOT / "config", data=folder / "own"), now=lambda: START)
    renewal.install(app, lambda: record)
    app.state.test_pen = pen
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client, app


def daily(at: datetime, hundredths: int) -> Observation:
    return Observation(series=KIROV, time=at, value=Decimal(hundredths).scaleb(-2), flag=1, method=Method.MEASURED)  # type: ignore[arg-type]


SPAN = "from=2025-02-20&to=2025-03-11"


def test_means_have_the_end_of_their_period(years: tuple[TestClient, FastAPI]) -> None:
    said = hydrograph(years[0], SPAN, KIROV)
    assert said["end"] == [at + 86_400 for at in said["time"]]
    assert [end - begin for begin, end in zip(said["before"]["time"], said["before"]["end"], strict=True)] == [
        86_400
    ] * len(said["before"]["time"])
    assert hydrograph(years[0], "", KIROV)["to"] == "2025-12-31T18:00:00Z"


def test_the_band_is_that_of_the_norms(years: tuple[TestClient, FastAPI]) -> None:
    client, _ = years
    band = hydrograph(client, SPAN, KIROV)["band"]
    norms = {one["period"]: one for one in client.get("/norms/kirov:kg.inflow?by=day").json()["norms"]}
    assert (band["by"], band["every"], band["base_period"], band["years"]) == ("day", 1, [2021, 2024], 4)
    zone = network_of_two().zone_of("kirov:kg")
    days = [datetime.fromtimestamp(at, zone) for at in band["time"]]
    assert days == [datetime.combine(date(2025, 2, 20) + timedelta(days=one), time(), zone) for one in range(20)]
    for place, day in enumerate(days):
        norm = norms[f"{day:%m-%d}"]
        assert [band[name][place] for name in ("p10", "mean", "p90")] == [norm["p10"], norm["mean"], norm["p90"]]
    assert hydrograph(client, f"{SPAN}&context=false", KIROV)["band"] is None


def test_last_year_is_its_readings_a_year_later(years: tuple[TestClient, FastAPI]) -> None:
    client, _ = years
    zone = network_of_two().zone_of("kirov:kg")
    before = hydrograph(client, SPAN, KIROV)["before"]
    then = points(hydrograph(client, "from=2024-02-20&to=2024-03-11&context=false", KIROV))
    assert {at: value for at, value in zip(before["then"], before["value"], strict=True) if at is not None} == {
        at: value for at, value in then.items() if datetime.fromtimestamp(at, zone).date() != date(2024, 2, 29)
    }
    for at, real in zip(before["time"], before["then"], strict=True):
        if real is not None:
            day = datetime.fromtimestamp(real, zone)
            assert datetime.fromtimestamp(at, zone) == day.replace(year=2025)
    long = hydrograph(client, "from=2023-01-01&to=2025-01-01", KIROV)
    assert (long["before"], long["no_before"]) == (None, "Last year is not shown beside a span of more than a year.")


def test_norms_are_remembered_until_something_is_said_of_their_years(
    years: tuple[TestClient, FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, app = years
    held = hydrograph(client, SPAN, KIROV)["band"]
    zone = network_of_two().zone_of("kirov:kg")

    def say(at: datetime, hundredths: int) -> None:
        receipt = message(f"{at} {hundredths}")
        app.state.test_pen.append(receipt, [daily(at, hundredths)], [], receipt.received)

    with monkeypatch.context() as patch:
        patch.setattr("service.hydrographs.normal.norms_of", lambda *_: pytest.fail("read"))
        say(datetime(2026, 2, 1, tzinfo=zone), 100)
        assert hydrograph(client, SPAN, KIROV)["band"] == held
    say(datetime(2022, 2, 20, tzinfo=zone), 9_000_000)
    now = hydrograph(client, SPAN, KIROV)["band"]
    assert now["mean"][0] > held["mean"][0] + 500
    assert now["mean"][1:] == held["mean"][1:]
