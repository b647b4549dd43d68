"""The pages of the cookbook: their blocks of code, each with the answer that the page shows behind it."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).parents[2] / "docs" / "cookbook"
HERE = "http://127.0.0.1:8000"
"""The address that all pages ask."""
_BLOCK = re.compile(
    r"^```(?P<language>\w+)\n(?P<code>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)
_LEFT_OUT = "…"
"""Stands in an answer for what is another one in each record, such as a hash, or is too long to be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A block of code of a page, and what the page says that it prints; None where it says nothing of that."""

    page: str
    line: int
    language: str
    code: str
    shown: str | None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def recipes(page: str, language: str) -> list[Recipe]:
    """The blocks in that language on a page, such as `python.md`."""
    text = (PAGES / page).read_text(encoding="utf-8")
    return [
        Recipe(
            page=page, line=text.count("\n", 0, found.start()) + 2, language=language, code=found["code"],
            shown=found["shown"],
        )
        for found in _BLOCK.finditer(text)
        if found["language"] == language
    ]  # fmt: skip


def at(url: str, text: str) -> str:
    """The text with the address of the pages in place of the one at which the record is really served."""
    return text.replace(url, HERE)


def fits(shown: str, said: str) -> bool:
    """Whether an answer is the one shown: the same but for blanks at the ends of lines, and for what `…` leaves out."""
    pattern = ".*?".join(re.escape(part) for part in _lines(shown).split(_LEFT_OUT))
    return re.fullmatch(pattern, _lines(said), re.DOTALL) is not None


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
