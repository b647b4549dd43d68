"""The table under a hydrograph: the readings that it shows, newest first, a page of them at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from record import leaf as leaves
from record.archive import Said
from record.leaf import write_time
from record.quantities import Quantity
from service.language import Language
from service.reports.told.teller import decimals_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A reading: `time` as the address of its history has it; `written` is the value as its entry says it, if any.

    `shown` is the same as the reader reads it. `amended` where a sender said it more than once.
    """

    at: datetime
    time: str
    written: str | None
    shown: str
    flag: str
    status: str
    method: str
    amended: bool
    entry: int
    history: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which of all times a page holds, newest first; `older` and `newer` are the `before` of the pages beside it.

    `newer` is "" for the first page; None of either where there is no such page. `first` counts from 1.
    """

    times: tuple[datetime, ...]
    first: int
    total: int
    older: str | None
    newer: str | None


def part_of(times: np.ndarray, before: datetime | None, limit: int) -> Part:
    """So many of the times (int64, seconds since 1970), which rise, that lie before one."""
    total = len(times)
    begin = 0 if before is None else total - int(np.searchsorted(times, before.timestamp()))
    end = min(begin + limit, total)
    above = max(begin - limit, 0)
    falling = times[::-1]
    return Part(
        times=tuple(map(_moment, falling[begin:end].tolist())),
        first=begin + 1,
        total=total,
        older=write_time(_moment(falling[end - 1])) if end < total else None,
        newer=None if begin == 0 else write_time(_moment(falling[above - 1])) if above else "",
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(int(at), UTC)


def rows_of(
    part: Part,
    said: Mapping[datetime, Sequence[Said]],
    quantity: Quantity,
    language: Language,
    history: Callable[[str], str],
) -> tuple[Row, ...]:
    """A row a time; `history` gives the address of the history of a reading by its time."""
    return tuple(_row(time, said[time], quantity, language, history) for time in part.times if said.get(time))


def as_written(value: Decimal | None, language: Language) -> str:
    """A value with the digits that its entry has, in the signs of a language; a dash where it has none."""
    if value is None:
        return "–"
    places = value.as_tuple().exponent
    return language.number(float(value), max(0, -places) if isinstance(places, int) else 0)


def written_of(one: Said, quantity: Quantity, language: Language) -> str:
    """The value of a saying as its sender wrote it; of what a program computed, with the digits of its quantity."""
    if one.value is None or one.method != "computed":
        return as_written(one.value, language)
    value = float(one.value)
    return language.number(value, decimals_of(quantity.id, quantity.label, value))


def spoken(said: Sequence[Said]) -> list[Said]:
    """What senders and rules said of a reading; that a check judged it anew is nobody's new word."""
    return [one for one in said if one.source != leaves.QUALITY]


def _row(
    at: datetime, said: Sequence[Said], quantity: Quantity, language: Language, history: Callable[[str], str]
) -> Row:
    last, time = said[-1], write_time(at)
    return Row(
        at=at,
        time=time,
        written=None if last.value is None else f"{last.value:f}",
        shown=written_of(last, quantity, language),
        flag=last.flag.word,
        status=last.status.word,
        method=last.method,
        amended=len(spoken(said)) > 1,
        entry=last.entry,
        history=history(time),
    )
