"""Times in addresses, as read: what each spelling asks for, and which spellings are none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.errors import SelectionError
from record.selection import EARLIEST, LATEST
from service.interval import as_of_of, interval_of, moment_of

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = datetime(2026, 5, 1, tzinfo=UTC)
STEP = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (None, EARLIEST, LATEST),
        ("..", EARLIEST, LATEST),
        ("../..", EARLIEST, LATEST),
        ("/", EARLIEST, LATEST),
        ("2026-05-01", DAY, DAY + timedelta(days=1)),
        ("2026-05-01/2026-05-01", DAY, DAY + timedelta(days=1)),
        ("2026-05-01T12:00:00Z", NOON, NOON + STEP),
        ("2026-05-01T18:00:00 06:00", NOON, NOON + STEP),
        ("2026-05-01T18:00:00+0600", NOON, NOON + STEP),
        ("2026-05-01T12:00:00Z/", NOON, LATEST),
        ("/2026-05-01T12:00:00Z", EARLIEST, NOON + STEP),
        ("2026-05-01/2026-05-01T12:00:00Z", DAY, NOON + STEP),
    ],
)
def test_an_interval_is_half_open_past_its_closed_end(text: str | None, start: datetime, end: datetime) -> None:
    assert interval_of(text) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-05",
        "2026-W18-5",
        "2026-13-01",
        "2026-05-01T12:00:00",
        "2026-05-01T12:00:00+00:00:30",
        "2026-05-01T12:00:00+00:00:00.5",
        "2026-05-01T12:00:00Z/2026-05-01T11:59:59Z",
        "1799-12-31",
        "2200-01-01T00:00:00Z",
        "2026-05-01/2026-05-02/2026-05-03",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(SelectionError, match="datetime"):
        interval_of(text)


def test_an_instant_has_whole_seconds_and_an_offset_of_whole_minutes() -> None:
    assert moment_of("2026-05-01T12:00:00Z") == NOON
    with pytest.raises(SelectionError, match="whole seconds"):
        moment_of("2026-05-01T12:00:00.25Z")
    with pytest.raises(SelectionError, match="offset"):
        moment_of("2026-05-01T12:00:00+00:00:00.5")


def test_as_of_is_a_size_or_a_time_that_has_come() -> None:
    assert as_of_of(None, NOON) is None
    assert as_of_of("0", NOON) == 0
    assert as_of_of("2026-05-01T18:00:00+06:00", NOON) == NOON
    with pytest.raises(SelectionError, match="future"):
        as_of_of("2026-05-01T12:00:01Z", NOON)
    with pytest.raises(SelectionError, match="neither"):
        as_of_of("٣", NOON)


@given(st.text("0123456789-:T.Z+/ W", max_size=45) | st.text(max_size=45))
def test_no_text_does_more_than_be_refused_in_one_line(text: str) -> None:
    refused: SelectionError | None = None
    start, end = EARLIEST, LATEST
    try:
        start, end = interval_of(text)
    except SelectionError as fault:
        refused = fault
    assert EARLIEST <= start < end <= LATEST
    assert refused is None or len(str(refused).splitlines()) == 1
