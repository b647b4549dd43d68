"""The editions of the exchange report: of which days one is, what it is called, and in which copies it is issued.

A report is called by the first day of its period, as the stamps of the record are: the monthly one of May 2026 is
`monthly/2026-05-01`. Each is issued with the daily report of its last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from record.network.account import FigureRules
from service.figures.periods import Kind, Period, split


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition: its name in addresses and files, and the kind of period that each of its reports is of."""

    name: str
    kind: Kind

    def period(self, day: date, rules: FigureRules) -> Period:
        """The whole period that holds a report day; raise `SelectionError` for a day of which no gauge knows."""
        following = date.fromordinal(day.toordinal() + 1)
        return split(self.kind, day, following, rules)[0]

    def ends_with(self, day: date, rules: FigureRules) -> bool:
        """Whether a report of this edition ends with that report day."""
        return self.period(day, rules).end.toordinal() == day.toordinal() + 1


EDITIONS: Mapping[str, Edition] = {
    edition.name: edition
    for edition in (
        Edition(name="daily", kind=Kind.DAY),
        Edition(name="weekly", kind=Kind.WEEK),
        Edition(name="10-day", kind=Kind.TEN_DAYS),
        Edition(name="monthly", kind=Kind.MONTH),
        Edition(name="season", kind=Kind.SEASON),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One file of an issued report: its form, and the language that it is in; "" where the form is in all of them."""

    form: str
    language: str = ""

    def file_name(self, edition: str, begin: date, revision: int) -> str:
        """The name under which it is issued: daily-2026-05-01.r1.kk.pdf; of both languages kk-ky."""
        inner = f".{self.language}" if self.language else ""
        return f"{edition}-{begin.isoformat()}.r{revision}{inner}.{self.form}"


BOTH = "kk-ky"
"""The language of the protocol copy, which says all in Kazakh and in Kyrgyz."""

FIGURES = Copy(form="json")
"""The copy that is entered first: all others are made from it, and papers bear the proof that it is in the journal."""

COPIES: tuple[Copy, ...] = (
    Copy(form="csv"),
    Copy(form="nc"),
    *(Copy(form="pdf", language=code) for code in (BOTH, "kk", "ky", "ru", "en")),
    *(Copy(form=form, language=code) for form in ("xlsx", "html") for code in ("kk", "ky", "ru", "en")),
)
"""All the others."""
