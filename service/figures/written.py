"""Figures and norms as they are answered: rows, a JSON document around them, CSV by RFC 4180.

Rates are m3/s, volumes million m3, levels m, temperatures degrees Celsius; numbers are unrounded, and None where there
is none. Dates are those of report days; `end` of a period is the day after its last.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import xarray as xr

from record.entry import Flag
from record.leaf import write_time
from record.network import Network
from record.quantities import quantity_of
from service.figures.answer import Answer, labels_of_places
from service.figures.days import BASES
from service.figures.norms import CLASSES, NO_CLASS, NO_YEAR, SHARES
from service.figures.periods import Kind, periods

MEDIA: Mapping[str, str] = {"json": "application/json", "csv": "text/csv"}
"""The media type of each form."""

VOLUME_UNIT = "million m³"
_RATE = "m³/s"
_ASCII = {_RATE: "m3/s", VOLUME_UNIT: "million m3", "°C": "degC"}
_IN_UNIT = ("value", "at_08", "at_20", "year_before", "norm", "mean", "min", "max")
_IN_VOLUME = ("volume", "cumulative", "cumulative_measured")
_PERCENTILES = tuple(f"p{round(100 * share):02}" for share in SHARES)
_GROUPS = ("day", "10-day", "month")
_NAMES = {
    "completeness": "completeness_percent",
    "estimated": "volume_estimated",
    "value_estimated": "estimated",
    "cumulative_group": "cumulative_by",
    "cumulative_missing": "cumulative_missing_days",
    "length": "of_days",
    "percent": "percent_of_norm",
}
_COLUMNS = (
    "ended", "value", "flag", "value_estimated", "days", "length", "completeness", "left_out", "basis",
    "at_08", "at_08_flag", "at_20", "at_20_flag", "volume", "estimated", "cumulative", "cumulative_estimated",
    "cumulative_group", "cumulative_missing", "cumulative_measured", "year_before", "norm", "norm_years",
    "percent", "rank", "class", "entry",
)  # fmt: skip


def figures_document(answer: Answer, network: Network) -> dict[str, Any]:
    """Figures with what they rest on and by which rules they were made, a period an item."""
    return _head(answer, network) | {"figures": figure_rows(answer)}


def norms_document(answer: Answer, network: Network) -> dict[str, Any]:
    """Norms with what they rest on and by which rules they were made, a place in the year an item."""
    return _head(answer, network) | {"norms": norm_rows(answer)}


def figure_rows(answer: Answer) -> list[dict[str, Any]]:
    """A row a period; which columns there are depends on the quantity and on the kind of period."""
    table = answer.table
    begins = table["period"].values.astype("datetime64[D]")
    found = periods(begins, answer.kind, answer.rules)
    columns = {_NAMES.get(name, name): _cells(name, table) for name in _COLUMNS if name in table.variables}
    if not quantity_of(answer.subject.quantity).ratio:
        del columns[_NAMES["percent"]]
    return [
        {"period": period.label, "begin": period.begin.isoformat(), "end": period.end.isoformat()}
        | {name: cells[place] for name, cells in columns.items()}
        for place, period in enumerate(found)
    ]


def norm_rows(answer: Answer) -> list[dict[str, Any]]:
    """A row a place in the year: of how many years, mean, extremes with their years, percentiles, CV."""
    table = answer.table
    names = ("count", "mean", "min", "min_year", "max", "max_year")
    columns = {name: _cells(name, table) for name in names}
    columns |= {
        name: [_number(value) for value in table["percentile"].values[0, :, place].tolist()]
        for place, name in enumerate(_PERCENTILES)
    }
    if quantity_of(answer.subject.quantity).ratio:
        columns["cv"] = _cells("cv", table)
    labels = labels_of_places(answer.kind, answer.rules)
    return [
        {"period": label} | {name: cells[place] for name, cells in columns.items()}
        for place, label in enumerate(labels)
    ]


def csv_of(answer: Answer, network: Network, rows: list[dict[str, Any]]) -> bytes:
    """The rows as UTF-8 text with CRLF line ends, units in the header; what is not known is an empty cell."""
    station = network.station(answer.subject.station)
    about = {
        "series": answer.subject.name,
        "station_name": station.names["en"],
        "nature": station.nature.value,
        "verified": network.is_verified(station.id),
        "journal_size": answer.count,
        "base_period": f"{answer.rules.base_from}/{answer.rules.base_until}",
    }
    unit = quantity_of(answer.subject.quantity).label
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*about, *(_heading(name, unit) for name in (rows[0] if rows else ()))])
    writer.writerows([_plain(cell) for cell in (*about.values(), *row.values())] for row in rows)
    return out.getvalue().encode()


def no_norm(answer: Answer) -> str | None:
    """Why there is no norm, or not of every period; None where each has one."""
    rules = answer.rules
    count = answer.table["norm_years" if "norm_years" in answer.table else "count"].values[0]
    few = count[count < rules.years_needed]
    if not len(few):
        return None
    whose = "no norm" if len(few) == len(count) else f"no norm of {len(few)} of {len(count)} periods"
    return (
        f"{whose}: at most {few.max()} of the {rules.years} years {rules.base_from}-{rules.base_until} have a value, "
        f"and {rules.years_needed} are needed; ask with a base period of other years, as base=1961/1990"
    )


def _head(answer: Answer, network: Network) -> dict[str, Any]:
    subject, rules = answer.subject, answer.rules
    station, quantity = network.station(subject.station), quantity_of(subject.quantity)
    return {
        "series": subject.name,
        "station": station.id,
        "station_name": station.names["en"],
        "nature": station.nature.value,
        "computed": station.computed,
        "verified": network.is_verified(station.id),
        "quantity": quantity.id,
        "unit": quantity.label,
        "volume_unit": VOLUME_UNIT if quantity.flows else None,
        "by": answer.kind.value,
        "from": answer.begin.isoformat(),
        "to": answer.end.isoformat(),
        "last_day": answer.ended.isoformat(),
        "journal_size": answer.count,
        "as_of": _said_as_of(answer.as_of),
        "network_version": network.version,
        "no_norm": no_norm(answer),
        "rules": {
            "completeness_percent": float(rules.completeness_percent),
            "base_period": [rules.base_from, rules.base_until],
            "min_years": rules.years_needed,
            "season_begins_month": rules.season_begins,
            "season_ends_month": rules.season_ends,
            "hydrological_year_begins_month": rules.year_begins,
            "class_bounds": [float(bound) for bound in rules.classes],
            "document": rules.document,
            "sentences": list(_sentences(answer)),
        },
    }


def _sentences(answer: Answer) -> Iterable[str]:
    """How the figures come about, in the words of the answer itself; `docs/figures.md` says more."""
    rules = answer.rules
    share = f"{float(rules.completeness_percent):g} percent"
    yield (
        "A daily mean belongs to the report day whose date its stamp bears in its station's own calendar; other "
        "readings belong to the report day within whose bounds they fall."
    )
    yield (
        "A mean of a period is the mean of its days that have a usable value, each counting alike, and missing where "
        f"under {share} of its days have one. What is flagged bad is no part of a mean."
    )
    yield (
        "Of a mean of a 10-day period or of a month each day of it has that mean, so that longer periods weigh it by "
        "its days. Where the mean of the very period was given, it stands before those of its days."
    )
    yield (
        f"Days up to {answer.ended.isoformat()} are counted, the last report day that had ended. Of a period that has "
        "not ended all is of its days so far, which of_days tells, and it is not compared with the norm."
    )
    yield (
        "A volume is the mean times 0.0864 million m³ times all days of the period; where days are missing it is "
        f"marked as estimated. So is a cumulative volume, and it is missing where under {share} of the days so far "
        "have a value; what was measured of it stands beside it. A day of readings at the terms alone makes what rests "
        "on it estimated. A cumulative volume is summed by days whatever is asked by; only in a season of which no day "
        "has a value of its own it is by means of 10-day periods, or of months, as cumulative_by says."
    )
    yield (
        f"Norms, extremes and percentiles are those of the years {rules.base_from} to {rules.base_until}, and missing "
        f"where fewer than {rules.years_needed} of them have a value. A period is of the year in which it ends. "
        "Percentiles are by the plotting position of Weibull, r / (n + 1); the coefficient of variation is that of a "
        "sample."
    )
    made_for = "" if answer.kind is Kind.MONTH else f", which were made for months and are used here by {answer.kind}"
    yield (
        "A rank is the share of the years of the base period that were lower, equal ones counting half; a class is by "
        f"the bounds of HydroSOS{made_for}."
    )


def _cells(name: str, table: xr.Dataset) -> list[Any]:
    """The values of a variable of a table of one station, or of a coordinate, as plain Python."""
    array = table[name].values
    values = (array[0] if array.ndim == 2 else array).tolist()
    write = _WRITE.get(name)
    if write is not None:
        return [write(value) for value in values]
    return [_number(value) for value in values] if array.dtype.kind == "f" else values


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value


def _bases(bits: int) -> str:
    return "+".join(base for place, base in enumerate(BASES) if bits & 1 << place)


_WRITE: Mapping[str, Callable[[int], str | int | None]] = {
    "flag": lambda value: Flag(value).word,
    "at_08_flag": lambda value: Flag(value).word,
    "at_20_flag": lambda value: Flag(value).word,
    "class": lambda value: None if value == NO_CLASS else CLASSES[value],
    "min_year": lambda value: None if value == NO_YEAR else value,
    "max_year": lambda value: None if value == NO_YEAR else value,
    "basis": lambda value: _bases(value) or None,
    "entry": lambda value: None if value < 0 else value,
    "cumulative_missing": lambda value: None if value < 0 else value,
    "cumulative_group": lambda value: None if value < 0 else _GROUPS[value],
}


def _heading(name: str, unit: str) -> str:
    if name in _IN_VOLUME:
        return f"{name} [{_ASCII[VOLUME_UNIT]}]"
    return f"{name} [{_ASCII.get(unit, unit)}]" if name in _IN_UNIT or name in _PERCENTILES else name


def _plain(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else cell


def _said_as_of(as_of: datetime | int | None) -> str | None:
    if as_of is None:
        return None
    return f"{as_of} entries" if isinstance(as_of, int) else write_time(as_of)
