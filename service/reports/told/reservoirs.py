"""The reservoirs of a basin: what they hold, what flows in and out."""

from collections.abc import Iterable, Sequence

from service.paper.paper import Column, Kind, Number, Row, Table
from service.reports import keys
from service.reports.report import BasinPart, ReservoirRow
from service.reports.told import against
from service.reports.told.teller import Teller, decimals_of, marks_of_place


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
        columns=_columns(teller, basin.reservoirs),
        rows=tuple(_row(teller, row) for row in basin.reservoirs),
        empty=teller.say("None."),
        notes=_notes(teller, basin.reservoirs),
    )


def hours(teller: Teller, rows: Iterable[ReservoirRow]) -> str:
    """When what is stored was read, by the clocks of the stations; "" of values of days."""
    states = (figure for row in rows for figure in (row.storage, row.level) if figure is not None)
    return ", ".join(dict.fromkeys(teller.language.hour(one.at) for one in states if one.at is not None))


def _notes(teller: Teller, rows: Sequence[ReservoirRow]) -> tuple[str, ...]:
    notes = [teller.say("Change is over the period. Each level counts from the zero of its own gauge.")]
    states = [figure for row in rows for figure in (row.level, row.storage) if figure is not None and figure.basis]
    of_days = dict.fromkeys(one.subject for one in states if one.at is None)
    if len(of_days) < len({one.subject for one in states}):
        notes.append(teller.say("The hour is that of each station's own clock."))
    if of_days:
        notes.append(
            teller.say("Mean of the last day, not a reading at an hour: {names}.", names=teller.names(of_days))
        )
    return tuple(notes)


def _columns(teller: Teller, rows: Sequence[ReservoirRow]) -> tuple[Column, ...]:
    metre, million, rate = teller.unit("m"), teller.unit("million m³"), teller.unit("m³/s")
    at = hours(teller, rows)

    def timed(head: str) -> str:
        return teller.say("{what}, {hour}", what=head, hour=at) if at else head

    return (
        Column(tag="name", head=teller.say("Reservoir"), kind=Kind.TEXT),
        Column(tag="level", head=timed(teller.say("Level")), unit=metre),
        Column(tag="storage", head=timed(teller.say("Storage")), unit=million),
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
    return Number(key=key, value=row.capacity, decimals=decimals_of("storage", "million m³"))
