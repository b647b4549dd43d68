"""`arna review`: which readings a review would raise or set back, before it is entered."""

from datetime import UTC, datetime

import numpy as np

from record.archive import Archive
from record.errors import ConfigError
from record.leaf import write_time
from record.quantities import ENTRY, ROW, STATUS
from record.review import Review, Span
from record.selection import Selection

_SHOWN = 40


def told(said: Review, archive: Archive) -> str:
    """Each span with how many readings it would raise, and how many came since; of many spans the first ones.

    Raises `ConfigError` where the review is of more entries than there are.
    """
    held = archive.size()
    if said.size > held:
        raise ConfigError(f"the review is of the first {said.size} entries, and the journal holds {held}")
    lines = [f"{_span(one)}: {_changes(said, one, archive)}" for one in said.scope[:_SHOWN]]
    if len(said.scope) > _SHOWN:
        lines.append(f"and {len(said.scope) - _SHOWN} more")
    by = f"{said.author}, for {said.party}; signed by {said.signer}"
    return "\n".join([*lines, f"{said.level.word} because: {said.reason} ({by})", ""])


def _changes(said: Review, one: Span, archive: Archive) -> str:
    start, end = datetime.fromtimestamp(one.start, UTC), datetime.fromtimestamp(one.end, UTC)
    answer = archive.select(Selection(series=(one.series,), start=start, end=end, status=True, rows=True))
    quantity = one.series.split(".")[-2]
    entry, status = answer[f"{quantity}{ENTRY}"].values, answer[f"{quantity}{STATUS}"].values
    entry = archive.said_in(entry.ravel(), answer[f"{quantity}{ROW}"].values.ravel().astype(np.int64)).reshape(
        entry.shape
    )
    spoken = entry >= 0
    seen = spoken & (entry < said.size)
    changed = (status < said.level) if said.level else (status > 0)
    since = int(np.count_nonzero(spoken & ~seen))
    later = f", {since} said since are not in it" if since else ""
    return f"{int(np.count_nonzero(seen & changed))} of {int(np.count_nonzero(spoken))} readings{later}"


def _span(one: Span) -> str:
    start, end = (write_time(datetime.fromtimestamp(at, UTC)) for at in (one.start, one.end))
    return f"{one.series} {start}/{end}"
