"""The names of the numbers of a report, the same in every form; those of rows stand in their figures."""

from collections.abc import Sequence
from datetime import datetime

LAST_YEAR, NORM, PERCENT, RANK = "last_year", "norm", "percent_of_norm", "rank"
"""What a figure is held against, behind the key of the figure itself: kirov:kg.inflow.norm."""

CAPACITY = "capacity"
"""What a reservoir is declared to hold, which is no figure: kirov:kg.storage.capacity."""

DECLARED_NORM = "declared_norm"
"""The norm that is told of a post, which is no figure either: upper:kg.discharge.declared_norm."""


def of_figure(subject: str, quantity: str, measure: str = "") -> str:
    """The key of a figure of a row: kirov:kg.storage.change."""
    return f"{subject}.{quantity}.{measure}" if measure else f"{subject}.{quantity}"


def of_against(figure: str, what: str) -> str:
    """The key of what a figure is held against."""
    return f"{figure}.{what}"


def of_division(shares: Sequence[str], nature: str, what: str, party: str = "") -> str:
    """The key of a number of a division: share:flow-50:real.due.kz; `what` is its resource, or a field of a party."""
    return ".".join(filter(None, (f"share:{'+'.join(shares)}:{nature}", what, party)))


def of_plan(plan: str, nature: str, what: str, *, to_date: bool = False) -> str:
    """The key of a number of a plan: plan:talas-2026-kz:real.to_date.percent; `what` is a field of it."""
    return ".".join(filter(None, (f"plan:{plan}:{nature}", "to_date" if to_date else "", what)))


def of_gate(site: str, quantity: str, nature: str, what: str) -> str:
    """The key of a number of a gate: gate:border:discharge:real.kz; `what` is a party, difference or percent."""
    return f"gate:{site}:{quantity}:{nature}.{what}"


def of_amendment(series: str, time: datetime, entry: int, what: str) -> str:
    """The key of a reading that an entry amended, tuyte:kg.intake.daily@2026-05-01T03:00:00+00:00#12.old; or new.

    One that was amended twice has a row for each entry that did it.
    """
    return f"{series}@{time.isoformat()}#{entry}.{what}"


def of_change(figure: str) -> str:
    """The key of what the revision before gave for a figure: tuyte:kg.intake.before."""
    return f"{figure}.before"
