"""Of which times anything was said in a collection."""

from record.archive import Archive
from record.network import Collection
from service.describe.collection import Told
from service.describe.extent import Span
from service.figures.collections import is_of_figures, span_of_figures
from service.offered import Offered


def told_of(found: Collection, archive: Archive, offered: Offered) -> Told:
    """First and last time of a collection; of figures that of the readings from which they are made."""
    return Told(span=span_of(found, archive, offered))


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
