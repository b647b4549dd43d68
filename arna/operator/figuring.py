"""The commands `arna figures` and `arna norms`: what the service answers at /figures and /norms, on a terminal."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from arna import house
from arna.operator.shown import show
from record.archive import Archive
from service.figures import written
from service.figures.answer import figures as figures_of
from service.figures.answer import norms_of, span_of
from service.figures.periods import Kind, kind_called
from service.figures.sources import known_at
from service.interval import as_of_of, calendar_day, years_called
from service.settings import Settings

Series = Annotated[str, typer.Argument(help="A series, such as kirov:kg.inflow.daily, or station.quantity.")]
By = Annotated[str, typer.Option(help=f"The kind of period: {', '.join(Kind)}.")]
Base = Annotated[str | None, typer.Option(help="First and last year of the base period, as 1991/2020.")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="A time with offset, or a number of entries.")]
Json = Annotated[bool, typer.Option("--json", help="For another program: the answer of the service, in JSON.")]

_FIGURES = (
    "period", "ended", "value", "estimated", "flag", "days", "of_days", "at_08", "at_20", "volume",
    "volume_estimated", "cumulative", "cumulative_estimated", "year_before", "norm", "norm_years",
    "percent_of_norm", "class",
)  # fmt: skip
_SHORT = {"year_before": "year before", "percent_of_norm": "% of norm", "at_08": "08:00", "at_20": "20:00"}
_DECIMALS = 3


def figures(
    series: Series,
    by: By = Kind.TEN_DAYS.value,
    first: Annotated[str | None, typer.Option("--from", help="The first day; else since October.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The day after the last; else up to today.")] = None,
    base: Base = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show means and volumes of periods, how complete they are, and how they stand to the norm."""
    record, now = house.open_house(Settings()), _now()
    network, archive, told_as_of = record.network, Archive(record), as_of_of(as_of, now)
    days = calendar_day(first, "--from") if first else None, calendar_day(last, "--to") if last else None
    span = span_of(network, *days, known_at(archive, told_as_of, now))
    years = years_called(base) if base else None
    found = figures_of(archive, network, series, kind_called(by), *span, now, told_as_of, years)
    document, rows = written.figures_document(found, network), written.figure_rows(found)
    rows = [{name: row[name] for name in _FIGURES if name in row} for row in rows]
    _show(document, [_for_people(row) for row in rows] if sys.stdout.isatty() else rows, as_json=as_json)


def norms(
    series: Series, by: By = Kind.TEN_DAYS.value, base: Base = None, as_of: AsOf = None, as_json: Json = False
) -> None:
    """Show what is normal by periods of the year: mean, extremes with their years, percentiles."""
    record, now = house.open_house(Settings()), _now()
    network = record.network
    years = years_called(base) if base else None
    found = norms_of(Archive(record), network, series, kind_called(by), now, as_of_of(as_of, now), years)
    document, rows = written.norms_document(found, network), written.norm_rows(found)
    _show(document, rows, as_json=as_json)


def _show(document: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
        return
    first, last = document["rules"]["base_period"]
    units = document["unit"] + (f", volumes in {document['volume_unit']}" if document["volume_unit"] else "")
    sys.stderr.write(
        f"{document['series']}, {document['nature']}, in {units}; norms of {first}-{last}; "
        f"by the first {document['journal_size']} entries\n"
    )
    if document["no_norm"]:
        sys.stderr.write(document["no_norm"].replace("base=", "--base ") + "\n")
    show(list(rows[0]), [{name: _short(row[name]) for name in row} for row in rows], as_json=False, empty="")


def _for_people(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that fits on a screen: days as "9 of 10", and a tilde before what is estimated."""
    found = {_SHORT.get(name, name): _short(value) for name, value in row.items()}
    whole = found.pop("of_days")
    found["days"] = f"{row['days']} of {whole}" + ("" if found.pop("ended") == "yes" else " so far")
    if row["ended"] and whole == 1:
        del found["days"]
    for name, mark in (("value", "estimated"), *((name, f"{name}_estimated") for name in ("volume", "cumulative"))):
        if row.get(mark) and found[name] is not None:
            found[name] = f"~{found[name]}"
        found.pop(mark, None)
    return found


def _short(value: Any) -> Any:
    """What a table holds of a number; JSON has all of it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _now() -> datetime:
    return datetime.now(UTC)
