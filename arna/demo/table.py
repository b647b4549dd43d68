"""Printing what came in, what was refused and why: a drawn table on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from arna.demo.outcome import DemoResult
from record.archive.history import Refused
from record.entry import Flag
from record.network import Network

_SHOWN = 40
_COUNTED = ("messages", "nothing new", "readings", "good", "suspect", "bad", "missing", "superseding", "refused")
_REFUSED = ("source", "entered", "where", "why", "bytes")


def show(result: DemoResult, network: Network, console: Console) -> None:
    """Print the sums by source, then every refusal with its reason and the beginning of its bytes."""
    zone = network.report_day.tz
    _print(console, "What came in", ("source", "nature", *_COUNTED), _sums(result))
    _print(console, "What was refused, and why", _REFUSED, [_refusal(found, zone) for found in result.refused])
    followed = f"{result.computed} values were computed from it, {result.rejudged} readings judged anew"
    console.print(f"{followed}." if result.fault is None else f"{followed}, until: {result.fault}", highlight=False)
    if result.waiting:
        console.print(f"{result.waiting} messages of the following morning have not come yet.", highlight=False)


def _sums(result: DemoResult) -> list[tuple[str, ...]]:
    return [
        (
            found.source,
            "simulated" if found.simulated else "real",
            str(found.messages),
            str(found.repeated),
            str(found.readings),
            *(str(found.flags[flag]) for flag in (Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING)),
            str(found.corrected),
            str(len(found.refused)),
        )
        for found in result.sources
    ]


def _refusal(found: Refused, zone: ZoneInfo) -> tuple[str, ...]:
    shown = found.fragment[:_SHOWN].decode("utf-8", "backslashreplace")
    text = "".join(sign if sign.isprintable() else " " for sign in shown).strip()
    entered = f"{found.entered.astimezone(zone):%Y-%m-%d %H:%M%z}"
    return (found.source, entered, found.where, found.reason, text + ("…" if len(found.fragment) > _SHOWN else ""))


def _print(console: Console, title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    if console.is_terminal:
        console.print(_drawn(title, headings, rows))
        return
    widths = [max(len(row[place]) for row in (headings, *rows)) for place in range(len(headings))]
    for line in (title, *(_plain(row, headings, widths) for row in (headings, *rows))):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _plain(row: tuple[str, ...], headings: tuple[str, ...], widths: Sequence[int]) -> str:
    cells = zip(row, headings, widths, strict=True)
    line = (cell.rjust(width) if heading in _COUNTED else cell.ljust(width) for cell, heading, width in cells)
    return "  ".join(line).rstrip()


def _drawn(title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in _COUNTED else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
