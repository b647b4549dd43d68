"""The real tables: the figures of the source, none added and none lost."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import mean, stdev

import pytest

ROOT = Path(__file__).parent.parent.parent
DATA = ROOT / "arna" / "demo" / "data"
SHARED = ROOT.parent / "shared" / "facts" / "real-data" / "hydromet-forecasting"
TABLES = {
    "ala_archa_10day.csv": "decadal__Ala_Archa__Q.csv",
    "klyuchevka_monthly.csv": "monthly__Talas_Kluchevka__Q.csv",
}


def rows(name: str) -> list[tuple[date, str]]:
    """The rows of a table of ours below its preamble."""
    lines = [line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "date,value"
    return [(date.fromisoformat(day), value) for day, value in csv.reader(lines[1:])]


def values(name: str) -> dict[date, Decimal]:
    return {day: Decimal(value) for day, value in rows(name) if value}


def preamble(name: str) -> str:
    return "\n".join(line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line.startswith("#"))


def test_ala_archa_has_82_years_of_ten_day_periods_with_the_known_mean_and_spread() -> None:
    found = values("ala_archa_10day.csv")
    by_year = {year: [value for day, value in found.items() if day.year == year] for year in range(1930, 2012)}
    means = {year: mean(held) for year, held in by_year.items() if len(held) == 36}
    centre, spread = mean(means.values()), stdev(means.values())
    assert len(rows("ala_archa_10day.csv")) == 82 * 36
    assert (len(found), sum(found.values())) == (2912, Decimal("13342.10"))
    assert round(centre, 1) == Decimal("4.6")
    assert round(spread / centre, 2) == Decimal("0.15")
    assert (min(means, key=means.__getitem__), max(means, key=means.__getitem__)) == (1938, 2010)


def test_klyuchevka_has_the_known_months_and_sum() -> None:
    found = values("klyuchevka_monthly.csv")
    assert len(rows("klyuchevka_monthly.csv")) == 15 * 12
    assert (len(found), sum(found.values())) == (171, Decimal("3895.6"))
    assert found[date(2002, 6, 1)] == 92
    assert (found[date(2011, 8, 1)], found[date(2012, 2, 1)]) == (Decimal("3.7"), Decimal(21))


def test_each_value_stands_on_the_first_day_of_its_period() -> None:
    assert [day.day for day, _ in rows("ala_archa_10day.csv")] == [1, 11, 21] * (82 * 12)
    assert {day.day for day, _ in rows("klyuchevka_monthly.csv")} == {1}
    assert all(days == sorted(set(days)) for days in ([day for day, _ in rows(name)] for name in TABLES))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_its_source_licence_unit_and_what_is_inferred(name: str) -> None:
    head = preamble(name)
    for said in ("hydrosolutions/hydromet-forecasting", "14495108a35e0360193ab1399fb3cc778213d0c9", "MIT",
                 "Copyright (c) 2017 julesair", "m3/s", "inferred", "Kyrgyzhydromet"):  # fmt: skip
        assert said in head, said


def test_the_doubtful_months_are_named() -> None:
    head = preamble("klyuchevka_monthly.csv")
    assert "2011-08" in head
    assert "2012-02" in head


def test_the_licence_notice_is_kept() -> None:
    text = (DATA / "LICENSE-hydromet-forecasting.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2017 julesair" in text
    assert "The above copyright notice and this permission notice shall be included" in text


@pytest.mark.parametrize(("name", "source"), TABLES.items())
def test_the_values_are_those_of_the_source(name: str, source: str) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the source's own table is not on this machine: {SHARED / source}")
    with (SHARED / source).open(encoding="utf-8") as file:
        theirs = [cell.strip() for row in csv.reader(file) if row for cell in row[1:]]
    ours = [value for _, value in rows(name)]
    assert ours[: len(theirs)] == theirs
    assert not any(ours[len(theirs) :])
