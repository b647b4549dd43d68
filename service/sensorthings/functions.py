"""The functions of `$filter`: from columns of known values to a column; of a constant there is one value for all."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from record.errors import SelectionError
from service.sensorthings.vector import DURATION, NUMBER, SHAPE, TEXT, TIME, TRUTH

_MOST_CORNERS, _LONGEST = 1000, 1000
_DAY = 86_400
_FIRST = datetime(1, 1, 1, tzinfo=UTC).timestamp()
_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()
_MATRIX = re.compile(r"[012TF*]{9}", re.ASCII)
_SRID = re.compile(r"SRID=\d{1,6};", re.ASCII | re.IGNORECASE)
DTYPES: Mapping[str, Any] = {
    NUMBER: np.float64,
    TEXT: object,
    TRUTH: bool,
    TIME: np.float64,
    DURATION: np.float64,
}
BLANK: Mapping[str, Any] = {TEXT: ""}
"""What stands where nothing is known; elsewhere 0."""


def constants(now: float) -> Mapping[str, float]:
    """The functions that take nothing: times in seconds since 1970."""
    return {"now": now, "mindatetime": _FIRST, "maxdatetime": _LAST}


@dataclass(frozen=True, slots=True)
class Function:
    """What it takes, what it gives, and how; `least` arguments suffice. NaN where a number or a time is none.

    `by_itself` where each row is looked at by itself.
    """

    takes: tuple[str, ...]
    gives: str
    of: Callable[..., np.ndarray]
    least: int = 9
    by_itself: bool = False


def _each(takes: tuple[str, ...], gives: str, of: Callable[..., Any], least: int = 9) -> Function:
    def of_all(*columns: np.ndarray) -> np.ndarray:
        rows = zip(*(one.tolist() for one in np.broadcast_arrays(*columns)), strict=True)
        said = [of(*row) for row in rows]
        if gives == TEXT and any(len(one) > _LONGEST for one in said):
            raise SelectionError(f"$filter makes a text of more than {_LONGEST} characters: write it shorter")
        found = np.empty(len(said), dtype=DTYPES[gives])
        found[:] = said
        return found

    return Function(takes, gives, of_all, least, by_itself=True)


def _of_time(of: Callable[[np.ndarray], np.ndarray], gives: str = NUMBER) -> Function:
    """Of times in seconds since 1970; nothing is known of one outside of the years 1 to 9999."""

    def within(times: np.ndarray) -> np.ndarray:
        times = times.astype(np.float64)
        outside = (times < _FIRST) | (times > _LAST)
        return np.where(outside, np.nan, of(np.where(outside, 0.0, times)))

    return Function((TIME,), gives, within)


def _calendar(times: np.ndarray, unit: str) -> np.ndarray:
    whole: np.ndarray = np.floor(times).astype("datetime64[s]").astype(f"datetime64[{unit}]")
    return whole


def _year(times: np.ndarray) -> np.ndarray:
    found: np.ndarray = _calendar(times, "Y").astype(np.int64) + 1970
    return found


def _month(times: np.ndarray) -> np.ndarray:
    return _calendar(times, "M").astype(np.int64) % 12 + 1


def _day(times: np.ndarray) -> np.ndarray:
    days: np.ndarray = (_calendar(times, "D") - _calendar(times, "M").astype("datetime64[D]")).astype(np.int64) + 1
    return days


def _clock(unit: int, many: int) -> Function:
    return _of_time(lambda times: np.floor(times / unit) % many)


def _rounded(values: np.ndarray) -> np.ndarray:
    """To the nearest whole number, halves away from zero as OData has it."""
    whole = np.trunc(values)
    found: np.ndarray = np.where(np.abs(values - whole) >= 0.5, whole + np.sign(values), whole)
    return found


def _number(of: Callable[[np.ndarray], np.ndarray]) -> Function:
    return Function((NUMBER,), NUMBER, of)


def _part_of(text: str, first: float, many: float = 1e9) -> str:
    return text[max(int(first), 0) :][: max(int(many), 0)]


def _shaped(of: Callable[..., Any], gives: str = TRUTH, many: int = 2) -> Function:
    return Function((SHAPE,) * many, gives, lambda *columns: _over(of, columns), by_itself=True)


def _over(of: Callable[..., Any], columns: Sequence[np.ndarray]) -> np.ndarray:
    """Of columns of shapes: the same ones, as those of a site at all times, are looked at once."""
    different, places = zip(*(_different(one) for one in columns), strict=True)
    rows, which = np.unique(np.stack(np.broadcast_arrays(*places)), axis=1, return_inverse=True)
    try:
        said = np.asarray(of(*(shapes[row] for shapes, row in zip(different, rows, strict=True))))
    except ShapelyError as fault:
        raise SelectionError(f"$filter has shapes that cannot be compared: {str(fault)[:80]}") from None
    found: np.ndarray = said[which.reshape(-1)]
    return found


def _different(said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different shapes of a column, and which of them stands in each row."""
    number, shapes = dict[int, int](), list[Any]()
    for one in said.tolist():
        if id(one) not in number:
            number[id(one)] = len(shapes)
            shapes.append(_shape(one))
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found, np.array([number[id(one)] for one in said.tolist()], dtype=np.int64)


