"""The kinds of sources: one line a kind, each made from its declaration and the data folder."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ingest.sources import ftp, imap, sftp
from ingest.sources.edr import Edr
from ingest.sources.fetched import Clock, Fetched, Fetcher, Passed, was_given_up
from ingest.sources.folder import Folder
from ingest.sources.ftp import Ftp
from ingest.sources.http_get import HttpGet
from ingest.sources.imap import Imap
from ingest.sources.mqtt import Mqtt
from ingest.sources.sensorthings import SensorThings
from ingest.sources.sftp import Sftp
from ingest.sources.window import Window
from ingest.sources.wis2 import Wis2
from record.errors import SourceError
from record.network.source import Source

__all__ = ["DECLARED", "SOURCES", "WINDOWED", "Clock", "Fetched", "Fetcher", "Passed", "was_given_up", "window_of"]

SOURCES: dict[str, Callable[[Source, Path], Fetcher]] = {
    "edr": Edr,
    "folder": Folder,
    "ftp": Ftp,
    "http": HttpGet,
    "imap": Imap,
    "mqtt": Mqtt,
    "sensorthings": SensorThings,
    "sftp": Sftp,
    "wis2": Wis2,
}

DECLARED: dict[str, Callable[[Source], None]] = {
    "ftp": ftp.declared,
    "imap": imap.declared,
    "sftp": sftp.declared,
}
"""What a kind asks of the declaration of a source: raises `SourceError` where it lacks something or does not fit."""

WINDOWED: dict[str, Callable[[Source, Path, Window], Fetcher]] = {
    "edr": Edr,
    "http": HttpGet,
    "sensorthings": SensorThings,
}
"""The kinds that can be asked for a stretch of time of one's own choice."""


def window_of(source: Source, data: Path, start: datetime, end: datetime) -> Fetcher:
    """The source, to be asked for all from `start` to before `end`, both aware; it moves no cursor.

    Raises `SourceError` where it cannot be asked for the past, or the stretch is none.
    """
    if source.kind not in WINDOWED:
        kinds = ", ".join(WINDOWED)
        raise SourceError(
            f"source {source.id} is of kind {source.kind}, which has no past to ask for: only {kinds} have"
        )
    if start >= end:
        raise SourceError(f"from {start.isoformat()} to {end.isoformat()} is no stretch of time: turn it round")
    return WINDOWED[source.kind](source, data, (start, end))
