"""The parts of a workbook: files in a ZIP archive, unpacked within bounds and never written anywhere."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from ingest.written.xml_tree import Element, parsed

MAX_PARTS = 2_000
MAX_UNPACKED = 64_000_000
"""Bytes of all parts together, as the archive declares them and as they turn out."""
MAX_SMALL = 8_000_000
"""Bytes of a part other than a sheet."""
_CHUNK = 1 << 16
_LOCKED = 0x1
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""All that `zipfile` raises over an archive that is damaged, locked or of an unknown kind."""


class WorkbookError(ValueError):
    """Why a workbook, or a sheet of it, cannot be read: one line."""


class Parts:
    """The parts of a workbook by name. Raises `WorkbookError` for what is no plain workbook."""

    def __init__(self, body: bytes) -> None:
        if body.startswith(_OLE):
            raise WorkbookError("an old .xls workbook, or one locked with a password: save it as .xlsx without one")
        try:
            self._archive = zipfile.ZipFile(BytesIO(body))
            held = self._archive.infolist()
        except _BROKEN as fault:
            raise WorkbookError(f"no workbook that can be unpacked: {_said(fault)}") from None
        self._held = {_plain(part.filename): part for part in held}
        self._check(held)
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._held

    def chunks(self, name: str, most: int = MAX_UNPACKED) -> Iterator[bytes]:
        """The bytes of a part, a piece at a time; raises `WorkbookError`."""
        size = 0
        try:
            with self._archive.open(self._part(name)) as stream:
                while piece := stream.read(_CHUNK):
                    size += len(piece)
                    self._unpacked += len(piece)
                    if size > most or self._unpacked > MAX_UNPACKED:
                        raise WorkbookError(f"its part {name} unpacks to more than {min(most, MAX_UNPACKED)} bytes")
                    yield piece
        except WorkbookError:
            raise
        except _BROKEN as fault:
            raise WorkbookError(f"its part {name} cannot be unpacked: {_said(fault)}") from None

    def xml(self, name: str) -> Element:
        """The root of a part that is small; raises `WorkbookError`."""
        root = parsed(b"".join(self.chunks(name, MAX_SMALL)))
        if isinstance(root, str):
            raise WorkbookError(f"its part {name}: {' '.join(root.split())}")
        return root

    def _part(self, name: str) -> zipfile.ZipInfo:
        part = self._held.get(_plain(name))
        if part is None:
            raise WorkbookError(f"its part {name[:80]!r} is not there")
        return part

    def _check(self, held: list[zipfile.ZipInfo]) -> None:
        if len(held) > MAX_PARTS:
            raise WorkbookError(f"an archive of {len(held)} parts: a workbook has at most {MAX_PARTS}")
        if len(self._held) < len(held):
            raise WorkbookError("an archive that holds a part twice")
        if sum(part.file_size for part in held) > MAX_UNPACKED:
            raise WorkbookError(f"an archive that unpacks to more than {MAX_UNPACKED} bytes")
        if any(part.flag_bits & _LOCKED for part in held):
            raise WorkbookError("an archive locked with a password: send it without one")
        if any(part.compress_type not in _METHODS for part in held):
            raise WorkbookError("an archive packed in a way that no spreadsheet uses")
        if any(name.endswith("vbaproject.bin") for name in self._held):
            raise WorkbookError("a workbook with macros (.xlsm): save it as .xlsx")
        if "xl/workbook.bin" in self._held:
            raise WorkbookError("a binary workbook (.xlsb): save it as .xlsx")


def target_of(base: str, target: str) -> str:
    """The name of the part that a relationship of the part `base` leads to."""
    path = target if target.startswith("/") else posixpath.join(posixpath.dirname(base), target)
    return posixpath.normpath(path).lstrip("/")


def _plain(name: str) -> str:
    """Names of parts are the same in capitals, and some programs write them with the wrong slash."""
    return name.replace("\\", "/").lstrip("/").casefold()


def _said(fault: BaseException) -> str:
    return " ".join(str(fault).split())[:200] or type(fault).__name__
