"""What was refused while a report's period lasted and up to its hour of issue."""

from datetime import datetime

from record.archive import Archive
from record.network import Network
from service.reports.report import RefusedPart

_LONGEST_FRAGMENT = 400


def refused(
    archive: Archive, network: Network, start: datetime, issue: datetime, count: int
) -> tuple[RefusedPart, ...]:
    """Every part of a message that was entered as refused, `start <= entered < issue`, in the order of entry."""
    return tuple(
        RefusedPart(
            entry=part.entry,
            entered=part.entered,
            source=part.source,
            simulated=part.source in network.sources and network.sources[part.source].simulated,
            where=part.where,
            reason=part.reason,
            fragment=legible(part.fragment),
        )
        for part in archive.refusals(start, issue, as_of=count)
    )


def legible(fragment: bytes) -> str:
    """Bytes as a person can read them: UTF-8 where it is, the rest and control characters as escapes; cut when long."""
    text = fragment[:_LONGEST_FRAGMENT].decode("utf-8", errors="backslashreplace")
    shown = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
    rest = len(fragment) - _LONGEST_FRAGMENT
    return f"{shown} … and {rest} bytes more" if rest > 0 else shown
