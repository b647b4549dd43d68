"""Names of months, whole and cut short, in the languages of the senders, and the month and year that titles speak of.

Kyrgyz offices write the Russian names.
"""

import re
from collections.abc import Iterable

_NAMES = {
    1: "январь января янв қаңтар january jan",
    2: "февраль февраля февр фев ақпан february feb",
    3: "март марта мар наурыз march mar",
    4: "апрель апреля апр сәуір april apr",
    5: "май мая мамыр may",
    6: "июнь июня июн маусым june jun",
    7: "июль июля июл шілде july jul",
    8: "август августа авг тамыз august aug",
    9: "сентябрь сентября сент сен қыркүйек september sept sep",
    10: "октябрь октября окт қазан october oct",
    11: "ноябрь ноября нояб ноя қараша november nov",
    12: "декабрь декабря дек желтоқсан december dec",
}
_BY_NAME = {name: month for month, names in _NAMES.items() for name in names.split()}
_WORD = re.compile(r"[^\W\d_]+\.?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)", re.ASCII)
_FIGURES = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])[./_-]((?:19|20)\d\d)(?!\d)", re.ASCII)


def month_called(word: str) -> int | None:
    """The month that a word is the name of, whole or cut short; None where it is none."""
    return _BY_NAME.get(word.strip().removesuffix(".").casefold())


def with_figures(text: str) -> str:
    """The text with two figures in place of each name of a month: `5 янв. 2026` becomes `5 01 2026`."""
    return _WORD.sub(lambda found: _figures(found.group()), text)


def months_in(text: str) -> set[int]:
    """Every month that a title names, in words or as `01.2026`."""
    named = {month_called(word) for word in _WORD.findall(text)} - {None}
    return {month for month in named if month is not None} | {int(month) for month, _ in _FIGURES.findall(text)}


def years_in(text: str) -> set[int]:
    """Every year of four figures that a title names."""
    return set(map(int, _YEAR.findall(text)))


def only(found: Iterable[set[int]]) -> int | None:
    """The one number of the first set that is not empty; None where there is none, or where that set holds several."""
    first = next((numbers for numbers in found if numbers), set[int]())
    return next(iter(first)) if len(first) == 1 else None


def _figures(word: str) -> str:
    month = month_called(word)
    return word if month is None else f"{month:02}"
