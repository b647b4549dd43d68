"""Two gauges, one gate: the flows that both parties say, how far they differ, and for how many days."""

from collections.abc import Iterator, Sequence

from service.accounts.document import Gate
from service.paper.paper import Column, Kind, Number, Row, Table
from service.reports import keys
from service.reports.report import BasinPart
from service.reports.told.teller import PERCENT, Teller, marks_of_nature, unverified

_FLOW = 3


def tables(teller: Teller, basin: BasinPart) -> Iterator[Table]:
    """A table for each pair of parties."""
    pairs: dict[tuple[str, ...], list[Gate]] = {}
    for one in basin.account.gates:
        pairs.setdefault(tuple(gauge.party for gauge in one.gauges), []).append(one)
    for parties, held in pairs.items():
        yield _table(teller, basin, parties, held)


def flow(one: Gate, place: int) -> Number:
    """What one of the two gauges says."""
    gauge = one.gauges[place]
    return _number(one, gauge.party, gauge.said[0])


def percent(one: Gate) -> Number:
    """How far both are apart in percent of their mean."""
    return _number(one, "percent", one.percent[0], PERCENT, signed=True)


def agrees(one: Gate) -> bool | None:
    """Whether both are within the tolerance on all days of the period; None where no day is known of both."""
    if one.days_outside[0]:
        return False
    return True if one.days_inside[0] else None


def _number(one: Gate, what: str, value: float | None, decimals: int = _FLOW, *, signed: bool = False) -> Number:
    key = keys.of_gate(one.site, one.quantity, one.nature, what)
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
            Column(tag="run", head=teller.say("Days outside in a row"), kind=Kind.TEXT),
        ),
        rows=tuple(_row(teller, one) for one in held),
        empty=teller.say("None."),
        notes=(teller.say("A difference is the first gauge less the second."),),
    )


def _row(teller: Teller, one: Gate) -> Row:
    confirmed = one.rest.verified and all(gauge.part.verified for gauge in one.gauges)
    return Row(
        tag=f"{one.site}.{one.quantity}.{one.nature}",
        cells=(
            teller.name(one.site),
            flow(one, 0),
            flow(one, 1),
            _number(one, "difference", one.difference[0], signed=True),
            percent(one),
            _tolerance(teller, one),
            _within(teller, one),
            _run(teller, one),
        ),
        marks=(*marks_of_nature(one.nature), *unverified(verified=confirmed)),
    )


def _tolerance(teller: Teller, one: Gate) -> str:
    of_mean = teller.language.number(one.tolerance_percent, PERCENT)
    if not one.tolerance:
        return teller.say("{percent} %", percent=of_mean)
    rate = teller.language.number(one.tolerance, _FLOW)
    return teller.say("{percent} % or {flow} m³/s", percent=of_mean, flow=rate)


def _within(teller: Teller, one: Gate) -> str:
    match agrees(one):
        case None:
            return teller.say("not known")
        case True:
            return teller.say("yes")
        case _:
            return teller.say("no")


def _run(teller: Teller, one: Gate) -> str:
    since, days = one.run_since[0], one.run_days[0]
    if since is None or not days:
        return teller.language.count(0)
    if one.run_unknown[0]:
        return teller.say(
            "{days} since {day}; not known: {unknown}",
            days=teller.language.count(days),
            day=teller.day(since),
            unknown=teller.language.count(one.run_unknown[0]),
        )
    return teller.say("{days} since {day}", days=teller.language.count(days), day=teller.day(since))
