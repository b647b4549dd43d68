"""Excel: a sheet a quantity, time down and stations across, with sheets of its flags and of its entries; then `About`.

Values are unrounded numbers, times are dates in UTC. A cell's colour tells its flag, which stands as a number on the
sheet of flags; where a value is missing the cell is empty and coloured, where nobody spoke there is none. A simulated
station is named so in the head of its column, which is violet and in italics.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

import numpy as np
import xlsxwriter

from record.archive.answer import About, Answer, Heading, together
from record.entry import Flag
from record.errors import SelectionError
from record.network.basin import Nature
from record.network.interval import interval_of
from record.quantities import ENTRY, FLAG, STATUS, quantity_of
from service.encode.told import Told
from service.written.words import FLAGS, LEVELS, dated, facts_of
from service.written.workbook import MOST_COLUMNS, MOST_ROWS, Column, filled, serial, styles_of

MOST_CELLS = 2_000_000
_PIECE = 1 << 18
_SHEETS = {"": "", FLAG: " flags", ENTRY: " entries", STATUS: " status"}
_FILL: dict[Flag, dict[str, Any]] = {
    Flag.GOOD: {},
    Flag.UNKNOWN: {"bg_color": "#E3EDF7"},
    Flag.SUSPECT: {"bg_color": "#FFE9A8"},
    Flag.BAD: {"bg_color": "#F6B9B9"},
    Flag.MISSING: {"bg_color": "#D0D0D0"},
}
_UNREAL = {"italic": True, "font_color": "#5B2A86"}
_HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E4EDF2", "bottom": 1}
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A name that begins with = or @ is a name and nothing else."""


def write(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """The document of an answer.

    Raises `SelectionError` as soon as the portions hold more than a sheet, or a workbook of ours, can.
    """
    answer = _bounded(heading, portions)
    shown = _shown(answer)
    book = _book(answer, shown, told)
    sheets = _columns(answer, shown, book)
    whole = memoryview(filled(book, sheets, len(answer.time)) if sheets else book)
    for begin in range(0, len(whole), _PIECE):
        yield bytes(whole[begin : begin + _PIECE])


def _shown(answer: Answer) -> dict[str, list[int]]:
    """Of each quantity the stations of which it was said."""
    rows = range(len(answer.heading.stations))
    found = {name: [row for row in rows if _spoken(answer, name, row).any()] for name in answer.heading.quantities}
    return {name: known for name, known in found.items() if known}


def _bounded(heading: Heading, portions: Iterable[Answer]) -> Answer:
    """All portions as one, as long as that may be a workbook."""
    parts, time, series = [], np.empty(0, dtype=np.int64), 0
    for portion in portions:
        parts.append(portion)
        time = np.union1d(time, portion.time)
        series += sum(
            bool(np.any(layer[row] >= 0))
            for name, layer in portion.layers.items()
            if name.endswith(ENTRY)
            for row in range(len(layer))
        )
        _refuse(len(time) + 1, MOST_ROWS, "rows are more than a sheet of Excel holds")
        _refuse(series + 1, MOST_COLUMNS, "columns are more than a sheet of Excel holds")
        kinds = [kind for kind in _SHEETS if kind in heading.kinds]
        _refuse(len(time) * series * len(kinds), MOST_CELLS, "cells are more than we put into a workbook")
    return together(heading, parts)


def _refuse(count: int, most: int, what: str) -> None:
    if count > most:
        raise SelectionError(
            f"{count:,} {what}, {most:,}: ask for fewer stations or a shorter time, or use f=csv or f=parquet"
        )


def _spoken(answer: Answer, name: str, row: int) -> np.ndarray:
    return answer.layers[name + ENTRY][row] >= 0  # type: ignore[no-any-return]


def _kinds(answer: Answer) -> list[str]:
    return [kind for kind in _SHEETS if kind in answer.heading.kinds]


def _book(answer: Answer, shown: dict[str, list[int]], told: Told) -> bytes:
    """The workbook but for its numbers: heads of sheets and what stands in `About`."""
    out, heading = io.BytesIO(), answer.heading
    with xlsxwriter.Workbook(out, {"in_memory": True} | _PLAIN) as book:
        facts = facts_of(heading, told)
        book.set_properties({
            "title": facts["title"], "author": f"Arna {heading.origin}", "comments": facts["nature_note"],
            "created": dated(heading, told).astimezone(UTC).replace(tzinfo=None),
        })  # fmt: skip
        styles = _styles(book)
        for kind in _kinds(answer):
            for name, rows in shown.items():
                sheet = book.add_worksheet(f"{name}{_SHEETS[kind]}")
                _heads(book, sheet, answer, name, kind, rows)
                # One cell of each style, which `_columns` reads to know their numbers, and then takes away.
                for place, style in enumerate(styles):
                    sheet.write_number(1, place, 0, style)
        _about(book, answer, shown, facts)
    return out.getvalue()


def _styles(book: Any) -> list[Any]:
    """Of a time; of a whole number and of a value, each by flag, of real stations and of others."""
    numbers = [{"num_format": "0"}, {"num_format": "0.00##"}]
    made = [book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})]
    for unreal in ({}, _UNREAL):
        for number in numbers:
            made += [book.add_format(number | unreal | fill) for fill in _FILL.values()]
    return made


