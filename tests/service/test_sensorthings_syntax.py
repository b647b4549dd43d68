"""The language of SensorThings addresses: whatever is written is understood or refused in one line, and never else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.errors import SelectionError
from service.sensorthings.options import After, options
from service.sensorthings.path import Step, steps
from service.sensorthings.syntax import Pair, conjuncts, parsed, paths

WORDS = st.sampled_from(
    ["name", "result", "eq", "and", "or", "not", "(", ")", ",", "'a'", "5", "-2.5", "2026-05-01T00:00:00Z", "now()",
     "substringof", "startswith(", "add", "sub", "null", "true", "Thing/name", "duration'P1D'", "''", "@iot.id", "$"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(alphabet="ab'(),.-019TZ:é ", max_size=40))
def test_a_filter_is_understood_or_refused(text: str) -> None:
    try:
        found = parsed(text)
    except SelectionError:
        return
    assert len(list(paths(found))) <= len(text)
    assert all(not isinstance(one, Pair) or one.word != "and" for one in conjuncts(found))


@given(st.text(alphabet="ABab()$=;,'/ ", max_size=50))
def test_options_and_paths_are_understood_or_refused(text: str) -> None:
    for read in (lambda: options({"$expand": text}), lambda: options({"$orderby": text}), lambda: steps(text)):
        try:
            read()
        except SelectionError:
            continue


def test_and_binds_closer_than_or_and_comparisons_closer_than_not() -> None:
    assert parsed("a eq 1 or b eq 2 and not c eq 3") == parsed("(a eq 1) or ((b eq 2) and (not (c eq 3)))")
    assert parsed("1 add 2 mul 3 eq 7") == parsed("(1 add (2 mul 3)) eq 7")
    assert parsed("name eq 'it''s'") != parsed("name eq 'its'")


def test_options_are_read_into_each_other() -> None:
    found = options({"$expand": "Datastreams($filter=name eq 'a;b,c)';$top=3;$expand=Sensor),Locations", "f": "json"})
    assert found.expand is not None
    assert list(found.expand) == ["Datastreams", "Locations"]
    within = found.expand["Datastreams"]
    assert (within.top, list(within.expand or ())) == (3, ["Sensor"])
    assert within.filter == parsed("name eq 'a;b,c)'")


def test_where_a_page_begins_is_read_as_it_is_written() -> None:
    after = After(count=12, time=-5, rank=3)
    assert options({"$skiptoken": str(after)}).after == after


def test_ids_hold_whatever_stands_in_quotes() -> None:
    assert steps("Things('it''s/here')/Datastreams") == [Step("Things", "it's/here"), Step("Datastreams")]
    with pytest.raises(SelectionError):
        steps("Things(5)")
