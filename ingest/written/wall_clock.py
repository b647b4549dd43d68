"""Times of a clock on the wall: a local date and hour without an offset, and the moment that it names in a zone."""

from datetime import UTC, datetime, tzinfo


def moment_of(local: datetime, zone: tzinfo) -> datetime | str:
    """The moment in UTC that a naive time names in `zone`; or, in words, why it names none.

    Where clocks were put back an hour came twice, where they were put forward one never came. The start of a day is
    named by its date alone, so that midnight is always a moment: the first one where it came twice.
    """
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is not None and after is not None and before != after and not _is_midnight(local):
        times = "twice" if before > after else "never"
        return f"occurred {times} in {zone}, where clocks were changed: it names no moment"
    try:
        return first.astimezone(UTC)
    except OverflowError:
        return "is outside the years 1 to 9999"


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
