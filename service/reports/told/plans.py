"""The season plans: what was planned and delivered in the period, and since the season began."""

from collections.abc import Iterator, Sequence

from service.accounts.document import Plan
from service.paper.paper import Column, Kind, Mark, Number, Row, Table
from service.reports import keys
from service.reports.report import BasinPart
from service.reports.told.teller import PERCENT, Teller, marks_of_nature, unverified, volume_decimals


def tables(teller: Teller, basin: BasinPart) -> tuple[Table, ...]:
    """The plans by date, and of the period; nothing where none is declared."""
    held = of(basin)
    return (_to_date(teller, basin, held), _of_period(teller, basin, held)) if held else ()


def of(basin: BasinPart) -> tuple[Plan, ...]:
    """The plans; none of an account that has no period."""
    return basin.account.plans if basin.account.spans else ()


def lacks_days(held: Sequence[Plan]) -> bool:
    """Whether days lack in a delivery to date."""
    return any(one.to_date.days_missing[-1] for one in held)


def to_date(one: Plan, what: str, value: float | None, *, signed: bool = False) -> Number:
    """A number of how a plan stands since the season began."""
    like = one.to_date.planned[-1] if what == "deviation" else value
    decimals = PERCENT if what.startswith("percent") else 0 if what.startswith("days") else volume_decimals(like)
    key = keys.of_plan(one.id, one.nature, what, to_date=True)
    return Number(key=key, value=value, decimals=decimals, signed=signed)


def _to_date(teller: Teller, basin: BasinPart, held: Sequence[Plan]) -> Table:
    lacking = lacks_days(held)
    return Table(
        tag=f"{basin.id}.plans",
        title=teller.say("Season plan since the season began"),
        columns=tuple(_columns(teller, lacking=lacking)),
        rows=tuple(_row(teller, one, lacking=lacking) for one in held),
        empty=teller.say("None."),
        notes=tuple(_notes(teller, held)),
    )


def _columns(teller: Teller, *, lacking: bool) -> Iterator[Column]:
    million, percent = teller.unit("million m³"), teller.unit("%")
    yield Column(tag="plan", head=teller.say("Plan"), kind=Kind.CODE)
    yield Column(tag="party", head=teller.say("Party"), kind=Kind.TEXT)
    yield Column(tag="volume", head=teller.say("Whole season"), unit=million)
    yield Column(tag="planned", head=teller.say("Planned to date"), unit=million)
    yield Column(tag="delivered", head=teller.say("Delivered to date"), unit=million)
    yield Column(tag="deviation", head=teller.say("Deviation"), unit=million)
    yield Column(tag="percent", head=teller.say("Of the plan"), unit=percent)
    if lacking:
        yield Column(tag="days_missing", head=teller.say("Days missing"))
        yield Column(tag="known", head=teller.say("Delivered on known days"), unit=million)
        yield Column(tag="planned_of_known", head=teller.say("Planned for these days"), unit=million)
        yield Column(tag="percent_of_known", head=teller.say("Of these days"), unit=percent)


def _row(teller: Teller, one: Plan, *, lacking: bool) -> Row:
    so_far = one.to_date
    known = (
        to_date(one, "days_missing", so_far.days_missing[-1]),
        to_date(one, "known", so_far.known[-1]),
        to_date(one, "planned_of_known", so_far.planned_of_known[-1]),
        to_date(one, "percent_of_known", so_far.percent_of_known[-1]),
    )
    return Row(
        tag=f"{one.id}.{one.nature}",
        cells=(
            one.id,
            teller.name(one.party),
            Number(
                key=keys.of_plan(one.id, one.nature, "volume"), value=one.volume, decimals=volume_decimals(one.volume)
            ),
            to_date(one, "planned", so_far.planned[-1]),
            to_date(one, "delivered", so_far.delivered[-1]),
            to_date(one, "deviation", so_far.deviation[-1], signed=True),
            to_date(one, "percent", so_far.percent[-1]),
            *(known if lacking else ()),
        ),
        marks=_marks(one),
    )


def _of_period(teller: Teller, basin: BasinPart, held: Sequence[Plan]) -> Table:
    million = teller.unit("million m³")
    return Table(
        tag=f"{basin.id}.plans.period",
        title=teller.say("Season plan in the period"),
        columns=(
            Column(tag="plan", head=teller.say("Plan"), kind=Kind.CODE),
            Column(tag="party", head=teller.say("Party"), kind=Kind.TEXT),
            Column(tag="planned", head=teller.say("Planned"), unit=million),
            Column(tag="delivered", head=teller.say("Delivered"), unit=million),
            Column(tag="deviation", head=teller.say("Deviation"), unit=million),
            Column(tag="percent", head=teller.say("Of the plan"), unit=teller.unit("%")),
        ),
        rows=tuple(_period_row(teller, one) for one in held),
        empty=teller.say("None."),
    )


def _period_row(teller: Teller, one: Plan) -> Row:
    def number(what: str, value: float | None, decimals: int | None = None, *, signed: bool = False) -> Number:
        key = keys.of_plan(one.id, one.nature, what)
        decimals = volume_decimals(value) if decimals is None else decimals
        return Number(key=key, value=value, decimals=decimals, signed=signed)

    return Row(
        tag=f"{one.id}.{one.nature}",
        cells=(
            one.id,
            teller.name(one.party),
            number("planned", one.planned[-1]),
            number("delivered", one.delivered.volume[-1]),
            number("deviation", one.deviation[-1], volume_decimals(one.planned[-1]), signed=True),
            number("percent", one.percent[-1], PERCENT),
        ),
        marks=_marks(one),
    )


def _marks(one: Plan) -> tuple[Mark, ...]:
    return (*marks_of_nature(one.nature), *unverified(verified=all(rest.verified for rest in one.rest)))


def _notes(teller: Teller, held: Sequence[Plan]) -> Iterator[str]:
    yield teller.say("A plan is spread evenly by day, up to its end or to the running totals that are told of it.")
    if lacks_days(held):
        yield teller.say("Nothing stands in for a missing day: what was delivered to date is then missing.")
    for told in dict.fromkeys(told for one in held for told in one.told):
        if told.delivered is not None:
            yield teller.say(
                "Told by the press, and not measured: {plan} before {day}, {delivered} of {planned} million m³.",
                plan=told.id,
                day=teller.day(told.until),
                delivered=teller.language.number(told.delivered, 1),
                planned=teller.language.number(told.volume, 1),
            )
