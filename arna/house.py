"""Opening the house: the declared network, the record, the pen and its keys, from the settings."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from arna.trigger import trigger_of
from ingest.decode import DECODERS
from ingest.sources import DECLARED, SOURCES
from record.archive.record import Record, open_record
from record.errors import ConfigError, ProofError, RecordBusy, SourceError
from record.network import Network, load_network
from record.network.key import Role
from record.network.source import Source
from record.proof.keys import Signer, load_signer, new_signer, save_signer
from record.writer import Pen
from service.settings import Settings

GATEWAY = "gateway"
LOG = "log"
_OURS = (GATEWAY, LOG)
EARLIER_LOG = "log-earlier"
"""The key of the log that another one takes the place of; it signs too until everyone knows the new one."""


def open_network(settings: Settings) -> Network:
    """Load the declared network; raise `ConfigError` where it names a format or a kind of source that we lack.

    So is it where a source of kind ftp, sftp or imap lacks what opens the door.
    """
    return _known(load_network(settings.config), settings)


def _known(network: Network, settings: Settings) -> Network:
    for source in network.sources.values():
        for said, known, what in ((source.format, DECODERS, "format"), (source.kind, SOURCES, "kind")):
            if said not in known:
                raise ConfigError(
                    f"{settings.config / 'sources.toml'}: source {source.id} has {what} {said!r}; "
                    f"use one of {', '.join(known)}"
                )
        _fits(source, settings)
    return network


def _fits(source: Source, settings: Settings) -> None:
    try:
        trigger_of(source.trigger)
        if source.kind in DECLARED:
            DECLARED[source.kind](source)
    except (ConfigError, SourceError) as fault:
        raise ConfigError(f"{settings.config / 'sources.toml'}: source {source.id}: {fault}") from None


def open_house(settings: Settings, *, renew_views: bool = False) -> Record:
    """Open the record, making the data folder where it is not there yet."""
    network = open_network(settings)
    _make_folder(settings.data)
    return open_record(
        settings.record_url, network, segments=settings.segments_place, data=settings.data, renew_views=renew_views
    )


def open_pen(settings: Settings, record: Record) -> Pen:
    """The pen of the record, with the keys of the data folder."""
    keys = load_keys(settings.data, record.network)
    path = key_path(settings.data, EARLIER_LOG)
    earlier = load_signer(path, record.network.origin) if path.exists() else None
    return Pen(record, gateway=keys[GATEWAY], log=keys[LOG], earlier=earlier)


def key_path(data: Path, role: str) -> Path:
    """Where the key of a role lies."""
    return data / "keys" / f"{role}.pem"


def key_name(network: Network, role: str) -> str:
    """The name under which a role signs: the log by the origin itself, the gateway by a name of its own."""
    host = network.origin.split("/", maxsplit=1)[0]
    return network.origin if role == LOG else f"{role}.{host}"


def make_keys(data: Path, network: Network) -> list[Path]:
    """Make the keys that are not there yet; return the files that were written."""
    written = []
    _make_folder(data)
    for role in _OURS:
        path = key_path(data, role)
        if not path.exists():
            save_signer(new_signer(key_name(network, role)), path)
            written.append(path)
    return written


def load_keys(data: Path, network: Network) -> dict[str, Signer]:
    """The keys of the gateway and of the log, under the names that keys.toml gives them, where there is one.

    Raises `ProofError` where one is missing, open to others, or not the one that is declared.
    """
    return {
        role: _declared(load_signer(key_path(data, role), key_name(network, role)), network, role) for role in _OURS
    }


def _declared(signer: Signer, network: Network, role: str) -> Signer:
    keys = [key.verifier for key in network.keys_of(Role(role))]
    for key in keys:
        if key.public == signer.verifier.public:
            return replace(signer, name=key.name)
    if keys:
        raise ProofError(f"the key file {role}.pem is not the {role} that keys.toml declares: see docs/keys.md")
    return signer


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ConfigError(f"data folder {data} cannot be made: {fault.strerror}; set ARNA_DATA") from None


@contextmanager
def holding_the_pen(settings: Settings) -> Iterator[None]:
    """Keep other writers of the same data folder out; raise `RecordBusy` where one is at work.

    PostgreSQL orders several writers by itself; there only the sealing and the rebuilding are for one alone.
    """
    if settings.record_url.startswith("postgresql"):
        yield
        return
    with _holding(settings.data, "pen.lock"):
        yield


@contextmanager
def _holding(data: Path, name: str) -> Iterator[None]:
    _make_folder(data)
    try:
        descriptor = os.open(data / name, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise ConfigError(f"data folder {data} cannot be written to: {fault.strerror}; set ARNA_DATA") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RecordBusy(f"another process writes the record in {data}: stop it first, or wait") from None
        yield
    finally:
        os.close(descriptor)
