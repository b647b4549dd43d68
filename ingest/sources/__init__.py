"""The kinds of sources: one line a kind, each made from its declaration and the data folder."""

from collections.abc import Callable
from pathlib import Path

from ingest.sources import ftp, imap, sftp
from ingest.sources.fetched import Clock, Fetched, Fetcher, Passed, was_cut
from ingest.sources.folder import Folder
from ingest.sources.ftp import Ftp
from ingest.sources.http_get import HttpGet
from ingest.sources.imap import Imap
from ingest.sources.sftp import Sftp
from record.network.source import Source

__all__ = ["DECLARED", "SOURCES", "Clock", "Fetched", "Fetcher", "Passed", "was_cut"]

SOURCES: dict[str, Callable[[Source, Path], Fetcher]] = {
    "folder": Folder,
    "ftp": Ftp,
    "http": HttpGet,
    "imap": Imap,
    "sftp": Sftp,
}

DECLARED: dict[str, Callable[[Source], None]] = {
    "ftp": ftp.declared,
    "imap": imap.declared,
    "sftp": sftp.declared,
}
"""What a kind asks of the declaration of a source: raises `SourceError` where it lacks something or does not fit."""
