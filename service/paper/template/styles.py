"""The styles of a template, and those that are added: the same with the signs of a number's marks behind it."""

import re
from collections.abc import Iterator
from copy import deepcopy

from service.paper.template.archive import Element, all_of

_BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 48: "##0.0E+0",
}  # fmt: skip
"""Number formats that no workbook spells out; the others are of dates and fractions."""
_FIRST_OWN = 164
_SECTION = re.compile(r'(?:"[^"]*"|\\.|[^;"\\])+')


class Styles:
    """The styles of a workbook by number; `root` is the part, or None where there is none."""

    def __init__(self, root: Element | None) -> None:
        self._root = root
        self._made: dict[tuple[int, str], int] = {}

    def signed(self, style: int, signs: str) -> int:
        """The number of the style that is like another, with signs behind the number."""
        looks = None if self._root is None else next(all_of(self._root, "cellXfs"), None)
        if looks is None or not signs or style >= len(looks):
            return style
        if (style, signs) not in self._made:
            look = deepcopy(looks[style])
            look.set("numFmtId", str(self._format(self._code(int(look.get("numFmtId", "0"))), signs)))
            look.set("applyNumberFormat", "1")
            looks.append(look)
            looks.set("count", str(len(looks)))
            self._made[style, signs] = len(looks) - 1
        return self._made[style, signs]

    def _formats(self) -> Iterator[Element]:
        assert self._root is not None
        return all_of(self._root, "numFmt")

    def _code(self, number: int) -> str:
        own = {one.get("numFmtId"): one.get("formatCode", "General") for one in self._formats()}
        return own.get(str(number), _BUILT_IN.get(number, "General"))

    def _format(self, code: str, signs: str) -> int:
        """The number of a new format: each section of it that is of numbers has the signs at its end."""
        assert self._root is not None
        sections = _SECTION.findall(code) or ["General"]
        made = ";".join(f'{one}"{signs}"' if place < 3 else one for place, one in enumerate(sections))
        held = next(all_of(self._root, "numFmts"), None)
        if held is None:
            space = self._root.tag.rpartition("}")[0]
            held = self._root.makeelement(f"{space}}}numFmts" if space else "numFmts", {})
            self._root.insert(0, held)
        taken = [int(one.get("numFmtId", "0")) for one in self._formats()]
        number = max([_FIRST_OWN - 1, *taken]) + 1
        held.append(held.makeelement(held.tag.replace("numFmts", "numFmt"), {}))
        held[-1].set("numFmtId", str(number))
        held[-1].set("formatCode", made)
        held.set("count", str(len(held)))
        return number
