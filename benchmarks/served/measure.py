"""The bars over HTTP on loopback: one worker on one core, the client on the other."""

import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, sleep

import xarray as xr

from benchmarks.bars import Result, at_least, at_most, percentile, show
from benchmarks.served import peers
from benchmarks.served.client import ask
from benchmarks.served.load import COLLECTION, DEEP, GAUGES, Served, open_served
from benchmarks.served.processes import free_port, python, resident_megabytes, running
from benchmarks.served.questions import Questions

_CHUNK = 5
"""Stations in a chunk of a sealed file: the first of them that is asked pays for its neighbours."""
_FIRST_BARS, _AGAIN = {"covjson": 2.0, "csv": 1.5, "netcdf": 3.0}, 0.5
_TIMES = 12
_SAID = {"years": "ten hourly years", "week": "last 7 days"}
_LATER = count(1)
"""By how many hours a question begins later than the one before it."""


@dataclass(frozen=True)
class Server:
    """A server that runs: its port and its process."""

    port: int
    pid: int


def measure(folder: Path) -> list[Result]:
    """Ours beside the floor, then the peers one after the other."""
    served = open_served(folder / "served")
    questions = Questions(served)
    with ExitStack() as stack:
        ours = _started(stack, "ours", served, "/health")
        floor = _started(stack, "floor", served, "/latest")
        results = _years(ours, floor, questions)
        results += _weeks(ours, questions)
        results.append(_latest(ours, floor, questions))
        results += _dap(ours, questions)
        results += _long(ours, questions)
        results += _peers(ours, served, questions)
    return results


def _started(stack: ExitStack, module: str, served: Served, ready: str) -> Server:
    port = free_port()
    command = python(f"benchmarks.served.{module}", str(served.folder.resolve()), str(port))
    process = stack.enter_context(running(command, port, ready, log=served.folder / f"{module}.log"))
    return Server(port, process.pid)


def _years(ours: Server, floor: Server, questions: Questions) -> list[Result]:
    """Each series once as each form: then nothing of the answer is kept, and of a fifth nothing is inflated yet."""
    results: list[Result] = []
    for number, (form, bar) in enumerate(_FIRST_BARS.items()):
        first, lowest = [], []
        for series in range(DEEP):
            first += ask(ours.port, [questions.ours(series, "years", form)]).each
            lowest += ask(floor.port, [questions.floor(series, "years", form)]).each
        again = ask(ours.port, [questions.ours(3, "years", form)] * _TIMES).each
        base = median(lowest)
        name = f"ten hourly years over HTTP as {form}"
        if number == 0:
            cold = median(first[::_CHUNK])
            results.append(at_most(f"{name}, nothing inflated yet", cold, "ms", None, base))
        warm = [spent for series, spent in enumerate(first) if number or series % _CHUNK]
        results.append(at_most(f"{name}, first time", median(warm), "ms", bar * base, base))
        results.append(at_most(f"{name}, again", median(again[1:]), "ms", _AGAIN * base, base))
    return results


def _weeks(ours: Server, questions: Questions) -> list[Result]:
    different = [questions.ours(series, "week", "covjson") for series in range(GAUGES)]
    Random(1).shuffle(different)
    alone = ask(ours.port, different[:300]).each
    many = ask(ours.port, different[300:], connections=8)
    same = ask(ours.port, [different[0]] * 20_000, connections=8)
    name = "last 7 days over HTTP, another series each time"
    return [
        at_most(f"{name}, p50", median(alone), "ms", 2.5),
        at_least(f"{name}, 8 connections", many.rate, "requests/s", 1000),
        at_most(f"{name}, 8 connections, p99", percentile(many.each, 0.99), "ms", 25),
        at_least("the same 7 days again, 8 connections", same.rate, "requests/s", 5000),
    ]


def _latest(ours: Server, floor: Server, questions: Questions) -> Result:
    """By other parameters each time, so that it is worked out each time."""
    spent = ask(ours.port, [f"{questions.latest()}&n={number}" for number in range(_TIMES)]).each
    return at_most("latest of 1,000 stations over HTTP", median(spent), "ms", 10, median(
        ask(floor.port, ["/latest"] * _TIMES).each
    ))  # fmt: skip


def _dap(ours: Server, questions: Questions) -> list[Result]:
    raw = ask(ours.port, [questions.ours_dap(series) for series in range(DEEP)]).each

    def through_xarray(series: int) -> None:
        with xr.open_dataset(f"http://127.0.0.1:{ours.port}/dap/{COLLECTION}", engine="netcdf4") as found:
            found.discharge[series, : questions.hours].load()

    spent = [_timed(partial(through_xarray, series)) for series in range(_TIMES)]
    return [
        at_most("ten hourly years over HTTP by OPeNDAP, raw", median(raw), "ms", None),
        at_most("ten hourly years over HTTP by OPeNDAP, through xarray", median(spent), "ms", None),
    ]


