"""What was measured, the floor beside it, and the bar it is held to."""

import json
import resource
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

Run = Callable[[], object]


@dataclass(frozen=True)
class Result:
    """A median, or what `name` says, in `unit`; `bar` as text, and whether it holds; None where there is no bar."""

    name: str
    measured: float
    unit: str
    floor: float | None = None
    bar: str | None = None
    holds: bool | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return round(self.measured / self.floor, 2) if self.floor else None


def at_most(name: str, measured: float, unit: str, bar: float | None, floor: float | None = None) -> Result:
    """A result that should not be above `bar`."""
    if bar is None:
        return Result(name, round(measured, 3), unit, _rounded(floor))
    return Result(name, round(measured, 3), unit, _rounded(floor), f"<= {bar:g}", measured <= bar)


def at_least(name: str, measured: float, unit: str, bar: float, floor: float | None = None) -> Result:
    """A result that should not be below `bar`."""
    return Result(name, round(measured, 3), unit, _rounded(floor), f">= {bar:g}", measured >= bar)


def interleaved(runs: Sequence[Run], times: int) -> list[list[float]]:
    """Milliseconds of every run, each taken `times` times, one after the other in turn."""
    spent: list[list[float]] = [[] for _ in runs]
    for _ in range(times):
        for place, run in enumerate(runs):
            spent[place].append(timed(run))
    return spent


def medians(runs: Sequence[Run], times: int) -> list[float]:
    """Median milliseconds of each of several interleaved runs."""
    return [median(spent) for spent in interleaved(runs, times)]


def timed(run: Run) -> float:
    """Milliseconds of one run."""
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1000


def percentile(spent: Sequence[float], share: float) -> float:
    """The value below which that share of all lies."""
    return sorted(spent)[min(len(spent) - 1, int(share * len(spent)))]


def resident_megabytes() -> tuple[float, float]:
    """Memory that this process holds, and the most that it ever held."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    held = pages * resource.getpagesize() / 2**20
    return held, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(results: Sequence[Result]) -> None:
    """Print the table."""
    print(f"{'what':62} {'measured':>12} {'unit':10} {'floor':>10} {'ratio':>8}  {'bar':12} holds")
    for row in results:
        floor = "" if row.floor is None else f"{row.floor:.3f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}"
        holds = "" if row.holds is None else "yes" if row.holds else "NO"
        print(f"{row.name:62} {row.measured:12,.3f} {row.unit:10} {floor:>10} {ratio:>8}  {row.bar or '':12} {holds}")


def write(results: Sequence[Result], path: Path) -> None:
    """Keep the table as JSON: a list of name, measured, unit, floor, ratio, bar, holds."""
    rows = [asdict(row) | {"ratio": row.ratio} for row in results]
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def _rounded(floor: float | None) -> float | None:
    return None if floor is None else round(floor, 3)
