"""`arna refusals`: what was refused, its bytes, and another try once the config was mended."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ingest.cycle import CycleReport, enter
from ingest.sources import was_given_up
from ingest.sources.fetched import fetched
from record.archive import Archive, Log
from record.archive.history import Refused
from record.errors import UnknownName
from record.network import Network

if TYPE_CHECKING:
    from record.writer import Pen

COLUMNS = ("refusal", "entered", "source", "where", "reason", "bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What a receipt came to when it was read again."""

    source: str
    receipt: str
    report: CycleReport


def listed(archive: Archive, start: datetime, end: datetime, source: str | None) -> list[tuple[str, Refused]]:
    """The refusals of [start, end) by their names `entry.position`, of one source where one is named."""
    found, position, last = [], 0, -1
    for refused in archive.refusals(start, end):
        position = position + 1 if refused.entry == last else 0
        last = refused.entry
        if source in (None, refused.source):
            found.append((f"{refused.entry}.{position}", refused))
    return found


def rows(found: list[tuple[str, Refused]]) -> list[dict[str, Any]]:
    """A row a refusal."""
    return [
        {
            "refusal": name,
            "entered": refused.entered,
            "source": refused.source,
            "where": refused.where,
            "reason": refused.reason,
            "bytes": len(refused.fragment),
            "fragment": refused.fragment,
        }
        for name, refused in found
    ]


def bytes_of(found: list[tuple[str, Refused]], name: str) -> bytes:
    """The bytes of a refusal; raise `UnknownName` where there is none of that name."""
    for known, refused in found:
        if known == name:
            return refused.fragment
    raise UnknownName(f"no refusal {name[:40]!r}: `arna refusals list` names them entry.position")


def retried(
    found: list[tuple[str, Refused]], log: Log, network: Network, pen: "Pen", now: Callable[[], datetime]
) -> Iterator[Retried]:
    """Read the receipts of these refusals again, by the config as it is now, and enter what they say newly.

    What was entered before is recognised, and nothing that came later, or amends, is taken back. Passed over are
    receipts of a source that is declared no longer, and those that were not whole as they were fetched. The
    refusals stay in the record, as what was known then.
    """
    cut = {refused.entry for _, refused in found if was_given_up(refused.where)}
    seen: set[tuple[str, str, datetime]] = set()
    for entry in dict.fromkeys(refused.entry for _, refused in found):
        for receipt in [] if entry in cut else log.receipts_of(entry):
            declared = network.sources.get(receipt.source)
            came = (receipt.source, receipt.sha256, receipt.received)
            if declared is not None and came not in seen:
                seen.add(came)
                message = replace(fetched(declared, receipt.name, receipt.received, receipt.body), late=True)
                report = enter(message, declared, network, pen, now)
                yield Retried(source=receipt.source, receipt=receipt.sha256, report=report)
