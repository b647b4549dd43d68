"""A language: says texts of the catalogues, and writes numbers, dates, times and units as its readers do.

Catalogues are gettext's (`.po`), read once by Babel, which also gives the names of months and the signs of numbers.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.pofile import read_po

from record.errors import SelectionError
from service.language.count import Count
from service.language.phrase import Phrase
from service.language.words import UNITS, Words

LANGUAGES = ("kk", "ky", "ru", "en")
"""The languages in which the record speaks, those of the parties first."""

_CATALOGUES = Path(__file__).parent / "catalogues"
_INSTEAD = ("ru", "en")
_DAY = timedelta(days=1)
_BLANK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_ANY_SIZE = Context(prec=400)
"""What a telegram says may have any number of digits: the greatest float has 309 before its point."""


class Parts(NamedTuple):
    """A number cut at its decimal sign, so that columns can be aligned there."""

    whole: str
    fraction: str


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language by its code; `texts` are those of its catalogue, of English none."""

    code: str
    locale: Locale
    texts: Mapping[str, str | tuple[str, ...]]
    plural: Callable[[int], int]

    def say(self, text: str, /, **fields: object) -> str:
        """A text of the catalogues, or a phrase, in this language; what no catalogue has stays as it is."""
        if isinstance(text, Phrase):
            return self._phrase(text, {**text.fields, **fields})
        said = self.texts.get(text, text)
        said = said if isinstance(said, str) else said[0]
        return said.format(**self._fields(fields)) if fields else said

    def many(self, one: str, other: str, count: int, /, **fields: object) -> str:
        """A text that depends on a number, which stands in it as `{count}`."""
        found = self.texts.get(one)
        forms, place = (found, self.plural(count)) if isinstance(found, tuple) else ((one, other), int(count != 1))
        return forms[place].format(count=self.count(count), **self._fields(fields))

    def word(self, table: Words, key: str) -> str:
        """A term of `service.language.words`; a key that the table has not stays as it is."""
        return self.say(table.get(key, key))

    def unit(self, label: str) -> str:
        """A unit by its label in the record: m³/s is м³/с."""
        return self.word(UNITS, label)

    def _phrase(self, phrase: Phrase, fields: Mapping[str, object]) -> str:
        count = fields.get("count")
        if not (phrase.other and isinstance(count, int)):
            return self.say(phrase.text, **fields)
        return self.many(phrase.text, phrase.other, count, **{name: fields[name] for name in fields.keys() - {"count"}})

    def _fields(self, fields: Mapping[str, object]) -> dict[str, object]:
        return {name: self._field(held) for name, held in fields.items()}

    def _field(self, held: object) -> object:
        """A phrase, a time, a day or a number with decimals as this language has it; all else as it is."""
        match held:
            case Phrase():
                return self.say(held)
            case datetime():
                return self.moment(held)
            case date():
                return self.day(held)
            case float():
                places = Decimal(repr(float(held))).as_tuple().exponent
                return self.number(held, max(0, -places) if isinstance(places, int) else 0)
            case _:
                return held

    def knows(self, text: str) -> bool:
        """Whether a text, or the text of a phrase, can be said in this language."""
        return self.code == "en" or (text.text if isinstance(text, Phrase) else text) in self.texts

    def name(self, names: Mapping[str, str]) -> str:
        """A declared name in this language, else in Russian, else in English."""
        return next((names[code] for code in (self.code, *_INSTEAD) if code in names), next(iter(names.values()), ""))

    def parts(self, value: float, decimals: int, *, signed: bool = False) -> Parts:
        """A number with so many decimals, rounded half to even from the number as it is written in decimals."""
        rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN, _ANY_SIZE)
        whole, _, fraction = f"{rounded.copy_abs():,f}".partition(".")
        sign = _MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return Parts(f"{sign}{whole.replace(',', self._group)}", f"{self._point}{fraction}" if fraction else "")

    def number(self, value: float, decimals: int, *, signed: bool = False) -> str:
        """The same in one piece."""
        return "".join(self.parts(value, decimals, signed=signed))

    def count(self, value: int) -> Count:
        """A whole number, its thousands apart."""
        return Count.of(value, f"{value:,}".replace(",", self._group))

    @property
    def _group(self) -> str:
        return "," if self.code == "en" else _BLANK

    @property
    def _point(self) -> str:
        return "." if self.code == "en" else ","

    def day(self, day: date) -> str:
        """A day with the month as a word: 5 апреля 2026 г."""
        form = "d MMMM y" if self.code == "en" else "long"
        return str(format_date(day, form, self.locale)).replace("\N{NARROW NO-BREAK SPACE}", _BLANK)

    def span(self, begin: date, end: date) -> str:
        """The days `begin <= day < end`: one day alone, or the first and the last; those of one month as 16–22 May."""
        last = end - _DAY
        if last <= begin:
            return self.day(begin)
        if (begin.year, begin.month) == (last.year, last.month):
            return re.sub(rf"\b{last.day}\b", f"{begin.day}–{last.day}", self.day(last), count=1)
        return f"{self.day(begin)} – {self.day(last)}"

    def month_of(self, day: date) -> str:
        """The month and year of a day: July 2010."""
        return str(format_skeleton("yMMMM", day, locale=self.locale)).replace("\N{NARROW NO-BREAK SPACE}", _BLANK)

    def hour(self, at: datetime) -> str:
        """A time as its own clock shows it, with its day and without the year: 08:00 27 May."""
        return f"{at:%H:%M} {self.short_day(at)}"

    def short_day(self, day: date) -> str:
        """A day, of a time that of its own clock, without the year: 27 May."""
        local = date(day.year, day.month, day.day)
        english = self.code == "en"
        said = f"{local.day} {self.month(local)}" if english else format_skeleton("MMMd", local, locale=self.locale)
        return said.replace(" ", _BLANK)

    def month(self, day: date) -> str:
        """The short name of a day's month, for the foot of a chart."""
        return str(self.locale.months["stand-alone"]["abbreviated"][day.month])

    def moment(self, at: datetime) -> str:
        """A time as its own clock shows it, to the minute, with its offset: 2026-05-02 09:30 (+06:00)."""
        return f"{at:%Y-%m-%d %H:%M} ({at.isoformat()[-6:]})"


def language_called(code: str) -> Language:
    """The language of that code; raise `SelectionError` with the known ones."""
    if code.lower() not in LANGUAGES:
        raise SelectionError(f"{code[:20]!r} is no language of the record: use one of {', '.join(LANGUAGES)}")
    return _language(code.lower())


@cache
def _language(code: str) -> Language:
    locale = Locale.parse(code)
    path = _CATALOGUES / f"{code}.po"
    if not path.exists():
        return Language(code, locale, {}, lambda count: int(count != 1))
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
    texts: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        if message.id and message.string and not message.fuzzy:
            if isinstance(message.id, str):
                texts[message.id] = str(message.string)
            else:
                texts[message.id[0]] = tuple(map(str, message.string))
    return Language(code, locale, texts, c2py(catalogue.plural_expr))
