"""What every form says of an answer beside its values: of which record, in what state, how real, what flags mean.

Names of members are those of the netCDF form, so that a person who knows one form finds the rest in any other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from record.entry import Flag
from record.leaf import write_time
from record.network.basin import Nature
from record.network.interval import interval_of
from record.review import Level

if TYPE_CHECKING:
    from record.archive.answer import About, Heading
    from service.encode.told import Told

FLAGS = {
    Flag.GOOD: "passed its checks",
    Flag.UNKNOWN: "not judged",
    Flag.SUSPECT: "doubtful: a person should look",
    Flag.BAD: "fails a check: not to be relied on",
    Flag.MISSING: "no value",
}
LEVELS = {
    Level.PROVISIONAL: "nobody has reviewed it yet",
    Level.VERIFIED: "a person has looked at it",
    Level.VALIDATED: "a person stands for it",
}
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def facts_of(heading: Heading, told: Told) -> dict[str, str]:
    """What holds for the whole answer, each in one short text; what is not known is left out."""
    collection = heading.collection
    facts = {
        "title": f"{collection.id}: the shared water record of the Chu and Talas basins",
        "collection": collection.id,
        "basin": collection.basin,
        "interval": collection.interval,
        "stamp": stamp_of(heading),
        "origin": heading.origin,
        "journal_size": str(heading.count),
        "as_of": _as_of(heading),
        "record_state": told.state,
        "record_note": told.note,
        "nature_note": nature_note(heading.stations),
        "service": told.service,
    }
    return {name: said for name, said in facts.items() if said}


def stamp_of(heading: Heading) -> str:
    """What a time stamp of this answer means."""
    interval = interval_of(heading.collection.interval)
    return f"{interval.label}; a time is {'that instant' if interval.point else 'the start of its period'}, in UTC"


def nature_note(stations: tuple[About, ...]) -> str:
    """Whether all of these stations stand in a river; what else there is among them."""
    unreal = sorted({about.nature for about in stations} - {Nature.REAL.value})
    return f"holds {' and '.join(unreal)} stations: see `nature`" if unreal else "real stations only"


def dated(heading: Heading, told: Told) -> datetime:
    """The time of a document that must have one: that of the newest entry it rests on, never that of the clock."""
    entered = told.entered()
    if entered is not None:
        return entered.astimezone(UTC)
    return heading.as_of.astimezone(UTC) if isinstance(heading.as_of, datetime) else _EARLIEST


def _as_of(heading: Heading) -> str:
    if heading.as_of is None:
        return ""
    return f"{heading.as_of} entries" if isinstance(heading.as_of, int) else write_time(heading.as_of)
