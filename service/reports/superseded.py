"""The numbers that a report says were otherwise: those of the revision before, and readings that were amended."""

from collections.abc import Iterator
from typing import Any

from service.reports import keys
from service.reports.listed import Listed
from service.reports.report import Amendment, Change, Place, Report


def superseded(report: Report) -> Iterator[Listed]:
    """Each number once by its key; of an amended reading what was said before and what stands."""
    places = {
        row.place.station: row.place
        for basin in report.basins
        for rows in (basin.reservoirs, basin.canals, basin.borders, basin.rivers)
        for row in rows
    }
    for change in () if report.revision is None else report.revision.changes:
        yield _of_change(change, report, places.get(change.station))
    for amendment in report.gaps.amended:
        yield from _of_amendment(amendment, report, places.get(amendment.station))


def _of_change(one: Change, report: Report, place: Place | None) -> Listed:
    return Listed(
        key=keys.of_change(one.key), section="changes", **_whose(one.station, place), quantity="", measure="before",
        begin=report.span.begin, end=report.span.until, value=one.old, unit=one.unit, flag=one.old_flag,
        nature="" if place is None else place.nature, estimated=False, reviewed="", entries=one.entries,
    )  # fmt: skip


def _of_amendment(one: Amendment, report: Report, place: Place | None) -> Iterator[Listed]:
    for what, value, flag, entry in (
        ("old", one.old, one.old_flag, one.old_entry),
        ("new", one.new, one.new_flag, one.new_entry),
    ):
        key = keys.of_amendment(one.series, one.time, one.new_entry, what)
        yield Listed(
            key=key, section="amended", **_whose(one.station, place),
            quantity=one.series.rsplit(".", 2)[1], measure=what, begin=report.span.begin, end=report.span.until,
            value=value, unit=one.unit, flag=flag, nature=one.nature, estimated=False, reviewed="", entries=(entry,),
        )  # fmt: skip


def _whose(station: str, place: Place | None) -> dict[str, Any]:
    """Where it stands, as far as the report has a row of the station; what nobody declared is not verified."""
    basin, site, party = ("", "", "") if place is None else (place.basin, place.site, place.party)
    marks = (False, False) if place is None else (place.computed, place.verified)
    return {
        "basin": basin, "subject": station, "station": station, "site": site, "party": party,
        "computed": marks[0], "verified": marks[1],
    }  # fmt: skip
