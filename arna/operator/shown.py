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
