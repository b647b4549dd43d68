"""What is declared of a station and of its series: codes, sources, quantities, checks, and what is owed of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from record.network import Network
from record.network.basin import Series, Station
from record.network.fact import Fact
from record.network.interval import interval_of
from record.network.obligation import Obligation
from record.network.threshold import MassBalance, Neighbour, RatingResidual, Threshold
from record.quantities import Quantity, quantity_of

_WHO = frozenset({"quantity", "station", "interval", "source", "months", "series", "upstream", "upstream_series"})
_CHECKS = {
    "gross_range": "gross-range",
    "rate_of_change": "rate-of-change",
    "flat_line": "flat-line",
    "mass_balance": "mass-balance",
    "rating_residual": "rating-residual",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A series as it is declared; `step` is what ISO 8601 calls its step by, `cell_methods` how CF tells its values."""

    series: Series
    quantity: Quantity
    step: str
    cell_methods: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A threshold that holds for a series: the check by its name, its numbers as declared, where they are from."""

    check: str
    numbers: tuple[tuple[str, str], ...]
    months: tuple[int, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """An obligation that names a station, and which of its series it is on."""

    obligation: Obligation
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is declared of a station; `first` and `last` are the times of its series that are shown, where known."""

    station: Station
    kept: tuple[Kept, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How many readings of a series are known in the span shown, and the first and the last time of all of it."""

    count: int
    first: datetime | None
    last: datetime | None

    @classmethod
    def of(cls, count: int, extent: tuple[int, int] | None) -> "Reached":
        """Of an extent in seconds since 1970, None of a series that never spoke."""
        first, last = (datetime.fromtimestamp(one, UTC) for one in extent) if extent else (None, None)
        return cls(count=count, first=first, last=last)


def facts_of(network: Network, station: Station) -> Facts:
    """What the network declares of a station."""
    series = [network.series[f"{station.id}.{said}"] for said in station.series]
    return Facts(
        station=station,
        kept=tuple(_kept(one) for one in series),
        duties=tuple(_duties(network, {one.id for one in series})),
    )


def bounds_of(network: Network, series: Series) -> tuple[Bound, ...]:
    """The thresholds by which the readings of a series are checked: of each check the rows that count in some month."""
    return tuple(bound for name, rows in _tables(network) for bound in _of_table(name, rows, series))


def _kept(series: Series) -> Kept:
    quantity, interval = quantity_of(series.quantity), interval_of(series.interval)
    return Kept(
        series=series, quantity=quantity, step=interval.step, cell_methods=interval.cell_methods(quantity)
    )  # fmt: skip


def _duties(network: Network, series: set[str]) -> Iterator[Duty]:
    for name, owed in network.owed.items():
        mine = tuple(one for one in owed if one in series)
        if mine:
            yield Duty(obligation=network.obligations[name], series=mine)


def _tables(network: Network) -> Iterator[tuple[str, Sequence[Fact]]]:
    for field in fields(network.thresholds):
        yield field.name, getattr(network.thresholds, field.name)


def _of_table(name: str, rows: Sequence[Fact], series: Series) -> Iterator[Bound]:
    mine = [row for row in rows if _holds(row, series)]
    for row in (row for row in mine if not any(_counts_before(other, row) for other in mine)):
        numbers = row.model_dump(exclude=set(_WHO), exclude_none=True)
        yield Bound(
            check=_CHECKS.get(name, name),
            numbers=tuple((key, _number(value)) for key, value in numbers.items()),
            months=tuple(sorted(_months(row))),
            source=str(getattr(row, "source", "")),
        )


def _counts_before(other: Fact, row: Fact) -> bool:
    """Whether another row counts in every month in which this one holds, as it is more particular."""
    theirs, own = _months(other), _months(row)
    return _particular(other) > _particular(row) and (not theirs or (bool(own) and own <= theirs))


def _particular(row: Fact) -> tuple[bool, bool, bool]:
    station, interval = getattr(row, "station", None), getattr(row, "interval", None)
    return station is not None, interval is not None, bool(_months(row))


def _months(row: Fact) -> frozenset[int]:
    return frozenset(getattr(row, "months", ()))


def _holds(row: Fact, series: Series) -> bool:
    word = f"{series.quantity}.{series.interval}"
    match row:
        case Threshold():
            by_place = row.station in (None, series.station) and row.interval in (None, series.interval)
            return row.quantity == series.quantity and by_place
        case Neighbour():
            return row.station == series.station and row.series == word
        case MassBalance():
            return row.station == series.station and word in (row.storage, row.inflow, row.release)
        case RatingResidual():
            return row.station == series.station and row.discharge == word
        case _:
            return False


def _number(value: object) -> str:
    if isinstance(value, tuple):
        return " … ".join(map(str, value))
    return str(value)
