"""Text that comes line by line, read without trusting it: each line keeps its bytes, and a bad one spoils no other.

Formats of loggers and hydrological databases are ASCII but for names and units, and seldom say how those are written.
So each line is tried by itself: UTF-8, then what its source declares (CP1251 where it declares nothing), then Latin-1,
which takes any bytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE = 65_536
"""Bytes in one line."""
MAX_LINES = 2_000_000
"""Lines in one message."""
CUT_OFF = "the file breaks off here"
UNENDED = "last_cell_may_be_cut_off"
"""The doubt of a value that stands at the very end of a file without a line end."""
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n|\Z)")
_MARK = b"\xef\xbb\xbf"
_ASCII = bytes(range(32, 127))
_UNDECLARED = "cp1251"
_ANY = "latin-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line without its end; `number` counts from 1.

    `raw` as it came, `text` in the encoding that fitted, `ended` whether a line end stands behind it, `fault` why it
    cannot be taken as a line at all.
    """

    number: int
    raw: bytes
    text: str
    encoding: str
    ended: bool
    fault: str | None = None

    @property
    def where(self) -> str:
        """Its place in the message."""
        return f"line {self.number}"


def fault_of_encoding(encoding: str | None) -> str | None:
    """Why a declared encoding cannot be that of such text; None where it can or nothing is declared."""
    if encoding is None:
        return None
    try:
        fits = _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError):
        fits = False
    return None if fits else f"the declared encoding {encoding!r} is none in which a line of figures can be written"


def lines_of(body: bytes, encoding: str | None) -> Iterator[Line]:
    """The lines of a message that are not empty; beyond `MAX_LINES` the rest comes as one, with its fault.

    `encoding` is one without fault, or None.
    """
    start = len(_MARK) if body.startswith(_MARK) else 0
    for number, found in enumerate(_LINE.finditer(body, start), 1):
        if number > MAX_LINES:
            fault = f"more than {MAX_LINES} lines in one message: split it"
            yield Line(number=number, raw=body[found.start() :], text="", encoding=_ANY, ended=False, fault=fault)
            return
        raw = found[1]
        if raw:
            yield _line(number, raw, encoding, ended=bool(found[2]))


def _line(number: int, raw: bytes, encoding: str | None, *, ended: bool) -> Line:
    fault = None
    if len(raw) > MAX_LINE:
        fault = f"a line of {len(raw)} bytes: at most {MAX_LINE} are read"
    elif b"\0" in raw:
        fault = "it holds a NUL byte"
    text, fitting = _decoded(raw, encoding or _UNDECLARED)
    return Line(number=number, raw=raw, text=text, encoding=fitting, ended=ended, fault=fault)


def _decoded(raw: bytes, encoding: str) -> tuple[str, str]:
    for fitting in ("utf-8", encoding):
        try:
            return raw.decode(fitting), fitting
        except UnicodeError:
            continue
    return raw.decode(_ANY), _ANY
