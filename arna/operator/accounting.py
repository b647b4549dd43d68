"""The command `arna account`: what the service answers at /accounts, on a terminal; a table for each of its lines."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from arna import house
from arna.operator.shown import show_wide
from record.archive import Archive
from service import accounts
from service.accounts.document import Account, Addend, Division, Gate, Plan, Reach, Reservoir
from service.figures import last_complete
from service.figures.periods import Kind
from service.interval import as_of_of, calendar_day
from service.settings import Settings

_DECIMALS = 3
Row = Mapping[str, Any]
Columns = dict[str, Sequence[object]]
Line = tuple[str, tuple[str, ...], Columns]
"""A title, notes, and columns by their headings."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title and what must be known to read it."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: list[Row]


def account(
    basin: Annotated[str, typer.Argument(help="The basin, such as talas.")],
    first: Annotated[str | None, typer.Option("--from", help="The first day; the season's first if none.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The day after the last; up to today if none.")] = None,
    by: Annotated[str, typer.Option(help=f"Kind of period: {', '.join(Kind)}.")] = Kind.TEN_DAYS.value,
    as_of: Annotated[str | None, typer.Option("--as-of", help="A time with offset, or a number of entries.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For another program: the answer of the service.")] = False,
) -> None:
    """Show the water account of a basin: what there was, was due, delivered and lost, and where gauges differ."""
    record, now = house.open_house(Settings()), datetime.now(UTC)
    days = accounts.range_of(
        record.network,
        last_complete(record.network.report_day, now),
        calendar_day(first, "--from") if first else None,
        calendar_day(last, "--to") if last else None,
    )
    done = accounts.build(Archive(record), record.network, basin, *days, as_of_of(as_of, now), by)
    if as_json:
        sys.stdout.buffer.write(accounts.render_json(done))
        return
    sys.stdout.write(f"{head(done)}\n")
    for table in tables(done):
        sys.stdout.write("\n".join(("", table.title, *table.notes, "")))
        show_wide(table.columns, table.rows)
    sys.stdout.write("\n".join(("", "Not known:", *done.not_known, "")))


def tables(account: Account) -> Iterator[Table]:
    """The tables of an account, in million m3 where nothing else is said; numbers are rounded for reading."""
    made = (
        *map(_division, account.divisions),
        *(line for one in account.plans for line in _plan(one)),
        *map(_reach, account.reaches),
        *map(_reservoir, account.reservoirs),
        *map(_gate, account.gates),
    )
    spans: Columns = {"period": [one.called for one in account.spans], "days": [one.days for one in account.spans]}
    for title, notes, columns in made:
        every = {**spans, **columns}
        yield Table(title, notes, tuple(every), _rows(every))


def head(account: Account) -> str:
    """What the account is of, and on what it rests."""
    as_of = "" if account.as_of is None else f", as of {account.as_of}"
    version = "" if account.as_of is None else f" {account.rules[0]}"
    simulated = " It holds simulated data." if account.simulated else ""
    return (
        f"Water account of the {account.basin_name} from {account.begin} to before {account.end}, by {account.by}; "
        f"rests on {account.journal_size} entries{as_of}. Volumes in million m3.{simulated}{version}"
    )


def _stored(one: Division) -> Line:
    """A share of storage: the state that it divides, of which nothing is received."""
    columns: Columns = {"read on": [day.isoformat() for day in one.state_on or ()], "stored": one.resource.volume}
    for party in one.parties:
        columns[f"part {party.party}"] = [] if party.part is None else party.part.volume
    shares = ", ".join(f"{share.id}{_mark(share.verified)}" for share in one.shares)
    reasons = tuple(f"{part.part.site}: {part.part.reason}" for part in one.counted if part.part.reason is not None)
    title = f"Division of {one.basis} of {one.of} {one.state}, {one.nature} stations: {shares}"
    return title, (*reasons, *one.not_read), columns


def _division(one: Division) -> Line:
    if one.state_on is not None:
        return _stored(one)
    columns: Columns = {
        "resource": one.resource.volume,
        "known": one.resource.known,
        "missing days": one.resource.days_missing,
    }
    for party in one.parties:
        columns[f"due {party.party}"] = [None] * len(one.resource.volume) if party.due is None else party.due.volume
        if party.received is not None:
            columns[f"received {party.party}"] = party.received.volume
            columns[f"known {party.party}"] = party.received.known
    shares = ", ".join(f"{share.id}{_mark(share.verified)}" for share in one.shares)
    parts = [*one.counted, *(addend for party in one.parties for addend in party.counted)]
    notes = (*_negative(one), *_lacking(parts))
    return f"Division of {one.basis} of {one.of}, {one.nature} stations: {shares}", notes, columns


