"""What figures are held against: the same period of the year before, and the norm with its class."""

from collections.abc import Iterable, Sequence

from service.paper.paper import Cell, Column, Kind, Number, Row, Table
from service.reports.keys import LAST_YEAR, NORM, PERCENT, RANK, of_against
from service.reports.report import Figure, Place
from service.reports.told import teller as telling
from service.reports.told.teller import Teller

Held = tuple[Place, Figure | None]


def last_year(figure: Figure) -> Number | None:
    """The figure of the same period of the year before, None where it is not known; so of all of these."""
    against = figure.against
    return None if against is None else _number(figure, LAST_YEAR, against.last_year)


def norm(figure: Figure) -> Number | None:
    """The norm of a figure."""
    return None if figure.against is None else _number(figure, NORM, figure.against.norm)


def percent(figure: Figure) -> Number | None:
    """The figure in percent of its norm."""
    against = figure.against
    if against is None or against.percent is None:
        return None
    return Number(key=of_against(figure.key, PERCENT), value=against.percent, decimals=telling.PERCENT)


def table(teller: Teller, tag: str, held: Iterable[Held]) -> Table:
    """A row for each figure that can be held against something."""
    known = [(place, figure) for place, figure in held if figure is not None and _is_known(figure)]
    rows = tuple(_row(teller, place, figure) for place, figure in known)
    return Table(
        tag=f"{tag}.norms",
        title=teller.say("Against the norm and last year"),
        columns=_columns(teller),
        rows=rows,
        empty=teller.say("Neither a norm nor last year is known."),
        notes=_notes(teller, rows),
    )


def _is_known(figure: Figure) -> bool:
    against = figure.against
    return against is not None and (against.last_year is not None or against.norm is not None)


def _columns(teller: Teller) -> tuple[Column, ...]:
    return (
        Column(tag="name", head=teller.say("Station"), kind=Kind.TEXT),
        Column(tag="quantity", head=teller.say("Quantity"), kind=Kind.TEXT),
        Column(tag="now", head=teller.say("Now")),
        Column(tag="last_year", head=teller.say("Same time last year")),
        Column(tag="norm", head=teller.say("Norm")),
        Column(tag="percent", head=teller.say("Of the norm"), unit=teller.unit("%")),
        Column(tag="rank", head=teller.say("Rank, 0 to 1")),
        Column(tag="class", head=teller.say("Class"), kind=Kind.TEXT),
    )


def _row(teller: Teller, place: Place, figure: Figure) -> Row:
    unit = teller.unit(figure.unit)
    cells: tuple[Cell, ...] = (
        teller.name(place.station),
        teller.say("{quantity}, {unit}", quantity=teller.quantity(figure.quantity), unit=unit),
        teller.figure(figure, computed=place.computed),
        last_year(figure),
        norm(figure),
        percent(figure),
        _rank(figure),
        teller.klass(figure.against),
    )
    return Row(tag=f"{place.station}.{figure.quantity}", cells=cells, marks=telling.marks_of_place(place))


def _notes(teller: Teller, rows: Sequence[Row]) -> tuple[str, ...]:
    if not rows:
        return ()
    return (
        teller.say("Classes are those of WMO HydroSOS. What is not listed has neither a norm nor last year."),
        teller.say("An empty cell: not known."),
    )


def _rank(figure: Figure) -> Number | None:
    against = figure.against
    if against is None or against.rank is None:
        return None
    return Number(key=of_against(figure.key, RANK), value=against.rank, decimals=2)


def _number(figure: Figure, what: str, value: float | None) -> Number | None:
    if value is None:
        return None
    like = value if figure.measure not in telling.OF_TWO else None
    decimals = telling.decimals_of(figure.quantity, figure.unit, like)
    return Number(key=of_against(figure.key, what), value=value, decimals=decimals)
