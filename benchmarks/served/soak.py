"""Many clients for minutes on varied questions in all forms: no crash, no wrong answer.

`python -m benchmarks.served.soak 64 300` asks over 64 connections for 300 seconds. Every answer is read and its values
are held against those that were put in; the first wrong one ends the run with a line that names it.
"""

import asyncio
import io
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic

import netCDF4
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
from lxml import etree
from openpyxl import load_workbook

from benchmarks.served.load import DEEP, GAUGES, HOUR, Served, open_served
from benchmarks.served.processes import free_port, python, resident_megabytes, running
from benchmarks.served.questions import Questions

Values = np.ndarray
_NAME = "discharge"
_SHORT = ("xlsx", "html")
"""Forms that are made for people: asked of a week alone."""


def _of_covjson(body: bytes) -> Values:
    return np.array(orjson.loads(body)["ranges"][_NAME]["values"], dtype=np.float64)


def _of_geojson(body: bytes) -> Values:
    return np.array(orjson.loads(body)["features"][0]["properties"][_NAME], dtype=np.float64)


def _of_csv(body: bytes) -> Values:
    table = pyarrow.csv.read_csv(io.BytesIO(body))
    return np.asarray(table.column(f"{_NAME} [m3/s]").to_numpy())


def _of_netcdf(body: bytes) -> Values:
    with netCDF4.Dataset("answer.nc", memory=body) as file:
        return np.asarray(file[_NAME][0].filled(np.nan))


def _of_parquet(body: bytes) -> Values:
    return np.asarray(pyarrow.parquet.read_table(io.BytesIO(body)).column(_NAME).to_numpy())


def _of_arrow(body: bytes) -> Values:
    return np.asarray(pyarrow.ipc.open_stream(pa.py_buffer(body)).read_all().column(_NAME).to_numpy())


def _of_waterml(body: bytes) -> Values:
    found = etree.fromstring(body).iter("{http://www.opengis.net/waterml/2.0}value")
    return np.array([float(one.text or "nan") for one in found])


def _of_dods(body: bytes) -> Values:
    start = body.index(b"Data:\n") + 6 if b"Data:\n" in body else body.index(b"Data:\r\n") + 7
    count = int.from_bytes(body[start : start + 4], "big")
    return np.frombuffer(body, ">f8", count, start + 8)


READERS: dict[str, Callable[[bytes], Values]] = {
    "covjson": _of_covjson,
    "geojson": _of_geojson,
    "csv": _of_csv,
    "netcdf": _of_netcdf,
    "parquet": _of_parquet,
    "arrow": _of_arrow,
    "waterml": _of_waterml,
    "dods": _of_dods,
}


@dataclass(frozen=True)
class Asked:
    """A question: its address, what reads its values, and what they must be; without a reader its length alone."""

    path: str
    form: str
    values: Values


class Asker:
    """Makes questions up, the same ones for the same seed."""

    def __init__(self, served: Served, seed: int) -> None:
        self._questions, self._chance = Questions(served), Random(seed)
        begin, (first, last) = served.spans[0][0], served.spans[-1]
        self._deep = np.memmap(served.flat, dtype=np.float64, mode="r", shape=(DEEP, (last - begin) // HOUR))
        self._wide = np.memmap(served.month, dtype=np.float64, mode="r", shape=(GAUGES, (last - first) // HOUR))

    def one(self) -> Asked:
        """Now and then ten years, most often a week."""
        form = self._chance.choice((*READERS, *_SHORT))
        later = self._chance.randrange(100)
        if form == "dods":
            series = self._chance.randrange(DEEP)
            values = self._deep[series, later : self._questions.hours]
            return Asked(self._questions.ours_dap(series, later), form, values)
        if form not in _SHORT and form != "waterml" and self._chance.random() < 0.2:
            series = self._chance.randrange(DEEP)
            values = self._deep[series, later : self._questions.hours]
            return Asked(self._questions.ours(series, "years", form, later), form, values)
        series = self._chance.randrange(GAUGES)
        return Asked(self._questions.ours(series, "week", form, later), form, self._wide[series, -168 + later :])


def is_right(asked: Asked, body: bytes) -> bool:
    """Whether an answer holds the values that were put in."""
    if asked.form == "xlsx":
        return bool(load_workbook(io.BytesIO(body), read_only=True).sheetnames)
    if asked.form == "html":
        return b"<table" in body and body.rstrip().endswith(b"</html>")
    return np.array_equal(READERS[asked.form](body), asked.values)


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if not head.startswith("http/1.1 200"):
        raise SystemExit(f"{path} was answered with {head.splitlines()[0]}")
    for line in head.splitlines():
        if line.startswith("content-length:"):
            return await reader.readexactly(int(line.partition(":")[2]))
    pieces = []
    while length := int(await reader.readuntil(b"\r\n"), 16):
        pieces.append(await reader.readexactly(length))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(pieces)


async def _ask(port: int, asker: Asker, until: float, counts: Counter[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    while monotonic() < until:
        asked = asker.one()
        body = await _get(reader, writer, asked.path)
        if not is_right(asked, body):
            raise SystemExit(f"wrong answer to {asked.path}: {body[:200]!r}")
        counts[asked.form] += 1
    writer.close()


async def _soak(port: int, served: Served, connections: int, seconds: float) -> Counter[str]:
    counts: Counter[str] = Counter()
    until = monotonic() + seconds
    await asyncio.gather(*(_ask(port, Asker(served, seed), until, counts) for seed in range(connections)))
    return counts


def main(connections: int, seconds: float) -> None:
    """Serve the load and ask; prints how many answers of each form were right."""
    served = open_served(Path(os.environ.get("ARNA_DATA", "data")) / "served")
    port = free_port()
    command = python("benchmarks.served.ours", str(served.folder.resolve()), str(port))
    with running(command, port, "/health", log=served.folder / "ours.log") as process:
        before = resident_megabytes(process.pid)
        counts = asyncio.run(_soak(port, served, connections, seconds))
        after = resident_megabytes(process.pid)
        if process.poll() is not None:
            raise SystemExit(f"the service ended with {process.returncode}")
    said = ", ".join(f"{form} {count:,}" for form, count in sorted(counts.items()))
    print(
        f"{sum(counts.values()):,} right answers over {connections} connections in {seconds:g} s, none wrong ({said}); "
        f"memory {before:.0f} MB before, {after:.0f} MB after"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
