"""The marks that a row of a station bears: what no gauge measured, and what nobody confirmed."""

from collections.abc import Iterator

from service.language import Language
from service.page.now import StationNow
from service.page.overview import cells
from service.paper.paper import Mark
from service.reports.told.teller import marks_of_nature, unverified


def marks_of(language: Language, station: StationNow) -> str:
    """The words of the marks of a station."""
    return cells.marks(language, _marks(station))


def _marks(station: StationNow) -> Iterator[Mark]:
    yield from marks_of_nature(station.nature)
    if station.computed:
        yield Mark.COMPUTED
    yield from unverified(verified=station.verified)
