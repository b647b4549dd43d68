"""What a minister looks for first, in two small tables: the reservoirs, and the water at the border."""

from collections.abc import Iterator

from service.paper.paper import Column, Kind, Row, Table
from service.reports.report import BasinPart, FlowRow, ReservoirRow
from service.reports.told import lines, reservoirs
from service.reports.told.teller import Teller, marks_of_place


def tables(teller: Teller) -> Iterator[Table]:
    """Of each site what its best stations say: real ones, else examples, else a generator's."""
    basins = teller.report.basins
    held = [row for basin in basins for nature in lines.NATURES for row in lines.told_reservoirs(basin, nature)]
    borders = [row for basin in basins for row in _borders(basin)]
    if held:
        yield _reservoirs(teller, held)
    if borders:
        yield _at_border(teller, borders)


def _reservoirs(teller: Teller, held: list[ReservoirRow]) -> Table:
    million, rate = teller.unit("million m³"), teller.unit("m³/s")
    at = reservoirs.hours(teller, held)
    return Table(
        tag="glance.reservoirs",
        title=teller.say("Reservoirs"),
        columns=(
            Column(tag="name", head=teller.say("Reservoir"), kind=Kind.TEXT),
            Column(tag="storage", head=reservoirs.timed(teller, teller.say("Storage"), at), unit=million),
            Column(tag="filled", head=teller.say("Of capacity"), unit=teller.unit("%")),
            Column(tag="change", head=teller.say("Change"), unit=million),
            Column(tag="inflow", head=teller.say("Inflow"), unit=rate),
            Column(tag="release", head=teller.say("Release"), unit=rate),
        ),
        rows=tuple(_reservoir(teller, row) for row in held),
        empty=teller.say("None."),
    )


def _reservoir(teller: Teller, row: ReservoirRow) -> Row:
    return Row(
        tag=row.place.site,
        cells=(
            lines.called(teller, row.place),
            teller.figure(row.storage),
            teller.figure(row.filled),
            teller.figure(row.change, signed=True),
            teller.figure(row.inflow),
            teller.figure(row.release),
        ),
        marks=marks_of_place(row.place),
    )


def _borders(basin: BasinPart) -> Iterator[FlowRow]:
    """The gauges at the border that speak, of each site those of the best nature."""
    best: dict[str, int] = {}
    speaking = [row for row in basin.borders if row.flow.value is not None]
    for row in speaking:
        rank = lines.NATURES.index(row.place.nature)
        best[row.place.site] = min(rank, best.get(row.place.site, rank))
    return (row for row in speaking if lines.NATURES.index(row.place.nature) == best[row.place.site])


def _at_border(teller: Teller, rows: list[FlowRow]) -> Table:
    rate = teller.unit("m³/s")
    planned = any(row.plan is not None for row in rows)
    plans = (
        Column(tag="plan", head=teller.say("Plan"), unit=rate),
        Column(tag="deviation", head=teller.say("Deviation"), unit=rate),
    )
    return Table(
        tag="glance.borders",
        title=teller.say("Border points"),
        columns=(
            Column(tag="name", head=teller.say("Border point"), kind=Kind.TEXT),
            Column(tag="party", head=teller.say("Party"), kind=Kind.TEXT),
            Column(tag="flow", head=teller.say("Flow"), unit=rate),
            *(plans if planned else ()),
            Column(tag="change", head=teller.say("Change"), unit=rate),
        ),
        rows=tuple(_border(teller, row, planned=planned) for row in rows),
        empty=teller.say("None."),
    )


def _border(teller: Teller, row: FlowRow, *, planned: bool) -> Row:
    computed = row.place.computed
    plan = (teller.figure(row.plan), teller.figure(row.deviation, signed=True)) if planned else ()
    return Row(
        tag=row.place.station,
        cells=(
            teller.name(row.place.site),
            teller.name(row.place.party),
            teller.figure(row.flow, computed=computed),
            *plan,
            teller.figure(row.change, signed=True, computed=computed),
        ),
        marks=marks_of_place(row.place),
    )
