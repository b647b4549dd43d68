"""The command that publishes at an MQTT broker: beside a mirror, or in a process of its own."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from arna import house
from arna.publishing.broker import Broker, PublishSettings, broker_of
from arna.publishing.publisher import Publisher
from record.archive import Log, Record
from record.archive.record import open_record
from record.errors import ArnaError, ConfigError
from service.settings import Settings

_PAUSE_SECONDS = 5.0


def publish(
    once: Annotated[bool, typer.Option("--once", help="Publish what is new and stop.")] = False,
    mirror: Annotated[bool, typer.Option("--mirror", help="Of the copy that `arna mirror` keeps.")] = False,
) -> None:
    """Publish what happens to the record at the broker that ARNA_PUBLISH names, as `arna ingest` does by itself."""
    settings, broker = Settings(), broker_of(PublishSettings())
    if broker is None:
        raise ConfigError("ARNA_PUBLISH names no broker: see docs/events.md")
    if once:
        count = Publisher(_opened(settings, mirror=mirror), broker, settings.data, _now).once()
        Console().print(f"published {count} events at {broker.shown}", soft_wrap=True)
        return
    while True:
        _publish_while_in_force(_opened(settings, mirror=mirror), broker, settings)


def _publish_while_in_force(record: Record, broker: Broker, settings: Settings) -> None:
    """Round after round, until another version of the network comes into force."""
    publisher = Publisher(record, broker, settings.data, _now)
    while _is_in_force(record):
        publisher.run()
        time.sleep(_PAUSE_SECONDS)
    record.engine.dispose()


def _is_in_force(record: Record) -> bool:
    try:
        return Log(record).version_in_force() in (None, record.network.version)
    except ArnaError:
        # What keeps the record from being read is told by the round.
        return True


def _opened(settings: Settings, *, mirror: bool) -> Record:
    if not mirror:
        return house.open_house(settings)
    return open_record(settings.record_url, None, segments=settings.segments_place, data=settings.data)


def _now() -> datetime:
    return datetime.now(UTC)