def _long(ours: Server, questions: Questions) -> list[Result]:
    """All gauges over all years as CSV: when its first byte comes, and how much memory it takes meanwhile."""
    before, highest, over = resident_megabytes(ours.pid), [0.0], threading.Event()

    def watch() -> None:
        while not over.is_set():
            highest[0] = max(highest[0], resident_megabytes(ours.pid))
            sleep(0.02)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        first, size, seconds = _drained(ours.port, questions.everything("csv"))
    finally:
        over.set()
        watching.join()
    return [
        at_most("a long answer over HTTP, its first byte", first * 1000, "ms", 100),
        at_most("  its length", size / 1e6, "MB", None),
        at_most("  memory that it takes of the worker", highest[0] - before, "MB", None),
        at_most("  until it was whole", seconds, "s", None),
    ]


def _drained(port: int, path: str) -> tuple[float, int, float]:
    """Seconds until the first byte of the body, bytes of all, seconds until the last."""
    with socket.create_connection(("127.0.0.1", port)) as asked:
        began = perf_counter()
        asked.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        held = asked.recv(1 << 20)
        if not held.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(held[:300].decode(errors="replace"))
        while held.endswith(b"\r\n\r\n") and held.count(b"\r\n\r\n") == 1:
            held += asked.recv(1 << 20)
        first, size = perf_counter() - began, len(held)
        while piece := asked.recv(1 << 20):
            size += len(piece)
    return first, size, perf_counter() - began


def _peers(ours: Server, served: Served, questions: Questions) -> list[Result]:
    results: list[Result] = []
    for name, run in (("xpublish", _xpublish), ("pygeoapi", _pygeoapi), ("rows in PostgreSQL", _rows)):
        try:
            results += run(ours, served, questions)
        except RuntimeError as fault:
            print(f"{name} is left out: {fault}", flush=True)
    return results


def _xpublish(ours: Server, served: Served, questions: Questions) -> list[Result]:
    edr = "/datasets/grid/edr"

    def theirs(series: int, span: str, form: str) -> str:
        return edr + questions.grid(series, span, form, zone="")

    with peers.xpublish(served) as port:
        beside = partial(_beside, ours, port, questions)
        return [
            beside("xpublish EDR", "years", "covjson", 10, lambda series: theirs(series, "years", "cf_covjson")),
            beside("xpublish EDR", "years", "csv", 1, lambda series: theirs(series, "years", "csv")),
            beside("xpublish EDR", "years", "netcdf", 1, lambda series: theirs(series, "years", "nc")),
            beside("xpublish EDR", "week", "covjson", 1, lambda series: theirs(series, "week", "cf_covjson")),
            beside("xpublish OPeNDAP", "years", "dap", 1, lambda _: "/datasets/station/opendap.dods?discharge"),
        ]


def _pygeoapi(ours: Server, served: Served, questions: Questions) -> list[Result]:
    with peers.pygeoapi(served) as port:
        return [
            _beside(ours, port, questions, "pygeoapi", span, "covjson", bar, partial(_of_grid, questions, span))
            for span, bar in (("years", 10), ("week", 1))
        ]


def _of_grid(questions: Questions, span: str, series: int) -> str:
    return "/collections/grid" + questions.grid(series, span, "json", zone="Z")


def _rows(ours: Server, served: Served, questions: Questions) -> list[Result]:
    with peers.rows(served) as port:
        name, later = "rows in PostgreSQL", next(_LATER)
        results = [
            _beside(ours, port, questions, name, span, "covjson", bar, partial(questions.rows, span=span))
            for span, bar in (("years", 10), ("week", 1))
        ]
        theirs = ask(port, [questions.rows(series, "week") for series in range(GAUGES)], 8).rate
        mine = ask(ours.port, [questions.ours(series, "week", "covjson", later) for series in range(GAUGES)], 8).rate
    results.append(
        at_least(f"{name}, last 7 days, 8 connections: requests/s of ours over theirs", mine / theirs, "times", 1)
    )
    return results


def _beside(
    ours: Server, port: int, questions: Questions, name: str, span: str, form: str, bar: float, of: Callable[[int], str]
) -> Result:
    """How many times the time of ours theirs takes, both asked in turn; ours is never answered from what is kept."""
    mine: list[float] = []
    theirs: list[float] = []
    for series in range(_TIMES):
        later = next(_LATER) % 100
        dap = form == "dap"
        own = questions.ours_dap(series, later) if dap else questions.ours(series, span, form, later)
        mine += ask(ours.port, [own]).each
        theirs += ask(port, [of(series)]).each
    ratio = median(theirs[1:]) / median(mine[1:])
    return at_least(f"{name}, {_SAID[span]} as {form}: its time over ours", ratio, "times", bar)


def _timed(run: Callable[[], None]) -> float:
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    show(measure(Path(os.environ.get("ARNA_DATA", "data"))))
