"""How the season plans stand on the day, and how far two gauges at one gate differ: from the water account of the day.

The account reads from the season's begin, so that what is shown here is what `/accounts` shows.
"""

from datetime import date

from record.network import Network
from service.accounts.document import Account, Gate, Gauge, Plan
from service.reports.document import GateRow, GaugeRow, PlanLine, PlanStanding


def plans(network: Network, account: Account, day: date) -> tuple[PlanLine, ...]:
    """The season plans in force whose season holds the day, each with how it stands by stations of each nature."""
    told: dict[str, list[Plan]] = {}
    for one in account.plans:
        told.setdefault(one.id, []).append(one)
    return tuple(_plan(network, name, rows, day) for name, rows in told.items())


def gates(account: Account) -> tuple[GateRow, ...]:
    """The gates at which two gauges stand, with the flow that each party says of the day."""
    return tuple(_gate(one) for one in account.gates)


def _plan(network: Network, name: str, rows: list[Plan], day: date) -> PlanLine:
    plan = network.season_plans[name]
    return PlanLine(
        id=plan.id,
        party=plan.party,
        party_name=network.parties[plan.party].names["en"],
        begins=plan.begins,
        ends=plan.ends,
        day=(day - plan.begins).days + 1,
        days=(plan.ends - plan.begins).days,
        volume=float(plan.volume),
        delivered=None if plan.delivered is None else float(plan.delivered),
        verified=plan.verified,
        document=plan.document,
        source=plan.source,
        note=plan.note,
        spread=rows[0].spread,
        told=rows[0].told,
        standing=tuple(_standing(one) for one in rows),
    )


def _standing(one: Plan) -> PlanStanding:
    so_far = one.to_date
    return PlanStanding(
        nature=one.nature,
        planned_of_day=one.planned[0],
        delivered_of_day=one.delivered.volume[0],
        planned=so_far.planned[0],
        delivered=so_far.delivered[0],
        deviation=so_far.deviation[0],
        percent=so_far.percent[0],
        known=so_far.known[0],
        days=so_far.days[0],
        days_missing=so_far.days_missing[0],
        planned_of_known=so_far.planned_of_known[0],
        percent_of_known=so_far.percent_of_known[0],
        counted=tuple(part.part.name for part in one.counted),
        missing=tuple(f"{part.part.name}: {part.part.reason}" for part in one.counted if part.part.reason is not None),
    )


def _gate(one: Gate) -> GateRow:
    first, second = one.gauges
    return GateRow(
        site=one.site,
        name=one.name,
        quantity=one.quantity,
        nature=one.nature,
        gauges=(_gauge(first), _gauge(second)),
        difference=one.difference[0],
        percent=one.percent[0],
        inside=None if one.days_missing[0] else bool(one.days_inside[0]),
        run_days=one.run_days[0],
        run_since=one.run_since[0],
        run_unknown=one.run_unknown[0],
        tolerance_percent=one.tolerance_percent,
        tolerance=one.tolerance,
        rest=one.rest,
    )


def _gauge(one: Gauge) -> GaugeRow:
    return GaugeRow(
        party=one.party,
        name=one.part.name,
        station=one.part.station,
        verified=one.part.verified,
        flow=one.said[0],
        reason=one.part.reason,
    )
