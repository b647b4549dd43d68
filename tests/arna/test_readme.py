"""What the README shows is run: the demonstration serves, and its Python and curl lines give an answer."""

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
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARNA = Path(sys.executable).with_name("arna")
WAIT_SECONDS = 60


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A free port on which `arna demo` serves, stopped at the end as a person would stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
    data = tmp_path_factory.mktemp("data")
    served = subprocess.Popen(
        [ARNA, "demo", "--port", str(found)],
        cwd=ROOT,
        env=os.environ | {"ARNA_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_for(found, served)
        yield found
    finally:
        served.send_signal(signal.SIGINT)
        said, _ = served.communicate(timeout=30)
    assert "Issued the report" in said
    assert "Traceback" not in said


def wait_for(port: int, served: subprocess.Popen[str]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until and served.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"arna demo did not serve within {WAIT_SECONDS} s")


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
    assert "Daily exchange report" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (tmp_path / "report.json").stat().st_size > 1000
