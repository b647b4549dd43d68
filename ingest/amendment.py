"""What a ministry corrects by hand: a file that names its author and reason, signed by a key of the party.

The form is described in `docs/amendments.md`. An amendment is entered as a whole or not at all.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingest.attribute import attribute
from ingest.written.channel import Value, said_of
from record.entry import Observation, Receipt, Refusal
from record.errors import ConfigError, ProofError
from record.leaf import AMENDMENTS
from record.network import Network
from record.network.basin import Nature
from record.network.key import Role
from record.network.source import Channel, Meaning, Source, Trigger
from record.proof import note
from record.proof.keys import Signer, Verifier
from record.selection import EARLIEST

MAX_BYTES = 4_000_000
MEDIA = "text/plain; charset=utf-8"
_MOST = 20_000
_QUALITIES: dict[str, Meaning] = {
    "good": "good", "unknown": "unknown", "suspect": "suspect", "bad": "bad", "estimated": "estimated",
}  # fmt: skip


def _one_line(text: str) -> str:
    if "\n" in text or not text.isprintable():
        raise ValueError("it must be one line of printable signs")
    return text


Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), AfterValidator(_one_line)
]


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


class Amendment(BaseModel):
    """The file: on whose behalf, by whom, why, and the values. `station` names a station by its id or code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    party: str
    author: Words
    reason: Words
    values: tuple[Row, ...] = Field(alias="value", min_length=1, max_length=_MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An amendment that can be entered: its receipt, observations, and the reason that the record gives."""

    receipt: Receipt
    observations: list[Observation]
    reason: str


def read(text: str, network: Network) -> Amendment:
    """The amendment that a file holds; raise `ConfigError`, in one line, for whatever is wrong with it."""
    try:
        found = Amendment.model_validate(tomllib.loads(text, parse_float=Decimal))
    except (tomllib.TOMLDecodeError, RecursionError, ArithmeticError) as fault:
        raise ConfigError(f"the amendment is not TOML that can be read: {' '.join(str(fault).split())[:200]}") from None
    except ValidationError as fault:
        raise ConfigError(f"the amendment: {_first(fault)}; see docs/amendments.md") from None
    if found.party not in network.parties:
        raise ConfigError(f"the amendment is of party {found.party!r}: use one of {', '.join(network.parties)}")
    return found


def source_of(party: str) -> str:
    """The source under which amendments of a party stand in the journal."""
    return f"{AMENDMENTS}{party}"


def signed(text: str, signer: Signer, network: Network, now: datetime) -> bytes:
    """The file, signed as an amendment; `now` is aware.

    Raises `ConfigError` where it could not be entered, and `ProofError` where the key is not an amender's of the party.
    Of a trial, which declares no keys, any key will do.
    """
    found = read(text, network)
    _observations(found, network, now)
    signer = replace(signer, name=_name_of(signer, found.party, network))
    return note.sign(text if text.endswith("\n") else f"{text}\n", [signer])


def prepared(raw: bytes, network: Network, now: datetime) -> Prepared:
    """What a signed amendment comes to; `now` is aware.

    Raises `ProofError` where no amender of its party signed it, and `ConfigError` where a value is of no series of the
    party's, cannot be read, or lies ahead. The signature under an amendment of a trial cannot be checked, and is not.
    """
    try:
        said = note.parse(raw)
    except ProofError as fault:
        raise ProofError(f"the amendment is not signed ({fault}): sign it with --key, see docs/amendments.md") from None
    found = read(said.text, network)
    if network.keys:
        known = [key.verifier for key in network.keys_of(Role.AMENDER) if key.party == found.party]
        names = next(iter(note.verified(raw, known).signed))
        signer = next(key for key in known if key.name == names)
        # One signature of one key, so that the same words are the same bytes and can be entered once alone.
        raw = f"{said.text}\n{_line_of(said, signer)}".encode()
    else:
        names = f"{said.signatures[0].name}, not checked in a trial"
    return Prepared(
        receipt=Receipt(source=source_of(found.party), name="amendment", media=MEDIA, received=now, body=raw),
        observations=_observations(found, network, now),
        reason=f"{found.reason} ({found.author}, for {found.party}; signed by {names})",
    )


def _line_of(said: note.Note, signer: Verifier) -> str:
    return next(line.line for line in said.signatures if (line.name, line.key) == (signer.name, signer.id))


def _name_of(signer: Signer, party: str, network: Network) -> str:
    if not network.keys:
        return signer.name
    for key in network.keys_of(Role.AMENDER):
        if key.party == party and key.verifier.public == signer.verifier.public:
            return key.verifier.name
    raise ProofError(f"the key is not that of an amender of {party}: keys.toml must declare it, see docs/keys.md")


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


def _first(fault: ValidationError) -> str:
    error = fault.errors()[0]
    place = ".".join(str(part) for part in error["loc"])
    return f"{place}: {error['msg']}"
