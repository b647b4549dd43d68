"""The account that a report gives of its own gaps: missing, silent, late, estimated, refused and amended."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from record.archive import Archive
from record.archive.amended import Amended
from record.network import Network
from record.network.basin import Nature
from service.figures import day_of
from service.reports.gaps.amended import amendments
from service.reports.gaps.dues import dues_of
from service.reports.gaps.estimated import estimated
from service.reports.gaps.late import Behind, behind, firsts_of, late
from service.reports.gaps.missing import missing, silent, silent_series
from service.reports.gaps.refused import refused
from service.reports.gaps.sayings import Calendar, calendar_of, read
from service.reports.report import Figure, Gaps, Missing, Span

if TYPE_CHECKING:
    from record.network.basin import Series


def gaps_of(archive: Archive, network: Network, span: Span, count: int, figures: Sequence[Figure]) -> Gaps:
    """What the first `count` entries do not say of a period, or say late, refused or otherwise than before.

    `figures` are those of the report. Amended is what was superseded of the period's own readings, whenever, and of any
    readings since the report before this one was issued and up to this one's hour. Raises what `Archive.answer` does.
    """
    calendar = calendar_of(network, span)
    since = issued_before(network, span.begin)
    entries = archive.size_as_of(since), archive.size_as_of(span.issue)
    superseded = archive.amended(calendar.around, entries, count)
    own = [one for one in superseded if _is_of(calendar, one)]
    dues, firsts = dues_of(calendar), firsts_of(own)
    lacking: list[Missing] = []
    held: list[Behind] = []
    quiet: list[Series] = []
    for said in read(archive, calendar, count):
        lacking += missing(calendar, dues, said)
        held += behind(archive, network, said, dues, span.issue, firsts)
        quiet += [one for one, spoke in zip(said.series, said.spoke.tolist(), strict=True) if not spoke]
    silence = silent_series(archive, calendar, quiet, count)
    place = {name: number for number, name in enumerate(network.series)}
    return Gaps(
        missing=tuple(sorted((row for row in lacking if row.series not in silence), key=_order(place))),
        silent=tuple(silent(calendar, silence)),
        late=tuple(sorted(late(archive, network, held), key=lambda row: place[row.series])),
        estimated=tuple(estimated(figures)),
        refused=refused(archive, network, span.start, span.issue, count),
        amended=tuple(amendments(network, _told(superseded, own, since, span.issue), span.issue)),
    )


def _order(place: Mapping[str, int]) -> Callable[[Missing], tuple[bool, int, int]]:
    """What was owed first, real stations before others, each in declared order."""
    natures = list(map(str, Nature))
    return lambda row: (row.due is None, natures.index(row.nature), place[row.series])


def _is_of(calendar: Calendar, one: Amended) -> bool:
    series = calendar.network.series.get(one.series)
    return series is not None and calendar.holds(series, one.time)


def _told(superseded: list[Amended], own: list[Amended], since: datetime, issue: datetime) -> list[Amended]:
    """What was superseded of the period's readings, or since the report before; in the order of entry."""
    mine = set(map(id, own))
    return [one for one in superseded if id(one) in mine or since <= one.entered < issue]


def issued_before(network: Network, begin: date) -> datetime:
    """When the report of the period that ended on that day was due."""
    return day_of(network.report_day, date.fromordinal(begin.toordinal() - 1)).issue
