"""A folder of a server on this machine, asked over FTP, FTP with TLS, or SFTP."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.sources import SOURCES, Fetched, Passed
from ingest.sources.ftp import Ftp
from ingest.sources.listing import PACE, Pace
from ingest.sources.sftp import Sftp
from record.errors import SourceError
from record.network.source import Source, Trigger
from tests.ingest import ftp_server, sftp_server
from tests.ingest.certificate import made
from tests.ingest.declared import RECEIVED, clock, source

SECRET = "FOLDER_FOR_TESTS"
PASSWORD = ftp_server.PASSWORD
KINDS = ("ftp", "ftps", "sftp")
assert PASSWORD == sftp_server.PASSWORD


@dataclass
class Remote:
    """The server's folder `manual`, the server with its habits, and what a source must declare to read it."""

    kind: str
    folder: Path
    data: Path
    server: Any

    def put(self, name: str, body: bytes, hours: float = 1) -> None:
        """A file that changed so many hours before the messages are asked for."""
        path = self.folder / name
        path.write_bytes(body)
        changed = (RECEIVED - timedelta(hours=hours)).timestamp()
        os.utime(path, (changed, changed))

    def list_also(self, name: str) -> None:
        """Let the listing hold one name more."""
        self.server.listed.append(name if self.kind == "sftp" else f"type=file;size=1; {name}")

    @property
    def scheme(self) -> str:
        return str(self.server.address).partition(":")[0]

    def know(self, port: int) -> None:
        """Take the key of the server for that of another port."""
        if self.kind == "sftp":
            path = self.data / "known_hosts"
            path.write_text(path.read_text().replace(str(self.server.port), str(port)))

    def source(self, **changes: object) -> Source:
        facts: dict[str, object] = {
            "kind": "sftp" if self.kind == "sftp" else "ftp",
            "user": "arna",
            "secret": SECRET,
            "trigger": Trigger(every=60, timeout=5),
            "known_hosts": "known_hosts",
            "place": f"{self.server.address}/manual",
        }
        return source(**(facts | changes))  # type: ignore[arg-type]

    def ask(self, cursor: str | None = None, pace: Pace = PACE, **changes: object) -> list[Fetched]:
        """What a round gives."""
        return [one for one in self.round(cursor, pace, **changes) if isinstance(one, Fetched)]

    def until_fault(self, cursor: str | None = None, **changes: object) -> tuple[list[Fetched], str]:
        """What a round gives before its fault, and the fault."""
        found, fault = until_fault(self.round(cursor, PACE, **changes))
        assert "\n" not in fault
        assert PASSWORD not in fault
        return found, fault

    def round(self, cursor: str | None = None, pace: Pace = PACE, **changes: object) -> Iterator[Fetched | Passed]:
        declared = self.source(**changes)
        kind = SOURCES[declared.kind]
        assert kind in (Ftp, Sftp)
        return kind(declared, self.data, pace).fetch(cursor, clock())


@contextmanager
def remote(kind: str, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Remote]:
    """A server of that kind."""
    served, data = folder / "served", folder / "data"
    (served / "manual").mkdir(parents=True)
    data.mkdir()
    patch.setenv(SECRET, PASSWORD)
    with ExitStack() as stack:
        if kind == "sftp":
            server: Any = stack.enter_context(sftp_server.serving(served))
            server.known_as(server.key, data / "known_hosts")
        elif kind == "ftps":
            context, trusted = made(data)
            patch.setenv("SSL_CERT_FILE", str(trusted))
            server = stack.enter_context(ftp_server.serving(served, context))
        else:
            server = stack.enter_context(ftp_server.serving(served))
        yield Remote(kind, served / "manual", data, server)


def names(found: list[Fetched]) -> list[str]:
    """The names of messages."""
    return [one.receipt.name for one in found]


def bodies(found: list[Fetched]) -> list[bytes]:
    """The bytes of messages."""
    return [one.receipt.body for one in found]


def until_fault(messages: Iterator[Fetched | Passed]) -> tuple[list[Fetched], str]:
    """What came before the fault, and the fault."""
    found: list[Fetched] = []
    try:
        found.extend(one for one in messages if isinstance(one, Fetched))
    except SourceError as fault:
        return found, str(fault)
    raise AssertionError("no fault")
