"""Numbers, times and lists as the page prints them. Rounding happens here alone."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

from record.quantities import QUANTITIES
from service.reports.document import Silent

_FLOW_DECIMALS = 3
_DECIMALS = {"level": 2, "storage": 2, "surface": 2, "volume": 3}
_MINUS = "\N{MINUS SIGN}"
_SHOWN_ENTRIES = 3


class Parts(NamedTuple):
    """A number cut at its decimal point, so that columns can be aligned there."""

    whole: str
    fraction: str


def parts(value: float, decimals: int, signed: bool = False) -> Parts:
    """Round half to even from the number as it is written in decimals; trailing zeros beyond the first are dropped."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    sign = _MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return Parts(f"{sign}{whole}", f".{fraction.rstrip('0') or '0'}" if fraction else "")


def decimals_of(quantity: str, unit: str) -> int:
    """How many decimals a figure is printed with at most: 3 for flows and volumes, 2 for what a reservoir holds."""
    if quantity == "change":
        return _FLOW_DECIMALS if unit == QUANTITIES["discharge"].label else 2
    return _DECIMALS.get(quantity, _FLOW_DECIMALS)


def number(value: float, decimals: int, signed: bool = False) -> str:
    """A number within a sentence."""
    return "".join(parts(value, decimals, signed))


def plain(value: float) -> str:
    """A declared number as it was declared: 50, 158.6."""
    return f"{Decimal(repr(value)).normalize():f}"


def utc(moment: datetime) -> str:
    """A time in UTC to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def local(moment: datetime) -> str:
    """A time as its own clock shows it, with its offset: 2026-05-01 08:00 +06:00."""
    return f"{moment:%Y-%m-%d %H:%M} {moment.isoformat()[-6:]}"


def entries(indexes: Sequence[int]) -> str:
    """The entries a figure rests on, the first few by number."""
    shown = ", ".join(f"#{index}" for index in indexes[:_SHOWN_ENTRIES])
    rest = len(indexes) - _SHOWN_ENTRIES
    return f"{shown} +{rest}" if rest > 0 else shown


def counted(count: int, noun: str) -> str:
    """A count with its noun: 1 station, 2 stations, 3 series, 1 entry, 2 entries."""
    if count == 1 or noun == "series":
        return f"{count} {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def kind(series: str) -> str:
    """What a series is of, without its station: daily discharge, term level."""
    _, quantity, interval = series.rsplit(".", 2)
    return f"{interval} {quantity}"


def kinds(silent: Sequence[Silent]) -> list[tuple[str, int]]:
    """How many stations keep each kind of series silent, most first."""
    return Counter(kind(series) for row in silent for series in row.series).most_common()


FILTERS: dict[str, Callable[..., Any]] = {
    "parts": parts,
    "number": number,
    "plain": plain,
    "utc": utc,
    "local": local,
    "entries": entries,
    "counted": counted,
    "kind": kind,
    "kinds": kinds,
}
