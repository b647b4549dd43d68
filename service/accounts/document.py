"""An account as one frozen document: every form of it says this and nothing else.

Of each figure there is a column, with one number for each of the account's periods; None is what is not known. Volumes
are million m3 with nine decimals, that is whole litres; rates are m3/s.
"""

from dataclasses import dataclass
from datetime import date

Numbers = tuple[float | None, ...]
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period of the account, or the part of one that was asked for: `begin <= day < end`; `whole` where it is all.

    `label` names the period, `cut` says in words which part of it this is: "" where it is all.
    """

    label: str
    cut: str
    begin: date
    end: date
    days: int
    whole: bool

    @property
    def called(self) -> str:
        """The label, with what is cut off."""
        return f"{self.label}, {self.cut}" if self.cut else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume by period: None in `volume` where a day lacks; then `known` is the sum of the other days, if any."""

    volume: Numbers
    known: Numbers
    days_missing: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A gauge on which a line rests: the `series` it was read from, and the newest entry that says any of it.

    `days_suspect` and `days_bad` are of the whole account: values flagged suspect are counted, those flagged bad are
    not. `readings` made the values of its days, `left_out` were flagged bad beside them. Where `station` is None there
    is no such gauge, nothing is known of the line, and `reason` says why.
    """

    site: str
    party: str | None
    quantity: str
    station: str | None
    name: str
    verified: bool
    computed: bool
    series: tuple[str, ...]
    entry: int | None
    days_suspect: int
    days_bad: int
    readings: int
    left_out: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addend:
    """A part of a sum with its own volume."""

    part: Part
    volume: Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """On what a line rests: the document, its source, and whether anybody confirmed it."""

    verified: bool
    document: str
    source: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareNote:
    """A share as it is declared, with its document and whether anybody confirmed it."""

    id: str
    basis: str
    of: str
    percent: dict[str, float]
    in_force: bool
    valid_from: date
    valid_from_verified: bool
    verified: bool
    document: str
    source: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWater:
    """What a party is due and what it received. `percent` is None where it changed within the period.

    Of a share of storage, a party is not due anything: `part` is its part of what was stored, and `due` is None. Due
    and received are not set off against each other: the resource counted is not all the water of the basin.
    """

    party: str
    name: str
    percent: Numbers
    due: Volume | None
    part: Volume | None
    received: Volume | None
    counted: tuple[Addend, ...]
    rest: tuple[Rest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """The water that shares of one basis divide among the parties, from stations of one nature alone.

    Of flow, volumes are sums of days. Of storage, they are what was stored when the last day of each period began:
    `state` says at which hour, `state_on` on which days, `not_read` which of these states are not known, in sentences;
    nothing is received. Of flow these are None and empty. `days_without_share` counts the days on which no share is in
    force, `days_negative` those on which the resource is below nought, as a computed inflow can be: on either what is
    due is missing.
    """

    nature: str
    basis: str
    of: str
    state: str | None
    state_on: tuple[date, ...] | None
    not_read: tuple[str, ...]
    shares: tuple[ShareNote, ...]
    days_without_share: Counts
    days_negative: Counts
    resource: Volume
    counted: tuple[Addend, ...]
    rest: tuple[Rest, ...]
    parties: tuple[PartyWater, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the press tells of a plan, or of a part of it up to before `until`; it is never mixed with what is measured.

    `percent` is of the volume planned up to then.
    """

    id: str
    until: date
    volume: float
    delivered: float | None
    percent: float | None
    rest: Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDate:
    """How a plan stands at the end of each period, from the season's begin on.

    `delivered`, `deviation` and `percent` are None where a day lacks. `known` is the sum of the days that are known,
    `planned_of_known` what the plan gives to these same days, `percent_of_known` the one of the other. Nothing stands
    in for a missing day.
    """

    planned: Numbers
    delivered: Numbers
    deviation: Numbers
    percent: Numbers
    known: Numbers
    days: Counts
    days_missing: Counts
    planned_of_known: Numbers
    percent_of_known: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A season plan beside what was measured at its points, from stations of one nature alone.

    `planned`, `delivered`, `deviation` and `percent` are of those days of each period that are in the season. `spread`
    says how the volume was spread over them.
    """

    id: str
    nature: str
    party: str
    party_name: str
    begins: date
    ends: date
    volume: float
    spread: str
    planned: Numbers
    delivered: Volume
    deviation: Numbers
    percent: Numbers
    to_date: ToDate
    counted: tuple[Addend, ...]
    told: tuple[Told, ...]
    rest: tuple[Rest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A stretch of channel: `residual` is `below` less `expected`, negative where more was lost than is declared.

    All are sums over the days on which both ends are known; `residual_rate` is their mean in m3/s, `residual_percent`
    of what is expected, `lost_percent` what was lost of what entered.
    """

    id: str
    nature: str
    loss_percent: float
    lag_days: int
    above: Numbers
    expected: Numbers
    below: Numbers
    residual: Numbers
    residual_rate: Numbers
    residual_percent: Numbers
    lost_percent: Numbers
    days: Counts
    days_missing: Counts
    counted_above: tuple[Addend, ...]
    counted_below: tuple[Addend, ...]
    rest: Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservoir:
    """The balance of a reservoir over each period: residual = change - (inflow - release - evaporation - seepage).

    `uncertainty` is the standard uncertainty of the residual; `within` says whether the residual is within twice that.
    None where a term is not known; `reason` says which are never known.
    """

    station: str
    name: str
    nature: str
    storage_begin: Numbers
    storage_end: Numbers
    change: Numbers
    inflow: Numbers
    release: Numbers
    evaporation: Numbers
    seepage: Numbers
    residual: Numbers
    uncertainty: Numbers
    within: tuple[bool | None, ...]
    days_missing: Counts
    parts: tuple[Part, ...]
    reason: str | None
    rest: Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """One party's gauge at a gate: its mean flow over the days on which both are known, in m3/s.

    `said` is the mean of all days of which it says anything itself.
    """

    party: str
    part: Part
    mean: Numbers
    said: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Two gauges at one gate, over the days on which both are known; a difference is the first less the second.

    `percent` is of the mean of both. `run_days` says for how many days, at the end of the period, they are known to
    have differed beyond the tolerance since they last agreed, `run_since` since when, and `run_unknown` how many days
    since then say nothing.
    """

    site: str
    name: str
    quantity: str
    nature: str
    gauges: tuple[Gauge, Gauge]
    difference: Numbers
    percent: Numbers
    volume_difference: Numbers
    days_inside: Counts
    days_outside: Counts
    days_missing: Counts
    run_days: Counts
    run_since: tuple[date | None, ...]
    run_unknown: Counts
    tolerance_percent: float
    tolerance: float
    rest: Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The water account of a basin for `begin <= day < end`, report days; it rests on `journal_size` entries."""

    account: str
    origin: str
    basin: str
    basin_name: str
    begin: date
    end: date
    by: str
    journal_size: int
    as_of: str | None
    network_version: str
    simulated: bool
    spans: tuple[Span, ...]
    divisions: tuple[Division, ...]
    plans: tuple[Plan, ...]
    reaches: tuple[Reach, ...]
    reservoirs: tuple[Reservoir, ...]
    gates: tuple[Gate, ...]
    not_in_force: tuple[ShareNote, ...]
    not_known: tuple[str, ...]
    rules: tuple[str, ...]
