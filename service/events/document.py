"""An event as JSON: small, in one line, with addresses from which the rest can be fetched."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from record.events.event import Event, EventKind, Span
from record.leaf import write_time
from record.network import Network

_ABOUT: Mapping[EventKind, str] = {
    EventKind.REPORT: "/reports/{report}/{day}/issued",
    EventKind.SEALED: "/segments/{sha256}.nc",
    EventKind.NETWORK: "/network",
    EventKind.PROPOSED: "/network/proposal",
    EventKind.APPROVED: "/network/approvals",
    EventKind.LATE: "/status",
    EventKind.SILENT: "/status",
    EventKind.STUCK: "/status",
    EventKind.REFUSING: "/status",
    EventKind.REPORTING: "/status",
    EventKind.ALARM: "/log/alarms/{no}",
    EventKind.FINAL: "/log/final",
}


def written(event: Event, network: Network) -> bytes:
    """The document of an event in one line."""
    return orjson.dumps(document(event, network))


def document(event: Event, network: Network) -> dict[str, Any]:
    """What happened, when, by which entry; which series at which times; `data` is where to ask.

    That is a path at the service. Of readings it leads to the answer from the first time to the last of them, with
    `{station}` to be filled in where several spoke.
    """
    found: dict[str, Any] = {"kind": event.kind.value, "time": write_time(event.moment)}
    if event.entry is not None:
        found |= {"entry": event.entry, "journal_size": event.entry + 1, "source": event.source}
    if event.parties:
        found["parties"] = list(event.parties)
    if event.collection is not None:
        found["collection"] = event.collection
    found |= _readings(event.spans) if event.spans else {"series": list(event.series)} if event.series else {}
    found |= event.facts
    about = _data(event, network) if event.spans else _about(event)
    return found | ({} if about is None else {"data": about})


def _readings(spans: Iterable[Span]) -> dict[str, Any]:
    return {
        "readings": sum(span.readings for span in spans),
        "first": write_time(min(span.first for span in spans)),
        "last": write_time(max(span.last for span in spans)),
        "series": [
            {
                "id": span.series,
                "readings": span.readings,
                "first": write_time(span.first),
                "last": write_time(span.last),
            }
            for span in spans
        ],
    }


def _data(event: Event, network: Network) -> str | None:
    """Where the readings can be asked for; None of a collection that is declared no more."""
    if event.collection is None:
        return None
    first, last = min(span.first for span in event.spans), max(span.last for span in event.spans)
    stations = {network.series[span.series].station for span in event.spans}
    station = stations.pop() if len(stations) == 1 else "{station}"
    return f"/collections/{event.collection}/locations/{station}?datetime={write_time(first)}/{write_time(last)}"


def _about(event: Event) -> str | None:
    known = _ABOUT.get(event.kind)
    return None if known is None else known.format_map(event.facts)
