"""A record that is open: its database, the declared network, and its sealed files."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from record import force, issued, tables
from record.archive.segment import manifest
from record.archive.segment.segments import Segments
from record.archive.segment.store import open_store
from record.database import open_database, told
from record.errors import RecordError
from record.network import Network


@dataclass(frozen=True, slots=True)
class Record:
    """What the pen and the archive work on; `network` is in force, `declared` what the folder says."""

    engine: Engine
    network: Network
    declared: Network
    segments: Segments


def open_record(url: str, declared: Network | None, *, segments: str, data: Path, renew_views: bool = False) -> Record:
    """Open the record at the database `url`; its sealed files lie in `segments`, a folder or an `s3://` address.

    The network is the one that both parties have signed, where the journal holds such a one, else the `declared` one;
    of a record that mirrors another's, for which none is declared, it is the one that the journal holds.
    `data` is the folder for local copies of what lies elsewhere. `renew_views` is for who rebuilds them.
    Raises `RecordError` or `ConfigError`.
    """
    store = open_store(segments, data)
    engine = open_database(url, renew_views=renew_views)
    with ExitStack() as otherwise:
        otherwise.callback(engine.dispose)
        with told("the record cannot be read"), engine.begin() as connection:
            network = force.in_force(connection, trial=declared is None) or declared
        if network is None:
            raise RecordError("no network is in force in this record yet: let `arna mirror` follow a log first")
        record = Record(engine, network, declared or network, Segments(store))
        issued.list_once(engine)
        if not renew_views:
            _refuse_moved_series(record)
        otherwise.pop_all()
    return record


def _refuse_moved_series(record: Record) -> None:
    """Refuse a config in which a series is of another collection than the one under which its readings are kept."""
    known = tables.series.c
    with told("the record cannot be read"), record.engine.begin() as connection:
        kept = connection.execute(select(known.id, known.collection)).all()
    for name, collection in kept:
        declared = record.network.series.get(name)
        if declared is not None and declared.collection != collection:
            raise RecordError(
                f"series {name} is declared in {declared.collection} and kept in {collection or 'none'}: "
                "run `arna rebuild` once, which lays its readings where the config now says"
            )


def check_segments(record: Record) -> int:
    """Check the bytes of every file that stands for a period against its seal; return how many there are.

    Raises `RecordDamaged` at the first whose bytes differ, `RecordError` where one is gone.
    """
    with told("the segments cannot be checked"), record.engine.begin() as connection:
        standing = [piece for piece, stands in manifest.everything(connection) if stands]
    record.segments.forget()
    lying = record.segments.store.names() if standing else set()
    for piece in standing:
        if piece.sha256 not in lying:
            raise RecordError(f"the segment of {piece.period.label} is gone from its store: run `arna rebuild`")
        record.segments.open(piece)
    return len(standing)
