"""Golden messages under tests/golden/decode/<format>: what a sender's bytes are to say, written beside them.

`<case>.toml` holds when the message was received, the file that holds it and the source that declares how to read it;
`<case>.json` one line for each thing said. Several cases may read one message. After a wanted change run
`python -m tests.ingest.golden FORMAT` and read the diff.
"""

import json
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from ingest.decode import DECODERS
from ingest.reading import NoReport, Reading, Readings, Said, Single, Unreadable
from record.network.source import Source

FOLDER = Path(__file__).parent.parent / "golden" / "decode"


def line(said: Said) -> list[object]:
    """One thing said, on one line."""
    if isinstance(said, Reading):
        series = f"{said.quantity}.{said.interval}"
        value = None if said.value is None else f"{said.value:f} {said.unit}"
        marks = [word for word, holds in (("estimated", said.estimated), ("bad", said.bad)) if holds]
        return [said.where, said.station, series, said.time.isoformat(), value, *marks, *said.doubts]
    if isinstance(said, NoReport):
        return [said.where, said.station, "no report", said.time.isoformat()]
    assert isinstance(said, Unreadable)
    return [said.where, "unreadable", said.fragment.decode("latin-1"), said.reason]


def spread(said: Iterable[Said]) -> list[Single]:
    """All that is said, one by one: columns of readings as readings."""
    return [single for one in said for single in (one if isinstance(one, Readings) else [one])]


@dataclass(frozen=True)
class Case:
    """A golden message of a format."""

    file: Path

    @cached_property
    def head(self) -> dict[str, Any]:
        """What `<case>.toml` holds."""
        return tomllib.loads(self.file.read_text(encoding="utf-8"), parse_float=Decimal)

    @property
    def format(self) -> str:
        """The format that the folder is named for."""
        return self.file.parent.name

    @cached_property
    def body(self) -> bytes:
        """The message."""
        return Path(self.file.parent, self.head["message"]).read_bytes()

    @property
    def received(self) -> datetime:
        """When it was received."""
        return datetime.fromisoformat(self.head["received"])

    @cached_property
    def source(self) -> Source:
        """The source that sent it."""
        facts = {"id": "golden", "party": "kg", "kind": "folder", "place": "inbox/golden", "media": "text/plain"}
        return Source.model_validate(
            facts | {"trigger": {"every": 60}, "format": self.format} | self.head.get("source", {})
        )

    def said(self, body: bytes | None = None) -> list[Single]:
        """What the decoder makes of the message, or of other bytes in its place."""
        return spread(DECODERS[self.format](self.body if body is None else body, self.received, self.source))

    def told(self) -> list[Any]:
        """All that it says, as it would be written."""
        return [json.loads(json.dumps(line(item))) for item in self.said()]

    def written(self) -> Any:
        """What it is to say."""
        return json.loads(self.file.with_suffix(".json").read_text(encoding="utf-8"))


CASES = [Case(file) for file in sorted(FOLDER.glob("*/*.toml"))]


def cases_of(name: str) -> list[Case]:
    """The golden messages of one format."""
    return [case for case in CASES if case.format == name]


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        for one in cases_of(wanted):
            lines = ",\n".join("  " + json.dumps(said, ensure_ascii=False) for said in one.told())
            one.file.with_suffix(".json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
