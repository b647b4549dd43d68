"""What the accounts count: flows and stocks that somebody gauges, each once, and figures that can be made."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from record.network.account import Counted, FigureRules
from record.network.declared import Declared
from record.network.row import Row
from record.network.rules.gauges import FLOWS, gives, known_quantity
from record.network.share import Basis

WHOLE = Decimal(100)


def counted_is_gauged(declared: Declared) -> None:
    """Whatever is counted is a flow or a stock that the party gauges there, or that one party alone gauges; once."""
    for row, key, counted in _counted(declared):
        for number, one in enumerate(counted):
            fault = _counted_fault(declared, one)
            if fault is not None:
                raise row.wrong(fault, key, number)
            if one in counted[:number]:
                raise row.wrong(f"{one.quantity} of {one.site} is counted twice: remove one", key, number)


def accounts_stay_in_their_basin(declared: Declared) -> None:
    """What a share divides, a party receives or a reach loses is of the water of one declared basin."""
    shares = {row.fact.id: row.fact.basin for row in declared.shares}
    for row, key, counted in _counted(declared):
        basin = shares.get(row.fact.share) if key == "counted" and hasattr(row.fact, "share") else row.fact.basin
        if basin is None:
            known = ", ".join(shares) or "none is declared"
            raise row.wrong(f"share {row.fact.share!r} is not declared: use one of {known}", "share")
        if basin not in declared.basin_ids():
            raise row.wrong(f"basin {basin!r} is not declared: use one of {_list(declared.basin_ids())}", "basin")
        for number, one in enumerate(counted):
            site = declared.site_of(one.site)
            if site is not None and site.basin != basin:
                raise row.wrong(f"site {one.site!r} is in basin {site.basin!r}, not in {basin!r}", key, number)


def resources_are_of_their_share(declared: Declared) -> None:
    """A share has one resource: of flow the sum of flows, of storage the stored water of the reservoir it names."""
    shares = {row.fact.id: row.fact for row in declared.shares}
    first: dict[str, Row[Any]] = {}
    for row in declared.resources:
        said = row.fact
        share = shares[said.share]
        earlier = first.setdefault(said.share, row)
        if earlier is not row:
            raise row.wrong(f"the resource of {said.share} already stands at {earlier.where()}: join the rows", "share")
        for number, one in enumerate(said.counted):
            if share.basis is Basis.FLOW and one.quantity not in FLOWS:
                raise row.wrong(f"{said.share} is a share of flow, not of {one.quantity}", "counted", number)
            if share.basis is Basis.STORAGE and (one.quantity, one.site) != ("storage", share.of):
                raise row.wrong(f"{said.share} is a share of the storage of {share.of} alone", "counted", number)


def deliveries_are_told_once(declared: Declared) -> None:
    """A declared party receives flows, and there is one row for a basin, a party and the points of the season plan."""
    first: dict[tuple[str, str, bool], Row[Any]] = {}
    for row in declared.deliveries:
        said = row.fact
        if said.party not in declared.party_ids():
            known = _list(declared.party_ids())
            raise row.wrong(f"party {said.party!r} is not declared: use one of {known}", "party")
        earlier = first.setdefault((said.basin, said.party, said.border), row)
        if earlier is not row:
            raise row.wrong(f"this delivery to {said.party} already stands at {earlier.where()}: join them", "party")
        for number, one in enumerate(said.counted):
            if one.quantity not in FLOWS:
                raise row.wrong(f"what is delivered is a flow, not {one.quantity}", "counted", number)


def reaches_lead_from_point_to_point(declared: Declared) -> None:
    """A reach has flows at both ends, and none of its points at both."""
    for row in declared.reaches:
        for key in ("above", "below"):
            for number, one in enumerate(getattr(row.fact, key)):
                if one.quantity not in FLOWS:
                    raise row.wrong(f"what runs through a reach is a flow, not {one.quantity}", key, number)
                if key == "below" and one in row.fact.above:
                    raise row.wrong(f"{one.quantity} of {one.site} stands above and below: remove one", key, number)


def gates_have_two_gauges(declared: Declared) -> None:
    """A gate is a site that two parties gauge, told once, with a tolerance that a figure can pass and can fail."""
    first: dict[tuple[str, str], Row[Any]] = {}
    for row in declared.gates:
        said = row.fact
        _site(declared, row, said.site)
        known_quantity(row, said.quantity)
        parties = _gauged_by(declared, said.site, said.quantity)
        if len(parties) < 2:
            who = f"{parties[0]} alone" if parties else "nobody"
            raise row.wrong(f"{said.quantity} at {said.site!r} is gauged by {who}: a gate has two gauges", "site")
        earlier = first.setdefault((said.site, said.quantity), row)
        if earlier is not row:
            raise row.wrong(f"this gate already stands at {earlier.where()}: remove one", "site")
        if not 0 <= said.tolerance_percent < WHOLE:
            raise row.wrong(
                f"tolerance_percent {said.tolerance_percent} must be from 0 to less than 100", "tolerance_percent"
            )
        if said.tolerance < 0:
            raise row.wrong(f"tolerance {said.tolerance} must be 0 m3/s or more", "tolerance")


def figures_can_be_made(declared: Declared) -> None:
    """Completeness is a percentage, the base period holds the years it needs, and classes rise between 0 and 1."""
    row = declared.figure_rules
    if row is None:
        return
    fault = _figures_fault(row.fact)
    if fault is not None:
        raise row.wrong(*fault)


def _figures_fault(rules: FigureRules) -> tuple[str, str] | None:
    if not 0 < rules.completeness_percent <= WHOLE:
        return (
            f"completeness_percent {rules.completeness_percent} is not more than 0, up to 100",
            "completeness_percent",
        )
    if rules.base_until < rules.base_from:
        return f"the base period ends in {rules.base_until}, before it begins", "base_until"
    if not 1 <= rules.years_needed <= rules.years:
        return f"min_years {rules.min_years} must be from 1 to the {rules.years} years of the base period", "min_years"
    if rules.season_begins == rules.season_ends:
        return "the growing season must not begin and end in the same month", "season_ends"
    if any(high <= low for low, high in pairwise((Decimal(0), *rules.classes, Decimal(1)))):
        return "classes must be four shares that rise between 0 and 1", "classes"
    return None


def _counted(declared: Declared) -> Iterator[tuple[Row[Any], str, Sequence[Counted]]]:
    """Every list of what is counted, with its row and key."""
    rows: tuple[Row[Any], ...] = (*declared.resources, *declared.deliveries, *declared.reaches)
    for row in rows:
        for key in ("counted", "above", "below"):
            if hasattr(row.fact, key):
                yield row, key, getattr(row.fact, key)


def _counted_fault(declared: Declared, one: Counted) -> str | None:
    """What is wrong with one of the things counted; None where it can be counted."""
    if declared.site_of(one.site) is None:
        return f"site {one.site!r} is not declared: declare it or correct the name"
    parties = _computed_by(declared, one) if one.computed else _gauged_by(declared, one.site, one.quantity)
    if one.party is None and len(parties) > 1:
        return f"{one.quantity} at {one.site!r} is gauged by {' and '.join(parties)}: say by whose gauge with party"
    if not parties or one.party not in (None, *parties):
        who = "no party" if one.party is None else f"party {one.party}"
        if one.computed:
            return (
                f"{who} has a station at {one.site!r} of which {one.quantity} is computed: declare it, or drop computed"
            )
        return f"{who} has a station at {one.site!r} with a series of {one.quantity}"
    return None


def _gauged_by(declared: Declared, site: str, quantity: str) -> list[str]:
    """The parties with a station at a site that gives a quantity."""
    rows = [row.fact for row in declared.stations if row.fact.site == site]
    return list(dict.fromkeys(station.party for station in rows if gives(station, quantity)))


def _computed_by(declared: Declared, one: Counted) -> list[str]:
    """The parties with a station at the site of which the quantity is computed."""
    computed = {row.fact.station for row in declared.derived if row.fact.series.partition(".")[0] == one.quantity}
    rows = [row.fact for row in declared.stations if row.fact.site == one.site]
    return list(dict.fromkeys(station.party for station in rows if station.id in computed))


def _site(declared: Declared, row: Row[Any], name: str) -> None:
    if declared.site_of(name) is None:
        raise row.wrong(f"site {name!r} is not declared: declare it or correct the name", "site")


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
