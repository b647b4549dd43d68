"""The wrapping of KN-15 telegrams: end marks, bulletin marks, headings of the message network, control bytes.

A telegram ends at `=` and nowhere else: a line break is only white space. `HHZZ` opens a bulletin and `NNNN` closes it;
lines of the message network (`ZCZC`, `TTAAii CCCC YYGGgg`, a line of three figures) may stand before a telegram.
What stands before such a mark without an end mark of its own is loose text: kept, and refused.
"""

import re
from dataclasses import dataclass, field

_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u2060\ufeff]+")
_LINE = re.compile("[\r\n]+")
_HEADING = re.compile(
    r"[ \t]*(?:[A-Z]{4}[0-9]{2}[ \t]+[A-Z]{4}[ \t]+[0-9]{6}(?:[ \t]+[A-Z]{3}(?=\s|$))?(?=\s|$)"
    r"|[0-9]{3}[ \t]*$"
    r"|ZCZC(?:[ \t]+[A-Z]{0,3}[0-9]{1,4}(?=\s|$))?(?=\s|$))"
)
_BULLETIN_MARKS = frozenset({"HHZZ", "NNNN"})
_CODE_NAMES = frozenset({"HYDRO", "ГИДРО"})
_GROUP = 5


@dataclass(slots=True)
class Piece:
    """The text before one end mark: the telegram's groups, the wrapping taken off, and loose text before a mark."""

    tokens: list[str] = field(default_factory=list)
    wrapping: list[str] = field(default_factory=list)
    loose: list[list[str]] = field(default_factory=list)

    def take(self, token: str) -> None:
        """Put one token where it belongs."""
        upper = token.upper()
        if upper in _BULLETIN_MARKS:
            self.wrapping.append(token)
            if self.tokens:
                self.loose.append(self.tokens)
                self.tokens = []
        elif not self.tokens and upper in _CODE_NAMES:
            self.wrapping.append(token)
        else:
            self.tokens.append(token)


def unwrap(text: str) -> Piece:
    """Tell the groups of the text before one end mark from its wrapping."""
    piece = Piece()
    if _CONTROL.search(text):
        text = _without_controls(text)
    for line in _LINE.split(text):
        if not piece.tokens:
            line = _without_heading(line, piece)
        for token in line.split():
            piece.take(token)
    return piece


def _without_heading(line: str, piece: Piece) -> str:
    heading = _HEADING.match(line)
    if heading is None:
        return line
    piece.wrapping.extend(heading.group().split())
    return line[heading.end() :]


def _without_controls(text: str) -> str:
    """Take control characters out: inside one group they vanish, between two groups they part them."""
    return re.sub(r"\S+", _mend, text)


def _mend(word: re.Match[str]) -> str:
    parts = [part for part in _CONTROL.split(word.group()) if part]
    joined = "".join(parts)
    return joined if len(joined) <= _GROUP else " ".join(parts)
