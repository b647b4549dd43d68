"""The domain of a coverage: when its values hold, and how its arrays of values are laid out over its axes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

from ingest.written.json_tree import named
from ingest.written.local_time import read_iso

MAX_SIZE = 500_000
"""Values in one array."""
TIME, DEPTH = "t", "z"


@dataclass(frozen=True, slots=True)
class Moment:
    """A place on the axis of time: as written, and the two ends of its period, equal for an instant; or the fault."""

    text: str
    start: datetime | str
    end: datetime | str


@dataclass(frozen=True, slots=True)
class Axes:
    """The lengths of all axes, the moments of that of time, and the heights or depths of that across them."""

    lengths: dict[str, int]
    moments: tuple[Moment, ...]
    depths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """The values of an array, each with its number on the axis of time and on that of depth."""

    values: list[Any]
    steps: tuple[tuple[int, int], ...]

    def __iter__(self) -> Iterator[tuple[Any, int, int]]:
        return ((value, *step) for value, step in zip(self.values, self.steps, strict=True))


def axes_of(domain: Any, zone: ZoneInfo) -> Axes | str:
    """The axes of a domain, or why no series of one place can be read over it."""
    if isinstance(domain, str):
        return "its domain stands behind a link, which no message can follow"
    axes = domain.get("axes") if isinstance(domain, dict) else None
    if not isinstance(axes, dict):
        return "it has no domain with axes"
    lengths: dict[str, int] = {}
    for name, axis in axes.items():
        length = _length(axis)
        if length is None:
            return f"axis {name[:40]!r} has neither values nor start, stop and num"
        if length > 1 and name not in (TIME, DEPTH):
            return f"it holds {length} places along axis {name[:40]!r}: ask for the locations of stations"
        if length > 1 and not isinstance(axis.get("values"), list):
            return f"axis {name[:40]!r} does not list its {length} values"
        lengths[name] = length
    moments = _moments(axes.get(TIME), zone)
    if isinstance(moments, str):
        return moments
    return Axes(lengths, moments, _depths(axes.get(DEPTH)))


def array_of(held: Any, axes: Axes) -> Array | str:
    """The values of a range, laid out as it declares, or why they cannot be told apart."""
    if isinstance(held, str) or (isinstance(held, dict) and held.get("type") == "TiledNdArray"):
        return "its values stand behind links, which no message can follow"
    values = held.get("values") if isinstance(held, dict) else None
    if not isinstance(held, dict) or not isinstance(values, list):
        return "it is no array with values"
    names, shape = held.get("axisNames", []), held.get("shape", [])
    fault = _fault_of_shape(names, shape, axes)
    if fault is not None:
        return fault
    size = prod(shape)
    if size > MAX_SIZE:
        return f"an array of {size} values: at most {MAX_SIZE} are read, ask for a shorter time"
    if size != len(values):
        return f"{len(values)} values where its shape has {size}"
    strides = {name: prod(shape[at + 1 :]) for at, name in enumerate(names)}
    sizes = dict(zip(names, shape, strict=True))
    steps = tuple((_step(number, TIME, strides, sizes), _step(number, DEPTH, strides, sizes)) for number in range(size))
    return Array(values, steps)


def _step(number: int, name: str, strides: dict[str, int], sizes: dict[str, int]) -> int:
    """Where on an axis the value of that number in the flat list stands; the last axis runs fastest."""
    return number // strides[name] % sizes[name] if name in sizes else 0


def _fault_of_shape(names: Any, shape: Any, axes: Axes) -> str | None:
    if not isinstance(names, list) or not isinstance(shape, list) or len(names) != len(shape):
        return "its shape and the names of its axes do not fit"
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        return "its axes have no names, or one name twice"
    if not all(isinstance(size, int) and not isinstance(size, bool) and size >= 0 for size in shape):
        return "its shape holds what is no length"
    for name, size in zip(names, shape, strict=True):
        if axes.lengths.get(name) != size:
            return f"its axis {name[:40]!r} has another length than that of the domain"
    left_out = [name for name, length in axes.lengths.items() if length != 1 and name not in names]
    return f"it does not say where it lies along axis {left_out[0][:40]!r}" if left_out else None


def _length(axis: Any) -> int | None:
    if not isinstance(axis, dict):
        return None
    values = axis.get("values")
    if isinstance(values, list):
        return len(values)
    count = axis.get("num")
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None


def _moments(axis: Any, zone: ZoneInfo) -> tuple[Moment, ...] | str:
    values = axis.get("values") if isinstance(axis, dict) else None
    if not isinstance(axis, dict) or not isinstance(values, list):
        return "its domain has no axis 't' with times"
    if len(values) > MAX_SIZE:
        return f"{len(values)} times: at most {MAX_SIZE} are read, ask for a shorter time"
    bounds = axis.get("bounds")
    if isinstance(bounds, list) and len(bounds) != 2 * len(values):
        return f"{len(bounds)} bounds where {len(values)} times need two each"
    ends = [(bounds[2 * at], bounds[2 * at + 1]) for at in range(len(values))] if isinstance(bounds, list) else None
    return tuple(_moment(value, (value, value) if ends is None else ends[at], zone) for at, value in enumerate(values))


def _moment(value: Any, ends: tuple[Any, Any], zone: ZoneInfo) -> Moment:
    first, last = (read_iso(named(end) or "", zone) for end in ends)
    if isinstance(first, datetime) and isinstance(last, datetime) and first > last:
        first = f"its period ends at {named(ends[1])!r}, before it begins"
    return Moment(named(value) or "", first, last)


def _depths(axis: Any) -> tuple[str, ...]:
    """The heights or depths of an axis that has more than one; a series at one place needs none to be told apart."""
    values = axis.get("values") if isinstance(axis, dict) else None
    return tuple(named(value) or "" for value in values) if isinstance(values, list) and len(values) > 1 else ()
