"""`$filter` on a small table: whatever is understood is reckoned or refused in one line, in bounded work."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.errors import SelectionError
from service.sensorthings import effort, functions
from service.sensorthings.effort import Effort
from service.sensorthings.evaluate import Table, chosen
from service.sensorthings.syntax import parsed
from service.sensorthings.vector import SHAPE, TEXT, TIME, Vector, column, numbers

NOW = 1_777_600_000.0
COLUMNS: dict[tuple[str, ...], Callable[[], Vector]] = {
    ("name",): lambda: column(["Upper", "İlowerß", None], kind=TEXT),
    ("result",): lambda: numbers(np.array([2.5, -2.5, np.nan])),
    ("time",): lambda: numbers(np.array([NOW, 0.25, 1_777_593_600.0]), TIME),
    ("place",): lambda: column([{"type": "Point", "coordinates": [74.0, 42.0]}, {"type": "Snow"}, None], kind=SHAPE),
    ("nothing",): lambda: column([None, None, None]),
    ("true",): lambda: column([True, False, None]),
    ("several",): lambda: column(["a", "b", "a"], np.array([0, 0, 2]), TEXT),
}


def kept(text: str, taken: Effort | None = None, size: int = 3) -> list[bool]:
    """Of which rows it is true."""

    def of(parts: tuple[str, ...]) -> Vector:
        found = COLUMNS[parts]()
        return found if size == len(found.values) else column([], kind=found.kind)

    found: list[bool] = chosen(parsed(text), Table(size, of, NOW, taken or Effort())).tolist()
    return found


LEAVES = st.sampled_from(
    ["name", "result", "time", "place", "nothing", "several", "'a'", "''", "5", "-2.5", "1e300", "true", "false",
     "null", "now()", "mindatetime()", "maxdatetime()", "duration'P999999D'", "08:00:00", "2026-05-01",
     "geography'POINT (1 1)'", "geography'GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 2 2))'",
     "geography'POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))'", "geography'snow'", "'T*F**F***'"]
)  # fmt: skip
CALLS = st.sampled_from(sorted(functions.FUNCTIONS))
WORDS = st.sampled_from(["eq", "ne", "lt", "ge", "and", "or", "add", "sub", "mul", "div", "mod"])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds("({} {} {})".format, inner, WORDS, inner)
        | st.builds("(not {})".format, inner)
        | st.builds(lambda name, of: f"{name}({','.join(of)})", CALLS, st.lists(inner, min_size=1, max_size=3))
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(TREES, st.sampled_from([0, 3]))
def test_whatever_is_asked_is_reckoned_or_refused(text: str, size: int) -> None:
    try:
        found = kept(text, size=size)
    except SelectionError:
        return
    assert len(found) == size


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("true", [True, True, True]),
        ("not true", [False, False, False]),
        ("name eq 'Upper' or true", [True, True, True]),
        ("substring(name,1e300) eq ''", [True, True, False]),
        ("substring(name,1,2) eq 'pp'", [True, False, False]),
        ("year(time add duration'P999999D' add duration'P999999D' add duration'P999999D') eq 3", [False, False, False]),
        ("year(time) eq 2026 and month(time) eq 5 and day(time) eq 1", [True, False, True]),
        ("hour(time) eq 1 and minute(time) eq 46 and second(time) eq 40", [True, False, False]),
        ("fractionalseconds(time) eq 0.25", [False, True, False]),
        ("date(time) eq 2026-05-01", [True, False, True]),
        ("time(time) le 01:46:40", [True, True, True]),
        ("time(time) lt 00:00:01", [False, True, True]),
        ("totaloffsetminutes(time) eq 0", [True, True, True]),
        ("time gt mindatetime() and time lt maxdatetime()", [True, True, True]),
        ("year(maxdatetime()) eq 9999 and year(mindatetime()) eq 1", [True, True, True]),
        ("round(result) eq 3", [True, False, False]),
        ("round(result) eq -3", [False, True, False]),
        ("round(0.49999999999999994) eq 0", [True, True, True]),
        ("toupper(name) eq 'UPPER'", [True, False, False]),
        ("concat(several,'!') eq 'b!'", [True, False, False]),
        ("several eq 'a'", [True, False, True]),
    ],
)
def test_functions_say_what_the_standard_says(text: str, found: list[bool]) -> None:
    assert kept(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("geo.distance(geography'POINT (0 0)',geography'POINT (3 4)') eq 5", True),
        ("geo.length(geography'LINESTRING (0 0, 3 4)') eq 5", True),
        ("st_equals(geography'POINT (1 1)',geography'SRID=4326;POINT (1 1)')", True),
        ("st_disjoint(geography'POINT (1 1)',geography'POINT (1 2)')", True),
        ("st_touches(geography'POINT (0 0)',geography'LINESTRING (0 0, 3 4)')", True),
        ("st_contains(geography'LINESTRING (0 0, 3 3)',geography'POINT (1 1)')", True),
        ("st_crosses(geography'LINESTRING (0 0, 3 3)',geography'LINESTRING (0 3, 3 0)')", True),
        ("st_overlaps(geography'LINESTRING (0 0, 3 3)',geography'LINESTRING (1 1, 4 4)')", True),
        ("st_relate(geography'POINT (1 1)',geography'LINESTRING (0 0, 3 3)','T*F**F***')", True),
        ("st_relate(geography'POINT (1 2)',geography'LINESTRING (0 0, 3 3)','T*F**F***')", False),
    ],
)
def test_shapes_lie_to_each_other_as_they_do(text: str, found: bool) -> None:
    assert kept(text) == [found] * 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("substring(name,1e999) eq 'x'", "more than we can reckon with"),
        ("geo.intersects(place,geography'POINT (1 1)')", "is not a shape"),
        ("st_relate(geography'POINT (1 1)',geography'POINT (1 1)','snow')", "pattern of nine letters"),
        ("st_within(geography'GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (0 0, 2 2))',geography'snow')", "is not a"),
        ("time(time) lt 25:00:00", "is not a time of day"),
        ("concat(" * 12 + "name" + f",'{100 * 'x'}')" * 12 + " eq 'x'", "a text of more than 1000"),
    ],
)
def test_what_has_no_sense_is_refused(text: str, why: str) -> None:
    with pytest.raises(SelectionError, match=why):
        kept(text)


def test_a_constant_is_looked_at_once_and_a_shape_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = list[object]()
    shape = functions._shape

    def noting(said: object) -> object:
        read.append(said)
        return shape(said)

    monkeypatch.setattr(functions, "_shape", noting)
    place = {"type": "Point", "coordinates": [74.0, 42.0]}
    many = column([place] * 500, kind=SHAPE)
    text = "st_within(place,geography'POLYGON ((70 40, 80 40, 80 50, 70 50, 70 40))')"
    assert chosen(parsed(text), Table(500, lambda _: many, NOW)).all()
    assert len(read) == 2


def test_work_is_paid_for_before_it_is_done_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    paid = list[int]()
    kept("concat(name,'x') eq 'x'", Effort(paid.append))
    assert sum(paid) == 3
    monkeypatch.setattr(effort, "MOST_STEPS", 400)
    kept("concat(name,'x') eq 'x'")
    with pytest.raises(SelectionError, match="narrow it by phenomenonTime"):
        kept("concat(concat(concat(name,'x'),'x'),'x') eq 'x'")


def test_of_no_entities_there_is_none_to_choose() -> None:
    assert kept("concat(name,'x') eq 'x'", size=0) == []
