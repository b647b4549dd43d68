"""`arna figures` and `arna norms`, as they are typed."""

import json
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from arna.cli import app as command
from arna.house import holding_the_pen, open_house, open_pen
from record.entry import Flag, Method, Observation, Receipt
from record.errors import ArnaError
from service.settings import Settings

ROOT = Path(__file__).parents[2]
POST = "ala-archa:kg.discharge"


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """Eleven Aprils of the Ala-Archa, made up: 10-day means of 1 to 11 m3/s."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "config", folder / "config")
    found = {"ARNA_CONFIG": str(folder / "config"), "ARNA_DATA": str(folder / "data"), "ARNA_RECORD": None}
    assert CliRunner().invoke(command, ["keys", "new"], env=found).exit_code == 0
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ARNA_CONFIG", "ARNA_DATA"):
            patch.setenv(name, str(found[name]))
        patch.delenv("ARNA_RECORD", raising=False)
        settings = Settings()
        with holding_the_pen(settings):
            now = datetime(2024, 5, 1, tzinfo=UTC)
            pen = open_pen(settings, open_house(settings))
            receipt = Receipt(source="telegrams", name="a", media="text/plain", received=now, body=b"made up")
            pen.append(receipt, [april(1991 + year) for year in range(11)], [], now)
    return found


def april(year: int) -> Observation:
    return Observation(
        series=f"{POST}.10-day",
        time=datetime(year, 4, 1, tzinfo=ZoneInfo("Asia/Bishkek")),
        value=Decimal(year - 1990),
        flag=Flag.GOOD,
        method=Method.MEASURED,
    )


def run(env: dict[str, str | None], *words: str) -> str:
    done = CliRunner().invoke(command, words, env=env)
    if isinstance(done.exception, ArnaError):
        return f"arna: {done.exception}\n"
    assert done.exit_code == 0, done.output
    return done.stdout


def test_figures_are_lines_where_nobody_looks(env: dict[str, str | None]) -> None:
    header, line = run(
        env, "figures", POST, "--from", "2001-04-01", "--to", "2001-04-02", "--base", "1991/2001"
    ).splitlines()
    cells = dict(zip(header.split("\t"), line.split("\t"), strict=True))
    assert (cells["period"], cells["value"], cells["norm"]) == ("2001-04 01-10", "11.0", "6.0")
    assert (cells["volume"], cells["percent_of_norm"], cells["class"]) == ("9.504", "183.333", "high")


def test_another_program_is_given_the_answer_of_the_service(env: dict[str, str | None]) -> None:
    words = ("figures", f"{POST}.10-day", "--by", "month", "--from", "2001-04-01", "--to", "2001-05-01", "--json")
    said = json.loads(run(env, *words))
    assert (said["series"], said["unit"], said["nature"]) == (f"{POST}.10-day", "m³/s", "real")
    assert [(row["period"], row["value"], row["days"]) for row in said["figures"]] == [("2001-04", None, 10)]
    assert json.loads(run(env, *words, "--as-of", "0"))["figures"][0]["days"] == 0


def test_norms_are_told(env: dict[str, str | None]) -> None:
    lines = [line.split("\t") for line in run(env, "norms", POST, "--base", "1991/2001").splitlines()]
    april = dict(zip(lines[0], next(line for line in lines if line[0] == "04 01-10"), strict=True))
    assert (len(lines), april["count"], april["mean"], april["p50"], april["max_year"]) == (
        37,
        "11",
        "6.0",
        "6.0",
        "2001",
    )
    assert json.loads(run(env, "norms", POST, "--by", "year", "--json"))["norms"][0]["count"] == 0


def test_what_cannot_be_answered_is_one_line(env: dict[str, str | None]) -> None:
    assert run(env, "figures", "nowhere").startswith("arna: 'nowhere' is neither a series")
    assert "use day, 5-day" in run(env, "norms", POST, "--by", "decade")
    assert "write 2026-05-01" in run(env, "figures", POST, "--from", "1.4.2001")
