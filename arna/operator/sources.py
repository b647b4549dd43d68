"""`arna sources`: how every source fares."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.patience import Circuit, circuit, next_try
from record.health import FOLLOW, Health
from record.network import Network
from record.network.source import Source

COLUMNS = (
    "source",
    "party",
    "kind",
    "state",
    "tried",
    "heard",
    "failures",
    "messages",
    "readings",
    "refusals",
    "fault",
)


def rows(network: Network, known: Mapping[str, Health], now: datetime) -> list[dict[str, Any]]:
    """A row a source, with the counts of the last round that brought anything; then those of no network any more.

    The last row is how the journal is followed.
    """
    declared = [_row(source, known.get(name), now) for name, source in network.sources.items()]
    gone = [_gone(state) for name, state in known.items() if name not in network.sources and name != FOLLOW]
    return declared + gone + ([_followed(known[FOLLOW])] if FOLLOW in known else [])


def _row(source: Source, state: Health | None, now: datetime) -> dict[str, Any]:
    about = {"source": source.id, "party": source.party, "kind": source.kind, "format": source.format}
    return about | _told(state, _state(state, now))


def _gone(state: Health) -> dict[str, Any]:
    return {"source": state.source, "party": None, "kind": None, "format": None} | _told(state, "not declared")


def _followed(state: Health) -> dict[str, Any]:
    """How the following of the journal fares: entries read are its messages, rows entered its readings."""
    told = _told(state, "failing" if state.failures else "ok")
    return {"source": FOLLOW, "party": None, "kind": None, "format": None} | told


def _state(state: Health | None, now: datetime) -> str:
    if state is None:
        return "never asked"
    stands = circuit(state.source, state.failures, state.failed, now)
    if stands is not Circuit.CLOSED:
        return f"circuit {stands}"
    if state.failures:
        return "failing"
    if state.fault is None:
        return "ok"
    return "hangs" if "hangs" in state.fault else "partly"


def _told(state: Health | None, stands: str) -> dict[str, Any]:
    names = ("tried", "answered", "heard", "failures", "failed", "messages", "readings", "refusals", "fault")
    told = {name: getattr(state, name) if state else None for name in names}
    waits = next_try(state.source, state.failures, state.failed) if state and state.failures and state.failed else None
    return {"state": stands, **told, "next_try": waits}
