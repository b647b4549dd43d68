"""A throw-away PostgreSQL cluster for tests, in a temporary folder, reached by a Unix socket alone."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

ABSENT = "PostgreSQL's server is not installed: on Debian, apt-get install postgresql"
_PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")
_SETTINGS = "-c fsync=off -c listen_addresses='' -c max_connections=400 -c shared_buffers=32MB"


def server_binaries() -> Path:
    """The folder of `initdb` and `pg_ctl`, newest first; skips the test where there is none."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    for place in _PLACES:
        found += sorted((path.parent for path in Path(place).glob("**/bin/initdb")), reverse=True)
    if not found:
        pytest.skip(ABSENT)
    return found[0]


@contextmanager
def running_cluster() -> Iterator[Path]:
    """Start a cluster and yield the folder of its socket; it is stopped and deleted whatever happens."""
    binaries, folder = server_binaries(), Path(mkdtemp(prefix="arna-pg-"))
    user = None
    if os.geteuid() == 0:
        # The server refuses to run as root.
        user = "postgres"
        shutil.chown(folder, user)
    data = str(folder / "data")

    def run(*command: str) -> None:
        done = subprocess.run(
            command, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert done.returncode == 0, done.stderr

    try:
        run(str(binaries / "initdb"), "-D", data, "-U", "arna", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} {_SETTINGS}"
        run(str(binaries / "pg_ctl"), "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
        yield folder
        run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url_in(socket: Path, folder: Path) -> str:
    """The URL of a record of its own for `folder`: a schema of the one database, made where it is not there yet."""
    name = f"record_{sha256(str(folder).encode()).hexdigest()[:16]}"
    with psycopg.connect(host=str(socket), user="arna", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
    return f"postgresql://arna@/postgres?host={socket}&options=-csearch_path%3D{name}"
