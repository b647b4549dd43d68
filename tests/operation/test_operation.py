"""A day of operation at small scale; `make soak` plays it with three hundred stations."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.ingest import ftp_server
from tests.operation.offices import PLANS
from tests.operation.play import outcome, playing

pytestmark = pytest.mark.uncounted


def test_a_day_of_twelve_offices_ends_with_what_they_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", ftp_server.PASSWORD)
    with ExitStack() as stack:
        day = playing(stack, tmp_path, stations=2, hours=3)
        day.play()
        end = outcome(day)
    assert end.faults == ()
    assert end.readings >= 2 * 3 * len(PLANS)
    assert end.refusals > 0
    assert end.corrected > 0
