"""What the tests of the XML formats share: a source, the number of values in what was said, and the shared samples."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.decode import DECODERS
from ingest.reading import Reading, Said, Unreadable
from record.network.source import Source

RECEIVED = datetime(2026, 6, 2, 4, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[3] / "shared" / "formats" / "samples"
_COUNT = re.compile(r"; values of it here: (\d+)$")


def source(name: str, *channels: Mapping[str, object], **facts: object) -> Source:
    """A source of messages of that format with these channels."""
    whole = {"id": "xml", "party": "kg", "kind": "folder", "place": "inbox/xml", "media": "application/xml"}
    stated = {"format": name, "trigger": {"every": 60}, "zone": "Asia/Bishkek", "channels": channels}
    return Source.model_validate(whole | stated | facts)


def said_by(body: str | bytes, sender: Source) -> list[Said]:
    """What a message says."""
    return DECODERS[sender.format](body.encode() if isinstance(body, str) else body, RECEIVED, sender)


def readings(said: Iterable[Said]) -> list[Reading]:
    """The readings among it."""
    return [one for one in said if isinstance(one, Reading)]


def reasons(said: Iterable[Said]) -> list[str]:
    """Why the rest is none."""
    return [one.reason for one in said if isinstance(one, Unreadable)]


def count(said: Iterable[Said]) -> int:
    """How many values it accounts for: one each, or as many as an unreadable part says that it held."""
    return sum(_held(one) for one in said)


def _held(one: Said) -> int:
    found = _COUNT.search(one.reason) if isinstance(one, Unreadable) else None
    return 1 if found is None else int(found[1])


def sample(name: str) -> bytes:
    """A shared sample; the test is skipped where it is not at hand."""
    file = SAMPLES / name
    if not file.is_file():
        pytest.skip(f"no sample at {file}")
    return file.read_bytes()
