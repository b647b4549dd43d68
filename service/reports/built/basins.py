"""The rows of a basin: which stations have one, what stands in it, and what was planned for this very gauge."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from record.entry import Flag
from record.network.basin import SiteKind
from record.network.computed import gauge_of
from record.review import Level
from service.accounts.document import Account, Plan
from service.figures.volume import MILLION_M3_PER_DAY
from service.reports import keys
from service.reports.built.asked import Asked
from service.reports.built.columns import Key
from service.reports.built.hydrographs import hydrographs
from service.reports.report import BasinPart, Figure, FlowRow, Place, ReservoirRow

FLOW_OF: Mapping[SiteKind, str] = {
    SiteKind.CANAL: "intake",
    SiteKind.HEADWORKS: "intake",
    SiteKind.BORDER: "discharge",
    SiteKind.POST: "discharge",
}
"""Which flow a row is of, by what stands at its site."""


def part_of(asked: Asked, basin: str, figures: Mapping[Key, Figure], spoken: set[str], account: Account) -> BasinPart:
    """All that is told of a basin, of the stations of which anything was said of late, in declared order."""

    def flows(*kinds: SiteKind) -> tuple[FlowRow, ...]:
        rows = (_flow_row(asked, name, figures, account, spoken) for name in _stations(asked, basin, spoken, kinds))
        return tuple(row for row in rows if row is not None)

    return BasinPart(
        id=basin,
        reservoirs=tuple(
            _reservoir_row(asked, name, figures, spoken)
            for name in behind_their_gauges(_stations(asked, basin, spoken, [SiteKind.RESERVOIR]))
        ),
        canals=flows(SiteKind.CANAL, SiteKind.HEADWORKS),
        borders=flows(SiteKind.BORDER),
        rivers=flows(SiteKind.POST),
        account=account,
        hydrographs=hydrographs(asked, basin, spoken),
    )


def place_of(asked: Asked, station: str, spoken: set[str]) -> Place:
    """Who and where a station is."""
    declared = asked.network.stations[station]
    site = asked.network.sites[declared.site]
    return Place(
        station=station,
        site=site.id,
        kind=site.kind.value,
        basin=site.basin,
        river=site.river,
        party=declared.party,
        nature=declared.nature.value,
        computed=declared.computed,
        verified=asked.network.is_verified(station),
        beside=gauge if (gauge := gauge_of(station)) != station and gauge in spoken else None,
    )


def _stations(asked: Asked, basin: str, spoken: set[str], kinds: Sequence[SiteKind]) -> list[str]:
    network = asked.network
    sites = {site.id for site in network.sites.values() if site.basin == basin and site.kind in kinds}
    return [one.id for one in network.stations.values() if one.site in sites and one.id in spoken]


def behind_their_gauges(stations: Sequence[str]) -> list[str]:
    """The same, and what is computed of a gauge right behind it."""
    place_of = {name: place for place, name in enumerate(stations)}
    return sorted(stations, key=lambda name: (place_of.get(gauge_of(name), place_of[name]), place_of[name]))


def _reservoir_row(asked: Asked, station: str, figures: Mapping[Key, Figure], spoken: set[str]) -> ReservoirRow:
    return ReservoirRow(
        place=place_of(asked, station, spoken),
        capacity=asked.network.sites[asked.network.stations[station].site].capacity,
        level=figures.get((station, "level", "")),
        storage=figures.get((station, "storage", "")),
        filled=figures.get((station, "storage", "filled")),
        change=figures.get((station, "storage", "change")),
        inflow=figures.get((station, "inflow", "")),
        release=figures.get((station, "release", "")),
    )


def _flow_row(
    asked: Asked, station: str, figures: Mapping[Key, Figure], account: Account, spoken: set[str]
) -> FlowRow | None:
    """A canal's, border station's or post's row; None for a station that gives no flow for such a period."""
    quantity = FLOW_OF[asked.network.sites[asked.network.stations[station].site].kind]
    flow = figures.get((station, quantity, ""))
    if flow is None:
        return None
    plan = _plan(asked, flow, account)
    return FlowRow(
        place=place_of(asked, station, spoken),
        flow=flow,
        volume=figures[station, quantity, "volume"],
        change=figures[station, quantity, "change"],
        plan=plan,
        deviation=None if plan is None else _deviation(flow, plan),
        ten_days=figures[station, quantity, "ten_days"],
        season=figures[station, quantity, "season"],
        declared_norm=asked.network.sites[asked.network.stations[station].site].norm,
    )


def _plan(asked: Asked, flow: Figure, account: Account) -> Figure | None:
    """The mean flow that the one plan whose delivery counts this gauge alone gives to the days of the period."""
    plans = [plan for plan in account.plans if _is_of(plan, flow)]
    days = asked.span.until - asked.span.begin
    if len(plans) != 1 or not days:
        return None
    (plan,) = plans
    planned = plan.planned[0]
    if planned is None or plan.begins > asked.span.begin or plan.ends < asked.span.until:
        return None
    return replace(
        flow,
        key=keys.of_figure(flow.subject, flow.quantity, "plan"),
        measure="plan",
        value=planned / (MILLION_M3_PER_DAY * days.days),
        flag=(Flag.GOOD if plan.rest[0].verified else Flag.UNKNOWN).word,
        estimated=False,
        reviewed=Level.PROVISIONAL.word,
        basis=(),
        readings=0,
        left_out=0,
        entries=(),
        against=None,
    )


def _is_of(plan: Plan, flow: Figure) -> bool:
    if len(plan.counted) != 1:
        return False
    part = plan.counted[0].part
    return (part.station, part.quantity) == (flow.subject, flow.quantity)


def _deviation(flow: Figure, plan: Figure) -> Figure:
    """The flow less what is planned; of a flow that is flagged bad nothing is known."""
    value = None
    if flow.value is not None and plan.value is not None and flow.flag != Flag.BAD.word:
        value = flow.value - plan.value
    return replace(
        flow,
        key=keys.of_figure(flow.subject, flow.quantity, "deviation"),
        measure="deviation",
        value=value,
        flag=Flag.MISSING.word if value is None else flow.flag,
        estimated=flow.estimated and value is not None,
        against=None,
    )
