"""Of which times anything was said in a collection."""

from datetime import UTC, datetime

from record.archive import Archive
from record.network import Collection
from service.describe.collection import Told
from service.describe.extent import Span
from service.figures.collections import is_of_figures, span_of_figures
from service.offered import Offered

_DAY = 86_400
_STEPS = {"10-minute": 600, "hourly": 3_600, "term": 43_200, "10-day": 10 * _DAY, "monthly": 30 * _DAY}
_MOST_TIMES = 500
"""So many times are told one by one, for clients that take what they are told for all that there are."""


def told_of(found: Collection, archive: Archive, offered: Offered) -> Told:
    """First and last time of a collection; of figures that of the readings from which they are made."""
    span = span_of(found, archive, offered)
    step = _STEPS.get(found.interval, _DAY)
    if span is None or is_of_figures(found) or (span[1] - span[0]).total_seconds() > _MOST_TIMES * step:
        return Told(span=span)
    axis = archive.axis(found.id, archive.size())
    return Told(span=span, times=[datetime.fromtimestamp(time, UTC) for time in axis.tolist()])


def span_of(found: Collection, archive: Archive, offered: Offered) -> Span:
    """First and last time of a collection."""
    if not is_of_figures(found):
        return archive.span(found.id)
    readings = (name for name, one in offered.network.collections.items() if one.basin == found.basin)
    spans = [span for span in map(archive.span, readings) if span is not None]
    if not spans:
        return None
    bounds = min(first for first, _ in spans), max(last for _, last in spans)
    return span_of_figures(found, offered.network, bounds)
