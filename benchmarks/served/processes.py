"""Servers as processes of their own: started on a free port, waited for, stopped whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 120.0
HERE = Path(__file__).parent


@contextmanager
def running(
    command: Sequence[str], port: int, ready: str, env: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that has answered at the address `ready`; what it prints goes to `log`.

    Raises `RuntimeError` where it ends or does not answer within two minutes.
    """
    out = open(log or os.devnull, "wb")  # noqa: SIM115 - it must stay open as long as the process
    process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=out, stderr=out, cwd=HERE.parents[1])
    try:
        _wait(process, port, ready)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        out.close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this project."""
    return [sys.executable, "-m", module, *arguments]


def resident_megabytes(pid: int) -> float:
    """Memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _wait(process: subprocess.Popen[bytes], port: int, ready: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
                asked.sendall(f"GET {ready} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                if asked.recv(12)[9:10] in (b"2", b"3"):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{process.args!r} did not answer at {ready}")