def _negative(one: Division) -> tuple[str, ...]:
    days = sum(one.days_negative)
    return (f"on {days} days the resource is below nought: what is due on them is missing",) if days else ()


def _plan(one: Plan) -> Iterator[Line]:
    told = tuple(
        f"told: {part.delivered:g} of {part.volume:g} million m3 before {part.until} ({part.percent:.1f} %), {part.id}"
        for part in one.told
        if part.delivered is not None and part.percent is not None
    )
    of = f"{one.volume:g} to {one.party_name}, {one.nature} stations"
    title = f"Season plan {one.id}{_mark(one.rest[0].verified)}, {of}"
    yield (
        title,
        (f"spread {one.spread}", *told, *_lacking(one.counted)),
        {
            "planned": one.planned,
            "delivered": one.delivered.volume,
            "deviation": one.deviation,
            "%": one.percent,
            "known": one.delivered.known,
            "missing days": one.delivered.days_missing,
        },
    )
    so_far = one.to_date
    yield (
        f"{title}, since {one.begins}",
        (),
        {
            "planned": so_far.planned,
            "delivered": so_far.delivered,
            "deviation": so_far.deviation,
            "%": so_far.percent,
            "known": so_far.known,
            "missing days": so_far.days_missing,
            "% of known days": so_far.percent_of_known,
        },
    )


def _reach(one: Reach) -> Line:
    return (
        f"Reach {one.id}{_mark(one.rest.verified)}, loss {one.loss_percent:g} %, {one.nature} stations",
        _lacking((*one.counted_above, *one.counted_below)),
        {
            "above": one.above,
            "expected": one.expected,
            "below": one.below,
            "residual": one.residual,
            "residual m3/s": one.residual_rate,
            "residual %": one.residual_percent,
            "lost %": one.lost_percent,
            "missing days": one.days_missing,
        },
    )


def _reservoir(one: Reservoir) -> Line:
    return (
        f"Balance of {one.name}{_mark(one.rest.verified)}, {one.nature}",
        () if one.reason is None else (one.reason,),
        {
            "change": one.change,
            "inflow": one.inflow,
            "release": one.release,
            "evaporation": one.evaporation,
            "seepage": one.seepage,
            "residual": one.residual,
            "uncertainty": one.uncertainty,
            "within": [None if within is None else "yes" if within else "NO" for within in one.within],
            "missing days": one.days_missing,
        },
    )


def _gate(one: Gate) -> Line:
    first, second = one.gauges
    tolerance = f"{one.tolerance_percent:g} %" + (f" or {one.tolerance:g} m3/s" if one.tolerance else "")
    lacking = tuple(gauge.part.reason for gauge in one.gauges if gauge.part.reason is not None)
    return (
        f"Two gauges at {one.name}{_mark(one.rest.verified)}, tolerance {tolerance}, {one.nature} stations",
        lacking,
        {
            f"{first.party} m3/s": first.mean,
            f"{second.party} m3/s": second.mean,
            "difference m3/s": one.difference,
            "%": one.percent,
            "difference, million m3": one.volume_difference,
            "days within": one.days_inside,
            "days outside": one.days_outside,
            "missing days": one.days_missing,
            "outside for days": one.run_days,
            "since": [None if since is None else since.isoformat() for since in one.run_since],
        },
    )


def _lacking(addends: Sequence[Addend]) -> tuple[str, ...]:
    """Which parts of a sum lack, and on how many days."""
    return tuple(dict.fromkeys(said for one in addends for said in [_lacks(one)] if said))


def _lacks(one: Addend) -> str:
    if one.part.reason is not None:
        return f"{one.part.site}: {one.part.reason}"
    days, part = sum(one.volume.days_missing), one.part
    bad = f", {part.days_bad} of them flagged bad" if part.days_bad else ""
    said = [f"{days} days missing{bad}"] if days else []
    if part.left_out:
        said.append(f"{part.left_out} readings flagged bad left out beside {part.readings} that count")
    return f"{part.station}.{part.quantity}: {'; '.join(said)}" if said else ""


def _mark(verified: bool) -> str:
    return "" if verified else " (unverified)"


def _rows(columns: Columns) -> list[Row]:
    return [
        {name: _shown(value) for name, value in zip(columns, values, strict=True)}
        for values in zip(*columns.values(), strict=True)
    ]


def _shown(value: object) -> object:
    return round(value, _DECIMALS) if isinstance(value, float) else value
