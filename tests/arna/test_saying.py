"""`arna history`: what was said of a day's readings, which checks doubt them, and whether anyone reviewed them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from arna.operator import saying
from record.archive import Archive, Log
from record.batch import Batch
from record.entry import Flag, Method, Observation, Receipt
from tests.example import open_pen

SERIES = "kirov:kg.level.term"
MORNING = datetime(2026, 5, 1, 2, tzinfo=UTC)
EVENING = MORNING + timedelta(hours=12)


def test_a_day_shows_each_of_its_readings_with_the_checks_that_doubt_it(tmp_path: Path) -> None:
    record, pen = open_pen(tmp_path)
    said = Batch.of(
        Observation(series=SERIES, time=time, value=Decimal(value), flag=flag, method=Method.MEASURED)
        for time, value, flag in ((MORNING, "12.40", Flag.GOOD), (EVENING, "21.40", Flag.SUSPECT))
    )
    verdicts = np.array([[2, 1, 1], [2, 1, 3]], dtype=np.int8)
    receipt = Receipt(source="telegrams", name="one", media="text/plain", received=EVENING, body=b"12.40 21.40")
    pen.append(receipt, replace(said, checks=("said", "gross-range", "spike"), verdicts=verdicts), (), EVENING)
    archive, start = Archive(record), datetime(2026, 4, 30, 18, tzinfo=UTC)
    moments = saying.times_within(SERIES, start, start + timedelta(days=1), archive)
    rows = saying.rows(SERIES, moments, archive, Log(record))
    assert [(row["time"], row["value"], row["flag"], row["doubts"], row["status"]) for row in rows] == [
        (MORNING, "12.40", "good", None, "provisional"),
        (EVENING, "21.40", "suspect", "spike suspect", "provisional"),
    ]
    assert saying.times_within(SERIES, start - timedelta(days=1), start, archive) == []
