"""Figures of many stations as columns, a row a station, and how one of them becomes the figure of a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from record.entry import Flag
from record.network import Network
from record.review import Level
from service.figures.days import BASES
from service.figures.norms import CLASSES
from service.reports import keys
from service.reports.report import Against, Figure

Key = tuple[str, str, str]
"""Of a figure: its station, its quantity and its measure."""
MILLION = "million m³"
PERCENT = "%"
_WORDS = {int(flag): flag.word for flag in Flag}
_MISSING = int(Flag.MISSING)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Column:
    """One measure of a quantity at stations: arrays (station), as `Figure` has them.

    `basis` holds a bit for each interval of `BASES`; `newest` is the newest entry on which a value rests, -1 for none,
    `entries` all of them where they are told. `against` holds arrays by the fields of `Against`; `at` is the instant
    that each state is of.
    """

    stations: tuple[str, ...]
    quantity: str
    measure: str
    unit: str
    of_days: int
    value: np.ndarray
    flag: np.ndarray
    estimated: np.ndarray
    basis: np.ndarray
    days: np.ndarray
    readings: np.ndarray
    left_out: np.ndarray
    newest: np.ndarray
    reviewed: np.ndarray
    entries: Mapping[int, tuple[int, ...]] | None = None
    against: Mapping[str, np.ndarray] | None = None
    at: tuple[datetime, ...] | None = None

    def derived(self, measure: str, unit: str, value: np.ndarray, **other: Any) -> "Column":
        """Another measure of the same: missing where it has no value, and held against nothing."""
        flag = other.pop("flag", self.flag)
        told = {"against": None, **other}
        flag = np.where(np.isnan(value), _MISSING, flag)
        return replace(self, measure=measure, unit=unit, value=value, flag=flag, **told)


def figures_of(column: Column, network: Network) -> dict[Key, Figure]:
    """The figures of a column."""
    lists = {
        name: getattr(column, name).tolist()
        for name in ("value", "flag", "estimated", "basis", "days", "readings", "left_out", "reviewed")
    }
    entries, against = _entries(column), _against(column)
    found: dict[Key, Figure] = {}
    for row, station in enumerate(column.stations):
        value, declared = lists["value"][row], network.stations[station]
        there = value == value
        found[station, column.quantity, column.measure] = Figure(
            key=keys.of_figure(station, column.quantity, column.measure),
            subject=station,
            quantity=column.quantity,
            measure=column.measure,
            unit=column.unit,
            value=value if there else None,
            flag=_WORDS[lists["flag"][row]],
            estimated=there and lists["estimated"][row],
            reviewed=Level(lists["reviewed"][row]).word,
            nature=declared.nature.value,
            computed=declared.computed,
            basis=intervals_of(lists["basis"][row]) if there else (),
            days=lists["days"][row],
            of_days=column.of_days,
            readings=lists["readings"][row],
            left_out=lists["left_out"][row],
            entries=entries[row] if there else (),
            against=against[row],
            at=None if column.at is None else column.at[row],
        )
    return found


def intervals_of(bits: int) -> tuple[str, ...]:
    """The intervals whose bits are set, best first."""
    return tuple(basis for place, basis in enumerate(BASES) if bits >> place & 1)


def known(value: float) -> float | None:
    """A number; None for NaN."""
    return value if value == value else None


def _entries(column: Column) -> Sequence[tuple[int, ...]]:
    newest = [(entry,) if entry >= 0 else () for entry in column.newest.tolist()]
    if column.entries is None:
        return newest
    return [column.entries.get(row, one) for row, one in enumerate(newest)]


def _against(column: Column) -> Sequence[Against | None]:
    if column.against is None:
        return [None] * len(column.stations)
    layers = [column.against[name].tolist() for name in ("last_year", "norm", "norm_years", "percent", "rank", "klass")]
    return [
        Against(
            last_year=known(last_year),
            norm=known(norm),
            norm_years=years,
            percent=known(percent),
            rank=known(rank),
            klass=CLASSES[place] if place >= 0 else None,
        )
        for last_year, norm, years, percent, rank, place in zip(*layers, strict=True)
    ]
