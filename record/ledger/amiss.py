"""What is amiss: readings that are late, sources that are silent, series that are stuck, too much that is refused.

Pure: from the rows of the ledger, what is known of the sources, and the declared thresholds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from record.health import REPORTS, Health
from record.ledger.facts import Run, SourceFacts
from record.ledger.row import Row, State
from record.network import Network
from record.quantities import quantity_of

LATE_FOR = timedelta(days=1)
"""For so long a reading that did not come is reported as late; from then on it is missing, and the ledger says so."""


class Kind(StrEnum):
    """What is amiss."""

    LATE = "late"
    SILENT = "silent"
    STUCK = "stuck"
    REFUSED = "refused"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """That something is amiss: of which source, or obligation and series; since when; in one sentence; whose it is.

    `party` is empty of what is no party's own: reports that cannot be issued or delivered.
    """

    kind: Kind
    of: str
    since: datetime
    said: str
    party: str


def warnings(
    network: Network,
    rows: Sequence[Row],
    sources: Sequence[SourceFacts],
    runs: Sequence[Run],
    now: datetime,
    began: datetime | None,
    reports: Sequence[Health] = (),
) -> list[Warned]:
    """All that is amiss at `now`, each thing once; `began` is when the record began, before which nothing was late.

    `reports` is what fails of issuing and delivering reports.
    """
    silent = [found for facts in sources for found in _silent(network, facts, now, began)]
    refused = [found for facts in sources for found in _refused(network, facts, now)]
    return [
        *_late(network, rows, now, began),
        *silent,
        *(_stuck(network, run) for run in runs),
        *refused,
        *map(_reports, reports),
    ]


def _late(network: Network, rows: Iterable[Row], now: datetime, began: datetime | None) -> list[Warned]:
    """For each obligation and series the oldest reading that is late now."""
    found: dict[str, Row] = {}
    for row in rows:
        due = row.owed.due
        if row.state is State.MISSING and began is not None and max(began, now - LATE_FOR) <= due < now:
            name = f"{row.owed.obligation}/{row.owed.series}"
            if name not in found or due < found[name].owed.due:
                found[name] = row
    return [
        Warned(
            kind=Kind.LATE,
            of=name,
            since=row.owed.due,
            said=f"{row.owed.series} of {_local(network, row.owed.party, row.owed.time)} was due by"
            f" {_local(network, row.owed.party, row.owed.due)} and"
            f" {'has not come' if row.without_value is None else 'was said to have no value'}",
            party=row.owed.party,
        )
        for name, row in found.items()
    ]


def _silent(network: Network, facts: SourceFacts, now: datetime, began: datetime | None) -> Iterator[Warned]:
    watch, last = network.watch(facts.source), began if facts.last is None else facts.last.received
    if watch is None or watch.silent_hours is None or last is None:
        return
    party = network.sources[facts.source].party
    if now - last > timedelta(hours=float(watch.silent_hours)):
        word = "never gave anything, from" if facts.last is None else "has given nothing since"
        said = f"source {facts.source} {word} {_local(network, party, last)}, more than {watch.silent_hours} hours"
        yield Warned(kind=Kind.SILENT, of=facts.source, since=last, said=said, party=party)


def _stuck(network: Network, run: Run) -> Warned:
    party = network.station(network.series[run.series].station).party
    unit = quantity_of(network.series[run.series].quantity).label
    return Warned(
        kind=Kind.STUCK,
        of=run.series,
        since=run.since,
        said=f"{run.series} has said {run.value:.12g} {unit} {run.readings} times in a row,"
        f" since {_local(network, party, run.since)}",
        party=party,
    )


def _refused(network: Network, facts: SourceFacts, now: datetime) -> Iterator[Warned]:
    watch = network.watch(facts.source)
    if watch is None or watch.refused_share is None or not facts.refused:
        return
    if Decimal(facts.refused) / facts.statements > watch.refused_share:
        said = (
            f"source {facts.source}: {facts.refused} of {facts.statements} statements of the last day were refused,"
            f" more than {(watch.refused_share * 100).normalize():f} in a hundred"
        )
        yield Warned(
            kind=Kind.REFUSED, of=facts.source, since=now, said=said, party=network.sources[facts.source].party
        )


def _reports(state: Health) -> Warned:
    return Warned(
        kind=Kind.REPORTS,
        of=state.source.removeprefix(REPORTS),
        since=state.failed or state.tried,
        said=state.fault or "failed",
        party="",
    )


def _local(network: Network, party: str, moment: datetime) -> str:
    """The time by the party's clock, with its offset."""
    return moment.astimezone(network.party(party).tz).isoformat(sep=" ", timespec="minutes")
