"""A sheet of a template: its rows filled, those of tables repeated, and all that refers to rows moved with them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from record.errors import ConfigError
from service.paper.paper import Cell, Number, Row
from service.paper.template.archive import Element, all_of
from service.paper.template.bounds import Bounds
from service.paper.template.references import (
    Growth,
    column_of,
    copied,
    in_formula,
    in_ranges,
    letters_of,
    number_of,
    row_number,
    row_of,
)  # fmt: skip
from service.paper.template.styles import Styles
from service.paper.template.tags import Lines, Place, Tags, signs_of, tags_in
from service.written.workbook import MOST_ROWS, letters

GrowthOf = Callable[[str | None], Growth]
_LONGEST = 32_767
"""Signs of a cell's text."""
_NOBODY = Row(tag="", cells=())
_RANGES = ("ref", "sqref")
_SINGLE = ("activeCell", "topLeftCell")
_FORMULAS = ("f", "formula", "formula1", "formula2")
_MARGINS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(slots=True)
class Sheet:
    """A sheet by its name and part; `texts` are the shared ones of its workbook."""

    name: str
    root: Element
    texts: Sequence[str]
    bounds: Bounds
    _lines: dict[int, Lines] = field(default_factory=dict)

    def plan(self, tags: Tags) -> Growth:
        """Find the rows that stand for those of tables; raise `ConfigError` for a row that stands for two tables."""
        self._number_all()
        for row in all_of(self.root, "row"):
            found = tags.lines_of([text for cell in row if "{{" in (text := self._text(cell))])
            number = int(row.get("r", "0"))
            if found:
                self.bounds.repeat(len(etree.tostring(row)), len(found[0].rows))
            if len(found) > 1:
                named = " and ".join(one.tag for one in found)
                raise ConfigError(
                    f"row {number} of sheet {self.name} of the template has tags of {named}: use two rows"
                )
            if found:
                self._lines[number] = found[0]
        growth = Growth.of({number: max(1, len(lines.rows)) for number, lines in self._lines.items()})
        if growth.before[-1] > MOST_ROWS // 2:
            raise ConfigError(f"sheet {self.name} of the template would have too many rows: use fewer tables")
        return growth

    def fill(self, tags: Tags, styles: Styles, growth_of: GrowthOf) -> None:
        """Fill all cells, and move what is to move; `growth_of` knows each sheet by its name, and this one by None."""
        growth = growth_of(None)
        if growth.rows:
            self._unshare()
        self._move_around(growth, growth_of)
        for rows in all_of(self.root, "sheetData"):
            placed = [made for row in rows for made in self._placed(row, tags, styles, growth_of)]
            rows[:] = placed
        for margin in all_of(self.root, *_MARGINS):
            if margin.text and tags_in(margin.text):
                margin.text = tags.said(margin.text, f"the margin of {self.name}", double="&")
        for bounds in list(all_of(self.root, "dimension")):
            bounds.getparent().remove(bounds)  # type: ignore[union-attr]

    # --- rows and cells ---

    def _number_all(self) -> None:
        """Give each row and cell its address, which may be left out where it follows from the one before."""
        last = 0
        for row in all_of(self.root, "row"):
            last = row_number(row.get("r", str(last + 1)))
            row.set("r", str(last))
            column = 0
            for cell in all_of(row, "c"):
                column = column_of(cell.get("r", "")) if cell.get("r") else column + 1
                cell.set("r", f"{letters(column)}{last}")

    def _placed(self, row: Element, tags: Tags, styles: Styles, growth_of: GrowthOf) -> Iterator[Element]:
        """A row where it then stands, or all rows that it stands for."""
        number = int(row.get("r", "0"))
        lines, first = self._lines.get(number), growth_of(None).first(number)
        if lines is None:
            self._fill_row(row, first, tags, styles, growth_of, None, None)
            yield row
            return
        for place, held in enumerate(lines.rows or (_NOBODY,)):
            made = deepcopy(row)
            self._fill_row(made, first + place, tags, styles, growth_of, held, number)
            if not lines.rows:
                self._say_empty(made, row, lines)
            yield made

    def _fill_row(
        self, row: Element, at: int, tags: Tags, styles: Styles, growth_of: GrowthOf, held: Row | None, of: int | None
    ) -> None:
        """Fill a row that then stands `at`; a copy of row `of` is of the row `held` of a table."""
        row.set("r", str(at))
        own = None if of is None else (of, at)
        for cell in all_of(row, "c"):
            self.bounds.wait()
            text, where = self._text(cell), f"{self.name}!{cell.get('r')}"
            cell.set("r", f"{letters_of(cell.get('r', ''))}{at}")
            formula = next(all_of(cell, "f"), None)
            if formula is not None:
                tags.in_formulas += [Place(tag, where) for tag in tags_in(formula.text or "")]
                formula.text = in_formula(formula.text or "", growth_of, own)
                if "ref" in formula.attrib:
                    formula.set("ref", in_ranges(formula.get("ref", ""), growth_of(None)))
                _without_value(cell)
            elif tags_in(text):
                put(cell, tags.filled(text, where, held), tags, styles)

    def _say_empty(self, made: Element, row: Element, lines: Lines) -> None:
        """In the row of a table without rows its first cell with a tag says so."""
        for cell, before in zip(all_of(made, "c"), all_of(row, "c"), strict=True):
            if any(tag.rpartition(".")[0] == lines.tag for tag in tags_in(self._text(before))):
                put_text(cell, lines.empty)
                return

    def _text(self, cell: Element) -> str:
        """The text of a cell; "" of any other."""
        if cell.get("t") == "s":
            place = next((one.text or "" for one in all_of(cell, "v")), "")
            return self.texts[int(place)] if place.isdecimal() and int(place) < len(self.texts) else ""
        return text_of(cell) if cell.get("t") == "inlineStr" else ""

    # --- what refers to rows ---

    def _unshare(self) -> None:
        """Write out formulas that several cells share: their rows will not lie as they did."""
        masters: dict[str, tuple[str, str]] = {}
        for formula in all_of(self.root, "f"):
            self.bounds.wait()
            cell = formula.getparent()
            if formula.get("t") != "shared" or cell is None:
                continue
            address = cell.get("r", "A1")
            if formula.text:
                masters[formula.get("si", "")] = (formula.text, address)
            text, origin = masters.get(formula.get("si", ""), ("", address))
            columns = number_of(letters_of(address)) - number_of(letters_of(origin))
            formula.text = copied(text, row_of(address) - row_of(origin), columns)
            for name in {"t", "si", "ref"} & set(formula.attrib):
                del formula.attrib[name]

    def _move_around(self, growth: Growth, growth_of: GrowthOf) -> None:
        """Move all but the rows: merged cells, conditions, checks, links, filters, breaks, what is selected."""
        parts = [part for part in self.root if part.tag != self.root.tag.replace("worksheet", "sheetData")]
        for one in [one for part in parts for one in part.iter("*")]:
            self.bounds.wait()
            name = one.tag.rpartition("}")[2]
            if name == "mergeCell":
                self._merge(one, growth)
                continue
            _move_ranges(one, growth)
            if name in _FORMULAS and one.text:
                one.text = in_formula(one.text, growth_of)
            elif name == "sqref" and one.text:
                one.text = in_ranges(one.text, growth)
            elif name == "brk" and (one.getparent().tag.endswith("rowBreaks")):  # type: ignore[union-attr]
                one.set("id", str(growth.last(int(one.get("id", "0")))))

    def _merge(self, merged: Element, growth: Growth) -> None:
        """Cells merged within a repeated row are merged in each of its copies; others move and grow."""
        begin, _, end = merged.get("ref", "").partition(":")
        row = row_of(begin)
        if row not in self._lines or row_of(end or begin) != row:
            merged.set("ref", in_ranges(merged.get("ref", ""), growth))
            return
        parent = merged.getparent()
        assert parent is not None
        first, last = letters_of(begin), letters_of(end or begin)
        place = parent.index(merged)
        parent.remove(merged)
        for copy, at in enumerate(range(growth.first(row), growth.last(row) + 1)):
            self.bounds.wait()
            made = deepcopy(merged)
            made.set("ref", f"{first}{at}:{last}{at}")
            parent.insert(place + copy, made)
        parent.set("count", str(len(parent)))


