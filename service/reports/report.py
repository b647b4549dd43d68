"""The exchange report as one frozen document in no language: every form of it says this and nothing else.

Rates are m3/s, volumes million m3, levels m; numbers are unrounded. Times are aware, periods half open. What is said in
words is a `Phrase`, which each copy says in its own language; stations, sites, parties and basins are told by ids,
whose names in all languages stand in `names`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from service.accounts.document import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What a figure is held against: the same period of the year before, and the norm of its place in the year.

    `percent` of the norm; `rank` and `klass` as in `service.figures`; None where not known. `norm_years` is of how many
    years of the base period there is a value.
    """

    last_year: float | None
    norm: float | None
    norm_years: int
    percent: float | None
    rank: float | None
    klass: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with what one needs to trust it.

    `key` is `<subject>.<quantity>[.<measure>]` and names it once in the whole report, in every form: kirov:kg.storage,
    kirov:kg.storage.change. `measure` is "" for the value of the period itself. `value` None where it is missing.
    `flag` is a word of the QARTOD scale. `estimated` where it rests on readings at the terms, or on days that stand for
    missing ones; `reviewed` is the lowest review among its readings. `basis` are the intervals of these, best first;
    `days` of `of_days` have a value; `readings` were used, and `left_out` flagged bad were not.
    `entries` are indexes of the journal that say what it rests on, of many the newest alone. `at` is the instant of a
    state by the clock of its station, None of what is of a whole period or day.
    """

    key: str
    subject: str
    quantity: str
    measure: str
    unit: str
    value: float | None
    flag: str
    estimated: bool
    reviewed: str
    nature: str
    computed: bool
    basis: tuple[str, ...]
    days: int
    of_days: int
    readings: int
    left_out: int
    entries: tuple[int, ...]
    against: Against | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A station at its site: whose it is, whether it is real or computed, and whether its declaration is verified."""

    station: str
    site: str
    kind: str
    basin: str
    river: str
    party: str
    nature: str
    computed: bool
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservoirRow:
    """A reservoir's period: level, storage and `filled` at its end, change over it, mean inflow and release.

    `capacity` is declared, None where it is not; `filled` is storage in percent of it. Level and storage are the
    readings of 08:00 by the station's own clock that close the last day, `change` that storage less the one that opens
    the first, as in the water account. Of a station that gives daily values alone they are those of the last day, with
    `at` None, and `change` is from the day before the period.
    """

    place: Place
    capacity: float | None
    level: Figure | None
    storage: Figure | None
    filled: Figure | None
    change: Figure | None
    inflow: Figure | None
    release: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """A canal's, border station's or post's period: mean flow, its volume, its change on the period before.

    `plan` is the flow that is planned for the period and `deviation` the flow less it, None where no plan is declared
    for this very gauge. `ten_days` and `season` are the volumes since the 10-day period and since the season began, up
    to the end of the period.
    """

    place: Place
    flow: Figure
    volume: Figure
    change: Figure
    plan: Figure | None
    deviation: Figure | None
    ten_days: Figure
    season: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Hydrograph:
    """A quantity of a station by day since the season began, `days` from `begin` to the end of the season.

    `now` of this year, None for days to come and without a value; `before` of the same days a year ago; `norm` the mean
    of the base period with its 10th and 90th percentile, all None where there is no norm. `basis` are the intervals
    that `now` is taken from, best first, and `entry` is the newest of the journal that it rests on.
    """

    station: str
    quantity: str
    unit: str
    begin: date
    days: int
    now: tuple[float | None, ...]
    before: tuple[float | None, ...]
    norm: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    basis: tuple[str, ...] = ()
    entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BasinPart:
    """All that the report says of a basin; `account` holds shares, deliveries, plans, balances and gates of the period.

    `rivers` are the posts, of which the inflow to the basin is told in percent of norm.
    """

    id: str
    reservoirs: tuple[ReservoirRow, ...]
    canals: tuple[FlowRow, ...]
    borders: tuple[FlowRow, ...]
    rivers: tuple[FlowRow, ...]
    account: Account
    hydrographs: tuple[Hydrograph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A series that spoke of late and lacks on `days` days of the period; `entries` are those that say "missing".

    `due` is by when it was owed, None where nobody owes it.
    """

    series: str
    station: str
    party: str
    nature: str
    days: int
    why: str
    due: datetime | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A station of which nothing was said of late; where `whole` is false, only these series of it kept silent."""

    station: str
    party: str
    nature: str
    series: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Readings of a series of the period that were first received after they were due, or after the hour of issue.

    `count` of them, of times from `first` to `last`; the latest came `hours` too late.
    """

    series: str
    station: str
    nature: str
    count: int
    first: datetime
    last: datetime
    received: datetime
    hours: float
    source: str
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """A figure of the report that is estimated, by its key, and why."""

    key: str
    station: str
    nature: str
    why: str


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
    """A reading that a later saying superseded since the day before, or since the last revision.

    `follows` counts the computed readings that changed with it; `after_issue` when it came after the hour of issue.
    """

    series: str
    station: str
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
    follows: int
    after_issue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The account that a report gives of its own gaps."""

    missing: tuple[Missing, ...]
    silent: tuple[Silent, ...]
    late: tuple[Late, ...]
    estimated: tuple[Estimated, ...]
    refused: tuple[RefusedPart, ...]
    amended: tuple[Amendment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDay:
    """The period's bounds and the hour of issue in a party's own time; the offsets stand in the times."""

    party: str
    zone: str
    begin: datetime
    end: datetime
    issue: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The report days `begin <= day < end`, called `label`: their bounds in UTC and for each party, by which document.

    `issue` is when the report is due, `deadline` when it is issued with what is missing named. Of a period that has not
    ended `ended` is false: all is of its days up to before `until`.
    """

    kind: str
    label: str
    begin: date
    end: date
    until: date
    ended: bool
    start: datetime
    stop: datetime
    issue: datetime
    deadline: datetime
    local: tuple[LocalDay, ...]
    document: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure that another revision gave otherwise: what it was, what it is, and what was entered that changed it.

    `reason` is what the sender gave as one, `source` and `entries` say who said it and where it stands; None and empty
    where the journal between the two does not say of one reading that it made the change.
    """

    key: str
    station: str
    unit: str
    old: float | None
    old_flag: str
    new: float | None
    new_flag: str
    reason: str | None
    source: str | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Which issue of a report this is, from 1 on, and what changed since the one before.

    `before` is the entry that issued it, None for the first.
    """

    number: int
    before: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The exchange report of a period; it rests on the first `journal_size` entries, `as_of` is how that was asked for.

    `revision` is None for what was asked for and not issued. `names` gives every id its name in all languages that are
    declared. `reviews` counts its figures by the lowest review of their readings.
    """

    report: str
    edition: str
    origin: str
    span: Span
    revision: Revision | None
    journal_size: int
    as_of: str | None
    network_version: str
    simulated: bool
    names: Mapping[str, Mapping[str, str]]
    basins: tuple[BasinPart, ...]
    gaps: Gaps
    reviews: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed a checkpoint, by the key of its party's witness, and when."""

    party: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a paper says of its own figures: that their JSON is entry `entry`, under a checkpoint of `size` entries.

    `proof` is the proof of that entry (`.tlog-proof`), `checkpoint` the note with its cosignatures, `body` the JSON as
    it was entered, called `name`. `state` is `record.archive.standing`'s word for how the checkpoint stands with both
    parties, `signed` who signed it.
    """

    entry: int
    entered: datetime
    size: int
    name: str
    body: bytes
    proof: bytes
    checkpoint: bytes
    state: str
    signed: tuple[Signed, ...]
