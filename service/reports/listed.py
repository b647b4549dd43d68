"""Every number of a report once, by its key: what tables of figures and comparisons of two reports are made of.

Of an account's line the last of its periods is listed, which for a report is the only one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from service.accounts.document import Account, Addend, Division, Gate, Plan, Rest, ShareNote, Volume
from service.reports import keys
from service.reports.report import Against, BasinPart, Figure, FlowRow, Place, Report, ReservoirRow, Span

MILLION, RATE, PERCENT, DAYS, PART = "million m³", "m³/s", "%", "days", "1"
"""Units of what is computed of figures; the figures have their own."""

_OF_PLAN = {"planned": MILLION, "deviation": MILLION, "percent": PERCENT}
_TO_DATE = {
    "planned": MILLION, "delivered": MILLION, "deviation": MILLION, "percent": PERCENT, "known": MILLION,
    "planned_of_known": MILLION, "percent_of_known": PERCENT, "days": DAYS, "days_missing": DAYS,
}  # fmt: skip
_OF_GATE = {
    "difference": RATE, "percent": PERCENT, "volume_difference": MILLION, "days_outside": DAYS, "run_days": DAYS,
    "run_unknown": DAYS,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A number of the report, of which `key` is the only one in every form.

    `section` is the part of a basin it stands in; `subject` what it is of: a station, shares, a plan, a site. Of what
    is no figure of a station `flag`, `reviewed` and `entries` are empty. `begin <= day < end` are the days it is of;
    `begin` None where that is the begin of the 10-day period or of the season, or where it is of a longer time. `at` is
    the instant of a state.
    """

    key: str
    section: str
    basin: str
    subject: str
    station: str
    site: str
    party: str
    quantity: str
    measure: str
    begin: date | None
    end: date
    value: float | None
    unit: str
    flag: str
    nature: str
    computed: bool
    verified: bool
    estimated: bool
    reviewed: str
    entries: tuple[int, ...]
    at: datetime | None = None


def listed(report: Report) -> list[Listed]:
    """All numbers in the order of the report."""
    return [one for basin in report.basins for one in _of_basin(basin, report.span)]


def _of_basin(basin: BasinPart, span: Span) -> Iterator[Listed]:
    for reservoir in basin.reservoirs:
        yield from _of_reservoir(reservoir, span)
    for section in ("canals", "borders", "rivers"):
        rows: Sequence[FlowRow] = getattr(basin, section)
        for row in rows:
            yield from _of_flow(row, section, span)
    yield from of_account(basin.account, basin.id)


def _of_reservoir(row: ReservoirRow, span: Span) -> Iterator[Listed]:
    place = row.place
    if row.capacity is not None:
        declared = keys.of_figure(place.station, "storage", keys.CAPACITY)
        yield _base(
            "reservoirs", place, span, key=declared, quantity="storage", measure=keys.CAPACITY, value=row.capacity,
            unit=MILLION, nature=place.nature,
        )  # fmt: skip
    for figure in (row.level, row.storage, row.filled, row.change, row.inflow, row.release):
        yield from _of_figure(figure, "reservoirs", place, span)


def _of_flow(row: FlowRow, section: str, span: Span) -> Iterator[Listed]:
    for figure in (row.flow, row.volume, row.change, row.plan, row.deviation):
        yield from _of_figure(figure, section, row.place, span)
    for figure in (row.ten_days, row.season):
        for one in _of_figure(figure, section, row.place, span):
            yield replace(one, begin=None)


def _of_figure(figure: Figure | None, section: str, place: Place, span: Span) -> Iterator[Listed]:
    """A figure, and what it is held against."""
    if figure is None:
        return
    whole = _base(
        section, place, span, key=figure.key, quantity=figure.quantity, measure=figure.measure, value=figure.value,
        unit=figure.unit, nature=figure.nature,
    )  # fmt: skip
    yield replace(
        whole, flag=figure.flag, computed=figure.computed, estimated=figure.estimated, reviewed=figure.reviewed,
        entries=figure.entries, at=figure.at,
    )  # fmt: skip
    if figure.against is not None:
        yield from _of_against(whole, figure.against)


def _of_against(whole: Listed, against: Against) -> Iterator[Listed]:
    for what, value, unit in (
        (keys.LAST_YEAR, against.last_year, whole.unit),
        (keys.NORM, against.norm, whole.unit),
        (keys.PERCENT, against.percent, PERCENT),
        (keys.RANK, against.rank, PART),
    ):
        if value is not None:
            measure = f"{whole.measure}.{what}" if whole.measure else what
            key = keys.of_against(whole.key, what)
            yield replace(whole, key=key, measure=measure, value=value, unit=unit, begin=None)


