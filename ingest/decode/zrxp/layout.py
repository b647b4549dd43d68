"""The columns of a segment, and the cells of one line in them."""

import re
from dataclasses import dataclass

_LAYOUT = re.compile(r"\(([^()]*)\)")
_CELL = re.compile(r'"(?:[^"\\]|\\.|"")*"|\S+')
_STAMP_LIKE = re.compile(r"\d{8,}", re.ASCII)
_CODE = re.compile(r"-?\d+", re.ASCII)
_STATUS = ("status", "primary_status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What one line says, as written; `status` and `member` are None where they are not said."""

    stamp: str
    value: str
    status: str | None
    member: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the cells of a line stand, counted from 0; `width` is how many have a name.

    Of a forecast, `time` is the column of the time that it speaks of, not of the time that it was made at. Where only
    time and value are named, a status may follow all the same, as in version 2.
    """

    time: int
    value: int
    status: int | None
    member: int | None
    width: int
    forecast: bool

    def cells(self, text: str) -> Cells | str:
        """The cells of a line; or, in words, why they cannot be told apart."""
        cells = _CELL.findall(text)
        needed = max(self.time, self.value, self.member or 0) + 1
        if len(cells) < needed:
            return f"{len(cells)} cells where {needed} are needed"
        beyond = cells[self.width :]
        status = self._status(cells)
        if any(_STAMP_LIKE.fullmatch(cell) for cell in (*beyond, status or "")):
            return "another time stands behind its value: two lines have run together"
        return Cells(
            stamp=cells[self.time],
            value=cells[self.value],
            status=status,
            member=None if self.member is None else cells[self.member],
        )

    def _status(self, cells: list[str]) -> str | None:
        if self.status is not None:
            return cells[self.status] if self.status < len(cells) else None
        usual = self.width == USUAL.width and len(cells) > self.width
        return cells[self.width] if usual and _is_code(cells[self.width]) else None


def read_layout(text: str) -> Layout | str:
    """The layout that `(timestamp,value,...)` declares; or, in words, why no value can be read by it."""
    found = _LAYOUT.fullmatch(text)
    names = [name.strip().lower() for name in found[1].split(",")] if found else []
    if "timestamp" not in names or "value" not in names:
        return f"its LAYOUT {text[:80]!r} has no timestamp and value"
    if len(set(names)) < len(names):
        return f"its LAYOUT {text[:80]!r} names a column twice"
    return _layout(names)


def _layout(names: list[str]) -> Layout:
    place = {name: at for at, name in enumerate(names)}
    return Layout(
        time=place.get("forecast", place["timestamp"]),
        value=place["value"],
        status=next((place[name] for name in _STATUS if name in place), None),
        member=place.get("member"),
        width=len(names),
        forecast="forecast" in place,
    )


def _is_code(cell: str) -> bool:
    return _CODE.fullmatch(cell) is not None


USUAL = _layout(["timestamp", "value"])
"""What holds where no LAYOUT is said: time and value, then perhaps status and interpolation, as in version 2."""
