"""How much a reader holds after many mixed questions; run as a process of its own: `python -m benchmarks.memory`."""

import subprocess
import sys
from pathlib import Path

from benchmarks.bars import Result, at_most, resident_megabytes
from benchmarks.load import open_load
from benchmarks.questions import Asker


def measure(folder: Path, scale: float, questions: int) -> list[Result]:
    """Ask in a fresh process; return the most that it ever held."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", str(folder), str(scale), str(questions)],
        capture_output=True,
        text=True,
        check=True,
    )
    held, most = (float(word) for word in said.stdout.split())
    return [
        at_most(f"resident memory of a reader, {questions:,} mixed questions", held, "MB", 400),
        at_most("  the most that it held meanwhile", most, "MB", None),
    ]


def _ask(asker: Asker, then: int, questions: int) -> None:
    kinds = (
        lambda as_of: asker.years(asker.some_series(), as_of),
        lambda as_of: asker.week(asker.some_series(), as_of),
        lambda as_of: asker.week(asker.some_series(), as_of),
        asker.latest,
        lambda as_of: asker.day(asker.some_day(), as_of),
        lambda as_of: asker.month(asker.some_month(), as_of),
    )
    for _ in range(questions):
        asker.chance.choice(kinds)(asker.chance.choice((None, None, then)))


if __name__ == "__main__":
    load = open_load(Path(sys.argv[1]), float(sys.argv[2]))
    _ask(Asker(load), load.then, int(sys.argv[3]))
    print(*resident_megabytes())