def _shape(said: object) -> Any:
    """A shape from WKT or from GeoJSON."""
    try:
        found = shapely.from_wkt(_SRID.sub("", said, count=1)) if isinstance(said, str) else _of_json(said)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError):
        raise SelectionError(
            f"$filter: {str(said)[:40]!r} is not a shape: write geography'POLYGON ((74 42, ...))'"
        ) from None
    if shapely.get_num_coordinates(found) > _MOST_CORNERS:
        raise SelectionError(f"$filter has a shape of more than {_MOST_CORNERS} corners: ask for a simpler one")
    return found


def _of_json(said: object) -> Any:
    if not isinstance(said, dict):
        raise TypeError("no GeoJSON")
    plain = said["geometry"] if said.get("type") == "Feature" else said
    return shapely.Point() if plain is None else shape(plain)


def _relation(shapes: np.ndarray, others: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """Whether pairs of shapes lie to each other as DE-9IM patterns say."""
    wanted = set(patterns.tolist())
    if len(wanted) != 1 or not _MATRIX.fullmatch(min(wanted)):
        raise SelectionError("$filter: st_relate takes a pattern of nine letters such as 'T*F**F***'")
    return _over(partial(shapely.relate_pattern, pattern=wanted.pop()), (shapes, others))


FUNCTIONS: Mapping[str, Function] = {
    "substringof": _each((TEXT, TEXT), TRUTH, lambda part, whole: part in whole),
    "contains": _each((TEXT, TEXT), TRUTH, lambda whole, part: part in whole),
    "startswith": _each((TEXT, TEXT), TRUTH, str.startswith),
    "endswith": _each((TEXT, TEXT), TRUTH, str.endswith),
    "length": _each((TEXT,), NUMBER, len),
    "indexof": _each((TEXT, TEXT), NUMBER, str.find),
    "substring": _each((TEXT, NUMBER, NUMBER), TEXT, _part_of, least=2),
    "tolower": _each((TEXT,), TEXT, str.lower),
    "toupper": _each((TEXT,), TEXT, str.upper),
    "trim": _each((TEXT,), TEXT, str.strip),
    "concat": _each((TEXT, TEXT), TEXT, lambda one, other: one + other),
    "year": _of_time(_year),
    "month": _of_time(_month),
    "day": _of_time(_day),
    "hour": _clock(3600, 24),
    "minute": _clock(60, 60),
    "second": _clock(1, 60),
    # Times are seconds since 1970, of which a double holds no more than millionths.
    "fractionalseconds": _of_time(lambda times: np.round(times - np.floor(times), 6)),
    "date": _of_time(lambda times: np.floor(times / _DAY) * _DAY, TIME),
    "time": _of_time(lambda times: times - np.floor(times / _DAY) * _DAY, DURATION),
    # All times are given in UTC.
    "totaloffsetminutes": _of_time(np.zeros_like),
    "round": _number(_rounded),
    "floor": _number(np.floor),
    "ceiling": _number(np.ceil),
    "geo.distance": _shaped(shapely.distance, NUMBER),
    "geo.length": _shaped(shapely.length, NUMBER, many=1),
    "geo.intersects": _shaped(shapely.intersects),
    "st_equals": _shaped(shapely.equals),
    "st_disjoint": _shaped(shapely.disjoint),
    "st_touches": _shaped(shapely.touches),
    "st_within": _shaped(shapely.within),
    "st_overlaps": _shaped(shapely.overlaps),
    "st_crosses": _shaped(shapely.crosses),
    "st_intersects": _shaped(shapely.intersects),
    "st_contains": _shaped(shapely.contains),
    "st_relate": Function((SHAPE, SHAPE, TEXT), TRUTH, _relation, by_itself=True),
}
