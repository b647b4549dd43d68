"""The reservoirs of a basin: what they hold, what flows in and out."""

from service.paper.paper import Column, Kind, Number, Row, Table
from service.reports import keys
from service.reports.report import BasinPart, ReservoirRow
from service.reports.told import against
from service.reports.told.teller import Teller, beside, decimals_of, marks_of_place


def tables(teller: Teller, basin: BasinPart) -> tuple[Table, ...]:
    """The reservoirs, and their figures against the norm and last year; nothing where there are none."""
    if not basin.reservoirs:
        return ()
    held = (
        (row.place, figure)
        for row in basin.reservoirs
        for figure in (row.level, row.storage, row.filled, row.change, row.inflow, row.release)
    )
    return (_table(teller, basin), against.table(teller, f"{basin.id}.reservoirs", held))


def _table(teller: Teller, basin: BasinPart) -> Table:
    return Table(
        tag=f"{basin.id}.reservoirs",
        title=teller.say("Reservoirs"),
        columns=_columns(teller),
        rows=tuple(_row(teller, row) for row in beside(basin.reservoirs)),
        empty=teller.say("None."),
        notes=(teller.say("Change is over the period. Each level counts from the zero of its own gauge."),),
    )


def _columns(teller: Teller) -> tuple[Column, ...]:
    metre, million, rate = teller.unit("m"), teller.unit("million m³"), teller.unit("m³/s")
    return (
        Column(tag="name", head=teller.say("Reservoir"), kind=Kind.TEXT),
        Column(tag="level", head=teller.say("Level"), unit=metre),
        Column(tag="storage", head=teller.say("Storage"), unit=million),
        Column(tag="capacity", head=teller.say("Capacity"), unit=million),
        Column(tag="filled", head=teller.say("Of capacity"), unit=teller.unit("%")),
        Column(tag="change", head=teller.say("Change"), unit=million),
        Column(tag="inflow", head=teller.say("Inflow"), unit=rate),
        Column(tag="release", head=teller.say("Release"), unit=rate),
    )


def _row(teller: Teller, row: ReservoirRow) -> Row:
    computed = row.place.computed
    return Row(
        tag=row.place.station,
        cells=(
            teller.name(row.place.station),
            teller.figure(row.level, computed=computed),
            teller.figure(row.storage, computed=computed),
            _capacity(row),
            teller.figure(row.filled, computed=computed),
            teller.figure(row.change, signed=True, computed=computed),
            teller.figure(row.inflow, computed=computed),
            teller.figure(row.release, computed=computed),
        ),
        marks=marks_of_place(row.place),
    )


def _capacity(row: ReservoirRow) -> Number | None:
    if row.capacity is None:
        return None
    key = keys.of_figure(row.place.station, "storage", keys.CAPACITY)
    return Number(key=key, value=row.capacity, decimals=decimals_of("storage", "million m³", row.capacity))
