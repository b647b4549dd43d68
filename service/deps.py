"""What routes ask for: the archive, the network, and the common parameters of questions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Query, Request

from record.archive import Archive, Log
from record.entry import FLAG_BY_WORD, Flag
from record.errors import SelectionError
from record.ledger import Ledger
from record.network import Collection, Network
from record.selection import Selection
from service.describe import CRS
from service.interval import as_of_of, interval_of


def clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def archive_of(request: Request) -> Archive:
    """The archive that the app was made with."""
    found: Archive = request.app.state.archive
    return found


def log_of(request: Request) -> Log:
    """The journal as a log, of the record that the app was made with."""
    found: Log = request.app.state.log
    return found


def ledger_of(request: Request) -> Ledger:
    """What each party owed and gave, by the record that the app was made with."""
    found: Ledger = request.app.state.ledger
    return found


def network_of(request: Request) -> Network:
    """The declared network that the app was made with."""
    found: Network = request.app.state.network
    return found


def now_of(request: Request) -> datetime:
    """The time now, by the clock that the app was made with."""
    found: datetime = request.app.state.clock()
    return found


LogDep = Annotated[Log, Depends(log_of)]
LedgerDep = Annotated[Ledger, Depends(ledger_of)]
ArchiveDep = Annotated[Archive, Depends(archive_of)]
NetworkDep = Annotated[Network, Depends(network_of)]
NowDep = Annotated[datetime, Depends(now_of)]

_DATETIME = "An instant, or an interval a/b, a/.. or ../b, in RFC 3339 with offset; a bare date is that day in UTC"
_CRS = "The reference system of the answer: CRS84 alone, longitude before latitude"
_NAMES = "Ids of quantities, separated by commas"
_QUALITY = "Wanted flags, separated by commas: good, unknown, suspect, bad; other readings keep their flag alone"
_STATUS = "Whether each reading comes with how far a person has reviewed it"
_AS_OF = "A time with offset, or a number of entries: what was known before it"


@dataclass(frozen=True, slots=True)
class Asked:
    """The common parameters of EDR questions, as read from the address."""

    start: datetime
    end: datetime
    names: tuple[str, ...]
    as_of: datetime | int | None
    flags: frozenset[Flag] | None
    status: bool = False

    def selection(self, collection: Collection, stations: tuple[str, ...]) -> Selection:
        """The question to the archive, for these stations of the collection.

        Raises `SelectionError` for a quantity that the collection or every one of these stations does not hold.
        """
        known = collection.quantities
        strange = [name for name in self.names if name not in known]
        if strange:
            raise SelectionError(
                f"parameter-name {strange[0][:40]!r} is not in {collection.id}: use {', '.join(known)}"
            )
        given = [series for series in collection.series if series.station in stations]
        series = tuple(series.id for series in given if series.quantity in (self.names or known))
        if not series:
            raise SelectionError(
                f"parameter-name {', '.join(self.names)} is not given by {', '.join(stations)} in {collection.id}: "
                f"use {', '.join(dict.fromkeys(series.quantity for series in given))}"
            )
        return Selection(
            series=series, start=self.start, end=self.end, as_of=self.as_of, flags=self.flags, status=self.status
        )


def asked(
    now: NowDep,
    moment: Annotated[str | None, Query(alias="datetime", description=_DATETIME)] = None,
    parameter_name: Annotated[str | None, Query(alias="parameter-name", description=_NAMES)] = None,
    parameter_names: Annotated[str | None, Query(include_in_schema=False)] = None,
    as_of: Annotated[str | None, Query(alias="as-of", description=_AS_OF)] = None,
    quality: Annotated[str | None, Query(description=_QUALITY)] = None,
    status: Annotated[bool, Query(description=_STATUS)] = False,
    crs: Annotated[str | None, Query(description=_CRS)] = None,
) -> Asked:
    """Read the common parameters; some clients spell `parameter_names`, which is taken for the same."""
    if crs and crs not in (CRS, "CRS84", "OGC:CRS84"):
        raise SelectionError(f"crs {crs[:60]!r} is not a reference system of ours: use CRS84")
    start, end = interval_of(moment)
    said = parameter_name if parameter_name is not None else parameter_names
    names = tuple(name.strip() for name in (said or "").split(",") if name.strip())
    return Asked(start, end, names, as_of_of(as_of, now), _flags_of(quality), status)


def _flags_of(quality: str | None) -> frozenset[Flag] | None:
    if quality is None:
        return None
    words = [word.strip() for word in quality.split(",") if word.strip()]
    strange = [word for word in words if word not in FLAG_BY_WORD]
    if strange or not words:
        raise SelectionError(f"quality {quality[:40]!r} holds no flag of ours: use {', '.join(FLAG_BY_WORD)}")
    return frozenset(FLAG_BY_WORD[word] for word in words)


AskedDep = Annotated[Asked, Depends(asked)]
