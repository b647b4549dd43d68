"""Where messages come from, in which format, how often, and whose stations they may speak for."""

from typing import Literal

from pydantic import Field

from record.network.fact import Fact


class Column(Fact):
    """A column of a declared table: its heading, or other spellings of it, and what it holds.

    `series` is `quantity.interval`. Without a `unit` the heading itself must say it behind the declared words, after a
    comma or in brackets: `Уровень, см`. In a workbook the heading `%B` stands for every column that is headed by the
    name of a month.
    """

    heading: str
    series: str
    unit: str | None = None
    station: str | None = None
    aliases: tuple[str, ...] = ()


class Table(Fact):
    """How to read a sender's table: delimiter, encodings, decimal mark, blanks, time column and value columns.

    `decimal` is `either` where the sender writes now a point and now a comma, and neither between thousands.
    `clock_heading` is the column of the time of day, in the form `clock_format`, where the other holds the date alone.
    Of a workbook, `sheets` is the pattern of the names of
    the sheets that are read, `header_rows` how many rows the headings take, and `station_from` where else a station can
    be named: by the sheet's own name, or in the row above the headings, over the columns that are its own.
    """

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    decimal: Literal[".", ",", "either"] = "."
    blanks: tuple[str, ...] = ("", "-")
    time_heading: str
    time_aliases: tuple[str, ...] = ()
    time_format: str
    clock_heading: str | None = None
    clock_format: str = "%H:%M"
    zone: str
    station_heading: str | None = None
    station_aliases: tuple[str, ...] = ()
    station_from: Literal["sheet", "above"] | None = None
    sheets: str = "*"
    header_rows: int = 1
    columns: tuple[Column, ...] = Field(min_length=1)


class Channel(Fact):
    """One channel of messages that name their columns, sensors or parameters themselves.

    `name` is the sender's own word for it (a parameter, a column, a datastream, an exchange id), `series` the
    `quantity.interval` that it holds, `station` whose it is where the message does not say, `unit` what its numbers
    are in where the message does not say. `stamped` tells whether the sender stamps a mean with the start or the end of
    its interval; `missing` are the numbers and words by which the sender means "no value".
    """

    name: str
    series: str
    station: str | None = None
    unit: str | None = None
    stamped: Literal["start", "end"] = "start"
    missing: tuple[str, ...] = ()


class Paths(Fact):
    """Where a JSON message says what: paths of keys and numbers parted by dots, `*` for every item of a list.

    `items` leads to the list of readings ("" is the whole message); the others lead on from one item of it, and a
    leading `^` first up to the object around the item. `columns` leads to the names of the cells where an item is a
    bare row, a list or one text parted by commas; the others then begin with one of those names. `value` may be left
    out where each channel's name is itself a path to its value; `ignored` then lists what stands beside them and is no
    measurement. `time_format` is left out for ISO 8601, is `epoch` or `epoch-ms` for seconds or milliseconds since
    1970, and else a form of `strptime`.
    """

    items: str = ""
    time: str
    time_format: str | None = None
    columns: str | None = None
    station: str | None = None
    channel: str | None = None
    value: str | None = None
    unit: str | None = None
    quality: str | None = None
    ignored: tuple[str, ...] = ()


Meaning = Literal["good", "unknown", "suspect", "bad", "missing", "estimated"]
"""What a sender's code of quality means to us."""


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
    `stations` turns the sender's own names of stations into codes; `channels` say what messages mean that name their
    columns themselves, `ignored` which of those are passed over without a refusal, `quality` what the sender's codes of
    quality mean, `paths` where a JSON message says what, `encoding` how its text is written where the format leaves it
    open.
    `user` and `secret` open a door that is locked: `secret` names the environment variable that holds the password or
    token, `key` the file of a private key, `known_hosts` that of the server's own. One round takes no more than
    `max_messages` and leaves `pause` seconds between two requests, so that a catch-up does not flood its sender.
    `match` is the pattern of the names, subjects or topics that are taken.
    A source that is asked for a stretch of time is asked for its last `again` days once more in every round, because
    values are corrected and come late; its first round goes `back` so many days.
    `push` lets the party put messages into the folder of the source over HTTP, with a token of its own.
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
    stations: dict[str, str] = Field(default_factory=dict)
    channels: tuple[Channel, ...] = ()
    ignored: tuple[str, ...] = ()
    paths: Paths | None = None
    quality: dict[str, Meaning] = Field(default_factory=dict)
    encoding: str | None = None
    match: str | None = None
    user: str | None = None
    secret: str | None = None
    key: str | None = None
    known_hosts: str | None = None
    max_messages: int = 500
    pause: float = 0
    again: float = 1
    back: float = 30
    push: bool = False
    licence: str | None = None
    note: str | None = None
