"""Arrays as bytes (XDR, big-endian) and as text, in pieces."""

import struct
from collections.abc import Iterable, Iterator

import numpy as np

from service.opendap.constraint import Wanted
from service.opendap.layout import Variable
from service.opendap.text import quoted


def size(variable: Variable, shape: tuple[int, ...]) -> int:
    """How many bytes an array of numbers of that shape takes."""
    values = int(np.prod(shape)) * variable.wire.itemsize
    return 8 + values + -values % 4


def numbers(variable: Variable, shape: tuple[int, ...], parts: Iterable[np.ndarray]) -> Iterator[bytes]:
    """An array of numbers, whose values come in parts one after the other: its length twice, then the values."""
    length = int(np.prod(shape))
    yield struct.pack(">ii", length, length)
    for part in parts:
        yield part.astype(variable.wire, copy=False).tobytes()
    # Bytes are packed, and filled up to a multiple of four.
    yield b"\0" * (-length * variable.wire.itemsize % 4)


def texts(values: np.ndarray) -> bytes:
    """An array of texts: how many, then each with its length in bytes of UTF-8, filled up to a multiple of four."""
    pieces = [struct.pack(">i", values.size)]
    for text in values.tolist():
        said = text.encode()
        pieces.append(struct.pack(">i", len(said)) + said + b"\0" * (-len(said) % 4))
    return b"".join(pieces)


def ascii_of(asked: Wanted, parts: Iterable[np.ndarray]) -> Iterator[str]:
    """The values as lines of text: a row a line, with the place of the row before it; unrounded."""
    yield f"{asked.name}{''.join(f'[{length}]' for length in asked.shape)}\n"
    row = 0
    for part in parts:
        for values in part if part.ndim > 1 else [part]:
            said = ", ".join(quoted(value) if isinstance(value, str) else str(value) for value in values.tolist())
            yield f"[{row}], {said}\n" if part.ndim > 1 else f"{said}\n"
            row += 1
    yield "\n"
