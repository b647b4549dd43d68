"""Where each key of a TOML file stands, which the standard parser does not tell.

A place is a path such as `("source", 2, "table", "columns", 0, "unit")`: names of tables and keys, and the number of a
row within its `[[...]]`. The scanner knows what facts are written in: bare keys, table headers, and arrays over several
lines. Where a path leads into an inline table, the line of the nearest enclosing key is given.
"""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_ROW = re.compile(r"^\s*\[\[\s*([A-Za-z0-9_\-.]+)\s*\]\]\s*(#.*)?$")
_TABLE = re.compile(r"^\s*\[\s*([A-Za-z0-9_\-.]+)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-.]+)\s*=")


def lines_of(text: str) -> dict[Path, int]:
    """Line number, from 1, of every table header and key of a TOML text."""
    lines: dict[Path, int] = {}
    rows: dict[Path, int] = {}
    table: Path = ()
    for number, line in _statements(text):
        if found := _ROW.match(line):
            plain = _within(found[1].split("."), rows, last=False)
            rows[plain] = rows.get(plain, -1) + 1
            table = (*plain, rows[plain])
            lines.setdefault(table, number)
        elif found := _TABLE.match(line):
            table = _within(found[1].split("."), rows, last=True)
            lines.setdefault(table, number)
        elif found := _KEY.match(line):
            lines.setdefault((*table, *found[1].split(".")), number)
    return lines


def line_at(lines: dict[Path, int], path: Path) -> int:
    """Line of the deepest known place on the way to `path`; 1 where none is known."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _within(names: list[str], rows: dict[Path, int], *, last: bool) -> Path:
    """Put the current row's number behind each name that is a `[[...]]`; the last name too, if `last`."""
    path: Path = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if path in rows and (last or position < len(names) - 1):
            path = (*path, rows[path])
    return path


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines outside of strings over several lines, which could hold anything."""
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if line.count(fence) % 2 else fence
            continue
        yield number, line
        fence = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
