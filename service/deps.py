"""What routes ask for: the archive, the network, the ledger, the clock."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from record.archive import Archive, Log
from record.ledger import Ledger
from record.network import Network
from service.offered import Offered

Found = TypeVar("Found")


def clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()


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


def offered_of(request: Request) -> Offered:
    """What the network that the app was made with offers to ask."""
    found: Offered = request.app.state.offered
    return found


def now_of(request: Request) -> datetime:
    """The time now, by the clock that the app was made with."""
    found: datetime = request.app.state.clock()
    return found


def _at_once(of: Callable[[Request], Found]) -> Callable[[Request], Awaitable[Found]]:
    """The same for the framework, which has a function that waits for nothing wait for a thread."""

    async def found(request: Request) -> Found:
        return of(request)

    return found


LogDep = Annotated[Log, Depends(_at_once(log_of))]
LedgerDep = Annotated[Ledger, Depends(_at_once(ledger_of))]
ArchiveDep = Annotated[Archive, Depends(_at_once(archive_of))]
NetworkDep = Annotated[Network, Depends(_at_once(network_of))]
NowDep = Annotated[datetime, Depends(_at_once(now_of))]
