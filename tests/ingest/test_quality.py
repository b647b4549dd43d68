"""Checks as functions of arrays to flags, and the judge who lets the worst of them stand."""

import doctest
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from importlib import import_module

import numpy as np
import pytest

from ingest.quality.context import NoContext
from ingest.quality.gross_range import gross_range
from ingest.quality.judge import judge
from record.batch import Batch
from record.entry import Flag, Observation
from tests.example import BORDER, KIROV, KIROV_STORAGE, seen
from tests.ingest.declared import network


def judged(said: Sequence[Observation]) -> list[Observation]:
    """What the judge makes of observations."""
    return judge(Batch.of(said), network(), NoContext()).observations()


LEVEL = "kirov:kg.level.term"


def flag_of(series: str, value: str | None, before: Flag = Flag.UNKNOWN) -> Flag:
    (one,) = judged([seen(series, 0, value, before)])
    return one.flag


@pytest.mark.parametrize(
    "name",
    [
        "agreement", "climatology", "flat_line", "gap", "graded", "gross_range", "mass_balance", "neighbour",
        "rate_of_change", "rating_residual", "sense", "spike",
    ],
)  # fmt: skip
def test_the_example_of_each_check_holds(name: str) -> None:
    found = doctest.testmod(import_module(f"ingest.quality.{name}"))
    assert found.attempted > 0
    assert found.failed == 0


def test_both_ends_of_a_range_are_within_it() -> None:
    flags = gross_range(np.array([0.0, 10.0, 20.0, 80.0]), fail=(0, 80), suspect=(10, 20))
    assert flags.tolist() == [Flag.SUSPECT, Flag.GOOD, Flag.GOOD, Flag.SUSPECT]


def test_values_within_usual_and_possible_ranges_are_told_apart() -> None:
    assert flag_of(KIROV, "350") is Flag.GOOD
    assert flag_of(KIROV, "350.1") is Flag.SUSPECT
    assert flag_of(KIROV, "1000.1") is Flag.BAD


def test_the_limit_of_the_station_holds_before_the_general_one() -> None:
    assert flag_of(KIROV_STORAGE, "520") is Flag.SUSPECT
    assert flag_of(KIROV_STORAGE, "551") is Flag.BAD


def test_a_negative_discharge_is_bad_and_keeps_its_value_whatever_the_declared_limit() -> None:
    before = seen(BORDER, 0, "-3.2", Flag.UNKNOWN)
    (one,) = judged([before])
    assert one == replace(before, flag=Flag.BAD)
    assert one.value == Decimal("-3.2")


def test_a_series_without_limits_stays_unknown() -> None:
    assert flag_of(LEVEL, "12") is Flag.UNKNOWN
    assert flag_of(LEVEL, "6000") is Flag.BAD


def test_what_was_suspect_is_not_made_good() -> None:
    assert flag_of(KIROV, "12", Flag.SUSPECT) is Flag.SUSPECT
    assert flag_of(LEVEL, "12", Flag.SUSPECT) is Flag.SUSPECT
    assert flag_of(KIROV, "2000", Flag.SUSPECT) is Flag.BAD


def test_what_is_missing_stays_missing() -> None:
    assert flag_of(KIROV, None) is Flag.MISSING


def test_a_message_that_contradicts_itself_is_suspect_in_both_values() -> None:
    said = [seen(KIROV, 0, "12"), seen(KIROV, 1, "13"), seen(KIROV, 0, "14"), seen(KIROV_STORAGE, 0, "12")]
    flags = [one.flag for one in judged(said)]
    assert flags == [Flag.SUSPECT, Flag.GOOD, Flag.SUSPECT, Flag.GOOD]


def test_the_order_of_what_is_judged_stays() -> None:
    said = [seen(KIROV, 2, "12"), seen(BORDER, 0, "7"), seen(KIROV, 0, "-1"), seen(KIROV, 1, None)]
    found = judged(said)
    assert [replace(one, flag=Flag.GOOD) for one in found if one.value is not None] == [
        replace(one, flag=Flag.GOOD) for one in said if one.value is not None
    ]
    assert [one.flag for one in found] == [Flag.GOOD, Flag.GOOD, Flag.BAD, Flag.MISSING]


def test_nothing_said_is_nothing_judged() -> None:
    assert judged([]) == []
