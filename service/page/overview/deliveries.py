"""What each party received beside what it is due by share, and beside its season plan, as bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from service.accounts.document import Division, Plan
from service.page.overview import cells
from service.reports.report import BasinPart
from service.reports.told import plans
from service.reports.told.shares import FLOW
from service.reports.told.teller import Teller, marks_of_nature, volume_decimals

_WIDTH, _HEIGHT = 320, 18


@dataclass(frozen=True, slots=True)
class _Pair:
    """What a party is to have, as due or planned, and what it had, in million m³; None of either is not known."""

    party: str
    to_be: float | None
    came: float | None


def bars(teller: Teller, part: BasinPart) -> Markup:
    """A table for each division of flow and each plan of which any number is known, each row with its bar."""
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
        *(_table(teller, _of_flow(one), due, one.nature) for one in flows),
        *(_table(teller, [_of_plan(one)], planned, one.nature) for one in plans.of(part)),
    ]
    return Markup('<div class="bars">{}</div>').format(Markup().join(tables)) if any(tables) else Markup()


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


def _table(teller: Teller, held: Sequence[_Pair], words: tuple[str, str, str], nature: str) -> Markup:
    known = [volume for pair in held for volume in (pair.to_be, pair.came) if volume is not None]
    if not known:
        return Markup()
    title, to_be, came = map(escape, words)
    rows = "".join(_row(teller, pair, max(known)) for pair in held)
    return Markup(  # noqa: S704: all that was put in is escaped
        f"<table><caption>{title}, {escape(teller.unit('million m³'))} "
        f"{cells.marks(teller.language, marks_of_nature(nature))}</caption>"
        f'<thead><tr><th scope="col">{escape(teller.say("Party"))}</th><td></td>'
        f'<th scope="col" class="number">{_SIGNS["to-be"]}{to_be}</th>'
        f'<th scope="col" class="number">{_SIGNS["came"]}{came}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


_SIGNS = {
    "to-be": '<svg class="sign" viewBox="0 0 16 12" aria-hidden="true"><path class="to-be" d="M1 1H14V11H1"/>'
    '<path class="edge" d="M14 0V12"/></svg>',
    "came": '<svg class="sign" viewBox="0 0 16 12" aria-hidden="true">'
    '<rect class="came" x="1" y="3" width="14" height="6"/></svg>',
}
"""What is to be is a frame with a thick end, what came lies in it."""


def _row(teller: Teller, pair: _Pair, most: float) -> str:
    party = f'<span class="party {escape(pair.party)}">{escape(teller.name(pair.party))}</span>'
    return (
        f'<tr><th scope="row">{party}</th><td class="drawn">{_bar(pair, most)}</td>'
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
