"""The daily report as one frozen document: every form of it (JSON, HTML) says this and nothing else.

Rates are m3/s, volumes million m3, levels m; numbers are unrounded. Times are aware.
"""

from dataclasses import dataclass
from datetime import date, datetime

from service.accounts.document import Rest, ShareNote, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with what one needs to trust it.

    `value` None where it is missing. `flag` is a word of the QARTOD scale. `entries` are indexes of the journal that
    say what the number rests on. `basis` is the interval of the readings; `readings` says how many were used and
    `left_out` how many flagged bad were not. `nature` is that of the station.
    """

    series: str
    quantity: str
    unit: str
    value: float | None
    flag: str
    nature: str
    basis: str
    readings: int
    left_out: int
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A station at its site: whose it is, whether it is real or computed, and whether its declaration is verified."""

    station: str
    site: str
    kind: str
    basin: str
    party: str
    name: str
    nature: str
    computed: bool
    verified: bool
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservoirRow:
    """A reservoir's day. `capacity` is declared; `filled` is storage in percent of it; None where not declared."""

    place: Place
    capacity: float | None
    filled: float | None
    level: Figure | None
    storage: Figure | None
    change: Figure | None
    inflow: Figure | None
    release: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """A canal's, border station's or post's day: mean flow, its volume over 24 hours, its change on the day before."""

    place: Place
    flow: Figure
    volume: Figure
    change: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A series that a sum counts; `flow` and `volume` are None where it cannot be counted, and `reason` says why."""

    series: str
    name: str
    flow: float | None
    volume: float | None
    flag: str
    entries: tuple[int, ...]
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWater:
    """What a party is due and what it received, million m3; None where an input is missing, which `missing` names.

    Of a share of storage `due` is None, and `part` is its part of what was stored. Due and received are not set off
    against each other: the resource counted is not all the water of the basin. `rest` says by
    which documents these stations count.
    """

    party: str
    name: str
    percent: float
    due: float | None
    part: float | None
    received: float | None
    counted: tuple[Counted, ...]
    missing: tuple[str, ...]
    rest: tuple[Rest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """The water of the day by a share, from stations of one nature alone.

    `resource` is the volume that the share divides: the sum of `counted`, None where one of them is missing. Of a share
    of storage it is what was stored at the hour that `state` names, and nothing is received by the day. `rest` says by
    which document these count.
    """

    share: ShareNote
    nature: str
    state: str | None
    resource: float | None
    counted: tuple[Counted, ...]
    missing: tuple[str, ...]
    parties: tuple[PartyWater, ...]
    rest: tuple[Rest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStanding:
    """How a plan stands at the end of the day, by stations of one nature at its points; volumes in million m3.

    `delivered`, `deviation` and `percent` are None where a day lacks since the season's begin: `known` is the sum of
    the other days, to be held against `planned_of_known`, what the plan gives to these same days.
    """

    nature: str
    planned_of_day: float | None
    delivered_of_day: float | None
    planned: float | None
    delivered: float | None
    deviation: float | None
    percent: float | None
    known: float | None
    days: int
    days_missing: int
    planned_of_known: float | None
    percent_of_known: float | None
    counted: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A season plan that holds on the day; `day` of `days` of the season; volumes in million m3.

    `told` is what the press says of it and of its parts, `spread` how its volume is spread over the days.
    """

    id: str
    party: str
    party_name: str
    begins: date
    ends: date
    day: int
    days: int
    volume: float
    delivered: float | None
    verified: bool
    document: str
    source: str
    note: str | None
    spread: str
    told: tuple[Told, ...]
    standing: tuple[PlanStanding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeRow:
    """What one party's gauge at a gate says of the day, m3/s; None where it says nothing, or `reason` why it cannot."""

    party: str
    name: str
    station: str | None
    verified: bool
    flow: float | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """Two gauges at one gate on the day: `difference` of the first over the second, `percent` of their mean.

    `inside` says whether they agree within the tolerance. `run_days` says on how many days they are known to have
    differed beyond it since they last agreed, `run_since` since when, `run_unknown` how many days since say nothing.
    """

    site: str
    name: str
    quantity: str
    nature: str
    gauges: tuple[GaugeRow, GaugeRow]
    difference: float | None
    percent: float | None
    inside: bool | None
    run_days: int
    run_since: date | None
    run_unknown: int
    tolerance_percent: float
    tolerance: float
    rest: Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinPart:
    """All that the report says of a basin."""

    id: str
    name: str
    reservoirs: tuple[ReservoirRow, ...]
    canals: tuple[FlowRow, ...]
    borders: tuple[FlowRow, ...]
    posts: tuple[FlowRow, ...]
    divisions: tuple[Division, ...]
    not_in_force: tuple[ShareNote, ...]
    plans: tuple[PlanLine, ...]
    gates: tuple[GateRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A series that spoke of late and has no value for the day; `entries` are those that say "missing", if any do."""

    series: str
    name: str
    party: str
    nature: str
    why: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A station of which nothing was said of late; where `whole` is false, only these series of it kept silent."""

    station: str
    name: str
    party: str
    nature: str
    series: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A reading of the day that was first received after the report's hour of issue."""

    series: str
    name: str
    nature: str
    time: datetime
    received: datetime
    hours: float
    source: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPart:
    """A part of a message that was refused; `fragment` shows its bytes as text, what is not text as hex."""

    entry: int
    entered: datetime
    source: str
    simulated: bool
    where: str
    reason: str
    fragment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A reading of the day that a later saying supersedes; `after_issue` when that came after the hour of issue."""

    series: str
    name: str
    nature: str
    unit: str
    time: datetime
    old: float | None
    old_flag: str
    old_entry: int
    new: float | None
    new_flag: str
    new_entry: int
    entered: datetime
    source: str
    reason: str | None
    after_issue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDay:
    """The day's bounds in a party's own time; the offsets stand in the times."""

    party: str
    name: str
    zone: str
    begin: datetime
    end: datetime
    issue: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNote:
    """The report day: its bounds in UTC and in each party's time, and by which document it is fixed."""

    begin: datetime
    end: datetime
    issue: datetime
    local: tuple[LocalDay, ...]
    document: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyReport:
    """The daily exchange report; it rests on the first `journal_size` entries, `as_of` is how that was asked for."""

    report: str
    origin: str
    date: date
    day: DayNote
    journal_size: int
    as_of: str | None
    network_version: str
    simulated: bool
    basins: tuple[BasinPart, ...]
    missing: tuple[Missing, ...]
    silent: tuple[Silent, ...]
    late: tuple[Late, ...]
    refused: tuple[RefusedPart, ...]
    amended: tuple[Amendment, ...]
    rules: tuple[str, ...]
