"""The grid of several stations: where each value lies, what is left out and said to be, and how much is too much."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from covjson_pydantic.coverage import Coverage
from edr_xarray.coveragejson import parse_coverage

from record.archive import Archive
from record.archive.answer import About, Answer, Heading
from record.errors import SelectionError
from record.network import Collection
from record.selection import Selection
from service.encode import grid
from service.encode.told import Told
from tests.answers import TOLD
from tests.service.world import BEGIN, World, post

NAN = float("nan")
HOUR = 3600


def about(name: str, lon: float, lat: float, nature: str = "real", *, computed: bool = False) -> About:
    return About(id=name, name=name, nature=nature, verified=True, computed=computed, lat=lat, lon=lon)


def answer(*stations: About, hours: int = 2) -> Answer:
    """Station number s says 10 s + h at hour h; the last hour of the first station was never said."""
    heading = Heading(
        collection=Collection(id="chu-hourly", basin="chu", interval="hourly", series=()),
        stations=stations,
        quantities=("discharge",),
        kinds=("", "_flag", "_entry"),
        count=9,
        as_of=None,
        origin="test",
    )
    value = np.add.outer(np.arange(len(stations)) * 10.0, np.arange(float(hours)))
    entry = np.full(value.shape, 7)
    entry[0, -1], value[0, -1] = -1, NAN
    flag = np.where(entry < 0, 9, 1).astype(np.int8)
    layers = {"discharge": value, "discharge_flag": flag, "discharge_entry": entry}
    return Answer(heading, np.arange(hours) * HOUR, layers)


def over(stations: Sequence[About], time: np.ndarray | None = None) -> grid.Write:
    """On the places of these stations, at these times or at those of the answer."""
    placed = [one for one in stations if one.lon == one.lon]
    x, y = np.unique([one.lon for one in placed]), np.unique([one.lat for one in placed])
    return grid.on(x, y, lambda _: time, lambda: None)


def written_over(heading: Heading, portions: Iterable[Answer], told: Told) -> Iterator[bytes]:
    """On the places of the answer's own stations."""
    return over(heading.stations)(heading, portions, told)


def laid(given: Answer, write: grid.Write = written_over) -> dict[str, Any]:
    raw = b"".join(write(given.heading, [given], TOLD))
    Coverage.model_validate_json(raw)
    found: dict[str, Any] = json.loads(raw)
    return found


def test_each_value_lies_where_its_station_stands_and_all_else_is_null() -> None:
    found = laid(answer(about("a:kg", 75.0, 42.5), about("b:kz", 74.0, 43.0)))
    assert found["domain"]["axes"]["x"] == {"values": [74.0, 75.0]}
    assert found["domain"]["axes"]["y"] == {"values": [42.5, 43.0]}
    assert found["domain"]["axes"]["t"] == {"values": ["1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z"]}
    said = found["ranges"]["discharge"]
    assert (said["axisNames"], said["shape"]) == (["t", "y", "x"], [2, 2, 2])
    assert said["values"] == [None, 0.0, 10.0, None, None, None, 11.0, None]
    assert found["ranges"]["discharge_entry"]["values"] == [None, 7.0, 7.0, None, None, None, 7.0, None]
    assert {one["dataType"] for one in found["ranges"].values()} == {"float"}


def test_at_one_place_the_measured_station_stands_and_the_other_is_said_to_be_left_out() -> None:
    computed = about("a:kg:computed", 75.0, 42.5, computed=True)
    found = laid(
        answer(computed, about("a:kg", 75.0, 42.5), about("sim", 75.0, 42.5, "simulated"), about("no", NAN, NAN))
    )
    assert found["ranges"]["discharge"]["values"] == [10.0, 11.0]
    assert [(one["id"], one["parameters"]) for one in found["arna:stations"]] == [("a:kg", ["discharge"])]
    assert found["arna:left_out"] == ["a:kg:computed", "sim", "no"]


def test_axes_that_are_given_hold_for_whatever_quantity_is_asked() -> None:
    given = answer(about("a:kg", 75.0, 42.5))
    write = over([*given.heading.stations, about("b:kz", 74.0, 43.0)], np.arange(3) * HOUR)
    found = laid(given, write)
    assert found["ranges"]["discharge"]["shape"] == [3, 2, 2]
    assert [value for value in found["ranges"]["discharge"]["values"] if value is not None] == [0.0]
    later = laid(answer(about("a:kg", 75.0, 42.5), hours=4), over(given.heading.stations, np.array([1, 5]) * HOUR))
    assert later["ranges"]["discharge"]["values"] == [1.0, None]


def test_without_a_known_place_there_is_no_grid() -> None:
    given = answer(about("a:kg", NAN, NAN))
    found = json.loads(b"".join(written_over(given.heading, [given], TOLD)))
    assert (found["type"], found["coverages"]) == ("CoverageCollection", [])


def test_a_grid_of_too_many_cells_is_refused_before_it_is_laid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST_CELLS", 7)
    with pytest.raises(SelectionError, match="2 x 2 places at 2 times is 8 cells, more than 7"):
        laid(answer(about("a:kg", 75.0, 42.5), about("b:kz", 74.0, 43.0)))


def test_edr_xarray_reads_the_posts_of_the_river(served_world: World) -> None:
    series = tuple(f"{post(number)}.discharge.hourly" for number in range(4))
    end = BEGIN.replace(day=4)
    heading, portions = Archive(served_world.record).portions(Selection(series=series, start=BEGIN, end=end))
    raw = b"".join(written_over(heading, portions, TOLD))
    Coverage.model_validate_json(raw)
    read = parse_coverage(json.loads(raw))
    whole = Archive(served_world.record).answer(Selection(series=series, start=BEGIN, end=end))
    assert read.axis_names == ("t", "y", "x")
    for place in range(4):
        np.testing.assert_array_equal(read.ranges["discharge"][:, place, place], whole.layers["discharge"][place])
    between = read.ranges["discharge"][:, ~np.eye(4, dtype=bool)]
    assert np.isnan(between).all()


def test_an_answer_in_portions_is_the_same_grid_as_a_whole_one() -> None:
    given = answer(about("a:kg", 75.0, 42.5), about("b:kz", 74.0, 43.0))
    parts = []
    for row in range(2):
        heading = replace(given.heading, stations=given.heading.stations[row : row + 1])
        parts.append(Answer(heading, given.time, {name: layer[row : row + 1] for name, layer in given.layers.items()}))
    assert b"".join(written_over(given.heading, parts, TOLD)) == b"".join(written_over(given.heading, [given], TOLD))
