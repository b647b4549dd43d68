"""Workbooks for tests, written part by part: what a spreadsheet would write, and what none would."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DATED = 1
"""The style that shows dates; style 2 shows a time of day, style 0 numbers."""
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" \
formatCode="[$-419]d\\ mmm\\ yyyy;@"/></numFmts><fonts count="1"><font><sz val="11"/></font></fonts><fills count="1">\
<fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1">\
<xf numFmtId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" xfId="0"/><xf numFmtId="164" xfId="0"/>\
<xf numFmtId="20" xfId="0"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


@dataclass(frozen=True)
class Number:
    """A number as its text stands in the file, and its style."""

    text: str
    style: int = 0


@dataclass(frozen=True)
class Formula:
    """A formula and the value that was computed; None: nobody computed it."""

    text: str
    value: str | None = None
    kind: str = "n"


Content = str | Number | Formula | None
Rows = Sequence[Sequence[Content]]


def day(serial: int | str) -> Number:
    """A serial number that is shown as a date."""
    return Number(str(serial), DATED)


@dataclass(frozen=True)
class Tab:
    """A sheet: its rows from the first on, ranges that are merged, and whether it is seen."""

    rows: Rows
    merged: Sequence[str] = ()
    state: str = "visible"


def column(number: int) -> str:
    """The letters of a column, from 0."""
    return (chr(64 + number // 26) if number >= 26 else "") + chr(65 + number % 26)


def _cell(ref: str, content: Content, texts: dict[str, int]) -> str:
    if content is None:
        return ""
    if isinstance(content, Number):
        return f'<c r="{ref}" s="{content.style}"><v>{content.text}</v></c>'
    if isinstance(content, Formula):
        value = "" if content.value is None else f"<v>{escape(content.value)}</v>"
        return f'<c r="{ref}" t="{content.kind}"><f>{escape(content.text)}</f>{value}</c>'
    return f'<c r="{ref}" t="s"><v>{texts.setdefault(content, len(texts))}</v></c>'


def sheet_xml(tab: Tab, texts: dict[str, int]) -> str:
    """The part of a sheet; texts are numbered in `texts`."""
    rows = "".join(
        f'<row r="{number}">{"".join(_cell(f"{column(at)}{number}", one, texts) for at, one in enumerate(row))}</row>'
        for number, row in enumerate(tab.rows, 1)
        if any(one is not None for one in row)
    )
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in tab.merged)
    merged = f'<mergeCells count="{len(tab.merged)}">{merged}</mergeCells>' if merged else ""
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{merged}</worksheet>'


def parts(tabs: Mapping[str, Tab], *, since_1904: bool = False) -> dict[str, str]:
    """The parts of a workbook by name."""
    texts: dict[str, int] = {}
    sheets = {f"xl/worksheets/sheet{number}.xml": sheet_xml(tab, texts) for number, tab in enumerate(tabs.values(), 1)}
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" state="{tab.state}" r:id="rId{number}"/>'
        for number, (name, tab) in enumerate(tabs.items(), 1)
    )
    related = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(tabs) + 1)]
    related += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
    types = [(f"/xl/{target}", f"{_BOOK}.{kind}+xml") for kind, target in related]
    types.append(("/xl/workbook.xml", f"{_BOOK}.sheet.main+xml"))
    pr = '<workbookPr date1904="1"/>' if since_1904 else "<workbookPr/>"
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types)
        + "</Types>",
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{pr}<sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(related),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">'
        + "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
        + "</sst>",
        **sheets,
    }


def _relations(related: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(related, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'


def packed(held: Mapping[str, str | bytes]) -> bytes:
    """An archive of parts, the same bytes for the same parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in held.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, text, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def workbook(tabs: Mapping[str, Tab] | Rows, *, since_1904: bool = False) -> bytes:
    """A workbook of sheets, or of the rows of one sheet."""
    held = tabs if isinstance(tabs, Mapping) else {"Лист1": Tab(tabs)}
    return packed(parts(held, since_1904=since_1904))
