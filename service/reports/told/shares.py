"""Shares and delivery by party: what shares of flow and of storage divide and what is due of it; what was received.

What is due and what was received stand in tables of their own: they are not of the same water.
"""

from collections.abc import Callable, Iterator, Sequence

from service.accounts.document import Addend, Division, PartyWater, Volume
from service.language.row import with_commas
from service.paper.paper import Column, Kind, Mark, Number, Row, Table
from service.reports import keys
from service.reports.report import BasinPart
from service.reports.told.teller import PERCENT, Teller, marks_of_nature, unverified, volume_decimals

FLOW = "flow"
_STORED = 2


def tables(teller: Teller, basin: BasinPart) -> Iterator[Table]:
    """The division of flow and the one of storage."""
    held = basin.account.divisions if basin.account.spans else ()
    flows = [one for one in held if one.basis == FLOW]
    stored = [one for one in held if one.basis != FLOW]
    if flows:
        yield _of_flow(teller, basin, flows)
        yield _received(teller, basin, flows)
    if stored:
        yield _of_storage(teller, basin, stored)


def _of_flow(teller: Teller, basin: BasinPart, held: Sequence[Division]) -> Table:
    return _divided_table(
        teller,
        held,
        _flow_row,
        tag=f"{basin.id}.shares",
        title=teller.say("Water sharing: what is due by share"),
        more=(("resource", teller.say("Water divided")), ("due", teller.say("Due"))),
        notes=tuple(_notes(teller, basin, held)),
    )


def _received(teller: Teller, basin: BasinPart, held: Sequence[Division]) -> Table:
    return Table(
        tag=f"{basin.id}.received",
        title=teller.say("Water sharing: what was received"),
        columns=(
            Column(tag="party", head=teller.say("Party"), kind=Kind.TEXT),
            Column(tag="counted", head=teller.say("Counted at"), kind=Kind.TEXT),
            Column(tag="received", head=teller.say("Received"), unit=teller.unit("million m³")),
        ),
        rows=tuple(_received_row(teller, one, party) for one in held for party in one.parties),
        empty=teller.say("None."),
        notes=tuple(_received_notes(teller, held)),
    )


def _of_storage(teller: Teller, basin: BasinPart, held: Sequence[Division]) -> Table:
    return _divided_table(
        teller,
        held,
        _stored_row,
        tag=f"{basin.id}.stored",
        title=teller.say("Stored water by share"),
        more=(("resource", _stored_head(teller, held)), ("part", teller.say("Part"))),
        notes=tuple(_stored_notes(teller, held)),
    )


def _stored_head(teller: Teller, held: Sequence[Division]) -> str:
    """The head of what was stored, with the day and the hour of that state."""
    states = (
        with_commas((teller.language.short_day(one.state_on[-1]), *filter(None, (teller.reason(one.state),))))
        for one in held
        if one.state_on
    )
    at = teller.say(with_commas(dict.fromkeys(states)))
    return teller.say("{what}, {hour}", what=teller.say("Stored"), hour=at) if at else teller.say("Stored")


def _divided_table(
    teller: Teller,
    held: Sequence[Division],
    row: Callable[[Teller, Division, PartyWater], Row],
    *,
    tag: str,
    title: str,
    more: Sequence[tuple[str, str]],
    notes: tuple[str, ...],
) -> Table:
    """A row for each share and party: which share, of what, whose, how many percent, and two volumes."""
    million = teller.unit("million m³")
    return Table(
        tag=tag,
        title=title,
        columns=(*_first_columns(teller), *(Column(tag=name, head=head, unit=million) for name, head in more)),
        rows=tuple(row(teller, one, party) for one in held for party in one.parties),
        empty=teller.say("None."),
        notes=notes,
    )


def _first_columns(teller: Teller) -> tuple[Column, ...]:
    return (
        Column(tag="share", head=teller.say("Share"), kind=Kind.CODE),
        Column(tag="of", head=teller.say("What is divided"), kind=Kind.TEXT),
        Column(tag="party", head=teller.say("Party"), kind=Kind.TEXT),
        Column(tag="percent", head=teller.say("Share"), unit=teller.unit("%")),
    )


def _flow_row(teller: Teller, one: Division, party: PartyWater) -> Row:
    return Row(
        tag=_tag(one, party),
        cells=(
            _called(one),
            divided(teller, one),
            teller.name(party.party),
            _percent(one, party),
            _volume(one, "resource", one.resource),
            _volume(one, "due", party.due, party.party),
        ),
        marks=_marks(one, party),
    )


