"""The commands of operators, as they are typed."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from arna import amendments
from arna.cli import app as command
from arna.house import holding_the_pen, open_house, open_pen
from record.archive import Archive
from record.errors import ArnaError
from service.settings import Settings

ROOT = Path(__file__).parents[2]
SOURCES = """
[[source]]
id = "telegrams"
party = "kg"
kind = "folder"
place = "inbox/telegrams"
format = "csv-table"
media = "text/csv"
zone = "Asia/Bishkek"
trigger = { every = 60 }

[source.table]
time_heading = "date"
time_format = "%Y-%m-%d"
zone = "Asia/Bishkek"

[[source.table.columns]]
heading = "value"
station = "15194"
series = "discharge.10-day"
unit = "m3/s"

[[source]]
id = "away"
party = "kz"
kind = "http"
place = "http://127.0.0.1:9/telegrams"
format = "kn15"
media = "text/plain"
zone = "Asia/Almaty"
trigger = { every = 60, timeout = 2 }
"""
AMENDMENT = """party = "kg"
author = "A. Person, Kyrgyzhydromet"
reason = "a digit was misread"

[[value]]
station = "15194"
series = "discharge.10-day"
time = 2026-05-01T00:00:00+06:00
value = "7.25"
unit = "m3/s"
quality = "estimated"
"""


REVIEW = """party = "kg"
author = "A. Person"
reason = "the field book"
level = "verified"
size = 2

[[scope]]
station = "15194"
series = "discharge.10-day"
start = 2026-05-01T00:00:00+06:00
end = 2026-06-01T00:00:00+06:00
"""


class House:
    """A config and a data folder of their own, and the command run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = shutil.copytree(ROOT / "config", folder / "config")
        (self.config / "obligations.toml").unlink()
        self.declare(SOURCES)
        self.run("keys", "new")

    def declare(self, sources: str) -> None:
        (self.config / "sources.toml").write_text(sources)

    def put(self, name: str, text: str) -> None:
        path = self.folder / "data/inbox/telegrams" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *words: str, code: int = 0) -> str:
        env = {"ARNA_CONFIG": str(self.config), "ARNA_DATA": str(self.folder / "data"), "ARNA_RECORD": None}
        done = CliRunner().invoke(command, words, env=env)
        fault = done.exception
        if isinstance(fault, ArnaError):
            # As `arna` itself shows it.
            assert code == 1, fault
            return f"{done.output}arna: {fault}\n"
        assert done.exit_code == code, done.output
        return done.output


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_sources_tell_who_was_asked_and_who_fails(house: House) -> None:
    assert "telegrams\tkg\tfolder\tnever asked" in house.run("sources")
    house.put("a.csv", "date,value\n2026-05-01,3.5\n2026-05-11,x\n")
    house.run("ingest", "--once", code=1)
    rows = {row["source"]: row for row in json.loads(house.run("sources", "--json"))}
    told = rows["telegrams"]
    assert (told["state"], told["messages"], told["readings"], told["refusals"]) == ("ok", 1, 1, 1)
    assert told["heard"].endswith("Z")
    assert (rows["away"]["state"], rows["away"]["failures"]) == ("failing", 1)
    assert "no answer" in rows["away"]["fault"]
    lines = house.run("sources").splitlines()
    assert all(len(line.split("\t")) == len(lines[0].split("\t")) for line in lines)


def test_what_was_refused_is_listed_shown_byte_by_byte_and_read_again_after_the_config_was_mended(
    house: House,
) -> None:
    house.declare(SOURCES.replace('heading = "value"', 'heading = "q"'))
    house.put("a.csv", "date,value\n2026-05-01,3.5\n")
    house.run("ingest", "--once", "--source", "telegrams")
    (row,) = json.loads(house.run("refusals", "list", "--json"))
    assert "headings" in row["reason"]
    assert house.run("refusals", "show", row["refusal"]) == "date,value\n2026-05-01,3.5\n"
    assert "nothing" not in house.run("refusals", "list", "--source", "telegrams")
    assert "nothing was refused" in house.run("refusals", "list", "--source", "away")
    assert "\t0\t1\t1" not in house.run("refusals", "retry")
    house.declare(SOURCES)
    (again,) = json.loads(house.run("refusals", "retry", "--json"))
    assert (again["readings"], again["refusals"]) == (1, 0)
    (idle,) = json.loads(house.run("refusals", "retry", "--json"))
    assert (idle["readings"], idle["repeated"]) == (0, 1)
    assert "no refusal '99.0'" in house.run("refusals", "show", "99.0", code=1)
    assert "write 36h, 7d" in house.run("refusals", "list", "--since", "yesterday", code=1)


def test_an_amendment_is_shown_then_entered_once_and_needs_its_author_and_reason(house: House, tmp_path: Path) -> None:
    house.put("a.csv", "date,value\n2026-05-01,3.5\n")
    house.run("ingest", "--once", "--source", "telegrams")
    key, file, signed = tmp_path / "key.pem", tmp_path / "amendment.toml", tmp_path / "signed.txt"
    house.run("keys", "make", "amender", "kg.amender.example", str(key), "--party", "kg")
    file.write_text(AMENDMENT)
    assert "the amendment is not signed" in house.run("amend", str(file), "--yes", code=1)
    house.run("amend", str(file), "--key", str(key), "--sign-to", str(signed))
    said = house.run("amend", str(signed), "--yes")
    assert "3.5 (good) -> 7.25 (good, estimated)" in said
    assert "a digit was misread (A. Person, Kyrgyzhydromet, for kg" in said
    assert "not checked in a trial" in said
    assert "it was entered before" in house.run("amend", str(signed), "--yes")
    file.write_text(AMENDMENT.replace("reason", "# reason"))
    assert "reason: Field required" in house.run("amend", str(file), "--key", str(key), "--yes", code=1)
    assert "every hash" in house.run("doctor")


