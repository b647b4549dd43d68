"""How many points a question is said to ask for: never fewer than it is answered with."""

from datetime import timedelta
from typing import Any

import pytest

from record.selection import Selection
from service.points import points_asked
from tests.service.world import BEGIN, DAILY, END, HOURLY, World

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("collection", "asked", "points"),
    [
        (HOURLY, {"start": BEGIN, "end": BEGIN + DAY}, 24 * 18),
        (HOURLY, {"start": BEGIN, "end": BEGIN}, 0),
        (HOURLY, {}, 61 * 24 * 18),
        (HOURLY, {"start": END - DAY}, 24 * 18),
        (HOURLY, {"start": END + 99 * DAY}, 0),
        (DAILY, {}, 61 * 3),
        (DAILY, {"start": BEGIN - 10_000 * DAY, "end": BEGIN + 2 * DAY}, 2 * 3),
    ],
)
def test_a_question_asks_for_what_lies_within_the_record(
    served_world: World, collection: str, asked: dict[str, Any], points: int
) -> None:
    archive, declared = served_world.app.state.archive, served_world.network.collection(collection)
    selection = Selection(series=tuple(one.id for one in declared.series), **asked)
    assert points_asked(selection, declared, archive.span) == points
    answer = archive.answer(selection)
    quantities = answer.heading.quantities
    assert sum(int((answer.layers[f"{name}_entry"] >= 0).sum()) for name in quantities) <= points


def test_a_short_question_looks_up_nothing(served_world: World) -> None:
    declared = served_world.network.collection(HOURLY)
    selection = Selection(series=(declared.series[0].id,), start=BEGIN, end=BEGIN + 7 * DAY)

    def span(_: str) -> Any:
        raise AssertionError

    assert points_asked(selection, declared, span) == 7 * 24


def test_what_never_spoke_costs_nothing(served_world: World) -> None:
    declared = served_world.network.collection(HOURLY)
    assert points_asked(Selection(series=(declared.series[0].id,)), declared, lambda _: None) == 0