def _move_ranges(one: Element, growth: Growth) -> None:
    """Move the ranges that an element is of, and the single cell that is selected or seen first."""
    for attribute in (*_RANGES, *_SINGLE):
        if attribute in one.attrib:
            moved = in_ranges(one.get(attribute, ""), growth)
            one.set(attribute, moved.partition(":")[0] if attribute in _SINGLE else moved)


def put(cell: Element, said: Cell, tags: Tags, styles: Styles) -> None:
    """Put into a cell what stands there instead of its tag; its style stays, with the signs of the number's marks."""
    if isinstance(said, Number) and said.value is not None:
        _without_value(cell)
        value = cell.makeelement(cell.tag[:-1] + "v", {})
        value.text = repr(said.value)
        cell.append(value)
        signs = signs_of(said.marks)
        if signs:
            cell.set("s", str(styles.signed(int(cell.get("s", "0")), signs)))
    else:
        put_text(cell, tags.shown(said))


def put_text(cell: Element, text: str) -> None:
    """Put a text into a cell, which is a text whatever it begins with."""
    _without_value(cell)
    if not text:
        return
    cell.set("t", "inlineStr")
    space = cell.tag[:-1]
    held = cell.makeelement(space + "is", {})
    said = held.makeelement(space + "t", {_SPACE: "preserve"})
    said.text = "".join(letter for letter in text[:_LONGEST] if letter.isprintable() or letter in "\n\t")
    held.append(said)
    cell.append(held)


def text_of(held: Element) -> str:
    """A text, of however many pieces, without aids to its pronunciation."""
    pieces = (one for one in all_of(held, "t") if next(one.iterancestors("{*}rPh"), None) is None)
    return "".join(one.text or "" for one in pieces)


def _without_value(cell: Element) -> None:
    if "t" in cell.attrib:
        del cell.attrib["t"]
    for held in [one for one in cell if one.tag.rpartition("}")[2] in ("v", "is")]:
        cell.remove(held)


def by_name(grown: Mapping[str, Growth], own: str = "") -> GrowthOf:
    """What knows how each sheet grows by its name, and this one by None; one that nobody knows does not."""
    return lambda name: grown.get((own if name is None else name).casefold(), Growth())
