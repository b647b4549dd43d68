"""The peers: what the field serves such data with today, each in an environment of its own, fed as it likes best.

`requirements-*.lock` beside this name their versions. Where an environment cannot be made, or PostgreSQL's server is
not installed, the peer is left out with a line that says so.
"""

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import psycopg

from benchmarks.served.load import DEEP, GAUGES, HOUR, Served
from benchmarks.served.processes import free_port, running
from benchmarks.world import after

HERE = Path(__file__).parent
_WEEK = 168


@contextmanager
def xpublish(served: Served) -> Iterator[int]:
    """xpublish with EDR over the grid and OPeNDAP over one station; yields its port."""
    port = free_port()
    env = {"GRID": str(served.grid.resolve()), "STATION": str(served.station.resolve())}
    command = [*_uvicorn("xpublish", served.folder), "--app-dir", str(HERE), "xpublish_app:app", "--port", str(port)]
    with running(command, port, "/datasets", env, served.folder / "xpublish.log"):
        yield port


@contextmanager
def pygeoapi(served: Served) -> Iterator[int]:
    """pygeoapi with its xarray provider over the grid; yields its port."""
    port = free_port()
    config, described = served.folder / "pygeoapi.yaml", served.folder / "pygeoapi-openapi.yaml"
    config.write_text(_pygeoapi_config(served, port), encoding="utf-8")
    binaries = _environment("pygeoapi", served.folder)
    env = {"PYGEOAPI_CONFIG": str(config.resolve()), "PYGEOAPI_OPENAPI": str(described.resolve())}
    made = [str(binaries / "pygeoapi"), "openapi", "generate", str(config), "--output-file", str(described)]
    subprocess.run(made, env={**os.environ, **env}, check=True, capture_output=True)
    command = [*_uvicorn("pygeoapi", served.folder), "pygeoapi.starlette_app:APP", "--port", str(port)]
    with running(command, port, "/conformance?f=json", env, served.folder / "pygeoapi.log"):
        yield port


@contextmanager
def rows(served: Served) -> Iterator[int]:
    """FastAPI over rows in PostgreSQL; yields its port."""
    with _cluster() as dsn:
        _fill_rows(served, dsn)
        port = free_port()
        command = [*_uvicorn("rows", served.folder), "--app-dir", str(HERE), "rows_app:app", "--port", str(port)]
        with running(command, port, "/openapi.json", {"DSN": dsn}, served.folder / "rows.log"):
            yield port


def _uvicorn(peer: str, folder: Path) -> list[str]:
    return [str(_environment(peer, folder) / "uvicorn"), "--log-level", "error", "--no-access-log"]


def _environment(peer: str, folder: Path) -> Path:
    """The folder of programs of a peer's environment, made where it is not there yet. Raises `RuntimeError`."""
    place = folder.parent / "peers" / peer
    done = place / "done"
    if not done.exists():
        shutil.rmtree(place, ignore_errors=True)
        uv, lock = Path(sys.executable).with_name("uv"), HERE / f"requirements-{peer}.lock"
        commands: tuple[list[str | Path], ...] = (
            [uv, "venv", "--quiet", "--python", sys.executable, place],
            [uv, "pip", "install", "--quiet", "--python", place / "bin" / "python", "--require-hashes", "-r", lock],
        )
        for command in commands:
            made = subprocess.run(command, capture_output=True, text=True)
            if made.returncode:
                raise RuntimeError(f"the environment of {peer} cannot be made: {made.stderr.strip()[-200:]}")
        done.touch()
    return (place / "bin").resolve()


@contextmanager
def _cluster() -> Iterator[str]:
    """A throw-away PostgreSQL with its usual safety, reached by a Unix socket. Raises `RuntimeError`."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/local/pgsql").glob("bin")]
    on_path = shutil.which("initdb")
    if on_path is None and not found:
        raise RuntimeError("PostgreSQL's server is not installed")
    binaries = Path(on_path).resolve().parent if on_path else max(found)
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(mkdtemp(prefix="arna-bench-pg-", dir="/tmp"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    data, process = folder / "data", None
    try:
        made = [str(binaries / "initdb"), "-D", str(data), "-U", "arna", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(made, user=user, check=True, capture_output=True)
        process = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses="],
            user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        dsn = f"postgresql://arna@/postgres?host={folder}"
        _until_it_answers(dsn)
        yield dsn
    finally:
        if process is not None:
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _until_it_answers(dsn: str) -> None:
    for _ in range(300):
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL did not start")


def _fill_rows(served: Served, dsn: str) -> None:
    begin, (first, last) = served.spans[0][0], served.spans[-1]
    deep = np.memmap(served.flat, dtype=np.float64, mode="r", shape=(DEEP, (last - begin) // HOUR))
    wide = np.memmap(served.month, dtype=np.float64, mode="r", shape=(GAUGES, (last - first) // HOUR))
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE reading (series int, time timestamptz, value float8, flag smallint, entry bigint,"
            " PRIMARY KEY (series, time)) WITH (autovacuum_enabled = off)"
        )
        with cursor.copy("COPY reading FROM STDIN") as copy:
            for series in range(GAUGES):
                values = deep[series] if series < DEEP else wide[series]
                start = begin if series < DEEP else first
                moments = (after(start) + timedelta(hours=hour) for hour in range(len(values)))
                copy.write(
                    "".join(
                        f"{series}\t{moment.isoformat()}\t{value!r}\t1\t{series}\n"
                        for moment, value in zip(moments, values.tolist(), strict=True)
                    )
                )
        connection.commit()
        cursor.execute("ANALYZE reading")
        connection.commit()


def _pygeoapi_config(served: Served, port: int) -> str:
    begin, end = after(served.spans[0][0]), after(served.spans[-1][1])
    return f"""
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 10, max_items: 10}}
  map: {{url: "http://127.0.0.1/", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: peer, description: peer, keywords: [water], keywords_type: theme, terms_of_service: none,
    url: "http://127.0.0.1/"}}
  license: {{name: none, url: "http://127.0.0.1/"}}
  provider: {{name: none, url: "http://127.0.0.1/"}}
  contact: {{name: none, position: none, address: none, city: none, stateorprovince: none, postalcode: none,
    country: none, phone: none, fax: none, email: none, url: "http://127.0.0.1/", hours: none, instructions: none,
    role: pointOfContact}}
resources:
  grid:
    type: collection
    title: grid
    description: grid
    keywords: [water]
    links: []
    extents:
      spatial: {{bbox: [69, 41, 82, 44], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
      temporal: {{begin: {begin:%Y-%m-%dT%H:%M:%SZ}, end: {end:%Y-%m-%dT%H:%M:%SZ}}}
    providers:
      - type: edr
        name: xarray-edr
        data: {served.grid.resolve()}
        x_field: lon
        y_field: lat
        time_field: time
        format: {{name: netcdf, mimetype: application/x-netcdf}}
"""
