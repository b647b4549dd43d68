"""The font of the papers: which characters it has and how wide they are, read from the tables of its files.

IBM Plex Sans (SIL Open Font License 1.1) has every letter of the four languages. The tables are those of OpenType:
`cmap` from characters to glyphs, `hhea` and `hmtx` from glyphs to widths.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from struct import unpack_from

FAMILY = "IBM Plex Sans"

_UPRIGHT = "IBMPlexSans[wdth,wght].ttf"
_ITALIC = "IBMPlexSans-Italic[wdth,wght].ttf"
_BLANKS = {"\n": " ", "\t": " ", "\r": " "}
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Categories of what cannot be seen, or turns about what stands beside it: controls, marks of direction, surrogates."""


def folder() -> Path:
    """Where the files of the font are."""
    return Path(str(files("fontpkg_ibm_plex_sans"))) / "files"


@dataclass(frozen=True, slots=True)
class Font:
    """`widths` of the characters that the font has, in parts of its size, at its usual weight."""

    widths: dict[str, float]

    def shown(self, text: str) -> str:
        """The text as it can be printed: a character that cannot is shown by its number, <U+1F600>."""
        if text.isascii() and text.isprintable():
            return text
        return "".join(map(self._shown, text))

    def _shown(self, character: str) -> str:
        character = _BLANKS.get(character, character)
        if character in self.widths and unicodedata.category(character) not in _UNSEEN:
            return character
        return f"<U+{ord(character):04X}>"

    def width(self, text: str) -> float:
        """How wide a text is that can be printed, in parts of the size; kerning is not counted."""
        return sum(map(self.widths.__getitem__, text))


@cache
def font_of_papers() -> Font:
    """The font, of the characters that both its upright and its italic face have; a file is read once."""
    upright, italic = _widths((folder() / _UPRIGHT).read_bytes()), _widths((folder() / _ITALIC).read_bytes())
    return Font({character: max(wide, italic[character]) for character, wide in upright.items() if character in italic})


def _widths(file: bytes) -> dict[str, float]:
    tables = _tables(file)
    size = unpack_from(">H", file, tables["head"] + 18)[0]
    told = unpack_from(">H", file, tables["hhea"] + 34)[0]
    advances = unpack_from(">" + "Hh" * told, file, tables["hmtx"])[::2]
    # Glyphs beyond those that are told are as wide as the last of them.
    return {chr(code): advances[min(glyph, told - 1)] / size for code, glyph in _glyphs(file, tables["cmap"]).items()}


def _tables(file: bytes) -> dict[str, int]:
    count = unpack_from(">H", file, 4)[0]
    records = (unpack_from(">4sIII", file, 12 + 16 * place) for place in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in records}


def _glyphs(file: bytes, cmap: int) -> dict[int, int]:
    """Glyphs by code point, by the Windows subtable of the basic plane (3, 1) in format 4."""
    for place in range(unpack_from(">H", file, cmap + 2)[0]):
        platform, encoding, offset = unpack_from(">HHI", file, cmap + 4 + 8 * place)
        if (platform, encoding) == (3, 1) and unpack_from(">H", file, cmap + offset)[0] == 4:
            return _segments(file, cmap + offset)
    raise ValueError("the font has no map of characters in format 4")


def _segments(file: bytes, at: int) -> dict[int, int]:
    double = unpack_from(">H", file, at + 6)[0]
    ends, starts, deltas, ranges = at + 14, at + 16 + double, at + 16 + 2 * double, at + 16 + 3 * double
    found: dict[int, int] = {}
    for step in range(0, double, 2):
        start, end, delta, far = (unpack_from(">H", file, table + step)[0] for table in (starts, ends, deltas, ranges))
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if far:
                glyph = unpack_from(">H", file, ranges + step + far + 2 * (code - start))[0]
            if glyph or not far:
                found[code] = (glyph + delta) & 0xFFFF
    return {code: glyph for code, glyph in found.items() if glyph}
