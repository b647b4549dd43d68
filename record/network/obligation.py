"""What a party owes the record and by when; and when something is amiss with a source."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from record.network.basin import Nature, Station
from record.network.fact import Fact
from record.network.twins import twin_id

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ASSUMED = "assumed"
"""The document of an obligation that nobody has agreed to in any paper that was reached."""


def _whole_minute(moment: time) -> time:
    if moment.tzinfo is not None or moment.second or moment.microsecond:
        raise ValueError("write a local time of whole minutes without offset, such as 08:00")
    return moment


LocalTime = Annotated[time, AfterValidator(_whole_minute)]


class Obligation(Fact):
    """Readings that a party owes: of which series, of which local time, and by when they must have been received.

    With `stations`, `series` holds `quantity.interval` words, and each of these stations owes each of them; without,
    `series` holds patterns of whole series ids, such as `*:kg.level.term`. `of` is the local time of the reading, 00:00
    for a daily mean, which is the day itself; `by` is the local time of the same day, or `by_days` days later. Owed on
    the days of the week that `weekdays` names, all where it is left out, from `since` to before `until`. One that is
    `simulated` is owed by the generators' twins of its stations. One that is not `in_force` is kept and shown as such.
    """

    id: str
    party: str
    stations: tuple[str, ...] = ()
    series: tuple[str, ...] = Field(min_length=1)
    of: LocalTime
    by: LocalTime
    by_days: Literal[0, 1] = 0
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    since: date | None = None
    until: date | None = None
    in_force: bool = True
    simulated: bool = False
    verified: bool = False
    document: str
    note: str | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the reading of that local day is owed."""
        begun = self.since is None or self.since <= day
        over = self.until is not None and self.until <= day
        return self.in_force and begun and not over and WEEKDAYS[day.weekday()] in self.weekdays

    def time_on(self, day: date, zone: ZoneInfo) -> datetime:
        """The time of the reading of that local day, aware; an hour that a clock shows twice is its first showing."""
        return datetime.combine(day, self.of, zone)

    def due_on(self, day: date, zone: ZoneInfo) -> datetime:
        """When the reading of that local day must have been received, aware."""
        return datetime.combine(day + timedelta(days=self.by_days), self.by, zone)


class Watch(Fact):
    """From where on a source is reported as amiss: one row for all sources, without `source`, and rows for single ones.

    `silent_hours`: it gave nothing for so long. `stuck_readings`: so many last values of one of its series are equal.
    `refused_share`: of what it said on the last day, a greater share than that was refused. What the row of a source
    leaves out is taken from the row for all; what neither says is not watched.
    """

    source: str | None = None
    silent_hours: Decimal | None = None
    stuck_readings: int | None = None
    refused_share: Decimal | None = None
    verified: bool = False
    document: str
    note: str | None = None


def series_owed(obligation: Obligation, stations: Iterable[Station]) -> tuple[str, ...]:
    """Ids of the series that an obligation is on, in the order of the stations; of twins where it is simulated."""
    return tuple(
        f"{twin_id(station.id) if obligation.simulated else station.id}.{said}"
        for station in stations
        if station.party == obligation.party and station.nature is not Nature.SIMULATED and not station.computed
        for said in station.series
        if is_owed(obligation, station.id, said)
    )


def is_owed(obligation: Obligation, station: str, said: str) -> bool:
    """Whether an obligation names this `quantity.interval` of this declared station."""
    if obligation.stations:
        return station in obligation.stations and said in obligation.series
    return any(fnmatchcase(f"{station}.{said}", pattern) for pattern in obligation.series)


def watch_of(watches: Iterable[Watch], source: str) -> Watch | None:
    """The thresholds of a source: its own, and where that is silent the ones for all; None where nothing is watched."""
    rows = {watch.source: watch for watch in watches}
    own, general = rows.get(source), rows.get(None)
    if own is None or general is None:
        return own or general
    kept = {name: value for name, value in own.model_dump().items() if value is not None}
    return general.model_copy(update=kept)