def _heads(book: Any, sheet: Any, answer: Answer, name: str, kind: str, rows: list[int]) -> None:
    head, unreal = book.add_format(_HEAD), book.add_format(_HEAD | _UNREAL | {"bg_color": "#EADCF3"})
    meant = interval_of(answer.heading.collection.interval).stamp_of([quantity_of(name)])
    sheet.write_string(0, 0, f"Time, UTC+00:00\n{meant.split(' ', 1)[1]}", head)
    for place, row in enumerate(rows, 1):
        about = answer.heading.stations[row]
        sheet.write_string(0, place, _head_of(about, name, kind), head if about.nature == Nature.REAL.value else unreal)
    sheet.set_row(0, 64)
    sheet.set_column(0, 0, 17)
    sheet.set_column(1, len(rows), 18)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(answer.time), len(rows))


def _head_of(about: About, name: str, kind: str) -> str:
    what = {"": f"{name}, {quantity_of(name).label}", FLAG: f"flag of {name}", ENTRY: f"entry of {name}"}
    real = about.nature == Nature.REAL.value
    lines = [about.name, about.id, what.get(kind, f"review of {name}"), "" if real else about.nature.upper()]
    return "\n".join(line for line in lines if line)


def _columns(answer: Answer, shown: dict[str, list[int]], book: bytes) -> dict[int, list[Column]]:
    """By number of their sheet the columns of numbers, times first."""
    if not shown:
        return {}
    styles = styles_of(book, 1)
    time = Column(serial(answer.time), np.full(len(answer.time), styles[0]))
    sheets: dict[int, list[Column]] = {}
    for kind in _kinds(answer):
        for name, rows in shown.items():
            columns = [_column(answer, name, kind, row, styles) for row in rows]
            sheets[len(sheets) + 1] = [time, *columns]
    return sheets


def _column(answer: Answer, name: str, kind: str, row: int, styles: list[int]) -> Column:
    """A station's column; the style of each cell by its flag, 0 where nobody spoke."""
    real = answer.heading.stations[row].nature == Nature.REAL.value
    first = 1 + (0 if real else 2 * len(_FILL)) + (len(_FILL) if kind == "" else 0)
    by_flag = np.zeros(max(_FILL) + 1, dtype=np.int64)
    # Entries and reviews are told of all alike: only a value and its flag have the colour of the flag.
    by_flag[list(_FILL)] = styles[first : first + len(_FILL)] if kind in ("", FLAG) else styles[first]
    flags = answer.layers[name + FLAG][row]
    return Column(answer.layers[name + kind][row], np.where(_spoken(answer, name, row), by_flag[flags], 0))


def _about(book: Any, answer: Answer, shown: dict[str, list[int]], facts: dict[str, str]) -> None:
    sheet = book.add_worksheet("About")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 7, 16)
    lines: list[tuple[Any, ...]] = [(name.replace("_", " "), said) for name, said in facts.items()]
    lines += [(), ("Flags", "Meaning", "Number")]
    lines += [(flag.word, meaning, int(flag)) for flag, meaning in FLAGS.items()]
    if STATUS in answer.heading.kinds:
        lines += [(), ("Reviews", "Meaning", "Number")]
        lines += [(level.word, meaning, int(level)) for level, meaning in LEVELS.items()]
    lines += [(), ("Quantities", "What it is", "Unit", "CF standard name")]
    for quantity in map(quantity_of, shown):
        lines.append((quantity.id, quantity.long_name, quantity.label, quantity.standard_name or ""))
    lines += [(), ("Stations", "Name", "Nature", "Verified", "Computed", "Latitude", "Longitude")]
    for one in answer.heading.stations:
        known = one.lat == one.lat and one.lon == one.lon
        where = (one.lat, one.lon) if known else ("not known", "not known")
        lines.append((one.id, one.name, one.nature, _yes(one.verified), _yes(one.computed), *where))
    entry = "That of a figure is the newest it rests on. " if answer.heading.figures else ""
    lines += [
        (),
        ("Entries", f"{entry}An entry is proven at the address of the service, /proof?entry= and its number."),
    ]
    headed = False
    for row, line in enumerate(lines):
        for place, said in enumerate(line):
            style = bold if place == 0 or headed else wrap
            if isinstance(said, str):
                sheet.write_string(row, place, said, style)
            else:
                sheet.write_number(row, place, said)
        headed = not line


def _yes(said: bool) -> str:
    return "yes" if said else "no"
