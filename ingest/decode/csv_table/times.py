"""A column of local times, read all at once where they are written in figures of a fixed width."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import repeat
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ingest.written.table.cell import BLANKS, read_time

_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_TOP = {"H": 23, "M": 59, "S": 59}
_YEARS = (100, 9998)
"""Years in which no zone can push a time out of the calendar."""
_NOUGHT = ord("0")
_DAY = 86_400
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local days are counted from it
_KEPT = 100_000
"""Texts whose meaning is kept in mind."""


class Times:
    """Reads the times of a form in a zone.

    A text that has not exactly the width of the form, that is in no calendar, or whose day had a change of clocks is
    read by itself, as `read_time` reads it: so nothing is read otherwise for being read quickly.
    """

    def __init__(self, form: str, zone: ZoneInfo) -> None:
        self._form, self._zone = form, zone
        self._layout = _Layout.of(form)
        self._offsets: dict[int, int] = {}
        self._known: dict[str, int | None] = {}

    def read(self, cells: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Seconds since 1970 in UTC, and of which cells they are known; the others hold no time of whole seconds."""
        texts = list(map(str.strip, cells, repeat(BLANKS)))
        time, known = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts), dtype=bool)
        if self._layout is not None:
            time, known = self._layout.read(texts)
            offset, plain = self._offset(time // _DAY)
            time, known = time - offset, known & plain
        for at in np.flatnonzero(~known).tolist():
            seconds = self._alone(texts[at])
            if seconds is not None:
                time[at], known[at] = seconds, True
        return time, known

    def _offset(self, day: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Seconds that local time is ahead of UTC on each local day since 1970, and whether it was so all day long."""
        days, place = np.unique(day, return_inverse=True)
        for one in days.tolist():
            if one not in self._offsets:
                self._offsets[one] = _offset_all_day(one, self._zone)
        offsets = np.array([self._offsets[one] for one in days.tolist()], dtype=np.int64)[place]
        return offsets, offsets != _CHANGES

    def _alone(self, text: str) -> int | None:
        if text not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            time = read_time(text, self._form, self._zone)
            whole = not isinstance(time, str) and not time.microsecond
            self._known[text] = int(time.timestamp()) if whole and not isinstance(time, str) else None
        return self._known[text]


_CHANGES = _DAY * 2
"""Stands for the offset of a day on which it changes."""


def _offset_all_day(day: int, zone: ZoneInfo) -> int:
    """No zone ever went there and back within a day: the shortest such spell known is of four days."""
    first = _EPOCH + timedelta(days=day)
    edges = [edge.replace(tzinfo=zone, fold=fold) for edge in (first, first + timedelta(days=1)) for fold in (0, 1)]
    offsets = {edge.utcoffset() or timedelta() for edge in edges}
    return int(offsets.pop().total_seconds()) if len(offsets) == 1 else _CHANGES


class _Layout:
    """Where the figures of a form stand."""

    def __init__(self, fields: dict[str, int], literals: dict[int, str], width: int) -> None:
        self._fields, self._literals, self._width = fields, literals, width

    @classmethod
    def of(cls, form: str) -> "_Layout | None":
        """None where a part of the form has no fixed width, or no day is named by it."""
        fields: dict[str, int] = {}
        literals: dict[int, str] = {}
        width, signs = 0, iter(form)
        for sign in signs:
            letter = next(signs, "") if sign == "%" else None
            if letter is None:
                literals[width] = sign
            elif letter in fields or letter not in _WIDTHS:
                return None
            else:
                fields[letter] = width
            width += 1 if letter is None else _WIDTHS[letter]
        return cls(fields, literals, width) if {"Y", "m", "d"} <= fields.keys() else None

    def read(self, texts: list[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Local seconds since 1970, and of which texts they hold; nought stands for the others."""
        alike = "".join(texts)
        if not alike.isascii() or set(map(len, texts)) != {self._width}:
            filler = "\0" * self._width
            alike = "".join([text if len(text) == self._width and text.isascii() else filler for text in texts])
        # A row a sign: so each step below runs along memory.
        signs = np.frombuffer(alike.encode(), dtype=np.uint8).reshape(-1, self._width).T.copy()
        fits = np.ones(len(texts), dtype=bool)
        for at, literal in self._literals.items():
            fits &= signs[at] == ord(literal)
        part: dict[str, NDArray[np.int64]] = {}
        for letter, at in self._fields.items():
            part[letter] = np.zeros(len(texts), dtype=np.int64)
            for figure in signs[at : at + _WIDTHS[letter]] - _NOUGHT:
                fits &= figure <= 9
                part[letter] = part[letter] * 10 + figure
        fits &= (part["Y"] >= _YEARS[0]) & (part["Y"] <= _YEARS[1]) & (part["m"] >= 1) & (part["m"] <= 12)
        month = np.where(fits, (part["Y"] - 1970) * 12 + part["m"] - 1, 0)
        first, after = _first_day(month), _first_day(month + 1)
        fits &= (part["d"] >= 1) & (part["d"] <= after - first)
        seconds = (first + part["d"] - 1) * _DAY
        for letter, worth in (("H", 3600), ("M", 60), ("S", 1)):
            if letter in part:
                fits &= part[letter] <= _TOP[letter]
                seconds += part[letter] * worth
        return np.where(fits, seconds, 0), fits


def _first_day(month: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first day of each month since January 1970, in days since 1970."""
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
