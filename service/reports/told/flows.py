"""Canals, border points and rivers: fact and plan, change, and the volumes of the period, 10-day period and season."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.paper.paper import Column, Kind, Row, Table
from service.reports.report import BasinPart, FlowRow
from service.reports.told import against
from service.reports.told.teller import Teller, beside, marks_of_place


@dataclass(frozen=True, slots=True)
class _Flows:
    """A table of flows: its tag, its title, and whether a plan is looked for."""

    tag: str
    title: str
    planned: bool


def tables(teller: Teller, basin: BasinPart) -> Iterator[Table]:
    """Rivers, border points and canals, each with what is known of norms and last year."""
    rivers = _Flows(f"{basin.id}.rivers", teller.say("Rivers"), planned=False)
    borders = _Flows(f"{basin.id}.borders", teller.say("Border points"), planned=True)
    canals = _Flows(f"{basin.id}.canals", teller.say("Canals"), planned=True)
    for flows, rows in ((rivers, basin.rivers), (borders, basin.borders), (canals, basin.canals)):
        if not rows:
            continue
        norms = against.table(teller, flows.tag, ((row.place, row.flow) for row in rows))
        yield _table(teller, flows, rows)
        if norms.rows or not flows.planned:
            yield norms


def _table(teller: Teller, flows: _Flows, rows: Sequence[FlowRow]) -> Table:
    planned = any(row.plan is not None or row.deviation is not None for row in rows)
    lacks = flows.planned and not planned
    return Table(
        tag=flows.tag,
        title=flows.title,
        columns=tuple(_columns(teller, planned=planned)),
        rows=tuple(_row(teller, row, planned=planned) for row in beside(rows)),
        empty=teller.say("None."),
        notes=(teller.say("No plan is declared for these gauges by themselves."),) if lacks else (),
    )


def _columns(teller: Teller, *, planned: bool) -> Iterator[Column]:
    rate, million = teller.unit("m³/s"), teller.unit("million m³")
    yield Column(tag="name", head=teller.say("Station"), kind=Kind.TEXT)
    yield Column(tag="party", head=teller.say("Party"), kind=Kind.TEXT)
    yield Column(tag="flow", head=teller.say("Flow"), unit=rate)
    if planned:
        yield Column(tag="plan", head=teller.say("Plan"), unit=rate)
        yield Column(tag="deviation", head=teller.say("Deviation"), unit=rate)
    yield Column(tag="change", head=teller.say("Change"), unit=rate)
    yield Column(tag="volume", head=teller.say("Volume"), unit=million)
    yield Column(tag="ten_days", head=teller.say("Since the 10-day period began"), unit=million)
    yield Column(tag="season", head=teller.say("Since the season began"), unit=million)


def _row(teller: Teller, row: FlowRow, *, planned: bool) -> Row:
    computed = row.place.computed
    plan = (teller.figure(row.plan), teller.figure(row.deviation, signed=True)) if planned else ()
    return Row(
        tag=row.place.station,
        cells=(
            teller.name(row.place.station),
            teller.name(row.place.party),
            teller.figure(row.flow, computed=computed),
            *plan,
            teller.figure(row.change, signed=True, computed=computed),
            teller.figure(row.volume, computed=computed),
            teller.figure(row.ten_days, computed=computed),
            teller.figure(row.season, computed=computed),
        ),
        marks=marks_of_place(row.place),
    )
