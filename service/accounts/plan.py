"""What a season plan gives to each day, and how the delivery stands to it."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from record.network.share import SeasonPlan
from service.accounts.litres import litres


def parts_of(plan: SeasonPlan, plans: Iterable[SeasonPlan]) -> list[SeasonPlan]:
    """The running totals that are told of a plan, in the order of their ends."""
    return sorted((one for one in plans if one.part_of == plan.id), key=lambda one: one.ends)


def planned(plan: SeasonPlan, parts: Sequence[SeasonPlan], begin: date, days: int) -> np.ndarray:
    """The litres planned from the season's begin to the end of each day; NaN outside the season.

    The schedules of withdrawal were not reached. What is known of a plan are its volume and running totals up to some
    days: between these the volume is spread evenly by day.
    """
    ends = [0, *((one.ends - plan.begins).days for one in (*parts, plan))]
    volumes = [0, *(float(one.volume) for one in (*parts, plan))]
    day = np.arange(1, days + 1) + (begin - plan.begins).days
    spread = litres(np.interp(day, ends, volumes))
    found: np.ndarray = np.where((day >= 1) & (day <= ends[-1]), spread, np.nan)
    return found


def of_days(cumulative: np.ndarray) -> np.ndarray:
    """What a running total, which begins with its first day, gives to each day by itself."""
    found: np.ndarray = np.diff(cumulative, prepend=0)
    return found
