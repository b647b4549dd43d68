"""A template filled: its sheets, and what refers to them from charts, drawings, lists, remarks and names."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from record.errors import ConfigError
from service.paper.paper import Paper
from service.paper.template.archive import Element, Reader, all_of, opened, packed, related, written
from service.paper.template.bounds import Bounds
from service.paper.template.references import Growth, in_formula, in_ranges
from service.paper.template.sheet import GrowthOf, Sheet, by_name, text_of
from service.paper.template.styles import Styles
from service.paper.template.tags import Place, Tags, tags_in

_WORKBOOK = "xl/workbook.xml"
_TYPES = "[Content_Types].xml"
_BEFORE_CALC = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames",
)  # fmt: skip
_MOVED = ("drawing", "vmlDrawing", "table", "comments")
"""Parts that say where something lies on a sheet: rows of drawings count from nought, lists and remarks have ranges."""
_NAMED = 10
"""So many tags are named one by one."""
_CACHES = ("numCache", "strCache", "multiLvlStrCache")


@dataclass(frozen=True, slots=True)
class Filled:
    """A workbook, and the tags of its template that the paper does not have, each with its cell."""

    body: bytes
    lacking: tuple[Place, ...]


def fill(template: bytes, paper: Paper, clock: Callable[[], float] = time.monotonic) -> Filled:
    """The workbook of a template (.xlsx), filled; the same paper gives the same bytes.

    What this paper lacks and another may have is shown as missing, and named. Raises `ConfigError` for a template that
    cannot be read or takes too much, and, naming each with its cell, for tags that no paper has and tags in formulas.
    """
    bounds = Bounds(clock)
    tags = Tags(paper, bounds)
    made = _filled(template, tags, bounds)
    _refuse("tags that no report has", tags.unknown, "write them as docs/formats-of-reports.md names them")
    _refuse("tags within formulas", tags.in_formulas, "put each into a cell of its own, and let the formula name that")
    return Filled(made, tuple(dict.fromkeys(tags.absent)))


def _refuse(what: str, found: Sequence[Place], how: str) -> None:
    if found:
        named = [str(one) for one in dict.fromkeys(found)]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise ConfigError(f"the template has {what}: {', '.join(named[:_NAMED])}{more}: {how}")


def _filled(template: bytes, tags: Tags, bounds: Bounds) -> bytes:
    parts = opened(template)
    filling = _Filling(parts, tags, bounds)
    try:
        filling.fill()
    except (ValueError, LookupError, AssertionError, TypeError, AttributeError, etree.LxmlError) as fault:
        # An address, a number or an order that no program for spreadsheets writes.
        said = " ".join(str(fault).split())[:120]
        raise ConfigError(f"the template is not written as workbooks are ({said}): save it anew as .xlsx") from None
    parts.update({name: written(root) for name, root in filling.roots.items()})
    return packed({name: body for name, body in parts.items() if name not in filling.dropped})


class _Filling:
    """A template being filled: the `roots` of the parts that change, and those that are `dropped`."""

    def __init__(self, parts: Mapping[str, bytes], tags: Tags, bounds: Bounds) -> None:
        self.parts, self.tags, self.bounds = parts, tags, bounds
        self.roots: dict[str, Element] = {}
        self.dropped: set[str] = set()
        self._reader = Reader(bounds)
        self._related = related(parts, _WORKBOOK, self._reader)

    def root(self, name: str) -> Element:
        """A part that may change."""
        if name not in self.parts:
            raise ConfigError(f"part {name[:80]} of the template is not there: save it anew as .xlsx")
        if name not in self.roots:
            self.roots[name] = self._reader.read(name, self.parts[name])
        return self.roots[name]

    def fill(self) -> None:
        """Fill all there is."""
        shared = self._first("sharedStrings")
        items = [] if shared is None else list(all_of(self.root(shared), "si"))
        texts = [text_of(item) for item in items]
        sheets = {path: Sheet(name, self.root(path), texts, self.bounds) for name, path in self._sheets()}
        grown = {sheet.name.casefold(): sheet.plan(self.tags) for sheet in sheets.values()}
        looks = self._first("styles")
        styles = Styles(None if looks is None else self.root(looks))
        for path, sheet in sheets.items():
            sheet.fill(self.tags, styles, by_name(grown, sheet.name))
            self._around(path, grown[sheet.name.casefold()])
        for item, text in zip(items, texts, strict=True):
            if tags_in(text):
                item[:] = [item.makeelement(item.tag[:-2] + "t", {})]
        self._drawn(by_name(grown))
        self._names(by_name(grown))
        self._calculate()

    def _first(self, kind: str) -> str | None:
        return next((path for found, path in self._related.values() if found == kind), None)

    def _sheets(self) -> Iterator[tuple[str, str]]:
        """The sheets of cells by name and part."""
        for sheet in all_of(self.root(_WORKBOOK), "sheet"):
            relation = next((str(value) for name, value in sheet.items() if str(name).endswith("}id")), "")
            kind, path = self._related.get(relation, ("", ""))
            if kind == "worksheet":
                yield sheet.get("name", ""), path

    def _around(self, path: str, growth: Growth) -> None:
        """What belongs to a sheet and stands in parts of its own: where drawings are, lists of cells, remarks."""
        if not growth.rows:
            return
        for kind, name in related(self.parts, path, self._reader).values():
            if kind in _MOVED and name in self.parts:
                root = self.root(name)
                for row in all_of(root, "row", "Row"):
                    row.text = str(growth.first(int(row.text or "0") + 1) - 1)
                for one in root.iter("*"):
                    self.bounds.wait()
                    if "ref" in one.attrib:
                        one.set("ref", in_ranges(one.get("ref", ""), growth))

    def _drawn(self, growth_of: GrowthOf) -> None:
        """Charts and drawings: their texts, and the cells that charts show; what they remember of these is let go."""
        for name in self.parts:
            if not (name.startswith(("xl/charts/chart", "xl/drawings/drawing")) and name.endswith(".xml")):
                continue
            root = self.root(name)
            for text in all_of(root, "t"):
                if text.text and tags_in(text.text):
                    text.text = self.tags.said(text.text, name.rpartition("/")[2])
            for formula in all_of(root, "f"):
                self.bounds.wait()
                formula.text = in_formula(formula.text or "", growth_of)
            for cache in list(all_of(root, *_CACHES)):
                parent = cache.getparent()
                if parent is not None:
                    parent.remove(cache)

    def _names(self, growth_of: GrowthOf) -> None:
        for name in all_of(self.root(_WORKBOOK), "definedName"):
            self.bounds.wait()
            name.text = in_formula(name.text or "", growth_of)

    def _calculate(self) -> None:
        """Have whoever opens the workbook calculate it: no formula keeps what it was before the template was filled."""
        root = self.root(_WORKBOOK)
        calculation = next(all_of(root, "calcPr"), None)
        if calculation is None:
            space = root.tag.rpartition("}")[0]
            calculation = root.makeelement(f"{space}}}calcPr" if space else "calcPr", {})
            before = [one for one in root if str(one.tag).rpartition("}")[2] in _BEFORE_CALC]
            root.insert(root.index(before[-1]) + 1 if before else 0, calculation)
        calculation.set("fullCalcOnLoad", "1")
        types, chain = self.root(_TYPES), self._first("calcChain")
        for one in list(types):
            kind = one.get("ContentType", "")
            one.set("ContentType", kind.replace("spreadsheetml.template.main", "spreadsheetml.sheet.main"))
            if chain is not None and one.get("PartName", "").lstrip("/") == chain:
                types.remove(one)
        if chain is not None:
            self.dropped.add(chain)
            relations = self.root("xl/_rels/workbook.xml.rels")
            for one in [one for one in relations if one.get("Type", "").endswith("/calcChain")]:
                relations.remove(one)
