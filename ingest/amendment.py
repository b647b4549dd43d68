"""What a ministry corrects by hand: a file that names its author and reason, signed by a key of the party.

The form is described in `docs/amendments.md`. An amendment is entered as a whole or not at all.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ingest import by_hand
from ingest.attribute import attribute
from ingest.by_hand import MEDIA, ByHand
from ingest.written.channel import Value, said_of
from record.entry import Observation, Receipt, Refusal
from record.errors import ConfigError
from record.leaf import AMENDMENTS
from record.network import Network
from record.network.basin import Nature
from record.network.source import Channel, Meaning, Source, Trigger
from record.proof.keys import Signer
from record.selection import EARLIEST

_WHAT = "amendment"
_MOST = 20_000
_QUALITIES: dict[str, Meaning] = {
    "good": "good", "unknown": "unknown", "suspect": "suspect", "bad": "bad", "estimated": "estimated",
}  # fmt: skip


class Row(BaseModel):
    """One amended value. `time` has an offset; `value` is text, so that its digits stay; none means missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    station: str
    series: str
    time: AwareDatetime
    value: str | None = None
    missing: bool = False
    unit: str | None = None
    quality: str = "unknown"


class Amendment(ByHand):
    """The file: on whose behalf, by whom, why, and the values. `station` names a station by its id or code."""

    values: tuple[Row, ...] = Field(alias="value", min_length=1, max_length=_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An amendment that can be entered: its receipt, observations, and the reason that the record gives."""

    receipt: Receipt
    observations: list[Observation]
    reason: str


def source_of(party: str) -> str:
    """The source under which amendments of a party stand in the journal."""
    return f"{AMENDMENTS}{party}"


def signed(text: str, signer: Signer, network: Network, now: datetime) -> bytes:
    """The file, signed as an amendment; `now` is aware.

    Raises `ConfigError` where it could not be entered, and `ProofError` where the key is not an amender's of the party.
    Of a trial, which declares no keys, any key will do.
    """
    found = by_hand.read(text, Amendment, _WHAT, network)
    _observations(found, network, now)
    return by_hand.signed(text, found.party, signer, network)


def prepared(raw: bytes, network: Network, now: datetime) -> Prepared:
    """What a signed amendment comes to; `now` is aware.

    Raises `ProofError` where no amender of its party signed it, and `ConfigError` where a value is of no series of the
    party's, cannot be read, or lies ahead. The signature under an amendment of a trial cannot be checked, and is not.
    """
    opened = by_hand.opened(raw, Amendment, _WHAT, network)
    found = opened.found
    return Prepared(
        receipt=Receipt(source=source_of(found.party), name=_WHAT, media=MEDIA, received=now, body=opened.body),
        observations=_observations(found, network, now),
        reason=f"{found.reason} ({found.author}, for {found.party}; signed by {opened.signer})",
    )


def _observations(found: Amendment, network: Network, now: datetime) -> list[Observation]:
    observations = [_observed(row, number, found, network, now) for number, row in enumerate(found.values, 1)]
    if len({(one.series, one.time) for one in observations}) < len(observations):
        raise ConfigError("the amendment gives two values of the same series and time: keep one")
    return observations


def _observed(row: Row, number: int, found: Amendment, network: Network, now: datetime) -> Observation:
    where = f"value {number} ({row.station} {row.series} {row.time.isoformat()})"
    if row.missing != (row.value is None):
        raise ConfigError(f"{where}: give either a value, as text, or missing = true")
    if row.value is not None and row.unit is None:
        raise ConfigError(f"{where}: give the unit of the value")
    if row.time < EARLIEST:
        raise ConfigError(f"{where}: its time lies before {EARLIEST.year}, when no gauge stood here")
    if row.quality not in _QUALITIES:
        raise ConfigError(f"{where}: quality {row.quality!r} is none of ours: use one of {', '.join(_QUALITIES)}")
    station = network.stations.get(row.station)
    source = _source(found.party, simulated=station is not None and station.nature is Nature.SIMULATED)
    code = row.station if station is None else station.code
    said = said_of(
        Value(text=row.value, time=row.time, where=where, fragment=b"", quality=row.quality),
        Channel(name=row.series, series=row.series, station=code, unit=row.unit or "1"),
        source,
    )
    got = attribute(said, source, network, now)
    if isinstance(got, Refusal) or not got:
        reason = got.reason if isinstance(got, Refusal) else "the station has no such series"
        raise ConfigError(f"{where}: {reason}")
    return got[0]


def _source(party: str, *, simulated: bool) -> Source:
    return Source(
        id=source_of(party), party=party, kind="folder", place="amendments", format="amendment", media=MEDIA,
        trigger=Trigger(every=60), zone="UTC", quality=dict(_QUALITIES), simulated=simulated,
    )  # fmt: skip
