"""A throw-away PostgreSQL cluster for tests, in a temporary folder, reached by a Unix socket alone."""

import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

import psycopg
import pytest

ABSENT = "PostgreSQL's server is not installed: on Debian, apt-get install postgresql"
NO_USER = "PostgreSQL's server does not run as root, and there is no user postgres: run the tests as another user"
_PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")
_SETTINGS = ("fsync=off", "listen_addresses=", "max_connections=400", "shared_buffers=32MB")
_READY_SECONDS = 60
# The server ends with a line from the tests, or when they are gone, in whichever way: then the pipe closes.
_KEEPER = '"$@" & read -r _; kill -QUIT $!; wait $!; rm -rf "$0"'


def server_binaries() -> Path:
    """The folder of `initdb` and `postgres`, on PATH or of the newest version; skips the test where there is none."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = [path.parent for place in _PLACES for path in Path(place).glob("**/bin/initdb")]
    if not found:
        pytest.skip(ABSENT)
    return max(found, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))])


@contextmanager
def running_cluster() -> Iterator[Path]:
    """Start a cluster and yield the folder of its socket; it is stopped and deleted whatever happens."""
    binaries, user = server_binaries(), _user()
    folder = Path(mkdtemp(prefix="arna-pg-", dir=None if user is None else "/tmp"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        make: list[str | Path] = [
            binaries / "initdb",
            "-D",
            folder / "data",
            "-U",
            "arna",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        made = subprocess.run([*make, "--no-sync"], user=user, cwd=folder, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        server: list[str | Path] = [binaries / "postgres", "-D", folder / "data", "-k", folder, *settings]
        with (folder / "log").open("w") as log, subprocess.Popen(
            ["sh", "-c", _KEEPER, folder, *server],
            user=user, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True, start_new_session=True,
        ) as keeper:  # fmt: skip
            try:
                _wait_for(folder, keeper)
                yield folder
            finally:
                keeper.communicate("\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url_in(socket: Path, folder: Path) -> str:
    """The URL of a record of its own for `folder`: a schema of the one database, made where it is not there yet."""
    name = f"record_{sha256(str(folder).encode()).hexdigest()[:16]}"
    with _connected(socket) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name}".encode())
    return f"postgresql://arna@/postgres?host={socket}&options=-csearch_path%3D{name}"


def _user() -> str | None:
    """As whom the server runs, where not as ourselves: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip(NO_USER)


def _connected(socket: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(socket), user="arna", dbname="postgres", autocommit=True)


def _wait_for(folder: Path, keeper: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + _READY_SECONDS
    while keeper.poll() is None and time.monotonic() < end:
        try:
            _connected(folder).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text(encoding='utf-8')}")
