"""`arna account`: a table for each line on a terminal, plain lines for a pipe, the service's own JSON for a program."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arna.cli import app as command
from arna.operator.accounting import Table, head, tables
from arna.operator.shown import fitted
from record.errors import ArnaError
from service.accounts import build
from tests.service.report_example import DAY, Record, kazakh_day, kyrgyz_day

ROOT = Path(__file__).parents[2]
BEGIN = DAY - timedelta(days=3)


@pytest.fixture
def shown(tmp_path: Path) -> dict[str, Table]:
    """Five days, of one of which the Kazakh side says nothing."""
    record = Record(tmp_path)
    for day in range(5):
        record.say(
            [*kyrgyz_day(BEGIN + timedelta(days=day)), *(kazakh_day(BEGIN + timedelta(days=day)) if day else [])]
        )
    done = build(record.archive, record.network, "talas", BEGIN, BEGIN + timedelta(days=5), by="month")
    assert "from 2026-04-28 to before 2026-05-03, by month; rests on 5 entries." in head(done)
    return {table.title: table for table in tables(done)}


def test_a_division_names_its_share_and_what_lacks(shown: dict[str, Table]) -> None:
    table = shown["Division of flow of talas, real stations: flow-50 (unverified)"]
    assert table.columns[:5] == ("period", "days", "resource", "known", "missing days")
    april, may = table.rows
    assert (april["period"], april["days"], april["resource"], april["due kz"]) == (
        "2026-04, from 28th",
        3,
        5.184,
        2.592,
    )
    assert (april["received kz"], april["known kz"], may["received kz"]) == (None, 1.728, 1.728)
    assert "merke:kz.intake: 1 days missing" in table.notes


def test_a_plan_has_a_table_of_its_periods_and_one_since_its_begin(shown: dict[str, Table]) -> None:
    title = "Season plan talas-2026-kz (unverified), 400 to Kazakhstan, real stations"
    periods, so_far = shown[title], shown[f"{title}, since 2026-04-01"]
    assert periods.notes[0] == "spread evenly by day"
    assert [row["known"] for row in periods.rows] == [1.512, 1.512]
    assert [row["missing days"] for row in so_far.rows] == [28, 28]
    assert [row["%"] for row in so_far.rows] == [None, None]
    assert [row["% of known days"] for row in so_far.rows] == [34.587, 34.587]


def test_a_gate_shows_both_figures(shown: dict[str, Table]) -> None:
    table = shown["Two gauges at Gate (unverified), tolerance 5 %, real stations"]
    assert table.columns[2:5] == ("kg m3/s", "kz m3/s", "difference m3/s")
    assert [table.rows[0][name] for name in table.columns[2:5]] == [9, 8.75, 0.25]
    assert (table.rows[0]["missing days"], table.rows[0]["since"]) == (1, None)
    assert table.rows[0]["difference, million m3"] == 0.043


def run(folder: Path, *words: str) -> str:
    env = {"ARNA_CONFIG": str(ROOT / "config"), "ARNA_DATA": str(folder), "ARNA_RECORD": None}
    done = CliRunner().invoke(command, words, env=env)
    if isinstance(done.exception, ArnaError):
        return f"arna: {done.exception}"
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_shows_and_writes_the_declared_accounts(tmp_path: Path) -> None:
    run(tmp_path, "keys", "new")
    text = run(tmp_path, "account", "talas", "--from", "2023-07-01", "--to", "2023-10-01", "--by", "month")
    assert "spread evenly by day between its running totals: 312.7 before 2023-08-06" in text
    assert "told: 323.3 of 312.7 million m3 before 2023-08-06 (103.4 %), talas-2023-kz-to-5-august" in text
    assert "Share talas-flow-50-50 is not confirmed: Not named by the sources." in text
    document = json.loads(run(tmp_path, "account", "chu", "--from", "2024-04-01", "--to", "2024-10-01", "--json"))
    assert (document["basin"], document["by"], len(document["spans"])) == ("chu", "10-day", 18)
    (plan,) = document["plans"]
    assert (plan["volume"], plan["told"][0]["delivered"]) == (180, 165.3)
    assert run(tmp_path, "account", "oder") == "arna: basin 'oder' is not declared: use one of chu, talas"
    assert "'today' is not a day" in run(tmp_path, "account", "chu", "--to", "today")


def test_without_days_the_account_is_of_the_season_so_far(tmp_path: Path) -> None:
    run(tmp_path, "keys", "new")
    document = json.loads(run(tmp_path, "account", "talas", "--json"))
    begin = date.fromisoformat(document["begin"])
    assert (begin.day, begin.month in (4, 10)) == (1, True)


def test_a_table_that_is_too_wide_goes_on_below_and_breaks_no_number() -> None:
    columns = ("period", "days", "difference m3/s", "outside for days", "since")
    row = {
        "period": "2026-11 11-20, from 15th",
        "days": 6,
        "difference m3/s": -0.263,
        "outside for days": 3,
        "since": None,
    }
    assert fitted(columns, [row], 100) == [list(columns)]
    assert fitted(columns, [row], 50) == [["period", *columns[1:3]], ["period", *columns[3:]]]
    assert fitted(columns, [row], 20) == [["period", name] for name in columns[1:]]
