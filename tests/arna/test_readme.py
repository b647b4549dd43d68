"""What the README and the cookbook show is run: the demonstration serves, and their lines answer as they say."""

import contextlib
import importlib.util
import io
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from record.proof.stapled import unstapled
from tests.arna.cookbook import HERE, PAGES, Recipe, at, fits, recipes

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARNA = Path(sys.executable).with_name("arna")
WAIT_SECONDS = 240

pytestmark = pytest.mark.uncounted

DAY = "2026-05-20"
"""The day that the cookbook plays."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the demonstration."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def port(data: Path) -> Iterator[int]:
    """A free port on which `arna demo` serves, stopped at the end as a person would stop it; what is old is sealed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    served = subprocess.Popen(
        [ARNA, "demo", "--day", DAY, "--port", str(found)],
        cwd=ROOT,
        env=os.environ | {"ARNA_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(found, served)
        seal(data / "demo")
        yield found
    finally:
        served.send_signal(signal.SIGINT)
        said, _ = served.communicate(timeout=WAIT_SECONDS)
        sys.stdout.write(said)
    assert "Issued the report" in said
    assert "Traceback" not in said


def seal(folder: Path) -> None:
    env = os.environ | {"ARNA_DATA": str(folder), "ARNA_CONFIG": str(folder / "config")}
    done = subprocess.run(
        [ARNA, "seal"], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert "sealed 13 periods" in done.stdout, done.stdout


def wait_for(port: int, served: subprocess.Popen[str]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and served.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"arna demo did not serve within {WAIT_SECONDS} s, or stopped with {served.poll()}")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def shown_rows() -> list[str]:
    """The rows of the CSV answer that the README shows, without the index of the entry."""
    return [
        row.rpartition(",")[0] for row in re.findall(r"^    ((?:station_id,|ala-archa:kg,).*)$", README, re.MULTILINE)
    ]


def test_the_python_lines_print_an_inflow_series(port: int) -> None:
    (lines,) = blocks("python")
    assert len([line for line in lines.splitlines() if line]) == 3
    said = subprocess.run(
        [sys.executable, "-c", lines.replace(":8000", f":{port}")], capture_output=True, text=True, check=True
    )
    assert "<xarray.DataArray 'inflow' (station: 1, time: " in said.stdout
    assert "m3 s-1" in said.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed: the same addresses are in test_edr.py")
def test_the_curl_lines_answer_as_shown(port: int, tmp_path: Path) -> None:
    lines = re.findall(r"^    (curl .*)$", README, re.MULTILINE)
    assert len(lines) == 3
    for line in lines:
        words = shlex.split(line.replace(":8000", f":{port}"))
        said = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
        if "csv" in line:
            # The last column is the entry's index, which depends on how many messages came before, and so on the day.
            assert [row.rpartition(",")[0] for row in said.splitlines()] == shown_rows()
    # Not what is known now, but what was issued, which a paper alone can prove.
    paper = (tmp_path / "report.pdf").read_bytes()
    assert paper.startswith(b"%PDF-")
    assert unstapled(paper) is not None
    assert (tmp_path / "report.json").stat().st_size > 1000


@pytest.fixture
def kitchen(port: int, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which recipes leave what they fetch, with what the recipes of proof ask for."""
    shutil.copy(ROOT / "record" / "verify.py", tmp_path)
    shutil.copy(data / "demo" / "policy", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("PATH", f"{ARNA.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def there(code: str, port: int) -> str:
    return code.replace(HERE, f"http://127.0.0.1:{port}")


def fetched(port: int, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def judged(recipe: Recipe, said: str, port: int) -> list[str]:
    """What a reader would complain of: the place of a recipe with what it really printed."""
    shown, said = recipe.shown or "", at(f"http://127.0.0.1:{port}", said)
    return [] if fits(shown, said) else [f"{recipe} printed:\n{said}"]


def run_by(words: list[str], recipe: Recipe, port: int) -> str:
    """What another program prints of a recipe that it reads, errors among it."""
    return subprocess.run(
        words, input=there(recipe.code, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
        check=False,
    ).stdout  # fmt: skip


def run_here(recipe: Recipe, port: int) -> str:
    """What a recipe in Python prints; the warnings of the packages that it uses are theirs."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(there(recipe.code, port), str(recipe), "exec"), {})
    return said.getvalue()


def test_every_recipe_shows_what_it_prints() -> None:
    of_all = [
        one for page in PAGES.glob("*.md") for language in ("python", "r", "sh") for one in recipes(page.name, language)
    ]
    assert len(of_all) > 30
    assert [str(one) for one in of_all if not one.shown] == []


def test_the_recipes_for_python_print_what_they_show(kitchen: Path, port: int) -> None:
    found = [one for one in recipes("python.md", "python") if "open_mfdataset" not in one.code]
    assert [wrong for one in found for wrong in judged(one, run_here(one, port), port)] == []


@pytest.mark.skipif(
    importlib.util.find_spec("dask") is None,
    reason="dask is not installed: the same files are joined without it by the recipe before",
)
def test_the_recipe_for_dask_prints_what_it_shows(kitchen: Path, port: int) -> None:
    (one,) = [one for one in recipes("python.md", "python") if "open_mfdataset" in one.code]
    assert judged(one, run_here(one, port), port) == []


@pytest.mark.skipif(
    shutil.which("curl") is None, reason="curl is not installed: the same addresses are asked elsewhere"
)
def test_the_lines_for_curl_print_what_they_show(kitchen: Path, port: int) -> None:
    found = recipes("curl.md", "sh")
    assert [wrong for one in found for wrong in judged(one, run_by(["sh"], one, port), port)] == []


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed: its recipes are run where it is")
def test_the_recipes_for_r_print_what_they_show(kitchen: Path, port: int) -> None:
    found = [(one, run_by(["Rscript", "-"], one, port)) for one in recipes("r.md", "r")]
    known = [(one, said) for one, said in found if "there is no package called" not in said]
    assert known, "not even base R answers"
    assert [wrong for one, said in known for wrong in judged(one, said, port)] == []


@pytest.mark.skipif(
    shutil.which("ogr2ogr") is None, reason="GDAL is not installed: the layers are asked by OWSLib elsewhere"
)
def test_gdal_reads_the_layers_that_qgis_reads(kitchen: Path, port: int) -> None:
    (one,) = recipes("qgis.md", "sh")
    assert judged(one, run_by(["sh"], one, port), port) == []


def test_qgis_finds_the_fields_that_the_page_names(port: int) -> None:
    page = (PAGES / "qgis.md").read_text(encoding="utf-8")
    named = {name for row in re.findall(r"^\| (`.*?) \|", page, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}
    (series,) = fetched(port, "/collections/talas-term/items?limit=1")["features"]
    assert named == {"id", *series["properties"]}
    stations = re.findall(rf"^    {HERE}(\S+)$", page, re.MULTILINE)
    assert [fetched(port, path)["numberMatched"] for path in stations] == [20]


def test_excel_is_told_how_to_read_each_column(port: int) -> None:
    ((query,),) = [re.findall(r"^```powerquery\n(.*?)^```", (PAGES / "excel.md").read_text(), re.MULTILINE | re.DOTALL)]
    (address,) = re.findall(r'Web\.Contents\("(.*?)"\)', query)
    assert all(said in query for said in ('Delimiter = ","', "Encoding = 65001", '"en-US"'))
    table = pd.read_csv(there(address, port), sep=",", encoding="utf-8", decimal=".", parse_dates=["time_utc"])
    kinds = {"type datetimezone": "M", "type number": "f", "Int64.Type": "iuf"}
    typed = dict(re.findall(r'\{"(.*?)", (.*?)\}', query))
    assert len(typed) == 4
    assert [name for name, kind in typed.items() if table[name].dtype.kind not in kinds[kind]] == []


def test_the_addresses_for_excel_are_workbooks_and_tables_as_told(port: int) -> None:
    page = (PAGES / "excel.md").read_text(encoding="utf-8")
    workbook, table = re.findall(r"^    (http\S+)$", page, re.MULTILINE)
    with urllib.request.urlopen(there(workbook, port)) as answer:
        book = openpyxl.load_workbook(io.BytesIO(answer.read()))
    named = re.findall(r"`([^`]+)`", "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)))
    assert [name for name in named if name not in book.sheetnames] == []
    assert book["inflow"]["A2"].is_date
    assert isinstance(book["inflow"]["B2"].value, float)
    assert book["inflow flags"]["B2"].value == 1
    assert pd.read_csv(there(table, port))["discharge [m3/s]"].count() > 10
