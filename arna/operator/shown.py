"""How operators are told: a table on a terminal, plain lines where another program reads, JSON where it asks."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

_GAP = 3
"""How many characters stand between two columns of a table."""


def show(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """Show rows by their columns: JSON with all that they hold, else text with times in UTC."""
    if as_json:
        sys.stdout.write(json.dumps([dict(row) for row in rows], ensure_ascii=False, default=_written, indent=1) + "\n")
    elif not rows:
        sys.stdout.write(f"{empty}\n")
    elif sys.stdout.isatty():
        _draw(columns, rows)
    else:
        lines = ["\t".join(columns), *("\t".join(cell(row[name]) for name in columns) for row in rows)]
        sys.stdout.write("\n".join(lines) + "\n")


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal, told how far it is from 0 to 1; elsewhere nothing, so that lines stay lines."""
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda done: bar.update(task, completed=done)


def cell(value: object) -> str:
    """A value as one cell on one line."""
    if value is None:
        return "-"
    return " ".join((_written(value) if isinstance(value, datetime | bytes) else str(value)).split())


def show_wide(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Show many columns of numbers: what is too wide for a terminal goes on below, with the first column again."""
    if not sys.stdout.isatty() or not rows:
        show(columns, rows, as_json=False, empty="")
        return
    console = Console()
    for block in fitted(columns, rows, console.width):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in block:
            table.add_column(name, justify="left" if name == columns[0] else "right", width=_width(name, rows))
        for row in rows:
            table.add_row(*(Text(cell(row[name])) for name in block))
        console.print(table)


def fitted(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], width: int) -> list[list[str]]:
    """The columns in blocks of at most `width` characters, each with the first column; no cell is broken.

    A column that is too wide by itself has a block of its own.
    """
    first, *others = columns
    blocks, left = [[first]], width - _width(first, rows) - _GAP
    room = left
    for name in others:
        taken = _width(name, rows) + _GAP
        if taken > room and len(blocks[-1]) > 1:
            blocks.append([first])
            room = left
        blocks[-1].append(name)
        room -= taken
    return blocks


def _width(name: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """How wide a column must be: headings break between words, cells never."""
    return max(*map(len, name.split()), *(len(cell(row[name])) for row in rows))


def _draw(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        numbers = all(isinstance(row[name], int | float | None) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row[name])) for name in columns))
    Console().print(table)


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)
