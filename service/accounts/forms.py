"""The forms of an account: JSON as the document stands, and CSV by RFC 4180 with a row for each figure of each period.

Numbers are unrounded; what is not known is null, or an empty cell.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from service.accounts.document import (
    Account,
    Addend,
    Division,
    Gate,
    Part,
    Plan,
    Reach,
    Reservoir,
    Rest,
    ShareNote,
    Volume,
)

MEDIA: Mapping[str, str] = {"json": "application/json", "csv": "text/csv"}
"""The media type of each form."""

_COLUMNS = (
    "basin", "table", "id", "nature", "party", "figure", "unit", "begin", "end", "value", "period", "whole", "verified",
    "computed", "journal_size", "as_of", "network_version",
)  # fmt: skip
_VOLUME, _RATE, _PERCENT, _DAYS, _DATE, _TRUTH = "million m3", "m3/s", "%", "days", "date", ""


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of a line, with one value for each period.

    `verified` says whether all that it rests on was confirmed, `computed` whether Arna computed any of it.
    """

    table: str
    id: str
    nature: str
    party: str
    figure: str
    unit: str
    values: Sequence[object]
    verified: bool = False
    computed: bool = False


def render_json(account: Account) -> bytes:
    """The document as JSON, UTF-8: field names as in `service.accounts.document`, dates in ISO 8601."""
    return orjson.dumps(account, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def render_csv(account: Account) -> bytes:
    """All columns of the account one after the other, as UTF-8 text with CRLF line ends."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    tail = (account.journal_size, _cell(account.as_of), account.network_version)
    spans = [
        ((span.begin.isoformat(), span.end.isoformat()), (span.called, _cell(span.whole))) for span in account.spans
    ]
    for column in columns(account):
        head = (account.basin, column.table, column.id, column.nature, column.party, column.figure, column.unit)
        marks = (_cell(column.verified), _cell(column.computed), *tail)
        writer.writerows(
            (*head, *bounds, _cell(value), *called, *marks)
            for (bounds, called), value in zip(spans, column.values, strict=True)
        )
    return out.getvalue().encode()


def columns(account: Account) -> Iterator[Column]:
    """Every column of an account."""
    for division in account.divisions:
        yield from _marked(_of_division(division), _of_sums(division), (*division.shares, *division.rest))
    for plan in account.plans:
        yield from _marked(_of_plan(plan), plan.counted, plan.rest)
    for reach in account.reaches:
        yield from _marked(_of_reach(reach), (*reach.counted_above, *reach.counted_below), (reach.rest,))
    for reservoir in account.reservoirs:
        yield from _marked(_of_reservoir(reservoir), reservoir.parts, (reservoir.rest,))
    for gate in account.gates:
        yield from _marked(_of_gate(gate), [gauge.part for gauge in gate.gauges], (gate.rest,))


def _of_sums(division: Division) -> Iterator[Addend]:
    yield from division.counted
    for party in division.parties:
        yield from party.counted


def _marked(
    columns: Iterable[Column], counted: Iterable[Addend | Part], rests: Iterable[Rest | ShareNote]
) -> Iterator[Column]:
    """Columns of a line with its marks: verified where all its documents and gauges are; parts have their own."""
    parts = [one.part if isinstance(one, Addend) else one for one in counted]
    verified = all(one.verified for one in (*parts, *rests))
    computed = any(one.computed for one in parts)
    own = {f"{one.station}.{one.quantity}": one for one in parts}
    for column in columns:
        part = own.get(column.figure.partition(":")[2].partition("_")[0])
        if part is None:
            yield replace(column, verified=verified, computed=computed)
        else:
            yield replace(column, verified=part.verified, computed=part.computed)


def _of_division(one: Division) -> Iterator[Column]:
    line = ("division", f"{one.basis} of {one.of}", one.nature)
    if one.state_on is not None:
        yield Column(*line, "", "state_on", _DATE, one.state_on)
    yield from _volume(line, "", "resource", one.resource)
    yield from _some(line, "", _DAYS, days_without_share=one.days_without_share, days_negative=one.days_negative)
    yield from _parts(line, "", "resource", one.counted)
    for party in one.parties:
        yield Column(*line, party.party, "percent", _PERCENT, party.percent)
        for name, amount in (("due", party.due), ("part", party.part)):
            if amount is not None:
                yield from _volume(line, party.party, name, amount)
        if party.received is not None:
            yield from _volume(line, party.party, "received", party.received)
        yield from _parts(line, party.party, "received", party.counted)


def _of_plan(one: Plan) -> Iterator[Column]:
    line = ("plan", one.id, one.nature)
    so_far = one.to_date
    yield Column(*line, one.party, "planned", _VOLUME, one.planned)
    yield from _volume(line, one.party, "delivered", one.delivered)
    yield from _some(line, one.party, _VOLUME, deviation=one.deviation)
    yield from _some(line, one.party, _PERCENT, percent=one.percent)
    yield from _some(
        line,
        one.party,
        _VOLUME,
        planned_to_date=so_far.planned,
        delivered_to_date=so_far.delivered,
        deviation_to_date=so_far.deviation,
        known_to_date=so_far.known,
        planned_of_known_to_date=so_far.planned_of_known,
    )
    yield from _some(
        line, one.party, _PERCENT, percent_to_date=so_far.percent, percent_of_known_to_date=so_far.percent_of_known
    )
    yield from _some(line, one.party, _DAYS, days_to_date=so_far.days, days_missing_to_date=so_far.days_missing)
    yield from _parts(line, one.party, "delivered", one.counted)


def _of_reach(one: Reach) -> Iterator[Column]:
    line = ("reach", one.id, one.nature)
    yield from _some(line, "", _VOLUME, above=one.above, expected=one.expected, below=one.below, residual=one.residual)
    yield Column(*line, "", "residual_rate", _RATE, one.residual_rate)
    yield from _some(line, "", _PERCENT, residual_percent=one.residual_percent, lost_percent=one.lost_percent)
    yield from _some(line, "", _DAYS, days=one.days, days_missing=one.days_missing)
    yield from _parts(line, "", "above", one.counted_above)
    yield from _parts(line, "", "below", one.counted_below)


def _of_reservoir(one: Reservoir) -> Iterator[Column]:
    line = ("reservoir", one.station, one.nature)
    yield from _some(
        line,
        "",
        _VOLUME,
        storage_begin=one.storage_begin,
        storage_end=one.storage_end,
        change=one.change,
        inflow=one.inflow,
        release=one.release,
        evaporation=one.evaporation,
        seepage=one.seepage,
        residual=one.residual,
        uncertainty=one.uncertainty,
    )
    yield Column(*line, "", "within", _TRUTH, one.within)
    yield Column(*line, "", "days_missing", _DAYS, one.days_missing)


def _of_gate(one: Gate) -> Iterator[Column]:
    line = ("gate", f"{one.site}.{one.quantity}", one.nature)
    for gauge in one.gauges:
        yield from _some(line, gauge.party, _RATE, mean=gauge.mean, said=gauge.said)
    yield Column(*line, "", "difference", _RATE, one.difference)
    yield Column(*line, "", "percent", _PERCENT, one.percent)
    yield Column(*line, "", "volume_difference", _VOLUME, one.volume_difference)
    yield from _some(
        line,
        "",
        _DAYS,
        days_inside=one.days_inside,
        days_outside=one.days_outside,
        days_missing=one.days_missing,
        run_days=one.run_days,
        run_unknown=one.run_unknown,
    )
    yield Column(*line, "", "run_since", _DATE, one.run_since)


def _some(line: tuple[str, str, str], party: str, unit: str, **figures: Sequence[object]) -> Iterator[Column]:
    for name, values in figures.items():
        yield Column(*line, party, name, unit, values)


def _volume(line: tuple[str, str, str], party: str, name: str, said: Volume) -> Iterator[Column]:
    yield from _some(line, party, _VOLUME, **{name: said.volume, f"{name}_known": said.known})
    yield Column(*line, party, f"{name}_days_missing", _DAYS, said.days_missing)


def _parts(line: tuple[str, str, str], party: str, name: str, addends: Iterable[Addend]) -> Iterator[Column]:
    for one in addends:
        if one.part.station is not None:
            yield from _volume(line, party, f"{name}:{one.part.station}.{one.part.quantity}", one.volume)


def _cell(value: object) -> object:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value
