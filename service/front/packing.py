"""Packing bodies: whole ones, and streams piece by piece. Equal bytes are packed to equal bytes."""

import io
from typing import Any, Protocol

import pyarrow as pa
from isal import isal_zlib

from service.front.coding import Coding

WORTH_PACKING = 1_000
"""A body of fewer bytes fits one packet of the line with its header, and gains nothing."""
_ZSTD_LEVEL, _GZIP_LEVEL = 3, 2
_GZIP_FRAME = 31
"""The window of 32 KiB, in the frame of gzip, whose header bears no time."""


def packed(body: bytes, coding: Coding) -> bytes:
    """A whole body in one frame."""
    if coding is Coding.ZSTD:
        made: bytes = pa.Codec("zstd", _ZSTD_LEVEL).compress(body, asbytes=True)
        return made
    packer = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _GZIP_FRAME)
    return packer.compress(body) + packer.flush()


class Packer(Protocol):
    """Packs a stream: each piece can be read by itself as soon as it came, and `end` closes the frame."""

    def piece(self, body: bytes) -> bytes:
        """What the asker is sent for a piece."""

    def end(self) -> bytes:
        """What closes the frame."""


def packer(coding: Coding) -> Packer:
    """A packer for one stream."""
    return _Zstd() if coding is Coding.ZSTD else _Gzip()


class _Gzip:
    def __init__(self) -> None:
        self._packer = isal_zlib.compressobj(_GZIP_LEVEL, isal_zlib.DEFLATED, _GZIP_FRAME)

    def piece(self, body: bytes) -> bytes:
        return self._packer.compress(body) + self._packer.flush(isal_zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._packer.flush()


class _Zstd:
    def __init__(self) -> None:
        self._sink = io.BytesIO()
        self._out: Any = pa.CompressedOutputStream(pa.PythonFile(_Kept(self._sink), mode="w"), "zstd")

    def piece(self, body: bytes) -> bytes:
        self._out.write(body)
        self._out.flush()
        return self._taken()

    def end(self) -> bytes:
        self._out.close()
        return self._taken()

    def _taken(self) -> bytes:
        made = self._sink.getvalue()
        self._sink.seek(0)
        self._sink.truncate()
        return made


class _Kept(io.RawIOBase):
    """A file that stays open when the stream over it closes."""

    def __init__(self, sink: io.BytesIO) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, body: Any) -> int:
        return self._sink.write(body)