def test_while_ingest_runs_an_amendment_is_laid_in_and_entered_by_it(house: House, tmp_path: Path) -> None:
    house.put("a.csv", "date,value\n2026-05-01,3.5\n")
    house.run("ingest", "--once", "--source", "telegrams")
    key, file = tmp_path / "key.pem", tmp_path / "amendment.toml"
    house.run("keys", "make", "amender", "kg.amender.example", str(key), "--party", "kg")
    file.write_text(AMENDMENT)
    settings = Settings(config=house.config, data=house.folder / "data")
    with holding_the_pen(settings):
        assert "enters the amendment within a minute" in house.run("amend", str(file), "--key", str(key), "--yes")
        record = open_house(settings)
        pen = open_pen(settings, record)
        (settings.data / "amendments" / "bad.note").write_bytes(b"nobody signed this")
        assert amendments.take(record.network, pen, settings.data, lambda: datetime.now(UTC)) == 1
        (history,) = [Archive(record).history("ala-archa:kg.discharge.10-day", datetime(2026, 4, 30, 18, tzinfo=UTC))]
        record.engine.dispose()
    assert [str(one.value) for one in history] == ["3.5", "7.25"]
    assert history[-1].reason is not None
    assert "a digit was misread" in history[-1].reason
    assert [path.name for path in (settings.data / "amendments" / "refused").iterdir()] == ["bad.note"]


def test_a_review_is_shown_then_entered_once_and_laid_in_while_ingest_runs(house: House, tmp_path: Path) -> None:
    house.put("a.csv", "date,value\n2026-05-01,3.5\n2026-05-11,4\n")
    house.run("ingest", "--once", "--source", "telegrams")
    key, file, signed = tmp_path / "key.pem", tmp_path / "review.toml", tmp_path / "signed.txt"
    house.run("keys", "make", "amender", "kg.amender.example", str(key), "--party", "kg")
    file.write_text(REVIEW)
    assert "the review is not signed" in house.run("review", str(file), "--yes", code=1)
    assert f"`arna review {signed}` on" in house.run("review", str(file), "--key", str(key), "--sign-to", str(signed))
    said = house.run("review", str(signed), "--yes")
    assert "ala-archa:kg.discharge.10-day 2026-04-30T18:00:00Z/2026-05-31T18:00:00Z: 2 of 2 readings" in said
    assert "verified because: the field book (A. Person, for kg; signed by amender.arna.example, not checked" in said
    assert "the review is entry 2" in said
    again = house.run("review", str(signed), "--yes")
    assert ": 0 of 2 readings" in again
    assert "it was entered before" in again
    file.write_text(REVIEW.replace("size = 2", "size = 99"))
    assert "the journal holds 3" in house.run("review", str(file), "--key", str(key), "--yes", code=1)
    file.write_text(REVIEW.replace("verified", "validated").replace("size = 2", "size = 1"))
    with holding_the_pen(Settings(config=house.config, data=house.folder / "data")):
        said = house.run("review", str(file), "--key", str(key), "--yes")
    assert "0 of 2 readings, 2 said since are not in it" in said
    assert "enters the review within a minute" in said
    assert [path.name[-12:] for path in (house.folder / "data/amendments").glob("*.note")] == [".review.note"]


def test_a_message_that_was_not_whole_as_it_was_fetched_is_not_read_again(house: House) -> None:
    small = SOURCES.replace('format = "csv-table"', 'format = "csv-table"\nmax_bytes = 30')
    house.declare(small)
    house.put("a.csv", "date,value\n2026-05-01,3.5\n2026-05-11,4.5\n")
    house.run("ingest", "--once", "--source", "telegrams")
    (row,) = json.loads(house.run("refusals", "list", "--json"))
    assert (row["where"], "more than 30 bytes" in row["reason"]) == ("message as fetched", True)
    house.declare(SOURCES)
    assert "nothing was refused" in house.run("refusals", "retry")


def test_what_is_read_again_takes_back_nothing_that_came_later(house: House) -> None:
    house.declare(SOURCES.replace('heading = "value"', 'heading = "q"'))
    house.put("a.csv", "date,value\n2026-05-01,5\n2026-05-11,1\n")
    house.run("ingest", "--once", "--source", "telegrams")
    house.declare(SOURCES)
    house.put("b.csv", "date,value\n2026-05-01,6\n")
    house.run("ingest", "--once", "--source", "telegrams")
    (again,) = json.loads(house.run("refusals", "retry", "--json"))
    assert again["readings"] == 1
    settings = Settings(config=house.config, data=house.folder / "data")
    record = open_house(settings)
    history = Archive(record).history("ala-archa:kg.discharge.10-day", datetime(2026, 4, 30, 18, tzinfo=UTC))
    assert [str(one.value) for one in history] == ["6"]
    record.engine.dispose()
