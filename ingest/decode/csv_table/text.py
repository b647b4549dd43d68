"""From bytes to lines, and from a line back to the very bytes that it stood for."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.written.table.cell import BLANKS

if TYPE_CHECKING:
    from record.network.source import Table

MAX_LINE = 10_000
"""Characters in one line."""
UNPAIRED = "its quotation marks do not pair up within the line"
_ESCAPED = range(0xDC80, 0xDD00)
_WITHOUT_MARK = {"utf-8-sig": "utf-8", "utf8-sig": "utf-8", "utf_8_sig": "utf-8"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line; `number` counts from 1, `end` is CR LF, LF or CR, and empty where the file stops before a line end."""

    number: int
    text: str
    end: str

    @property
    def ended(self) -> bool:
        """Whether a line end stands behind it."""
        return bool(self.end)

    @property
    def is_silent(self) -> bool:
        """Whether it is blank or a comment."""
        return not self.text.strip(BLANKS) or self.text.lstrip(BLANKS).startswith("#")


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a message with their line ends, and the encoding of its bytes."""

    raw: Sequence[str] = field(repr=False)
    encoding: str

    def __len__(self) -> int:
        return len(self.raw)

    def line(self, number: int) -> Line:
        """A line by its number."""
        raw = self.raw[number - 1]
        text = raw.rstrip("\r\n")
        return Line(number, text, end=raw[len(text) :])

    def fragment(self, number: int) -> bytes:
        """The bytes of a line, without its line end."""
        return bytes_of(self.line(number).text, self.encoding)


def text_of(body: bytes, encoding: str) -> str:
    """The text of a message; a byte that is not of the encoding stays in it as an escape, to be refused by line.

    Raises `UnicodeError` or `LookupError` where the bytes cannot be read even so.
    """
    return body.decode(encoding, "surrogateescape").removeprefix("\ufeff")


def bytes_of(text: str, encoding: str) -> bytes:
    """The bytes that a piece of the message's text stood for."""
    try:
        return text.encode(_WITHOUT_MARK.get(encoding.lower(), encoding), "surrogateescape")
    except UnicodeError:
        return text.encode("utf-8", "replace")


def cells_of(line: Line, table: "Table") -> list[str] | str:
    """The cells of a line without their outer blanks; or, in words, why it cannot be read."""
    fault = fault_of(line, table.encoding)
    if fault is not None:
        return fault
    try:
        rows = list(csv.reader([line.text], delimiter=table.delimiter, strict=True))
    except csv.Error:
        return UNPAIRED
    return [cell.strip(BLANKS) for cell in rows[0]]


def fault_of(line: Line, encoding: str) -> str | None:
    """Why a line cannot be read as text at all; None where it can."""
    if len(line.text) > MAX_LINE:
        return f"a line of {len(line.text)} characters: at most {MAX_LINE} are read"
    if "\0" in line.text:
        return "it holds a NUL byte"
    foreign = next((sign for sign in line.text if ord(sign) in _ESCAPED), None)
    if foreign is not None:
        return f"byte {ord(foreign) - _ESCAPED.start + 0x80:#04x} is no letter of the declared encoding {encoding}"
    return None
