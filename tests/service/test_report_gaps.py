"""The account that a report gives of its own gaps."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from record.network.obligation import Obligation
from service.reports.gaps import gaps_of
from service.reports.report import Gaps
from tests.service.report_example import (
    DAY,
    Record,
    report_network,
)
from tests.service.report_made import span

HOUR = timedelta(hours=1)
BEFORE = DAY - timedelta(days=1)
MERKE, GATE, TUYTE = "merke:kz.intake.daily", "gate:kz.discharge.daily", "tuyte:kg.intake.daily"


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """An empty record; Kazakhstan owes its means of days by 09:00 of the next one."""
    owed = Obligation(
        id="kz-daily", party="kz", series=("*:kz.*.daily",), of=time(0), by=time(9), by_days=1, document="made up"
    )
    return Record(tmp_path, replace(report_network(), obligations={owed.id: owed}))


def gaps(record: Record, count: int | None = None) -> Gaps:
    """Of the day."""
    size = record.archive.size() if count is None else count
    return gaps_of(record.archive, record.network, span(), size, ())
