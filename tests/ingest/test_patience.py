"""How long a failing source is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.patience import CEILING, FIRST, OPENS_AFTER, Circuit, circuit, next_try

FAILED = datetime(2026, 5, 10, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("failures", range(1, OPENS_AFTER))
def test_each_failure_in_a_row_doubles_the_wait(failures: int) -> None:
    wait, usual = next_try("chu", failures, FAILED) - FAILED, FIRST * 2 ** (failures - 1)
    assert usual <= wait <= usual * 1.2


@pytest.mark.parametrize("failures", [OPENS_AFTER, 40, 10_000])
def test_no_wait_is_longer_than_the_ceiling(failures: int) -> None:
    assert CEILING <= next_try("chu", failures, FAILED) - FAILED <= CEILING * 1.2


def test_sources_that_fail_together_do_not_come_back_together() -> None:
    waits = {next_try(f"source-{number}", 4, FAILED) for number in range(50)}
    assert len(waits) > 40
    assert next_try("source-1", 4, FAILED) == next_try("source-1", 4, FAILED)


def test_the_circuit_opens_after_some_failures_and_lets_one_trial_through_after_the_wait() -> None:
    def stands(failures: int, after: timedelta) -> Circuit:
        return circuit("chu", failures, FAILED, FAILED + after)

    assert circuit("chu", 0, None, FAILED) is Circuit.CLOSED
    assert stands(OPENS_AFTER - 1, timedelta(seconds=1)) is Circuit.CLOSED
    assert stands(OPENS_AFTER, timedelta(seconds=1)) is Circuit.OPEN
    assert stands(OPENS_AFTER, CEILING * 1.3) is Circuit.HALF_OPEN
