"""A record that is open: its database, the declared network, and its sealed files."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from record.archive.segment import manifest
from record.archive.segment.segments import Segments
from record.archive.segment.store import open_store
from record.database import open_database, told
from record.network import Network


@dataclass(frozen=True, slots=True)
class Record:
    """What the pen and the archive work on."""

    engine: Engine
    network: Network
    segments: Segments


def open_record(url: str, network: Network, *, segments: str, data: Path, renew_views: bool = False) -> Record:
    """Open the record at the database `url`; its sealed files lie in `segments`, a folder or an `s3://` address.

    `data` is the folder for local copies of what lies elsewhere. `renew_views` is for who rebuilds them.
    Raises `RecordError` or `ConfigError`.
    """
    return Record(open_database(url, renew_views=renew_views), network, Segments(open_store(segments, data)))


def check_segments(record: Record) -> int:
    """Check the bytes of every file that stands for a period against its seal; return how many there are.

    Raises `RecordDamaged` at the first whose bytes differ, `RecordError` where one is gone.
    """
    with told("the segments cannot be checked"), record.engine.begin() as connection:
        standing = [piece for piece, stands in manifest.everything(connection) if stands]
    record.segments.forget()
    for piece in standing:
        record.segments.open(piece)
    return len(standing)
