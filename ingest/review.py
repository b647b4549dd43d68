"""What a person says of readings after looking at them: a file that names level, author, reason and readings, signed.

The form is described in `docs/reviews.md`. A review is entered as a whole or not at all, and changes no value.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ingest import by_hand
from ingest.by_hand import MEDIA, ByHand
from record.entry import Receipt
from record.errors import ConfigError
from record.leaf import REVIEWS, write_time
from record.network import Network
from record.network.basin import Station
from record.proof.keys import Signer
from record.review import LEVEL_BY_WORD, MAX_SCOPE, Review, Span
from record.selection import EARLIEST, LATEST

_WHAT = "review"


class Scope(BaseModel):
    """Readings of a series, from `start` to before `end`. `station` names a station by its id or code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    station: str
    series: str
    start: AwareDatetime
    end: AwareDatetime


class Form(ByHand):
    """The file: the level that the readings have reached, and how many entries the journal held when they were seen."""

    level: Literal["provisional", "verified", "validated"]
    size: int = Field(ge=1, le=2**53 - 1, strict=True)
    scope: tuple[Scope, ...] = Field(min_length=1, max_length=MAX_SCOPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A review that can be entered, and its receipt."""

    receipt: Receipt
    review: Review


def source_of(party: str) -> str:
    """The source under which reviews of a party stand in the journal."""
    return f"{REVIEWS}{party}"


def signed(text: str, signer: Signer, network: Network) -> bytes:
    """The file, signed as a review.

    Raises `ConfigError` where it could not be entered, and `ProofError` where the key is not an amender's of the party.
    """
    found = by_hand.read(text, Form, _WHAT, network)
    _scope(found, network)
    return by_hand.signed(text, found.party, signer, network)


def prepared(raw: bytes, network: Network, now: datetime) -> Prepared:
    """What a signed review comes to; `now` is aware.

    Raises `ProofError` where no amender of its party signed it, and `ConfigError` where a series is not one of the
    party's.
    """
    opened = by_hand.opened(raw, Form, _WHAT, network)
    found = opened.found
    return Prepared(
        receipt=Receipt(source=source_of(found.party), name=_WHAT, media=MEDIA, received=now, body=opened.body),
        review=Review(
            level=LEVEL_BY_WORD[found.level],
            author=found.author,
            reason=found.reason,
            party=found.party,
            signer=opened.signer,
            size=found.size,
            scope=_scope(found, network),
        ),
    )


def _scope(found: Form, network: Network) -> tuple[Span, ...]:
    return tuple(_span(one, number, found.party, network) for number, one in enumerate(found.scope, 1))


def _span(one: Scope, number: int, party: str, network: Network) -> Span:
    where = f"scope {number} ({one.station} {one.series})"
    station = network.stations.get(one.station) or network.station_called(one.station, simulated=False)
    if station is None:
        raise ConfigError(f"{where}: no station is called {one.station!r}: use its id, or its code")
    _refuse_others(station, party, where)
    if one.series not in station.series:
        raise ConfigError(f"{where}: the station has no such series, but {', '.join(station.series)}")
    if not EARLIEST <= one.start < one.end <= LATEST:
        between = f"{write_time(EARLIEST)} and {write_time(LATEST)}"
        raise ConfigError(f"{where}: start must come before end, and both lie between {between}")
    return Span(series=f"{station.id}.{one.series}", start=_seconds(one.start), end=_seconds(one.end))


def _refuse_others(station: Station, party: str, where: str) -> None:
    if station.party != party:
        raise ConfigError(f"{where}: {station.id} is a station of {station.party}, whose readings {party} reviews not")


def _seconds(time: datetime) -> int:
    moment = time.astimezone(UTC)
    if moment.microsecond:
        raise ConfigError(f"{time.isoformat()} has a fraction of a second: the record holds whole seconds")
    return int(moment.timestamp())
