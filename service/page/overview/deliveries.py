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

_WIDTH, _BAR, _STEP = 320, 9, 13


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar: what it is of, whose, its volume in million m³, and whether it is one that is to be, as due or planned."""

    said: str
    party: str
    volume: float | None
    to_be: bool


def bars(teller: Teller, part: BasinPart) -> Markup:
    """A figure for each division of flow and each plan of which any number is known."""
    if not part.account.spans:
        return Markup()
    flows = [one for one in part.account.divisions if one.basis == FLOW]
    figures = [
        *(_figure(teller, _of_flow(teller, one), teller.say("Due and received"), one.nature) for one in flows),
        *(_figure(teller, _of_plan(teller, one), teller.say("Season plan since the season began"), one.nature)
          for one in plans.of(part)),
    ]  # fmt: skip
    return Markup('<div class="bars">{}</div>').format(Markup().join(figures)) if any(figures) else Markup()


def _of_flow(teller: Teller, one: Division) -> list[_Bar]:
    return [
        _Bar(said, party.party, None if volume is None else volume.volume[-1], to_be)
        for party in one.parties
        for said, volume, to_be in (
            (teller.say("Due"), party.due, True),
            (teller.say("Received"), party.received, False),
        )
    ]


def _of_plan(teller: Teller, one: Plan) -> list[_Bar]:
    return [
        _Bar(teller.say("Planned to date"), one.party, one.to_date.planned[-1], True),
        _Bar(teller.say("Delivered to date"), one.party, one.to_date.delivered[-1], False),
    ]


def _figure(teller: Teller, held: Sequence[_Bar], title: str, nature: str) -> Markup:
    known = [bar.volume for bar in held if bar.volume is not None]
    if not known:
        return Markup()
    most = max(known)
    lines = "".join(_line(teller, bar, most) for bar in held)
    return Markup(  # noqa: S704: all that was put in is escaped
        f"<figure><figcaption>{escape(title)}, {escape(teller.unit('million m³'))} "
        f"{cells.marks(teller.language, marks_of_nature(nature))}</figcaption><dl>{lines}</dl></figure>"
    )


def _line(teller: Teller, bar: _Bar, most: float) -> str:
    """A bar with its words; one below nought, as a computed inflow can make it, is told by its number alone."""
    shown = cells.missing(teller.language)
    drawn = ""
    if bar.volume is not None:
        shown = teller.language.number(bar.volume, volume_decimals(bar.volume))
        part = max(0.0, bar.volume) / most if most > 0 else 0.0
        kind = "to-be" if bar.to_be else "came"
        drawn = (
            f'<svg viewBox="0 0 {_WIDTH} {_STEP}" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="{kind} {escape(bar.party)}" x="0.5" y="2" '
            f'width="{part * (_WIDTH - 1):.1f}" height="{_BAR}"/>'
            "</svg>"
        )
    name = escape(teller.name(bar.party))
    return f"<dt>{name}: {escape(bar.said)}</dt><dd>{drawn}<span>{escape(shown)}</span></dd>"
