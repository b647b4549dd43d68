"""Two gauges, one gate: the flows that both parties say, how far they differ, and for how many days."""

from collections.abc import Iterator, Sequence

from service.accounts.document import Gate
from service.paper.paper import Column, Kind, Number, Row, Table
from service.reports import keys
from service.reports.report import BasinPart
from service.reports.told.teller import PERCENT, Teller, flow_decimals, marks_of_nature, unverified


def tables(teller: Teller, basin: BasinPart) -> Iterator[Table]:
    """A table for each pair of parties."""
    pairs: dict[tuple[str, ...], list[Gate]] = {}
    for one in of(basin):
        pairs.setdefault(tuple(gauge.party for gauge in one.gauges), []).append(one)
    for parties, held in pairs.items():
        yield _table(teller, basin, parties, held)


def of(basin: BasinPart) -> tuple[Gate, ...]:
    """The gates; none of an account that has no period."""
    return basin.account.gates if basin.account.spans else ()


def flow(teller: Teller, basin: BasinPart, one: Gate, place: int) -> Number:
    """The mean of one of both gauges over the days that both know; where there is none, its own figure."""
    gauge = one.gauges[place]
    rows = (*basin.borders, *basin.canals, *basin.rivers)
    own = next((row.flow for row in rows if row.place.station == gauge.part.station), None)
    if gauge.mean[-1] is None and own is not None and own.quantity == one.quantity and own.value is not None:
        return teller.number(own)
    return _number(one, gauge.party, gauge.mean[-1])


def agrees(one: Gate) -> bool | None:
    """Whether both are within the tolerance on all days of the period; None where no day is known of both."""
    if one.days_outside[-1]:
        return False
    return True if one.days_inside[-1] else None


def _number(one: Gate, what: str, value: float | None, decimals: int | None = None, *, signed: bool = False) -> Number:
    key = keys.of_gate(one.site, one.quantity, one.nature, what)
    decimals = flow_decimals(value) if decimals is None else decimals
    return Number(key=key, value=value, decimals=decimals, signed=signed)


def _table(teller: Teller, basin: BasinPart, parties: Sequence[str], held: Sequence[Gate]) -> Table:
    rate = teller.unit("m³/s")
    return Table(
        tag=".".join((basin.id, "gates", *parties)),
        title=teller.say("Two gauges, one gate"),
        columns=(
            Column(tag="name", head=teller.say("Gate"), kind=Kind.TEXT),
            *(Column(tag=party, head=teller.name(party), unit=rate) for party in parties),
            Column(tag="difference", head=teller.say("Difference"), unit=rate),
            Column(tag="percent", head=teller.say("Of the mean"), unit=teller.unit("%")),
            Column(tag="tolerance", head=teller.say("Tolerance"), kind=Kind.TEXT),
            Column(tag="within", head=teller.say("Within it"), kind=Kind.TEXT),
            Column(tag="run_days", head=teller.say("Days outside in a row")),
            Column(tag="run_since", head=teller.say("Outside since"), kind=Kind.TEXT),
        ),
        rows=tuple(_row(teller, basin, one) for one in held),
        empty=teller.say("None."),
        notes=(teller.say("A difference is the first gauge less the second, over the days on which both are known."),),
    )


def _row(teller: Teller, basin: BasinPart, one: Gate) -> Row:
    confirmed = one.rest.verified and all(gauge.part.verified for gauge in one.gauges)
    return Row(
        tag=f"{one.site}.{one.quantity}.{one.nature}",
        cells=(
            teller.name(one.site),
            flow(teller, basin, one, 0),
            flow(teller, basin, one, 1),
            _number(one, "difference", one.difference[-1], flow_decimals(one.gauges[0].mean[-1]), signed=True),
            _number(one, "percent", one.percent[-1], PERCENT, signed=True),
            _tolerance(teller, one),
            _within(teller, one),
            _number(one, "run_days", one.run_days[-1], 0),
            _since(teller, one),
        ),
        marks=(*marks_of_nature(one.nature), *unverified(verified=confirmed)),
    )


def _tolerance(teller: Teller, one: Gate) -> str:
    of_mean = teller.language.number(one.tolerance_percent, PERCENT)
    if not one.tolerance:
        return teller.say("{percent} %", percent=of_mean)
    rate = teller.language.number(one.tolerance, flow_decimals(one.tolerance))
    return teller.say("{percent} % or {flow} m³/s", percent=of_mean, flow=rate)


def _within(teller: Teller, one: Gate) -> str:
    match agrees(one):
        case None:
            return teller.say("not known")
        case True:
            return teller.say("yes")
        case _:
            return teller.say("no")


def _since(teller: Teller, one: Gate) -> str:
    since, unknown = one.run_since[-1], one.run_unknown[-1]
    if since is None:
        return ""
    if unknown:
        return teller.many(
            "{day}; {count} day since then is not known",
            "{day}; {count} days since then are not known",
            unknown,
            day=teller.day(since),
        )
    return teller.day(since)
