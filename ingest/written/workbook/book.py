"""A workbook: its sheets by name, and what their cells refer to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ingest.written.table.cell import Cell
from ingest.written.workbook.parts import Parts, WorkbookError, target_of
from ingest.written.workbook.sheet import Grid, read_grid
from ingest.written.workbook.values import Meaning, as_typed, is_date
from ingest.written.xml_tree import Element, name_of

MAX_SHEETS = 250
_NONE = Cell("")
_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
_WORKBOOK, _SHEET, _TEXTS, _STYLES = "officeDocument", "worksheet", "sharedStrings", "styles"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet; rows and columns count from 1."""

    name: str
    grid: Grid

    def numbers(self) -> list[int]:
        """The numbers of the rows that hold anything, in order."""
        return sorted(self.grid.cells)

    def cell(self, row: int, column: int) -> Cell:
        """A cell; an empty one where there is none."""
        return self.grid.cells.get(row, {}).get(column, _NONE)

    def shown(self, row: int, column: int) -> Cell:
        """The cell that is seen there: of a merged range its first."""
        return self.cell(*self.grid.merged.get((row, column), (row, column)))

    def width(self, row: int) -> int:
        """The last column of a row that shows anything, as far as the row's own cells tell; 0 for none."""
        return max(self.grid.cells.get(row, {}), default=0)

    def text(self, row: int) -> str:
        """The texts of a row's cells, parted by tabs."""
        return "\t".join(self.cell(row, column).text for column in range(1, self.width(row) + 1))


@dataclass(frozen=True, slots=True)
class Workbook:
    """The names of the visible and of the hidden sheets; a sheet is read when it is asked for."""

    parts: Parts
    meaning: Meaning
    visible: Mapping[str, str]
    hidden: tuple[str, ...]

    def sheet(self, name: str) -> Sheet:
        """A visible sheet; raises `WorkbookError` where it cannot be read."""
        return Sheet(name, read_grid(self.parts.chunks(self.visible[name]), self.meaning))


def read_workbook(body: bytes) -> Workbook:
    """A workbook from its bytes; raises `WorkbookError` where it is none, or none that may be read."""
    parts = Parts(body)
    path = _first(_relations(parts, ""), _WORKBOOK) or "xl/workbook.xml"
    root, related = parts.xml(path), _relations(parts, path)
    texts, styles = _first(related, _TEXTS), _first(related, _STYLES)
    meaning = Meaning(
        texts=[] if texts is None else [_text(item) for item in _all(parts.xml(texts), "si")],
        dated=frozenset() if styles is None else _dated(parts.xml(styles)),
        since_1904=any(found.get("date1904") in ("1", "true") for found in _all(root, "workbookPr")),
    )
    sheets: dict[str, str] = {}
    hidden: list[str] = []
    for sheet in _all(root, "sheet"):
        kind, target = related.get(_id(sheet), ("", ""))
        name = sheet.get("name", "")
        if kind != _SHEET:
            continue
        if name in sheets or name in hidden or len(sheets) + len(hidden) == MAX_SHEETS:
            raise WorkbookError(f"it has sheet {name[:40]!r} twice, or more than {MAX_SHEETS} sheets")
        if sheet.get("state", "visible") == "visible":
            sheets[name] = target
        else:
            hidden.append(name)
    return Workbook(parts, meaning, sheets, tuple(hidden))


def _relations(parts: Parts, path: str) -> dict[str, tuple[str, str]]:
    """What a part is related to: kind and name of a part within the workbook by the relation's id."""
    folder, _, file = path.rpartition("/")
    name = f"{folder}/_rels/{file}.rels".lstrip("/")
    if name not in parts:
        return {}
    return {
        found.get("Id", ""): (found.get("Type", "").rpartition("/")[2], target_of(path, found.get("Target", "")))
        for found in _all(parts.xml(name), "Relationship")
        if found.get("TargetMode") != "External"
    }


def _first(related: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    return next((target for found, target in related.values() if found == kind), None)


def _id(sheet: Element) -> str:
    """The id of a sheet's relation, in whichever of its two namespaces."""
    return next((str(value) for name, value in sheet.items() if str(name).endswith("}id")), "")


def _text(item: Element) -> str:
    """A text, of however many pieces, without aids to its pronunciation."""
    pieces = [one for one in _all(item, "t") if not any(name_of(above) == "rPh" for above in one.iterancestors())]
    return as_typed("".join(piece.text or "" for piece in pieces))


def _dated(styles: Element) -> frozenset[int]:
    """The numbers of the cell styles that show a date."""
    codes = {found.get("numFmtId", ""): found.get("formatCode", "") for found in _all(styles, "numFmt")}
    formats = [one.get("numFmtId", "0") for found in _all(styles, "cellXfs") for one in found if name_of(one) == "xf"]
    return frozenset(
        at
        for at, number in enumerate(formats)
        if is_date(int(number) if _WHOLE.fullmatch(number) else 0, codes.get(number))
    )


def _all(root: Element, name: str) -> Iterator[Element]:
    """Every element of that name below a root, whatever its namespace."""
    return root.iter(f"{{*}}{name}")
