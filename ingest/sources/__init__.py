"""The kinds of sources: one line a kind, each made from its declaration and the data folder."""

from collections.abc import Callable
from pathlib import Path

from ingest.sources.fetched import Clock, Fetched, Fetcher, was_cut
from ingest.sources.folder import Folder
from ingest.sources.http_get import HttpGet
from record.network.source import Source

__all__ = ["SOURCES", "Clock", "Fetched", "Fetcher", "was_cut"]

SOURCES: dict[str, Callable[[Source, Path], Fetcher]] = {
    "folder": Folder,
    "http": HttpGet,
}
