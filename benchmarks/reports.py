"""The daily exchange report of a thousand series: built, written in all of its copies, issued and served again.

All copies are the JSON, the CSV, the netCDF, and the PDF, the workbook and the page in Kazakh, Kyrgyz, Russian and
English, with the PDF of both languages. `python -m benchmarks.reports FOLDER PORT` serves the issued one.
"""

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from statistics import median
from time import perf_counter

from arna.issuing import issue, office_of
from arna.serving import serve_app
from benchmarks.bars import Result, at_most
from benchmarks.season import season_network, season_record
from benchmarks.served.client import ask
from benchmarks.served.processes import free_port, python, running
from record.archive.record import Record, open_record
from service import renewal
from service.app import create_app
from service.reports.built import build
from service.reports.copies import write, write_all
from service.reports.editions import COPIES, EDITIONS, FIGURES, Copy
from service.settings import Settings

_DAY = date(2025, 8, 15)
_NOW = datetime.combine(date(2025, 8, 16), time(5), UTC)
_DAILY = EDITIONS["daily"]
_KAZAKH = Copy(form="pdf", language="kk")
_TIMES, _ASKED = 3, 200


def measure(folder: Path) -> list[Result]:
    """Seconds of building and writing a report, and milliseconds of being given an issued copy."""
    network = season_network()
    archive, record, pen, _ = season_record(folder, network)
    report = build(archive, network, _DAILY, _DAY, _NOW)
    count = f"{len(network.series):,} series"

    def again() -> None:
        write(report, _KAZAKH)

    def printed() -> None:
        for _ in write_all(build(archive, network, _DAILY, _DAY, _NOW), (FIGURES, *COPIES)):
            pass

    first = _seconds(again, times=1)
    made = _seconds(lambda: build(archive, network, _DAILY, _DAY, _NOW))
    results = [
        at_most(f"exchange report of {count}, built", made, "s", None),
        at_most(f"  built and written in all {1 + len(COPIES)} copies", _seconds(printed), "s", 10),
        at_most("  one PDF of it, told and written, the first of a process", first, "s", 1),
        at_most("  the same once more, of which typesetting remembers a part", _seconds(again), "s", 1),
    ]
    issue(office_of(record, pen, folder, lambda: _NOW, ask=lambda *_: []), _DAILY, _DAY)
    record.engine.dispose()
    return [*results, *_served(folder)]


def _served(folder: Path) -> list[Result]:
    port, results = free_port(), []
    with running(python("benchmarks.reports", str(folder), str(port)), port, "/health"):
        for form in ("pdf?lang=kk", "xlsx?lang=kk", "html?lang=kk", "json", "csv", "nc"):
            spent = ask(port, [f"/reports/daily/{_DAY}.{form}"] * _ASKED)
            results.append(at_most(f"  issued {form}, p50", median(spent.each), "ms", 5))
    return results


def _seconds(run: Callable[[], object], times: int = _TIMES) -> float:
    spent = []
    for _ in range(times):
        began = perf_counter()
        run()
        spent.append(perf_counter() - began)
    return median(spent)


def _serve(folder: Path, port: int) -> None:
    def opened() -> Record:
        place = f"sqlite:///{folder / 'record.sqlite'}"
        return open_record(place, season_network(), segments=str(folder / "segments"), data=folder)

    app = create_app(Settings(config=Path("config"), data=folder), now=lambda: _NOW)
    renewal.install(app, opened)
    serve_app(app, "127.0.0.1", port)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
