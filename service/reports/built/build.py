"""The exchange report of a period, built from archive and network: one code for all editions.

It reads no clock: what it rests on is said by `as_of`, or by the size of the journal, and which days have ended by
`now`. All figures are columns over many stations at once; only rows of the finished document are made one by one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain

from record.archive import Archive
from record.leaf import write_time
from record.network import Network
from record.network.basin import Nature, Station
from service import accounts
from service.accounts.declared import declared_then
from service.accounts.document import Account
from service.figures.day import last_complete
from service.figures.periods import Kind
from service.reports.built.asked import Asked
from service.reports.built.basins import FLOW_OF, part_of
from service.reports.built.columns import Column, Key, figures_of
from service.reports.built.flows import Read, flows
from service.reports.built.guesses import Guesses
from service.reports.built.history import History
from service.reports.built.reviewed import Reviews
from service.reports.built.said import spoken
from service.reports.built.spans import span_of
from service.reports.built.states import states
from service.reports.editions import Edition
from service.reports.gaps import gaps_of
from service.reports.gaps.missing import RECENT
from service.reports.report import BasinPart, Figure, Report, Revision

_DAY = timedelta(days=1)
_STATES = ("level", "storage")
_RESERVOIR_FLOWS = ("inflow", "release")
_PASSING = tuple(dict.fromkeys(FLOW_OF.values()))


def build(
    archive: Archive,
    network: Network,
    edition: Edition,
    day: date,
    now: datetime,
    as_of: datetime | int | None = None,
    revision: Revision | None = None,
) -> Report:
    """The report of the period of an edition that holds a report day, as of a time, a number of entries, or all.

    What is declared is that which was in force then. Days count that had ended at `now`, and of a time before it, then:
    a number of entries says what was known, not when. Raises `SelectionError` for a day out of range, a period that
    has not begun, or an `as_of` beyond the journal.
    """
    moment = min(as_of, now) if isinstance(as_of, datetime) else now
    count = archive.counted(as_of)
    rules: tuple[str, ...] = ()
    if as_of is not None:
        network, said = declared_then(archive, network, count)
        rules = (said,)
    span = span_of(network, edition, day, moment)
    following = last_complete(network.report_day, moment) + _DAY
    asked = Asked(archive=archive, network=network, count=count, span=span, following=following)
    figures, heard = _read(asked)
    parts = tuple(part_of(asked, basin, figures, heard, _account(asked, basin, rules)) for basin in network.basins)
    told = tuple(figures_in(parts))
    gaps = gaps_of(archive, network, span, count, told)
    natures = {network.stations[name].nature for name in heard}
    return Report(
        report="exchange",
        edition=edition.name,
        origin=network.origin,
        span=span,
        revision=revision,
        journal_size=count,
        as_of=_said(as_of),
        network_version=network.version,
        simulated=Nature.SIMULATED in natures or any(part.simulated for part in gaps.refused),
        names=_names(network),
        basins=parts,
        gaps=gaps,
        reviews=_reviews(told),
    )


def days_read(days: int) -> int:
    """Of about how many days readings are read for a report of so many: those, the year before's, some before it."""
    return 2 * days + RECENT.days + 4


def figures_in(parts: Sequence[BasinPart]) -> Iterator[Figure]:
    """All figures of the rows, in the order in which they stand."""
    for part in parts:
        for one in part.reservoirs:
            held = (one.level, one.storage, one.filled, one.change, one.inflow, one.release)
            yield from (figure for figure in held if figure is not None)
        for row in chain(part.canals, part.borders, part.rivers):
            passing = (row.flow, row.volume, row.change, row.plan, row.deviation, row.ten_days, row.season)
            yield from (figure for figure in passing if figure is not None)


def _read(asked: Asked) -> tuple[Mapping[Key, Figure], set[str]]:
    """The figures of all stations of which anything was said of late, and which stations these are."""
    found: dict[Key, Figure] = {}
    heard: set[str] = set()
    reviews = Reviews(asked=asked)
    for stations in asked.batches():
        near, series = asked.near(stations), tuple(asked.series_of(stations))
        days = asked.span.begin - RECENT, asked.span.end
        of_late = spoken(near, asked.network, series, days, asked.count)
        heard |= of_late
        told = [station for station in stations if station.id in of_late]
        period = History(asked=asked, kind=asked.kind, begin=asked.span.begin, series=series)
        read = Read(asked=asked, near=near, history=period, reviews=reviews, guesses=Guesses.among(asked, near, series))
        for column in _columns(read, told):
            found |= figures_of(column, asked.network)
    return found, heard


def _columns(read: Read, stations: Sequence[Station]) -> Iterator[Column]:
    asked, own = read.asked, read.history
    last = own if asked.kind is Kind.DAY else replace(own, kind=Kind.DAY, begin=asked.last)
    of_last_day = replace(read, history=last)
    at_eight = replace(read, history=replace(own, kind=Kind.DAY, begin=asked.closing, at_eight=True))
    giving: dict[str, list[str]] = {}
    for station in stations:
        for quantity in {said.partition(".")[0]: None for said in station.series}:
            giving.setdefault(quantity, []).append(station.id)
    for quantity in _STATES:
        yield from states(at_eight, of_last_day, giving.get(quantity, []), quantity)
    for quantity in (*_RESERVOIR_FLOWS, *_PASSING):
        yield from flows(read, giving.get(quantity, []), quantity, passing=quantity in _PASSING)


def _account(asked: Asked, basin: str, rules: tuple[str, ...]) -> Account:
    """The water account of the days of the period that have ended, of its first day where none has."""
    span = asked.span
    end = max(span.until, span.begin + _DAY)
    made = accounts.build(
        asked.archive, asked.network, basin, span.begin, end, asked.count, by=span.kind, then=False, size=asked.count
    )
    return replace(made, rules=(*rules, *made.rules))


def _said(as_of: datetime | int | None) -> str | None:
    if as_of is None:
        return None
    return f"{as_of} entries" if isinstance(as_of, int) else write_time(as_of)


def _names(network: Network) -> dict[str, dict[str, str]]:
    declared = (network.stations, network.sites, network.parties, network.basins)
    return {one.id: dict(one.names) for part in declared for one in part.values()}


def _reviews(figures: Sequence[Figure]) -> dict[str, int]:
    """How many figures with a value rest on readings of which each has at least that review."""
    counted = Counter(figure.reviewed for figure in figures if figure.value is not None and figure.readings)
    return dict(sorted(counted.items()))
