"""`arna derive` and `arna history`: what would be computed anew, and on what a computed value rests."""

import json
from pathlib import Path

import pytest

from arna.operator import deriving
from tests.arna.test_operator import SOURCES, House

ROW = """[[derived]]
station = "ala-archa:kg"
series = "discharge.10-day"
by = "weighted-sum"
inputs = [{{ series = "ala-archa:kg.discharge.10-day", weight = {weight} }}]
document = "made up"
source = "made up for tests"
"""
SERIES = "ala-archa:kg:computed.discharge.10-day"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    (made.config / "derived.toml").rename(made.config / "derived.given")
    made.declare(SOURCES.partition('[[source]]\nid = "away"')[0])
    weigh(made, "0.5")
    made.put("a.csv", "date,value\n2026-05-01,3.5\n2026-05-11,4\n")
    return made


def weigh(house: House, weight: str) -> None:
    given = (house.config / "derived.given").read_text()
    (house.config / "derived.toml").write_text(given + ROW.format(weight=weight))


def test_what_is_ingested_is_followed_and_its_grounds_are_shown(house: House) -> None:
    said = house.run("ingest", "--once").splitlines()
    assert json.loads(next(line for line in said if line.startswith("follow\t")).partition("\t")[2])["computed"] == 2
    (row,) = json.loads(house.run("history", SERIES, "2026-05-01", "--json"))
    assert (row["value"], row["source"], row["method"], row["reason"]) == ("1.75", "derived", "computed", None)
    measured = row["grounds"]["inputs"][0]
    (input_,) = json.loads(house.run("history", measured["series"], "2026-05-01", "--json"))
    assert measured == {"series": "ala-archa:kg.discharge.10-day", "entries": [input_["entry"]], "weight": "0.5"}
    assert input_["grounds"] is None
    assert "nothing was ever said" in house.run("history", SERIES, "2026-04-01")
    assert "not declared" in house.run("history", "nowhere.discharge.daily", "2026-04-01", code=1)
    assert json.loads(house.run("sources", "--json"))[-1]["state"] == "ok"


def test_what_would_be_computed_anew_is_shown_and_entered_when_asked_for(house: House) -> None:
    house.run("ingest", "--once")
    assert "all is as it would be computed now" in house.run("derive")
    weigh(house, "2")
    rows = json.loads(house.run("derive", "--json"))
    assert [(row["value"], row["instead_of"] is not None) for row in rows] == [("7", True), ("8", True)]
    assert "1 more are not shown" in house.run("derive", "--limit", "1")
    (row,) = json.loads(house.run("derive", "--from", "2026-05-05", "--to", "2026-05-20", "--json"))
    assert row["value"] == "8"
    assert "is not computed: use one of" in house.run("derive", "--series", "ala-archa:kg.discharge.10-day", code=1)
    assert "2 values were entered" in house.run("derive", "--series", SERIES, "--enter")
    first, second = json.loads(house.run("history", SERIES, "2026-05-01", "--json"))
    assert (first["value"], second["value"]) == ("1.75", "7")
    assert second["reason"] == "rule, balance or curves are declared otherwise now"
    assert "all is as it would be computed now" in house.run("derive")
    assert "every hash" in house.run("doctor")


def test_an_amended_input_is_followed_at_once(house: House, tmp_path: Path) -> None:
    house.run("ingest", "--once")
    key, file = tmp_path / "key.pem", tmp_path / "amendment.toml"
    house.run("keys", "make", "amender", "kg.amender.example", str(key), "--party", "kg")
    file.write_text(
        'party = "kg"\nauthor = "A. Person"\nreason = "a digit was misread"\n\n[[value]]\nstation = "15194"\n'
        'series = "discharge.10-day"\ntime = 2026-05-01T00:00:00+06:00\nvalue = "7.25"\nunit = "m3/s"\n'
    )
    house.run("amend", str(file), "--key", str(key), "--yes")
    rows = json.loads(house.run("history", SERIES, "2026-05-01", "--json"))
    assert [row["value"] for row in rows] == ["1.75", "3.625"]
    assert "was corrected by entry" in rows[-1]["reason"]


def test_where_nothing_is_computed_there_is_nothing_to_choose(house: House) -> None:
    (house.config / "derived.given").rename(house.config / "derived.toml")
    assert "use one of none, as none is" in house.run("derive", "--series", SERIES, code=1)
    assert deriving.rows([]) == []
