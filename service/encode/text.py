"""Arrays as text, whole columns at a time: numbers and instants as JSON and CSV spell them, in pieces.

A piece is never made of one reading alone: what costs a microsecond there costs a second in ten years of a basin.
"""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import numpy as np
import orjson

SLICE = 1 << 17
"""So many readings are spelled at once: ten hourly years and more, about two megabytes of text a column."""

Piece = bytes | memoryview
_FIRST_PIECE, _PIECE = 1 << 16, 1 << 22
"""Bytes in which an answer begins and goes on: each piece costs the sender more than its bytes do, and the asker waits
for the first."""
_DAY = 86_400
_CALENDAR = (np.datetime64("1900-01-01"), np.datetime64("2100-01-01"))
"""Days that are spelled once and looked up after that: all of which gauges speak but for errors."""
_WIDTH = len("2026-05-01T08:00:00Z")
_LONG = 1 << 13


def gathered(pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth sending, the later ones larger."""
    held: list[Piece] = []
    size, wanted = 0, min(_FIRST_PIECE, _PIECE)
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= wanted:
            yield b"".join(held)
            held, size, wanted = [], 0, min(2 * wanted, _PIECE)
    if held:
        yield b"".join(held)


def spoken_of(entries: np.ndarray) -> np.ndarray | None:
    """Where somebody spoke (bool), of indices of entries; None where that is everywhere, as it mostly is."""
    return entries >= 0 if len(entries) and entries.min() < 0 else None


def slices(length: int) -> list[slice]:
    """Consecutive slices of a column that are spelled at once."""
    return [slice(first, min(first + SLICE, length)) for first in range(0, length, SLICE)]


def numbers(values: np.ndarray) -> Iterator[Piece]:
    """A JSON array of numbers, the shortest that are read back the same; null for NaN."""
    return _array(_numbers(values[part]) for part in slices(len(values)))


def counts(values: np.ndarray, spoken: np.ndarray | None) -> Iterator[Piece]:
    """A JSON array of integers that are never negative; null where `spoken` (bool) is false, if it is given."""
    if spoken is None:
        return numbers(values)
    parts = (_numbers(np.where(spoken[part], values[part], -1)) for part in slices(len(values)))
    return _array(part.replace(b"-1", b"null") for part in parts)


def cells(values: np.ndarray) -> bytes:
    """The numbers of one slice, a comma before each; nothing after it for NaN, or where an integer is below nought."""
    text = _numbers(values)
    if values.dtype.kind == "f":
        # Of all that a number is spelled with, none is a letter of `null`.
        text = text.translate(None, b"nul") if np.isnan(values).any() else text
    elif len(values) and values.min() < 0:
        text = text.replace(b"-1", b"")
    return b"," + text[1:-1]


def _numbers(values: np.ndarray) -> bytes:
    return orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY)


def _array(arrays: Iterable[bytes]) -> Iterator[Piece]:
    """Several JSON arrays as one."""
    yield b"["
    for place, text in enumerate(arrays):
        if place:
            yield b","
        yield memoryview(text)[1:-1]
    yield b"]"


def instants(time: np.ndarray) -> Iterator[Piece]:
    """A JSON array of instants in UTC, of seconds since 1970."""
    yield b"["
    for place, part in enumerate(slices(len(time))):
        yield spelled(time[part], b',"', b'"')[0 if place else 1 :]
    yield b"]"


def spelled(time: np.ndarray, before: bytes = b"", after: bytes = b"") -> memoryview:
    """Rising seconds since 1970 as `2026-05-01T08:00:00Z`, one after the other without a gap, each between the two."""
    return _spelled_before(time.tobytes(), before, after) if len(time) >= _LONG else _spelled(time, before, after)


@lru_cache(maxsize=4)
def _spelled_before(seconds: bytes, before: bytes, after: bytes) -> memoryview:
    """The same of a long axis, which the series of a collection share: it is spelled once for all of them."""
    return _spelled(np.frombuffer(seconds, dtype=np.int64), before, after)


def _spelled(time: np.ndarray, before: bytes, after: bytes) -> memoryview:
    day = time // _DAY
    second = time - day * _DAY
    low, high = (bound.astype(np.int64) for bound in _CALENDAR)
    known = len(day) and low <= day[0] and day[-1] < high
    dates = _calendar(before)[day - low] if known else _dates(day, before)
    clocks = _clocks(after)
    made = np.empty(len(time), dtype=[("date", dates.dtype), ("clock", clocks.dtype)])
    made["date"] = dates
    made["clock"] = clocks[second]
    return memoryview(made.view(np.uint8).data)


def span(time: np.ndarray) -> str:
    """The first and the last of rising times as EDR writes an interval; `../..` where there is none."""
    if not len(time):
        return "../.."
    text = spelled(time[[0, -1]]).tobytes().decode()
    return f"{text[:_WIDTH]}/{text[_WIDTH:]}"


@cache
def _calendar(before: bytes) -> np.ndarray:
    return _dates(np.arange(*_CALENDAR).astype(np.int64), before)


def _dates(days: np.ndarray, before: bytes) -> np.ndarray:
    """Days since 1970 as text, each an item of bytes."""
    day = days.astype("datetime64[D]")
    month, year = day.astype("datetime64[M]"), day.astype("datetime64[Y]")
    text = _filled(len(days), before + b"0000-00-00")
    start = len(before)
    _put(text, start, year.astype(np.int64) + 1970, 4)
    _put(text, start + 5, (month - year.astype("datetime64[M]")).astype(np.int64) + 1, 2)
    _put(text, start + 8, (day - month.astype("datetime64[D]")).astype(np.int64) + 1, 2)
    return _items(text)


@cache
def _clocks(after: bytes) -> np.ndarray:
    """Every second of a day as text."""
    second = np.arange(_DAY)
    text = _filled(_DAY, b"T00:00:00Z" + after)
    _put(text, 1, second // 3600, 2)
    _put(text, 4, second // 60 % 60, 2)
    _put(text, 7, second % 60, 2)
    return _items(text)


def _filled(count: int, pattern: bytes) -> np.ndarray:
    return np.tile(np.frombuffer(pattern, dtype=np.uint8), (count, 1))


def _put(text: np.ndarray, at: int, numbers: np.ndarray, digits: int) -> None:
    for place in range(digits):
        text[:, at + place] = numbers // 10 ** (digits - 1 - place) % 10 + ord("0")


def _items(text: np.ndarray) -> np.ndarray:
    return text.view(f"V{text.shape[1]}").reshape(len(text))
