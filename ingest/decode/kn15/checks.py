"""Doubts that show only when a whole telegram is read: contents against its figure n, means against extremes."""

from collections import Counter
from itertools import pairwise

from ingest.decode.kn15.telegram import Section, Telegram

_REPEATS = 5
_EXPECTED = {
    1: (True, False, False),
    2: (True, True, False),
    3: (True, False, False),
    4: (True, True, False),
    5: (False, True, False),
    7: (False, False, True),
}
"""n: whether section 1, any of sections 2-6 (988 counts with them), and section 7 are there."""
_MORNING_ONLY = frozenset({1, 2})
_ANOTHER_HOUR = frozenset({3, 4})
_ASCENDING = (
    ("level_min_cm", "level_mean_cm", "level_max_cm"),
    ("discharge_min_m3s", "discharge_mean_m3s", "discharge_max_m3s"),
)
_SHORT = ("min", "mean", "max")


def check(telegram: Telegram) -> None:
    """Add the doubts to the telegram and to the fields they concern."""
    _check_contents(telegram)
    _check_repeats(telegram)
    for section in telegram.sections:
        if section.number == 3:
            _check_extremes(section)


def _check_contents(telegram: Telegram) -> None:
    numbers = {section.number for section in telegram.sections}
    found = (1 in numbers, bool(numbers & {2, 3, 4, 5, 6, 8}), 7 in numbers)
    if telegram.n in _EXPECTED and found != _EXPECTED[telegram.n]:
        telegram.own_flags.append("n_mismatch")
    if telegram.hour is None:
        return
    morning = telegram.hour == 8
    if (telegram.n in _MORNING_ONLY and not morning) or (telegram.n in _ANOTHER_HOUR and morning):
        telegram.own_flags.append("hour_mismatch")


def _check_repeats(telegram: Telegram) -> None:
    counts = Counter(section.number for section in telegram.sections)
    if max(counts.values(), default=0) > _REPEATS:
        telegram.own_flags.append(f"section_repeated_over_{_REPEATS}")
    if any(not section.fields for section in telegram.sections):
        telegram.own_flags.append("section_empty")


def _check_extremes(section: Section) -> None:
    """The order lowest, mean, highest; the 2018 manual itself breaks it in a misprint."""
    for names in _ASCENDING:
        held = [(short, name) for short, name in zip(_SHORT, names, strict=True) if section.number_of(name) is not None]
        for (low_short, low), (high_short, high) in pairwise(held):
            if (section.number_of(high) or 0) < (section.number_of(low) or 0):
                doubt = (f"{high_short}_below_{low_short}",)
                section.doubt(low, doubt)
                section.doubt(high, doubt)
