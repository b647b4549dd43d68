"""`arna judge`: which flags the thresholds in force would change, before they are entered."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.consequence import Consequence
from ingest.quality.rejudge import rejudge_all
from record.archive import Archive
from record.errors import UnknownName
from record.network import Network

COLUMNS = ("series", "turned", "readings", "first", "last")


def again(
    network: Network, archive: Archive, start: datetime, end: datetime, series: Sequence[str]
) -> Iterator[Consequence]:
    """What would be entered of these series, or of all; raise `UnknownName` for one that is not declared."""
    for name in series:
        if name not in network.series:
            raise UnknownName(f"series {name!r} is not declared: see the stations of config/basins for the ids")
    span = int(start.timestamp()), int(end.timestamp())
    return rejudge_all(tuple(series or network.series), span, network, archive)


def rows(found: Iterable[Consequence]) -> list[dict[str, Any]]:
    """A row a series and way in which flags change: of how many readings, the first and the last of them."""
    counted: dict[tuple[str, str], dict[str, Any]] = {}
    for one in found:
        (name,) = one.said.series
        turned = one.reason.partition(": ")[0]
        first, last = (datetime.fromtimestamp(int(time), UTC) for time in (one.said.time.min(), one.said.time.max()))
        row = counted.setdefault((name, turned), {"readings": 0, "first": first, "last": last})
        row["readings"] += len(one.said)
        row["first"], row["last"] = min(row["first"], first), max(row["last"], last)
    return [{"series": name, "turned": turned} | row for (name, turned), row in sorted(counted.items())]
