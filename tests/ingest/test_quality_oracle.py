"""The checks that QARTOD names, beside those of its own Python library where the two ask the same.

They do where steps are even, nothing is missing and thresholds are in order; elsewhere the library says less, or says
something else without a word: see docs/decisions/0009.
"""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.quality.flat_line import flat_line
from ingest.quality.gap import follows
from ingest.quality.gross_range import gross_range
from ingest.quality.rate_of_change import rate_of_change
from ingest.quality.spike import spike

qartod = pytest.importorskip("ioos_qc.qartod", reason="the library of QARTOD is not installed: these compare with it")

HOUR, UNKNOWN = 3600, 2
FEW = settings(max_examples=60, deadline=None)
HUNDREDTHS = st.lists(st.integers(0, 400), min_size=3, max_size=60)


def hourly(said: list[int]) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """Times, values in hundredths, and that all follow each other but for the first."""
    times = np.arange(len(said)) * HOUR
    lone = follows(np.zeros(len(said), dtype=np.int64), times, np.full(len(said), 1.0))
    return times, np.array(said) / 100, lone


def theirs(test: Callable[..., object], *given: object, **limits: object) -> list[int]:
    """The flags of a test of the library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [int(flag) for flag in np.ma.filled(np.ma.asarray(test(*given, **limits)), 9)]


def limit(value: float, count: int) -> NDArray[np.float64]:
    return np.full(count, value)


@FEW
@given(HUNDREDTHS)
def test_gross_ranges_are_the_same(said: list[int]) -> None:
    _, value, _ = hourly(said)
    value[::7] = np.nan
    expected = theirs(qartod.gross_range_test, value, (0.5, 3), (1, 2.5))
    assert gross_range(value, (0.5, 3), (1, 2.5)).tolist() == expected


@FEW
@given(HUNDREDTHS)
def test_change_is_the_same_where_one_follows_another(said: list[int]) -> None:
    """Thresholds lie between the values that hundredths can have: there the library is one ulp off. It finds the first
    reading good, which follows none."""
    times, value, lone = hourly(said)
    count = len(said)
    found = rate_of_change(times, value, lone, limit(0.505, count), limit(2.005, count)).tolist()
    moments = times.astype("datetime64[s]")
    expected = theirs(qartod.rate_of_change_test, value, moments, 0.505 / HOUR, 2.005 / HOUR)
    assert found == [UNKNOWN, *expected[1:]]


@FEW
@given(HUNDREDTHS)
def test_spikes_are_among_those_of_the_library(said: list[int]) -> None:
    """It flags what lies beside a spike too, and every bend of a line; of what is on one side and far from the nearer
    neighbour the two say the same."""
    _, value, lone = hourly(said)
    count = len(said)
    found = spike(np.arange(count) * HOUR, value, lone, limit(0.4975, count), limit(1.4975, count))
    expected = np.array(theirs(qartod.spike_test, value, 0.4975, 1.4975))
    assert (found <= expected).all()
    before, here, after = value[:-2], value[1:-1], value[2:]
    far = np.abs(here - (before + after) / 2) <= 2 * np.minimum(np.abs(here - before), np.abs(here - after))
    apart = ((here - before) * (here - after) > 0) & far
    assert found[1:-1][apart].tolist() == expected[1:-1][apart].tolist()


@FEW
@given(st.lists(st.sampled_from([100, 100, 100, 103, 200]), min_size=12, max_size=80))
def test_flat_lines_are_the_same(said: list[int]) -> None:
    """The library counts readings by the median step, finds good what it cannot know yet, and takes the range below the
    tolerance where ours takes it up to it."""
    times, value, lone = hourly(said)
    count = len(said)
    found = flat_line(times, value, lone, limit(0.035, count), limit(4, count), limit(8, count))
    moments = times.astype("datetime64[s]")
    expected = theirs(qartod.flat_line_test, value, moments, 4 * HOUR, 8 * HOUR, 0.035)
    assert np.where(found == UNKNOWN, 1, found).tolist() == expected
