"""What each party received beside what it is due by share, and beside its season plan, as bars.

Two volumes share a scale only where they are of the same water. A share divides the inflow of a reservoir, and a party
receives what comes from wherever: then what is due stands as a number alone, and the basis of each is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from service.accounts.document import Account, Addend, Division, Plan
from service.language.phrase import phrase
from service.language.row import with_semicolons
from service.page.overview import cells
from service.reports.report import BasinPart
from service.reports.told import plans
from service.reports.told.shares import FLOW, divided
from service.reports.told.teller import Teller, marks_of_nature, volume_decimals

_WIDTH, _HEIGHT = 320, 18


@dataclass(frozen=True, slots=True)
class _Pair:
    """What a party is to have, as due or planned, and what it had, in million m³; None of either is not known."""

    party: str
    to_be: float | None
    came: float | None


def bars(teller: Teller, part: BasinPart, season: Account | None = None) -> Markup:
    """A table for each division of flow and each plan of which any number is known, each row with its bar.

    Where no plan is declared `season` tells what was received since the season began.
    """
    if not part.account.spans:
        return Markup()
    flows = [one for one in part.account.divisions if one.basis == FLOW]
    due = teller.say("Due and received"), teller.say("Due"), teller.say("Received")
    planned = (
        teller.say("Season plan since the season began"),
        teller.say("Planned to date"),
        teller.say("Delivered to date"),
    )
    tables = [
        *(_flow_table(teller, one, due) for one in flows),
        *(_table(teller, [_of_plan(one)], planned, one.nature) for one in plans.of(part)),
        *([_without_plan(teller, season)] if season is not None and not plans.of(part) else ()),
    ]
    return Markup('<div class="bars">{}</div>').format(Markup().join(tables)) if any(tables) else Markup()


def _flow_table(teller: Teller, one: Division, words: tuple[str, str, str]) -> Markup:
    """What is due and what came; on one scale where all that came is what is divided."""
    if _waters(one.counted) == {water for party in one.parties for water in _waters(party.counted)}:
        return _table(teller, _of_flow(one), words, one.nature)
    table = _table(teller, _of_flow(one), words, one.nature, is_one_scale=False)
    counted = with_semicolons(
        phrase(
            "{party}: {sites}", party=teller.name(party.party), sites=teller.names(a.part.site for a in party.counted)
        )
        for party in one.parties
    )
    note = teller.say(
        "Due is a share of {water} alone; received is all that came: {counted}. These waters differ.",
        water=divided(teller, one),
        counted=counted or "",
    )
    return Markup('<div>{}<p class="note">{}</p></div>').format(table, note) if table else table


def _waters(counted: Sequence[Addend]) -> set[tuple[str, str]]:
    return {(one.part.site, one.part.quantity) for one in counted}


def _without_plan(teller: Teller, season: Account) -> Markup:
    """That no plan is declared, and what each party received since the season began, on the days that are known."""
    said = teller.say("No season plan is declared for {year}.", year=str(season.begin.year))
    return Markup('<div><p class="note">{}</p>{}</div>').format(said, Markup().join(_season_tables(teller, season)))


def _season_tables(teller: Teller, season: Account) -> Iterator[Markup]:
    for one in season.divisions:
        held = [(party.party, party.received) for party in one.parties if party.received is not None]
        known = [(party, told.known[-1], told.days_missing[-1]) for party, told in held]
        most = max((volume for _, volume, _ in known if volume is not None), default=None)
        if one.basis != FLOW or most is None:
            continue
        rows = Markup().join(_season_row(teller, party, volume, days, most) for party, volume, days in known)
        yield Markup(
            "<table><caption>{}, {} {}</caption>"
            '<thead><tr><th scope="col">{}</th><td></td><th scope="col" class="number">{}</th>'
            '<th scope="col" class="number">{}</th></tr></thead><tbody>{}</tbody></table>'
        ).format(
            teller.say("Received since {day}, on known days", day=teller.day(season.begin)),
            teller.unit("million m³"),
            Markup(cells.marks(teller.language, marks_of_nature(one.nature))),  # noqa: S704: words of marks are escaped
            teller.say("Party"),
            teller.say("Received"),
            teller.say("Days missing"),
            rows,
        )


def _season_row(teller: Teller, party: str, volume: float | None, days: int, most: float) -> Markup:
    bar = Markup(_bar(_Pair(party, None, volume), most))  # noqa: S704: all that was put in is escaped
    return Markup(
        '<tr><th scope="row"><span class="party {}">{}</span></th><td class="drawn">{}</td>{}'
        '<td class="number">{}</td></tr>'
    ).format(party, teller.name(party), bar, Markup(_cell(teller, volume)), days)  # noqa: S704: escaped there


def _of_flow(one: Division) -> list[_Pair]:
    return [
        _Pair(
            party.party,
            None if party.due is None else party.due.volume[-1],
            None if party.received is None else party.received.volume[-1],
        )
        for party in one.parties
    ]


def _of_plan(one: Plan) -> _Pair:
    return _Pair(one.party, one.to_date.planned[-1], one.to_date.delivered[-1])


def _table(
    teller: Teller, held: Sequence[_Pair], words: tuple[str, str, str], nature: str, *, is_one_scale: bool = True
) -> Markup:
    """A row for each pair; where the two are not on one scale the bar is of what came alone."""
    known = [volume for pair in held for volume in (pair.to_be, pair.came) if volume is not None]
    if not known:
        return Markup()
    most = max(known if is_one_scale else [pair.came for pair in held if pair.came is not None], default=0.0)
    sign = _SIGNS["to-be"] if is_one_scale else ""
    title, to_be, came = map(escape, words)
    rows = "".join(_row(teller, pair, most, is_one_scale=is_one_scale) for pair in held)
    return Markup(  # noqa: S704: all that was put in is escaped
        f"<table><caption>{title}, {escape(teller.unit('million m³'))} "
        f"{cells.marks(teller.language, marks_of_nature(nature))}</caption>"
        f'<thead><tr><th scope="col">{escape(teller.say("Party"))}</th><td></td>'
        f'<th scope="col" class="number">{sign}{to_be}</th>'
        f'<th scope="col" class="number">{_SIGNS["came"]}{came}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


_SIGNS = {
    "to-be": '<svg class="sign" viewBox="0 0 16 12" aria-hidden="true"><path class="to-be" d="M1 1H14V11H1"/>'
    '<path class="edge" d="M14 0V12"/></svg>',
    "came": '<svg class="sign" viewBox="0 0 16 12" aria-hidden="true">'
    '<rect class="came" x="1" y="3" width="14" height="6"/></svg>',
}
"""What is to be is a frame with a thick end, what came lies in it."""


def _row(teller: Teller, pair: _Pair, most: float, *, is_one_scale: bool) -> str:
    drawn = pair if is_one_scale else _Pair(pair.party, None, pair.came)
    party = f'<span class="party {escape(pair.party)}">{escape(teller.name(pair.party))}</span>'
    return (
        f'<tr><th scope="row">{party}</th><td class="drawn">{_bar(drawn, most)}</td>'
        f"{_cell(teller, pair.to_be)}{_cell(teller, pair.came)}</tr>"
    )


def _cell(teller: Teller, volume: float | None) -> str:
    shown = (
        cells.missing(teller.language) if volume is None else teller.language.number(volume, volume_decimals(volume))
    )
    return f'<td class="number{" missing" if volume is None else ""}">{escape(shown)}</td>'


def _bar(pair: _Pair, most: float) -> str:
    """What came in a frame of what is to be; what is below nought, as a computed inflow can be, has no length."""

    def long(volume: float) -> float:
        return max(0.0, volume) / most * (_WIDTH - 4) if most > 0 else 0.0

    came = to_be = ""
    if pair.came is not None:
        came = f'<rect class="came {escape(pair.party)}" x="0" y="5" width="{long(pair.came):.1f}" height="8"/>'
    if pair.to_be is not None:
        x = long(pair.to_be)
        to_be = f'<path class="to-be" d="M0 1H{x:.1f}V17H0"/><path class="edge" d="M{x:.1f} 0V18"/>'
    return (
        f'<svg class="{escape(pair.party)}" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" '
        f'aria-hidden="true">{came}{to_be}</svg>'
    )
