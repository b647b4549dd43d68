"""The parts of a workbook: files in a ZIP archive, unpacked within bounds, and packed again the same way always."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from record.errors import ConfigError
from service.paper.template.bounds import Bounds

Element = etree._Element

MOST_PARTS = 2_000
MOST_UNPACKED = 64_000_000
"""Bytes of all parts together, as the archive declares them and as they turn out."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LOCKED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""All that `zipfile` raises over an archive that is damaged, locked or of an unknown kind."""
_CODING = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]*)""")
_CODINGS = (b"utf-8", b"utf-16", b"us-ascii")
"""In which parts of a workbook are written (ECMA-376-2, 8.2.4); in others a tag could look like anything."""
_HOW = "save it as .xlsx, without macros and without a password"


def opened(template: bytes) -> dict[str, bytes]:
    """The parts by name, in their order; raise `ConfigError` for what is no plain workbook, or too large for one."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            held = archive.infolist()
            _check(held)
            return dict(_unpacked(archive, held))
    except _BROKEN as fault:
        said = " ".join(str(fault).split())[:120] or type(fault).__name__
        raise ConfigError(f"the template is no workbook that can be unpacked ({said}): {_HOW}") from None


def _check(held: list[zipfile.ZipInfo]) -> None:
    names = {part.filename.casefold() for part in held}
    if len(held) > MOST_PARTS or len(names) < len(held):
        raise ConfigError(f"the template has a part twice, or more than {MOST_PARTS} parts: {_HOW}")
    if sum(part.file_size for part in held) > MOST_UNPACKED:
        raise ConfigError(f"the template unpacks to more than {MOST_UNPACKED} bytes: make it smaller")
    strange = any(part.flag_bits & _LOCKED or part.compress_type not in _METHODS for part in held)
    if strange or any(name.endswith(("vbaproject.bin", "workbook.bin")) for name in names):
        raise ConfigError(f"the template is locked, binary, or has macros: {_HOW}")
    if "xl/workbook.xml" not in names:
        raise ConfigError(f"the template has no xl/workbook.xml: {_HOW}")


def _unpacked(archive: zipfile.ZipFile, held: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    left = MOST_UNPACKED
    for part in held:
        with archive.open(part) as stream:
            body = stream.read(left + 1)
        left -= len(body)
        if left < 0:
            raise ConfigError(f"the template unpacks to more than {MOST_UNPACKED} bytes: make it smaller")
        yield part.filename, body


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The archive of the parts in their order; its times are those of no clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in parts.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()


@dataclass(slots=True)
class Reader:
    """Reads the parts of one template."""

    bounds: Bounds

    def read(self, name: str, body: bytes) -> Element:
        """The root of a part, read without trusting it; raise `ConfigError`."""
        coding = _CODING.match(body)
        if coding is not None and coding[1].lower() not in _CODINGS:
            raise ConfigError(f"part {name[:80]} of the template is written neither in UTF-8 nor in UTF-16: {_HOW}")
        # Counted before it is read: what it becomes then is fifty times as large.
        self.bounds.read(body.count(b"<") + body.count(b"="))
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
            remove_pis=True,
        )  # fmt: skip
        try:
            root = etree.fromstring(body, parser)
        except (etree.XMLSyntaxError, ValueError) as fault:
            said = " ".join(str(fault).split())[:120]
            raise ConfigError(
                f"part {name[:80]} of the template is not XML that can be read ({said}): {_HOW}"
            ) from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise ConfigError(f"part {name[:80]} of the template has a document type declaration: {_HOW}")
        return root


def written(root: Element) -> bytes:
    """A part as it is packed."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def all_of(root: Element, *names: str) -> Iterator[Element]:
    """Every element of these names below a root, whatever its namespace."""
    return root.iter(*(f"{{*}}{name}" for name in names))


def related(parts: Mapping[str, bytes], name: str, reader: Reader) -> dict[str, tuple[str, str]]:
    """What a part is related to, by the id of the relation: kind, and the name of the other part."""
    folder, _, file = name.rpartition("/")
    path = f"{folder}/_rels/{file}.rels"
    if path not in parts:
        return {}
    return {
        found.get("Id", ""): (found.get("Type", "").rpartition("/")[2], _target(folder, found.get("Target", "")))
        for found in all_of(reader.read(path, parts[path]), "Relationship")
        if found.get("TargetMode") != "External"
    }


def _target(folder: str, target: str) -> str:
    return posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target)).lstrip("/")
