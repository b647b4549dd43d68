"""Reading: the five questions, asked now and as of last month, beside the same values from a memory map.

"Again" asks the same question over and over, as a page that many look at does; "first" asks each time of another
series or another day, so that nothing is decoded yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
import xarray as xr

from benchmarks.bars import Result, Run, at_most, medians
from benchmarks.load import Load
from benchmarks.world import HOUR, Gauges, after, months
from record.archive import Archive
from record.archive.answer import Answer
from record.entry import Flag
from record.selection import Selection

DAY = 86_400
_USABLE = frozenset({Flag.GOOD, Flag.UNKNOWN, Flag.SUSPECT})
_TIMES = 25


@dataclass(frozen=True)
class Question:
    """What is asked, as of a size or now; its bar in milliseconds for a question asked again, and its floor."""

    name: str
    again: Callable[[int | None], object]
    first: Callable[[int | None], object] | None
    floor: Run
    bar: float
    compared: bool = True


class Asker:
    """Asks a load what readers ask."""

    def __init__(self, load: Load, seed: int = 1) -> None:
        self.archive = Archive(load.record)
        self.series = Gauges.of(load.record.network, "chu-hourly").series
        self.spans = months(load.months)
        self.chance = Random(seed)
        hours = (self.spans[-1][1] - self.spans[0][0]) // HOUR
        self.flat = np.memmap(load.floor, dtype=np.float64, mode="r", shape=(len(self.series), hours))

    def years(self, name: str, as_of: int | None, *, values_alone: bool = False) -> xr.Dataset:
        """Everything of one series."""
        return self.archive.select(Selection(series=(name,), as_of=as_of, values_alone=values_alone))

    def week(self, name: str, as_of: int | None) -> xr.Dataset:
        """The last seven days of one series: of the last month, which is not sealed, or as of before it."""
        last = self.spans[-1][1] if as_of is None else self.spans[-1][0]
        return self.archive.select(Selection(series=(name,), start=after(last - 7 * DAY), end=after(last), as_of=as_of))

    def arrays(self, name: str, days: int | None = None) -> Answer:
        """The last days of one series, or everything of it, as the arrays from which every form is made."""
        last = self.spans[-1][1]
        if days is None:
            return self.archive.answer(Selection(series=(name,)))
        return self.archive.answer(Selection(series=(name,), start=after(last - days * DAY), end=after(last)))

    def latest(self, as_of: int | None) -> object:
        """The newest reading of every series."""
        return self.archive.latest(self.series, as_of=as_of)

    def day(self, begin: int, as_of: int | None) -> xr.Dataset:
        """Every series on one day."""
        return self.archive.select(
            Selection(series=self.series, start=after(begin), end=after(begin + DAY), as_of=as_of)
        )

    def month(self, span: tuple[int, int], as_of: int | None) -> xr.Dataset:
        """Daily means of every series in one month, of the readings that are not bad."""
        asked = Selection(series=self.series, start=after(span[0]), end=after(span[1]), as_of=as_of, flags=_USABLE)
        return self.archive.select(asked)[["discharge"]].coarsen(time=24).mean()

    def some_series(self) -> str:
        """One of the series."""
        return self.chance.choice(self.series)

    def some_day(self) -> int:
        """The begin of a day of a sealed month."""
        first, last = self.some_month()
        return first + self.chance.randrange((last - first) // DAY) * DAY

    def some_month(self) -> tuple[int, int]:
        """A sealed month."""
        return self.chance.choice(self.spans[:-2])

    def hours(self, begin: int, end: int) -> slice:
        """Where a span lies in the flat file."""
        return slice((begin - self.spans[0][0]) // HOUR, (end - self.spans[0][0]) // HOUR)


def measure(load: Load) -> list[Result]:
    """Every question now, then as of last month; the last month itself was not there then, nor were corrections."""
    asker = Asker(load)
    results: list[Result] = []
    for question in _questions(asker, load):
        now, then, floor = medians(
            [lambda q=question: q.again(None), lambda q=question: q.again(load.then), question.floor],  # type: ignore[misc]
            _TIMES,
        )
        results.append(at_most(question.name, now, "ms", question.bar, floor))
        if question.first is not None:
            fresh = medians([lambda q=question: q.first(None)], _TIMES)[0]  # type: ignore[misc]
            results.append(at_most("  first time", fresh, "ms", None, floor))
        if question.compared:
            results.append(at_most("  as of last month, over now", then / now, "times", 2))
    return results


def _questions(asker: Asker, load: Load) -> list[Question]:
    years, name, span = load.months / 12, asker.some_series(), asker.some_month()
    row, day = asker.series.index(name), asker.some_day()
    week = asker.hours(asker.spans[-1][1] - 7 * DAY, asker.spans[-1][1])
    last_day = asker.spans[-1][1] - DAY
    return [
        Question(
            f"{years:g} hourly years of one series, with flags and entries",
            lambda as_of: asker.years(name, as_of),
            lambda as_of: asker.years(asker.some_series(), as_of),
            lambda: np.array(asker.flat[row]),
            15,
        ),
        Question(
            f"{years:g} hourly years of one series, values alone",
            lambda as_of: asker.years(name, as_of, values_alone=True),
            lambda as_of: asker.years(asker.some_series(), as_of, values_alone=True),
            lambda: np.array(asker.flat[row]),
            6,
            compared=False,
        ),
        Question(
            "last 7 days of one series",
            lambda as_of: asker.week(name, as_of),
            lambda as_of: asker.week(asker.some_series(), as_of),
            lambda: np.array(asker.flat[row, week]),
            3,
        ),
        Question(
            f"{years:g} hourly years of one series as arrays",
            lambda _: asker.arrays(name),
            lambda _: asker.arrays(asker.some_series()),
            lambda: np.array(asker.flat[row]),
            2,
            compared=False,
        ),
        Question(
            "last 7 days of one series as arrays",
            lambda _: asker.arrays(name, 7),
            lambda _: asker.arrays(asker.some_series(), 7),
            lambda: np.array(asker.flat[row, week]),
            0.4,
            compared=False,
        ),
        Question("latest value of 1,000 series", asker.latest, None, lambda: np.array(asker.flat[:, -1]), 3),
        Question(
            "all series, one sealed day",
            lambda as_of: asker.day(day, as_of),
            lambda as_of: asker.day(asker.some_day(), as_of),
            lambda: np.array(asker.flat[:, asker.hours(day, day + DAY)]),
            8,
        ),
        Question(
            "all series, one day of the open month",
            lambda as_of: asker.day(last_day, as_of),
            None,
            lambda: np.array(asker.flat[:, asker.hours(last_day, last_day + DAY)]),
            8,
            compared=False,
        ),
        Question(
            "daily means of all series, one month",
            lambda as_of: asker.month(span, as_of),
            lambda as_of: asker.month(asker.some_month(), as_of),
            lambda: asker.flat[:, asker.hours(*span)].reshape(len(asker.series), -1, 24).mean(axis=2),
            25,
        ),
    ]
