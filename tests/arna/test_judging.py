"""`arna judge`: which flags the thresholds in force would change, and what is entered of it."""

import json
from pathlib import Path

import pytest

from tests.arna.test_operator import SOURCES, House

ROW = """[[spike]]
quantity = "discharge"
station = "ala-archa:kg"
interval = "10-day"
suspect = {suspect}
source = "made up for tests"
"""
SERIES = "ala-archa:kg.discharge.10-day"
STRETCH = ("--from", "2026-05-01", "--to", "2026-08-01")


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    (made.config / "quality.toml").rename(made.config / "quality.given")
    made.declare(SOURCES.partition('[[source]]\nid = "away"')[0])
    hold_to(made, "20")
    made.put("a.csv", "date,value\n2026-05-01,5\n2026-05-11,9\n2026-05-21,5\n2026-06-01,5.5\n")
    made.run("ingest", "--once")
    return made


def hold_to(house: House, suspect: str) -> None:
    given = (house.config / "quality.given").read_text()
    (house.config / "quality.toml").write_text(given + ROW.format(suspect=suspect))


def flag_of(house: House, day: str) -> str:
    return str(json.loads(house.run("history", SERIES, day, "--json"))[-1]["flag"])


def test_flags_by_new_thresholds_are_counted_and_entered_when_asked_for(house: House) -> None:
    assert "all is as it would be judged now" in house.run("judge", *STRETCH)
    hold_to(house, "2")
    house.run("ingest", "--once")
    assert flag_of(house, "2026-05-11") == "good"
    (row,) = json.loads(house.run("judge", *STRETCH, "--json"))
    assert (row["series"], row["turned"], row["readings"]) == (SERIES, "spike good -> suspect", 1)
    assert row["first"] == row["last"] == "2026-05-10T18:00:00Z"
    assert flag_of(house, "2026-05-11") == "good"
    assert "flags of 1 readings were entered" in house.run("judge", *STRETCH, "--enter")
    assert flag_of(house, "2026-05-11") == "suspect"
    assert "all is as it would be judged now" in house.run("judge", *STRETCH, "--series", SERIES)


def test_a_series_that_is_not_declared_is_named(house: House) -> None:
    assert "'nowhere.discharge.daily' is not declared" in house.run(
        "judge", *STRETCH, "--series", "nowhere.discharge.daily", code=1
    )
