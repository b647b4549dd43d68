"""ZRXP 2 and 3, the exchange files of hydrological databases: segments of a header and lines of time and value.

The form is described in `docs/formats/zrxp.md`. Nothing here knows a clock, a database or a network.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from ingest.decode.zrxp.header import Header, items_of, read_header
from ingest.decode.zrxp.segment import Segment
from ingest.reading import Said, Unreadable
from ingest.written.text_lines import Line, fault_of_encoding, lines_of

if TYPE_CHECKING:
    from record.network.source import Source

__all__ = ["decode"]

NO_HEADER = "no line of a header stands before it"
BROKEN_HEADER = "a line of its header cannot be read, so that zone, unit or series may be missing"


def decode(
    body: bytes,
    received: datetime,  # noqa: ARG001 - every decoder is called alike; a file dates itself
    source: "Source",
) -> list[Said]:
    """All that a file says: a reading a line of values, and every line or segment that could not be read.

    Never raises on any bytes.
    """
    fault = fault_of_encoding(source.encoding)
    if fault is not None:
        return [Unreadable(fragment=body, where="message", reason=fault)]
    file = _File(source)
    for line in lines_of(body, source.encoding):
        file.take(line)
    file.end_segment()
    return file.said or [Unreadable(fragment=body, where="message", reason="no line of it holds a value")]


class _File:
    """What was read of a file so far: the header that is being gathered, then the segment below it."""

    def __init__(self, source: "Source") -> None:
        self.source = source
        self.said: list[Said] = []
        self.items: dict[str, str] = {}
        self.fault: str | None = NO_HEADER
        self.segment: Segment | None = None

    def take(self, line: Line) -> None:
        """Read one line: a comment, a line of a header, or a line of values."""
        if line.fault is not None:
            self._refuse(line, line.fault)
            return
        text = line.text.strip()
        if not text or text.startswith("##"):
            return
        if text.startswith("#"):
            self._begin_header()
            self.items |= items_of(text)
        else:
            self.segment = self.segment or Segment(self._header(), self.source)
            self.said += self.segment.read(line)

    def end_segment(self) -> None:
        """Say what the open segment has held back."""
        if self.segment is not None:
            self.said += self.segment.held_back()
            self.segment = None

    def _begin_header(self) -> None:
        if self.segment is not None or self.fault == NO_HEADER:
            self.end_segment()
            self.items, self.fault = {}, None

    def _header(self) -> Header | str:
        return self.fault or read_header(self.items, self.source)

    def _refuse(self, line: Line, reason: str) -> None:
        start = line.raw.lstrip()[:2]
        if start.startswith(b"#") and start != b"##":
            self._begin_header()
            self.fault = BROKEN_HEADER
        self.said.append(Unreadable(fragment=line.raw, where=line.where, reason=reason))
