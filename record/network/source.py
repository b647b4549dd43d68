"""Where messages come from, in which format, how often, and whose stations they may speak for."""

from typing import Literal

from pydantic import Field

from record.network.fact import Fact


class Column(Fact):
    """A column of a declared table: its heading and what it holds. `series` is `quantity.interval`."""

    heading: str
    series: str
    unit: str
    station: str | None = None


class Table(Fact):
    """How to read a sender's table: delimiter, encodings, decimal mark, blanks, time column and value columns."""

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    decimal: Literal[".", ","] = "."
    blanks: tuple[str, ...] = ("", "-")
    time_heading: str
    time_format: str
    zone: str
    station_heading: str | None = None
    columns: tuple[Column, ...] = Field(min_length=1)


class Trigger(Fact):
    """When to fetch: every so many seconds, or by a cron line; with jitter and grace for a missed run, in seconds."""

    every: float | None = None
    cron: str | None = None
    jitter: float = 0
    misfire_grace: float = 60
    timeout: float = 60


class Source(Fact):
    """A place that messages come from.

    `kind` names a row of `ingest.sources.SOURCES`, `format` a row of `ingest.decode.DECODERS`; `place` is a folder
    (relative to the data folder) or an address; `party` is the sender, whose stations alone it may speak for unless
    `speaks_for` lists others; `simulated` marks all it says as made up by a generator.
    """

    id: str
    party: str
    kind: str
    place: str
    format: str
    media: str
    trigger: Trigger
    zone: str
    speaks_for: tuple[str, ...] = ()
    simulated: bool = False
    max_bytes: int = 16_000_000
    settle: float = 0
    table: Table | None = None
    licence: str | None = None
    note: str | None = None
