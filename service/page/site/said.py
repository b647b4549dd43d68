"""How the page of a site writes what is declared and what was measured, for one reader."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from record.leaf import write_time
from record.network import Network
from record.network.basin import Series
from record.network.curve import RatingCurve, ReservoirCurve, Shift
from record.network.fact import Fact
from record.network.interval import interval_of
from service.language import Language
from service.language.words import CLASSES, FLAGS, INTERVALS, MARKS, OF_SUMS, QUANTITIES
from service.page.called import kinds_of
from service.page.reader import Reader
from service.page.said import trend_word
from service.page.site import terms
from service.page.site.head import Newest
from service.page.site.readings import as_written
from service.page.when import named, period_of, when


def words_of(network: Network, reader: Reader, now: datetime) -> Mapping[str, Any]:
    """What the templates of these pages write with, beside what those of all pages have."""
    language = reader.language

    def written(value: Decimal) -> str:
        return as_written(value, language)

    def site_of(series: str) -> str:
        return network.stations[network.series[series].station].site

    def validity(fact: RatingCurve | ReservoirCurve | Shift) -> str:
        if fact.valid_until is None:
            return language.say("from {day}", day=fact.valid_from)
        return language.span(fact.valid_from, fact.valid_until)

    def called(series: Series | Newest) -> str:
        return kinds_of((network.series[series.id if isinstance(series, Series) else series.series],), language)[0]

    def kinds(series: Sequence[str]) -> tuple[str, ...]:
        return kinds_of([network.series[name] for name in series], language)

    return {
        "terms": terms,
        "called": called,
        "kinds": kinds,
        "quantities": QUANTITIES,
        "intervals": INTERVALS,
        "sums": OF_SUMS,
        "flags": FLAGS,
        "classes": CLASSES,
        "marks_words": MARKS,
        "marks_of": _marks_of,
        "written": written,
        "site_of": site_of,
        "validity": validity,
        "trend_word": partial(trend_word, language),
        "when": partial(when, reader, network),
        "lately": partial(when, reader, network, now=now),
    }


def periods_of(
    network: Network, series: Series, times: Sequence[datetime], language: Language
) -> Mapping[str, str] | None:
    """Of each time the day, 10-day period or month that it begins, in the station's calendar; None of instants."""
    if interval_of(series.interval).point:
        return None
    return {write_time(time): named(language, *period_of(network, series.id, time)) for time in times}


def _marks_of(fact: Fact) -> tuple[str, ...]:
    """What a declared fact must be shown as."""
    simulated = ("simulated",) if getattr(fact, "simulated", False) else ()
    return simulated if getattr(fact, "verified", True) else (*simulated, "unverified")
