"""What every form says of an answer beside its values: of which record, in what state, how real, what flags mean.

Names of members are those of the netCDF form, so that a person who knows one form finds the rest in any other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from record.entry import Flag
from record.netcdf import title_of
from record.network.interval import interval_of
from record.quantities import quantity_of
from record.review import Level

if TYPE_CHECKING:
    from record.archive.answer import Heading
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
FIGURES = "computed of the readings of each period"
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def facts_of(heading: Heading, told: Told) -> dict[str, str]:
    """What holds for the whole answer, each in one short text; what is not known is left out."""
    collection = heading.collection
    facts = {
        "title": title_of(collection.id),
        "collection": collection.id,
        "basin": collection.basin,
        "interval": collection.interval,
        "values": FIGURES if heading.figures else "",
        "stamp": stamp_of(heading),
        "origin": heading.origin,
        "journal_size": str(heading.count),
        "as_of": heading.as_of_note,
        "record_state": told.state,
        "record_note": told.note,
        "nature_note": heading.nature_note,
        "flags_note": heading.flags_note,
        "service": told.service,
    }
    return {name: said for name, said in facts.items() if said}


def stamp_of(heading: Heading) -> str:
    """What a time stamp of this answer means."""
    interval, quantities = interval_of(heading.collection.interval), [quantity_of(name) for name in heading.quantities]
    return f"{interval.label_of(quantities)}; a time is {interval.stamp_of(quantities)}, in UTC"


def dated(heading: Heading, told: Told) -> datetime:
    """The time of a document that must have one: that of the newest entry it rests on, never that of the clock."""
    entered = told.entered()
    if entered is not None:
        return entered.astimezone(UTC)
    return heading.as_of.astimezone(UTC) if isinstance(heading.as_of, datetime) else _EARLIEST