def _base(
    section: str, place: Place, span: Span, *, key: str, quantity: str, measure: str, value: float | None, unit: str,
    nature: str,
) -> Listed:  # fmt: skip
    return Listed(
        key=key, section=section, basin=place.basin, subject=place.station, station=place.station, site=place.site,
        party=place.party, quantity=quantity, measure=measure, begin=span.begin, end=span.until, value=value, unit=unit,
        flag="", nature=nature, computed=place.computed, verified=place.verified, estimated=False, reviewed="",
        entries=(),
    )  # fmt: skip


def of_account(account: Account, basin: str) -> Iterator[Listed]:
    """The numbers of an account's divisions, plans and gates; none of an account that has no period."""
    if not account.spans:
        return
    for division in account.divisions:
        yield from _of_division(division, account, basin)
    for plan in account.plans:
        yield from _of_plan(plan, account, basin)
    for gate in account.gates:
        yield from _of_gate(gate, account, basin)


def _of_division(one: Division, account: Account, basin: str) -> Iterator[Listed]:
    shares = [share.id for share in one.shares]
    rests: tuple[Rest | ShareNote, ...] = (*one.shares, *one.rest)
    counted = (*one.counted, *(addend for party in one.parties for addend in party.counted))
    line = _line("division", account, basin, "+".join(shares), one.nature, counted, rests, quantity=one.basis)

    def number(what: str, value: float | None, party: str = "", unit: str = MILLION) -> Listed:
        key = keys.of_division(shares, one.nature, what, party)
        return replace(line, key=key, measure=what, value=value, party=party, unit=unit)

    yield number("resource", _last(one.resource))
    for party in one.parties:
        yield number("percent", party.percent[-1], party.party, PERCENT)
        for what in ("due", "part", "received"):
            volume: Volume | None = getattr(party, what)
            if volume is not None:
                yield number(what, _last(volume), party.party)


def _of_plan(one: Plan, account: Account, basin: str) -> Iterator[Listed]:
    line = _line("plans", account, basin, one.id, one.nature, one.counted, one.rest, quantity="delivery")
    line = replace(line, party=one.party)
    whole = keys.of_plan(one.id, one.nature, "volume")
    season = replace(line, begin=one.begins, end=one.ends, unit=MILLION)
    yield replace(season, key=whole, measure="volume", value=float(one.volume), computed=False)
    given = keys.of_plan(one.id, one.nature, "delivered")
    yield replace(line, key=given, measure="delivered", value=_last(one.delivered), unit=MILLION)
    for what, unit in _OF_PLAN.items():
        key = keys.of_plan(one.id, one.nature, what)
        yield replace(line, key=key, measure=what, value=getattr(one, what)[-1], unit=unit)
    for what, unit in _TO_DATE.items():
        key = keys.of_plan(one.id, one.nature, what, to_date=True)
        value = getattr(one.to_date, what)[-1]
        yield replace(line, key=key, measure=f"to_date.{what}", value=value, unit=unit, begin=one.begins)


def _of_gate(one: Gate, account: Account, basin: str) -> Iterator[Listed]:
    line = _line("gates", account, basin, one.site, one.nature, (), (one.rest,), quantity=one.quantity)
    for gauge in one.gauges:
        part = gauge.part
        yield replace(
            line, key=keys.of_gate(one.site, one.quantity, one.nature, gauge.party), station=part.station or "",
            site=one.site, party=gauge.party, measure="said", value=gauge.said[-1], unit=RATE, verified=part.verified,
            computed=part.computed,
        )  # fmt: skip
    for what, unit in _OF_GATE.items():
        key = keys.of_gate(one.site, one.quantity, one.nature, what)
        yield replace(line, key=key, site=one.site, measure=what, value=getattr(one, what)[-1], unit=unit)


def _line(
    section: str, account: Account, basin: str, subject: str, nature: str, counted: Iterable[Addend],
    rests: Iterable[Rest | ShareNote], *, quantity: str,
) -> Listed:  # fmt: skip
    """What is the same of all numbers of a line: it is verified where all its documents and gauges are."""
    parts, span = [one.part for one in counted], account.spans[-1]
    return Listed(
        key="", section=section, basin=basin, subject=subject, station="", site="", party="", quantity=quantity,
        measure="", begin=span.begin, end=span.end, value=None, unit="", flag="", nature=nature,
        computed=any(one.computed for one in parts), verified=all(one.verified for one in (*parts, *rests)),
        estimated=False, reviewed="", entries=tuple(sorted({one.entry for one in parts if one.entry is not None})),
    )  # fmt: skip


def _last(volume: Volume) -> float | None:
    return volume.volume[-1]
