"""Shares and delivery by party: what shares of flow and of storage divide, what was due and what was received."""

from collections.abc import Iterator, Sequence

from service.accounts.document import Division, PartyWater, Volume
from service.paper.paper import Column, Kind, Mark, Number, Row, Table
from service.reports import keys
from service.reports.report import BasinPart
from service.reports.told.teller import PERCENT, Teller, marks_of_nature, unverified

FLOW = "flow"
_VOLUME, _STORED = 3, 2


def tables(teller: Teller, basin: BasinPart) -> Iterator[Table]:
    """The division of flow and the one of storage."""
    held = basin.account.divisions if basin.account.spans else ()
    flows = [one for one in held if one.basis == FLOW]
    stored = [one for one in held if one.basis != FLOW]
    if flows:
        yield _of_flow(teller, basin, flows)
    if stored:
        yield _of_storage(teller, basin, stored)


def _of_flow(teller: Teller, basin: BasinPart, held: Sequence[Division]) -> Table:
    million = teller.unit("million m³")
    return Table(
        tag=f"{basin.id}.shares",
        title=teller.say("Water by share, and what was received"),
        columns=(
            *_first_columns(teller),
            Column(tag="resource", head=teller.say("Water counted"), unit=million),
            Column(tag="due", head=teller.say("Due"), unit=million),
            Column(tag="received", head=teller.say("Received"), unit=million),
        ),
        rows=tuple(_flow_row(teller, one, party) for one in held for party in one.parties),
        empty=teller.say("None."),
        notes=tuple(_notes(teller, basin, held)),
    )


def _of_storage(teller: Teller, basin: BasinPart, held: Sequence[Division]) -> Table:
    million = teller.unit("million m³")
    return Table(
        tag=f"{basin.id}.stored",
        title=teller.say("Stored water by share"),
        columns=(
            *_first_columns(teller),
            Column(tag="resource", head=teller.say("Stored"), unit=million),
            Column(tag="part", head=teller.say("Part"), unit=million),
        ),
        rows=tuple(_stored_row(teller, one, party) for one in held for party in one.parties),
        empty=teller.say("None."),
        notes=tuple(_stored_notes(teller, held)),
    )


def _first_columns(teller: Teller) -> tuple[Column, ...]:
    return (
        Column(tag="share", head=teller.say("Share"), kind=Kind.CODE),
        Column(tag="party", head=teller.say("Party"), kind=Kind.TEXT),
        Column(tag="percent", head=teller.say("Share"), unit=teller.unit("%")),
    )


def _flow_row(teller: Teller, one: Division, party: PartyWater) -> Row:
    return Row(
        tag=_tag(one, party),
        cells=(
            _called(one),
            teller.name(party.party),
            _percent(one, party),
            _volume(one, "resource", one.resource),
            _volume(one, "due", party.due, party.party),
            _volume(one, "received", party.received, party.party),
        ),
        marks=_marks(one, party),
    )


def _stored_row(teller: Teller, one: Division, party: PartyWater) -> Row:
    return Row(
        tag=_tag(one, party),
        cells=(
            _called(one),
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
    return Number(key=key, value=volume.volume[-1], decimals=_VOLUME if one.basis == FLOW else _STORED)


def _marks(one: Division, party: PartyWater) -> tuple[Mark, ...]:
    rests = (*one.rest, *party.rest)
    confirmed = all(share.verified for share in one.shares) and all(rest.verified for rest in rests)
    return (*marks_of_nature(one.nature), *unverified(verified=confirmed))


def _notes(teller: Teller, basin: BasinPart, held: Sequence[Division]) -> Iterator[str]:
    yield teller.say("Water counted is not all the water of the basin, so due and received are not set off.")
    lacking = [station for one in held for station in _lacking(one)]
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


def _stored_notes(teller: Teller, held: Sequence[Division]) -> Iterator[str]:
    for state in dict.fromkeys(teller.reason(one.state) for one in held):
        if state:
            yield teller.say(
                "A part of what was stored as the last day began ({state}). Nothing is due of it.", state=state
            )
    lacking = [station for one in held for station in _lacking(one)]
    if lacking:
        yield teller.say("A sum with a missing part is missing. No value: {names}.", names=teller.names(lacking))


def _lacking(one: Division) -> Iterator[str]:
    """What was counted and has no value: the station, or the site where there is none."""
    counted = (*one.counted, *(addend for party in one.parties for addend in party.counted))
    for addend in counted:
        if addend.volume.volume[-1] is None:
            yield addend.part.station or addend.part.site
