"""The overview of a thousand series, as who looks at it is given it: after each new entry, with nothing kept.

An entry is written before each question. The bar is on the CPU time of the thread that makes the page, so that who else
is at work does not count; the report of the last day is held, and made anew in another thread. Then a server of its own
is asked: its slowest pages are those beside which that report is being made, and these times are those of who asks.
`python -m benchmarks.pages FOLDER PORT` serves it.
"""

import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import thread_time
from urllib.request import Request as Asked
from urllib.request import urlopen

import numpy as np
from starlette.requests import Request

from arna.serving import serve_app
from benchmarks.bars import Result, at_most, percentile, timed
from benchmarks.season import season_network, season_record
from benchmarks.served.client import ask
from benchmarks.served.processes import free_port, python, running
from benchmarks.world import after, receipt
from record.archive.record import Record, open_record
from record.batch import Batch
from record.entry import Flag, Method
from record.writer import Pen
from service import renewal
from service.app import create_app
from service.language import language_called
from service.page.overview.told import told
from service.reports.built import build
from service.reports.editions import EDITIONS
from service.routes.pages.overview import page
from service.settings import Settings

_DAY = date(2025, 8, 15)
_NOW = datetime.combine(date(2025, 8, 16), time(5), UTC)
_PAGE = "/?f=html&lang=kk"
_TIMES, _ENTRIES, _HOUR = 30, 100, 3600


def measure(folder: Path) -> list[Result]:
    """Milliseconds of the page after a new entry, of the report beneath it, and how long its bytes are packed."""
    network = season_network()
    archive, record, pen, _ = season_record(folder, network)
    made = timed(lambda: build(archive, network, EDITIONS["daily"], _DAY, _NOW))
    report = build(archive, network, EDITIONS["daily"], _DAY, _NOW)
    said = timed(lambda: told(report, language_called("kk")))
    series = next(one for one in network.series if one.endswith(".hourly"))
    alone = _alone(folder, record, pen, series)
    port, spent = free_port(), []
    with running(python("benchmarks.pages", str(folder), str(port)), port, "/health"):
        first = ask(port, [_PAGE]).each[0]
        for number in range(_ENTRIES):
            _enter(pen, series, _ENTRIES + number)
            spent += ask(port, [_PAGE]).each
        packed = _packed(port)
    record.engine.dispose()
    count = f"{len(network.series):,} series"
    return [
        at_most(f"overview of {count} after a new entry, CPU", alone, "ms", 80),
        at_most("  the same asked of a server, p50", median(spent), "ms", None),
        at_most("  the same, p95, beside reports that are being made", percentile(spent, 0.95), "ms", None),
        at_most("  the very first of a server, which waits for the report", first, "ms", None),
        at_most("  the report of the last day beneath it, beside the questions", made, "ms", None),
        at_most("  telling that in a language, once", said, "ms", None),
        at_most("  its bytes, packed", packed / 1000, "kB", 200),
    ]


def _alone(folder: Path, record: Record, pen: Pen, series: str) -> float:
    """Median milliseconds of CPU of making the page."""
    app = create_app(Settings(config=Path("config"), data=folder), now=lambda: _NOW)
    renewal.install(app, lambda: record)
    scope = {
        "type": "http", "app": app, "method": "GET", "scheme": "http", "server": ("127.0.0.1", 80), "path": "/",
        "root_path": "", "query_string": _PAGE.partition("?")[2].encode(), "headers": [],
    }  # fmt: skip
    page(Request({**scope}), ())
    spent = []
    for number in range(_TIMES):
        _enter(pen, series, number)
        began = thread_time()
        page(Request({**scope}), ())
        spent.append((thread_time() - began) * 1000)
    app.state.reports.end()
    return median(spent)


def _enter(pen: Pen, series: str, number: int) -> None:
    """One reading more, an hour after the one before it."""
    time = int(_NOW.timestamp()) // _HOUR * _HOUR + number * _HOUR
    batch = Batch(
        said=((series, Method.MEASURED),), which=np.zeros(1, dtype=np.int64), time=np.array([time]),
        value=[Decimal(number).scaleb(-2)], flag=np.array([Flag.GOOD], dtype=np.int8),
    )  # fmt: skip
    pen.append(receipt(f"{series} {number}", batch, after(time)), batch, [], after(time))


def _packed(port: int) -> int:
    asked = Asked(f"http://127.0.0.1:{port}{_PAGE}", headers={"Accept-Encoding": "gzip"})
    with urlopen(asked) as answer:
        return len(answer.read())


def _serve(folder: Path, port: int) -> None:
    def opened() -> Record:
        place = f"sqlite:///{folder / 'record.sqlite'}"
        return open_record(place, season_network(), segments=str(folder / "segments"), data=folder)

    app = create_app(Settings(config=Path("config"), data=folder), now=lambda: _NOW)
    renewal.install(app, opened)
    serve_app(app, "127.0.0.1", port)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
