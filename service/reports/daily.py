"""The daily exchange report, built from archive, network and date; the same question gives the same document for ever.

It reads no clock: what it rests on is said by `as_of`, or by the size of the journal at the moment of asking.
"""

from datetime import date, datetime, timedelta

from record.archive import Archive
from record.entry import Flag
from record.leaf import write_time
from record.network import Network
from record.network.basin import Nature, SiteKind
from service import accounts
from service.figures import Day, day_of
from service.figures.days import counted
from service.reports import account, division, standing
from service.reports.document import BasinPart, DailyReport, DayNote, LocalDay
from service.reports.known import RECENT, Known, read
from service.reports.rows import flow_rows, has_spoken, reservoir_row, stations_with_rows

_DAY = timedelta(days=1)


def build(archive: Archive, network: Network, called: date, as_of: datetime | int | None = None) -> DailyReport:
    """The report of the day of that date, as of a time, a number of entries, or all that is known.

    Raises `SelectionError` for a date out of range or an `as_of` beyond the journal.
    """
    day = day_of(network.report_day, called)
    count = counted(archive, as_of)
    known = read(archive, network, day, count)
    late, amended = account.late_and_amended(known, archive, count)
    refused = account.refused(archive, network, day, count)
    return DailyReport(
        report="daily",
        origin=network.origin,
        date=called,
        day=_day_note(network, day),
        journal_size=count,
        as_of=_said_as_of(as_of),
        network_version=network.version,
        simulated=_holds_simulated(known) or any(part.simulated for part in refused),
        basins=tuple(_basin(known, archive, count, basin) for basin in network.basins),
        missing=account.missing(known),
        silent=account.silent(known),
        late=late,
        refused=refused,
        amended=amended,
        rules=_rules(day),
    )


def _said_as_of(as_of: datetime | int | None) -> str | None:
    if as_of is None:
        return None
    return f"{as_of} entries" if isinstance(as_of, int) else write_time(as_of)


def _holds_simulated(known: Known) -> bool:
    stations = known.network.stations.values()
    return any(station.nature is Nature.SIMULATED and has_spoken(known, station.id) for station in stations)


def _day_note(network: Network, day: Day) -> DayNote:
    return DayNote(
        begin=day.begin,
        end=day.end,
        issue=day.issue,
        local=tuple(
            LocalDay(
                party=party.id,
                name=party.names["en"],
                zone=party.zone,
                begin=day.begin.astimezone(party.tz),
                end=day.end.astimezone(party.tz),
                issue=day.issue.astimezone(party.tz),
            )
            for party in network.parties.values()
        ),
        document=network.report_day.document,
        verified=network.report_day.verified,
    )


def _basin(known: Known, archive: Archive, count: int, basin: str) -> BasinPart:
    network, called = known.network, known.day.date
    done = accounts.build(archive, network, basin, called, called + _DAY, count, by="day", then=False)
    return BasinPart(
        id=basin,
        name=network.basins[basin].names["en"],
        reservoirs=tuple(reservoir_row(known, name) for name in stations_with_rows(known, basin, SiteKind.RESERVOIR)),
        canals=flow_rows(known, basin, SiteKind.CANAL, SiteKind.HEADWORKS),
        borders=flow_rows(known, basin, SiteKind.BORDER),
        posts=flow_rows(known, basin, SiteKind.POST),
        divisions=division.divisions(known, basin, done),
        not_in_force=division.not_in_force(network, basin, called),
        plans=standing.plans(network, done, called),
        gates=standing.gates(done),
    )


def _rules(day: Day) -> tuple[str, ...]:
    """How the figures come about, in the words of the report itself; `docs/report.md` says more."""
    issue = f"{day.issue:%H:%M} ({day.issue.isoformat()[-6:]})"
    return (
        "A daily mean belongs to the report day whose date its stamp bears in its station's own calendar; other "
        "readings belong to the report day within whose bounds they fall, the beginning counted and the end not.",
        "The value of a day is the mean of its usable readings, those flagged good, unknown or suspect; its flag is "
        "the worst of theirs. Where there is a daily mean it stands, otherwise the mean of the finer readings.",
        "The change is the mean difference between readings at the same hour of this day and of the day before.",
        "1 m³/s over 24 hours is 0.0864 million m³.",
        "What a share divides, and where a party receives its water, is counted as the network declares it, with the "
        "document of each. The resource so counted is not all the water of the basin, and that no canal draws on water "
        "already seen at a gate is assumed. A sum with a missing part is missing. Volumes are in whole litres.",
        "A season plan is spread evenly by day, between running totals that are told of it where there are any, and is "
        "held against what was measured at its points. A day that lacks makes the sum since the season began missing; "
        "the sum of the known days stands beside what the plan gives to these same days.",
        "Two gauges at one gate agree within the tolerance declared, in percent of their mean or in m³/s. A day on "
        "which one lacks neither counts in a run of disagreement nor ends it.",
        "Losses on the way are not counted; they can reach a quarter of a release.",
        f"A reading is missing when its series spoke within {RECENT.days} days and has no value for the day; a series "
        "that did not is silent.",
        f"A reading is late when it was first received at or after the hour of issue, {issue} of the following day.",
        "Refusals are those entered from the beginning of the day up to the hour of issue.",
        f"Values flagged {Flag.BAD.word} are shown and never added up.",
    )
