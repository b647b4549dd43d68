"""A season plan: what it gives to each day, what was measured at its points, and how that stands so far."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from record.network import Network
from record.network.basin import Nature
from record.network.share import SeasonPlan
from service.accounts.document import Plan, Rest, ToDate, Told
from service.accounts.frame import Frame, addends, counts, numbers, volume_of
from service.accounts.gauged import Key
from service.accounts.lines.division import Receipts, receipts_of, rest_of
from service.accounts.litres import litres_of_day, million_m3, so_far, total
from service.accounts.losses import percent_of
from service.accounts.plan import of_days, parts_of, planned
from service.accounts.spans import counted, summed
from service.language.phrase import Phrase, phrase
from service.language.row import with_commas


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A season plan with its running totals and the gauges at its points."""

    nature: Nature
    plan: SeasonPlan
    parts: tuple[SeasonPlan, ...]
    receipts: Receipts

    def keys(self) -> Iterator[Key]:
        """The gauges at the points of the plan."""
        return (one.gauge for one in self.receipts.sources if one.gauge is not None)

    def states(self) -> Iterator[Key]:
        """None."""
        return iter(())

    def told(self, frame: Frame) -> Plan:
        """The plan by period, and how it stands at the end of each."""
        plan, sources = self.plan, self.receipts.sources
        amounts = litres_of_day(frame.values(sources))
        delivered = total(amounts)
        cumulative = planned(plan, self.parts, frame.gauged.begin, amounts.shape[1])
        in_season = ~np.isnan(cumulative)
        # Beyond the season nothing is planned and nothing is counted: those days are of no plan, and lack nothing.
        by_day = np.where(in_season, of_days(np.nan_to_num(cumulative)), 0.0)
        delivered, amounts = np.where(in_season, delivered, 0.0), np.where(in_season, amounts, 0.0)
        some = counted(frame.within(in_season), frame.starts) > 0
        plans = summed(frame.within(by_day), frame.starts).only(some)
        given = summed(frame.within(delivered), frame.starts).only(some)
        return Plan(
            id=plan.id,
            nature=self.nature.value,
            party=plan.party,
            party_name=frame.network.parties[plan.party].names["en"],
            begins=plan.begins,
            ends=plan.ends,
            volume=float(plan.volume),
            spread=_spread(self.parts),
            planned=numbers(million_m3(plans.whole)),
            delivered=volume_of(given),
            deviation=numbers(million_m3(given.whole - plans.whole)),
            percent=numbers(percent_of(given.whole, plans.whole)),
            to_date=self._to_date(frame, by_day, delivered),
            counted=addends(frame, sources, frame.within(amounts)),
            told=tuple(_told(one) for one in (*self.parts, plan)),
            rest=(_rest(plan), *(rest_of(one) for one in self.receipts.declared)),
        )

    def _to_date(self, frame: Frame, by_day: np.ndarray, delivered: np.ndarray) -> ToDate:
        """The sums from the season's begin to the end of each period, which is never beyond the season's."""
        first = (self.plan.begins - frame.gauged.begin).days
        by_day, delivered = by_day[first:], delivered[first:]
        known, lacking = so_far(delivered)
        due, due_of_known = np.cumsum(by_day), np.cumsum(np.where(np.isnan(delivered), 0.0, by_day))
        ends = np.array([(min(span.end, self.plan.ends) - self.plan.begins).days for span in frame.spans])
        begun = ends > 0
        at = np.maximum(ends, 1) - 1
        some = begun & (lacking[at] < ends)
        plan = np.where(begun, due[at], np.nan)
        sure, alike = np.where(some, known[at], np.nan), np.where(some, due_of_known[at], np.nan)
        whole = np.where(lacking[at] == 0, sure, np.nan)
        return ToDate(
            planned=numbers(million_m3(plan)),
            delivered=numbers(million_m3(whole)),
            deviation=numbers(million_m3(whole - plan)),
            percent=numbers(percent_of(whole, plan)),
            known=numbers(million_m3(sure)),
            days=counts(np.maximum(ends, 0)),
            days_missing=counts(np.where(begun, lacking[at], 0)),
            planned_of_known=numbers(million_m3(alike)),
            percent_of_known=numbers(percent_of(sure, alike)),
        )


def lines(network: Network, basin: str, nature: Nature, begin: date, end: date) -> Iterator[PlanLine]:
    """A line for each plan in force whose season holds a day `begin <= day < end`."""
    plans = network.season_plans.values()
    for plan in plans:
        if plan.basin == basin and plan.in_force and plan.begins < end and begin < plan.ends:
            yield PlanLine(
                nature=nature,
                plan=plan,
                parts=tuple(parts_of(plan, plans)),
                receipts=receipts_of(network, basin, plan.party, nature, border=True),
            )


def _spread(parts: tuple[SeasonPlan, ...]) -> Phrase:
    if not parts:
        return phrase("evenly by day")
    points = with_commas(phrase("{volume} before {day}", volume=_as_told(one.volume), day=one.ends) for one in parts)
    return phrase("evenly by day between its running totals: {points}", points=points)


def _as_told(volume: Decimal) -> int | float:
    """A volume that is written without noughts behind its decimal sign."""
    return int(volume) if volume == int(volume) else float(f"{volume:g}")


def _told(plan: SeasonPlan) -> Told:
    delivered = None if plan.delivered is None else float(plan.delivered)
    return Told(
        id=plan.id,
        until=plan.ends,
        volume=float(plan.volume),
        delivered=delivered,
        percent=None if delivered is None or not plan.volume else 100 * delivered / float(plan.volume),
        rest=_rest(plan),
    )


def _rest(plan: SeasonPlan) -> Rest:
    return Rest(verified=plan.verified, document=plan.document, source=plan.source, note=plan.note)
