"""Opening what the walk needs: the house, its door, and a browser. Tests and the maker of pictures use the same."""

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.page.house import ROOT

CHROMIUM = shutil.which("chromium")
LACKS = "chromium is not installed: no page is seen as people see it (on Debian: apt-get install chromium)"
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of this machine, closed at the end."""
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=_OPTIONS)
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a process of its own serves the house in `folder`."""
    words = [sys.executable, "-m", "tests.page.house", "serve", str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, f"the house in {folder} is not served: {process.wait()}"
            yield address
        finally:
            process.stdin.close()


def make(folder: Path) -> None:
    """Make the house in `folder`, unless another process did, which is waited for."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = folder / "made"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            words = [sys.executable, "-m", "tests.page.house", "make", str(folder)]
            done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"the house was not made: {done.stdout}{done.stderr}"
            made.touch()
