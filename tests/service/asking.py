"""Asking the served record what tests of the forms are about."""

from typing import Any

from record.archive import Archive
from record.archive.answer import Answer
from record.selection import Selection
from tests.service.world import END, SEALED_UNTIL, World


def answer_of(world: World, collection: str, stations: list[str] | None = None, **more: Any) -> Answer:
    """What is said of these stations, or of all; in May, unless `start` and `end` say otherwise."""
    series = world.network.collection(collection).series
    wanted = tuple(one.id for one in series if stations is None or one.station in stations)
    return Archive(world.record).answer(Selection(series=wanted, **({"start": SEALED_UNTIL, "end": END} | more)))
