"""Shares of water and the season plans."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, TypeVar

from record.network.basin import SiteKind
from record.network.declared import Declared
from record.network.fact import Fact
from record.network.row import Row
from record.network.share import Basis, SeasonPlan, Share

F = TypeVar("F", bound=Fact)

WHOLE = Decimal(100)


def shares_name_what_is_declared(declared: Declared) -> None:
    """A share divides the water of a declared basin, or of a site in it; stored water is a reservoir's."""
    for row in declared.shares:
        share = row.fact
        _basin(declared, row, share.basin)
        site = declared.site_of(share.of)
        if site is None and share.of != share.basin:
            raise row.wrong(f"share {share.id!r} is of {share.of!r}: name its basin or a declared site", "of")
        if site is not None and site.basin != share.basin:
            raise row.wrong(f"share {share.id!r}: site {share.of!r} is in basin {site.basin!r}", "of")
        if share.basis is Basis.STORAGE and (site is None or site.kind is not SiteKind.RESERVOIR):
            raise row.wrong(f"share {share.id!r} of storage must be of a reservoir, not of {share.of!r}", "of")
        for party in share.percent:
            _party(declared, row, party, "percent")


def shares_add_up(declared: Declared) -> None:
    """The parts of a share are not negative and make 100 percent together."""
    for row in declared.shares:
        parts = row.fact.percent
        total = sum(parts.values(), Decimal(0))
        if total != WHOLE or any(part < 0 for part in parts.values()):
            said = " + ".join(f"{party} {part}" for party, part in parts.items())
            raise row.wrong(f"share {row.fact.id!r} does not add up to 100: {said} = {total}", "percent")


def validity_runs_forward(declared: Declared) -> None:
    """A share ends after it begins."""
    for row in declared.shares:
        share = row.fact
        if share.valid_until is not None and share.valid_until <= share.valid_from:
            raise row.wrong(f"share {share.id!r} ends on {share.valid_until}, before it begins", "valid_until")


def shares_in_force_do_not_overlap(declared: Declared) -> None:
    """On any day at most one share of the same water is in force."""
    in_force = [row for row in declared.shares if row.fact.in_force]
    for earlier, later in _overlapping(in_force, _water, _validity):
        raise later.wrong(
            f"share {later.fact.id!r} is in force at the same time as {earlier.fact.id!r} ({earlier.where()}):"
            " end one with valid_until, or set in_force = false",
            "valid_from",
        )


def plans_make_sense(declared: Declared) -> None:
    """A plan names a declared basin and party, ends after it begins, and its volumes are not negative."""
    for row in declared.season_plans:
        plan = row.fact
        _basin(declared, row, plan.basin)
        _party(declared, row, plan.party, "party")
        if plan.ends <= plan.begins:
            raise row.wrong(f"season plan {plan.id!r} ends on {plan.ends}, before it begins", "ends")
        for key in ("volume", "delivered"):
            volume = getattr(plan, key)
            if volume is not None and volume < 0:
                raise row.wrong(f"{key} {volume} of season plan {plan.id!r} is negative", key)


def parts_of_plans_make_sense(declared: Declared) -> None:
    """A running total begins with the plan it is part of and ends within it; on the way the volume never falls."""
    plans = {row.fact.id: row.fact for row in declared.season_plans}
    totals: dict[str, list[Row[SeasonPlan]]] = {}
    for row in declared.season_plans:
        if row.fact.part_of is not None:
            _belongs(row, plans.get(row.fact.part_of))
            totals.setdefault(row.fact.part_of, []).append(row)
    for name, rows in totals.items():
        ordered = sorted(rows, key=lambda row: row.fact.ends)
        for earlier, later in zip(ordered, [*(row.fact for row in ordered[1:]), plans[name]], strict=True):
            if earlier.fact.ends == later.ends or earlier.fact.volume > later.volume:
                raise earlier.wrong(
                    f"season plan {earlier.fact.id!r}, a part of {name!r}, is not below {later.id!r}, which ends later",
                    "volume",
                )


def _belongs(row: Row[SeasonPlan], whole: SeasonPlan | None) -> None:
    part = row.fact
    if whole is None or whole.part_of is not None:
        raise row.wrong(f"season plan {part.id!r} is part of {part.part_of!r}: name a whole plan", "part_of")
    if (part.basin, part.party, part.begins) != (whole.basin, whole.party, whole.begins) or part.ends >= whole.ends:
        raise row.wrong(
            f"season plan {part.id!r}: a part of {whole.id!r} has its basin and party, begins with it and ends before",
            "part_of",
        )
    if part.in_force:
        raise row.wrong(f"season plan {part.id!r} is a part of {whole.id!r}: set in_force = false", "in_force")


def plans_in_force_do_not_overlap(declared: Declared) -> None:
    """On any day a party has at most one plan in force in a basin."""
    in_force = [row for row in declared.season_plans if row.fact.in_force]
    for earlier, later in _overlapping(in_force, _receiver, _season):
        raise later.wrong(
            f"season plan {later.fact.id!r} is in force at the same time as {earlier.fact.id!r}"
            f" ({earlier.where()}): set in_force = false in one",
            "begins",
        )


def _water(share: Share) -> tuple[str, ...]:
    return share.basin, share.basis, share.of


def _validity(share: Share) -> tuple[date, date]:
    return share.valid_from, share.valid_until or date.max


def _receiver(plan: SeasonPlan) -> tuple[str, ...]:
    return plan.basin, plan.party


def _season(plan: SeasonPlan) -> tuple[date, date]:
    return plan.begins, plan.ends


def _overlapping(
    rows: Sequence[Row[F]],
    subject: Callable[[F], tuple[str, ...]],
    period: Callable[[F], tuple[date, date]],
) -> Iterator[tuple[Row[F], Row[F]]]:
    """Pairs of rows on the same subject whose half-open periods meet."""
    for one, other in combinations(rows, 2):
        if subject(one.fact) == subject(other.fact):
            (begins, ends), (starts, stops) = period(one.fact), period(other.fact)
            if begins < stops and starts < ends:
                yield one, other


def _basin(declared: Declared, row: Row[Any], name: str) -> None:
    if name not in declared.basin_ids():
        raise row.wrong(
            f"basin {name!r} is not declared: use one of {', '.join(sorted(declared.basin_ids()))}", "basin"
        )


def _party(declared: Declared, row: Row[Any], name: str, key: str) -> None:
    if name not in declared.party_ids():
        raise row.wrong(f"party {name!r} is not declared: use one of {', '.join(sorted(declared.party_ids()))}", key)
