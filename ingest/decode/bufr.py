"""BUFR messages, alone or several in one, with or without the headings of a bulletin.

The form is described in `docs/formats/bufr.md`. Nothing here knows a clock, a database or a network.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from ingest.reading import Said
from ingest.written.bufr_message import said_in

if TYPE_CHECKING:
    from record.network.source import Source


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; BUFR dates itself
    source: "Source",
) -> list[Said]:
    """All that the messages say, and all that could not be read of them. Never raises on any bytes."""
    return said_in(body, source)
