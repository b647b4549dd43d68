"""The ledger in a few numbers: how much was owed, came in time, came late, did not come."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from record.ledger.row import Row, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Numbers of readings; `median_late_by` in whole seconds over those that came late, None where none did."""

    owed: int
    delivered: int
    late: int
    missing: int
    awaited: int
    median_late_by: int | None


def summary(rows: Iterable[Row]) -> Summary:
    """The numbers of these rows."""
    seen = list(rows)
    count = Counter(row.state for row in seen)
    late = [row.late_by for row in seen if row.late_by]
    return Summary(
        owed=len(seen),
        delivered=count[State.DELIVERED],
        late=count[State.LATE],
        missing=count[State.MISSING],
        awaited=count[State.AWAITED],
        median_late_by=int(median(late)) if late else None,
    )


def by_party(rows: Sequence[Row], parties: Iterable[str]) -> dict[str, Summary]:
    """The numbers of each party, of one that owes nothing too."""
    return {party: summary(row for row in rows if row.owed.party == party) for party in parties}


def by_obligation(rows: Sequence[Row], obligations: Iterable[str]) -> dict[str, Summary]:
    """The numbers of each obligation."""
    return {name: summary(row for row in rows if row.owed.obligation == name) for name in obligations}