def _received_row(teller: Teller, one: Division, party: PartyWater) -> Row:
    return Row(
        tag=_tag(one, party),
        cells=(
            teller.name(party.party),
            teller.names(addend.part.site for addend in party.counted),
            _volume(one, "received", party.received, party.party),
        ),
        marks=_marks(one, party),
    )


def divided(teller: Teller, one: Division) -> str:
    """The water that a share divides, by its sites: Orto-Tokoy: inflow."""
    return "; ".join(
        dict.fromkeys(
            teller.say(
                "{station}: {quantity}",
                station=teller.name(addend.part.site),
                quantity=teller.quantity(addend.part.quantity),
            )
            for addend in one.counted
        )
    )


def _stored_row(teller: Teller, one: Division, party: PartyWater) -> Row:
    return Row(
        tag=_tag(one, party),
        cells=(
            _called(one),
            divided(teller, one),
            teller.name(party.party),
            _percent(one, party),
            _volume(one, "resource", one.resource),
            _volume(one, "part", party.part, party.party),
        ),
        marks=_marks(one, party),
    )


def _shares(one: Division) -> tuple[str, ...]:
    return tuple(share.id for share in one.shares)


def _called(one: Division) -> str:
    return " + ".join(_shares(one))


def _tag(one: Division, party: PartyWater) -> str:
    return f"{'+'.join(_shares(one))}.{one.nature}.{party.party}"


def _percent(one: Division, party: PartyWater) -> Number:
    key = keys.of_division(_shares(one), one.nature, "percent", party.party)
    return Number(key=key, value=party.percent[-1], decimals=PERCENT)


def _volume(one: Division, what: str, volume: Volume | None, party: str = "") -> Number | None:
    if volume is None:
        return None
    key = keys.of_division(_shares(one), one.nature, what, party)
    value = volume.volume[-1]
    return Number(key=key, value=value, decimals=volume_decimals(value) if one.basis == FLOW else _STORED)


def _marks(one: Division, party: PartyWater) -> tuple[Mark, ...]:
    rests = (*one.rest, *party.rest)
    confirmed = all(share.verified for share in one.shares) and all(rest.verified for rest in rests)
    return (*marks_of_nature(one.nature), *unverified(verified=confirmed))


def _notes(teller: Teller, basin: BasinPart, held: Sequence[Division]) -> Iterator[str]:
    lacking = [station for one in held for station in _without(one.counted)]
    if lacking:
        yield teller.say("A sum with a missing part is missing. No value: {names}.", names=teller.names(lacking))
    without = max(one.days_without_share[-1] for one in held)
    if without:
        yield teller.many("On {count} day no share is in force.", "On {count} days no share is in force.", without)
    negative = max(one.days_negative[-1] for one in held)
    if negative:
        yield teller.many(
            "On {count} day the water counted is below nought, so what is due is missing.",
            "On {count} days the water counted is below nought, so what is due is missing.",
            negative,
        )
    idle = [share.id for share in basin.account.not_in_force]
    if idle:
        yield teller.say("Declared but not in force: {shares}.", shares=", ".join(idle))


def _received_notes(teller: Teller, held: Sequence[Division]) -> Iterator[str]:
    yield teller.say(
        "What is due is of the water that the shares divide alone; what was received is all that came to a party, from "
        "wherever. They are not of the same water and are not set off."
    )
    lacking = [station for one in held for party in one.parties for station in _without(party.counted)]
    if lacking:
        yield teller.say("A sum with a missing part is missing. No value: {names}.", names=teller.names(lacking))


def _stored_notes(teller: Teller, held: Sequence[Division]) -> Iterator[str]:
    for state in dict.fromkeys(teller.reason(one.state) for one in held):
        if state:
            yield teller.say(
                "A part of what was stored as the last day began ({state}). Nothing is due of it.", state=state
            )
    yield teller.say("A share of what is stored gives no right to a release.")
    lacking = [station for one in held for station in _without(one.counted)]
    if lacking:
        yield teller.say("A sum with a missing part is missing. No value: {names}.", names=teller.names(lacking))


def _without(counted: Sequence[Addend]) -> Iterator[str]:
    """What was counted and has no value: the station, or the site where there is none."""
    for addend in counted:
        if addend.volume.volume[-1] is None:
            yield addend.part.station or addend.part.site
