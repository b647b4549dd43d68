"""The account that a report gives of its own gaps: what is missing, silent, late, refused and amended."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from record.archive import Archive, Said
from record.network import Network
from record.network.basin import Series, Station
from record.quantities import quantity_of
from service.figures import Day
from service.reports.document import Amendment, Late, Missing, RefusedPart, Silent
from service.reports.known import Cell, Known

_HOUR = timedelta(hours=1)
_LONGEST_FRAGMENT = 400


def silent(known: Known) -> tuple[Silent, ...]:
    """Stations, and series of stations, of which nothing was said of late."""
    found = []
    for station in known.network.stations.values():
        declared = known.series_of(station.id)
        quiet = tuple(series.id for series in declared if known.is_silent(series.id))
        if quiet:
            found.append(
                Silent(
                    station=station.id,
                    name=station.names["en"],
                    party=station.party,
                    nature=station.nature.value,
                    series=quiet,
                    whole=len(quiet) == len(declared),
                )
            )
    return tuple(found)


def missing(known: Known) -> tuple[Missing, ...]:
    """Series that spoke of late and have no value for the day."""
    return tuple(_missing(known, series) for series in _spoken(known) if known.mean(series.id).value is None)


def late_and_amended(known: Known, archive: Archive, count: int) -> tuple[tuple[Late, ...], tuple[Amendment, ...]]:
    """Readings of the day first received after the hour of issue, and readings that were superseded."""
    late: list[Late] = []
    amended: list[Amendment] = []
    cells = {series: known.cells(series.id) for series in _spoken(known)}
    told = archive.histories([(cell.series, cell.time) for one in cells.values() for cell in one], as_of=count)
    for series, of_series in cells.items():
        for cell in of_series:
            said = told[cell.series, cell.time]
            late += _late(known, series, cell, said)
            amended += _amended(known, series, cell, said)
    return tuple(late), tuple(amended)


def refused(archive: Archive, network: Network, day: Day, count: int) -> tuple[RefusedPart, ...]:
    """What was refused from the beginning of the day up to its report's hour of issue."""
    return tuple(
        RefusedPart(
            entry=part.entry,
            entered=part.entered,
            source=part.source,
            simulated=part.source in network.sources and network.sources[part.source].simulated,
            where=part.where,
            reason=part.reason,
            fragment=legible(part.fragment),
        )
        for part in archive.refusals(day.begin, day.issue, as_of=count)
    )


def legible(fragment: bytes) -> str:
    """Bytes as a person can read them: UTF-8 where it is, the rest and control characters as escapes; cut when long."""
    text = fragment[:_LONGEST_FRAGMENT].decode("utf-8", errors="backslashreplace")
    shown = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    rest = len(fragment) - _LONGEST_FRAGMENT
    return f"{shown} … and {rest} bytes more" if rest > 0 else shown


def _spoken(known: Known) -> Iterable[Series]:
    for station in known.network.stations:
        for series in known.series_of(station):
            if not known.is_silent(series.id):
                yield series


def _missing(known: Known, series: Series) -> Missing:
    station = known.network.stations[series.station]
    entries = known.mean(series.id).entries
    return Missing(
        series=series.id,
        name=station.names["en"],
        party=station.party,
        nature=station.nature.value,
        why=_why(station, told=bool(entries)),
        entries=entries,
    )


def _why(station: Station, *, told: bool) -> str:
    """Why there is no value: nobody sends what is computed, which waits for the last of its inputs."""
    if station.computed:
        return "it cannot be computed from its inputs" if told else "not all that it is computed from has come"
    return "the sender says that it is missing" if told else "nothing was received"


def _late(known: Known, series: Series, cell: Cell, said: list[Said]) -> list[Late]:
    first = said[0]
    after = first.received - known.day.issue
    if after < timedelta(0):
        return []
    station = known.network.stations[series.station]
    return [
        Late(
            series=series.id,
            name=station.names["en"],
            nature=station.nature.value,
            time=cell.time,
            received=first.received,
            hours=after / _HOUR,
            source=first.source,
            entry=first.entry,
        )
    ]


def _amended(known: Known, series: Series, cell: Cell, said: list[Said]) -> list[Amendment]:
    station = known.network.stations[series.station]
    return [
        Amendment(
            series=series.id,
            name=station.names["en"],
            nature=station.nature.value,
            unit=quantity_of(series.quantity).label,
            time=cell.time,
            old=None if old.value is None else float(old.value),
            old_flag=old.flag.word,
            old_entry=old.entry,
            new=None if new.value is None else float(new.value),
            new_flag=new.flag.word,
            new_entry=new.entry,
            entered=new.entered,
            source=new.source,
            reason=new.reason,
            after_issue=new.entered >= known.day.issue,
        )
        for old, new in pairwise(said)
        if (old.value, old.flag) != (new.value, new.flag)
    ]
