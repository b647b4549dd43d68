"""The figures of a report that are estimated, and why."""

from collections.abc import Iterator, Sequence

from record.quantities import quantity_of
from service.figures.days import BY_PREFERENCE
from service.language import phrase
from service.language.phrase import Phrase
from service.reports.report import Estimated, Figure


def estimated(figures: Sequence[Figure]) -> Iterator[Estimated]:
    """Each estimated figure; one that is made of another stands with that alone where it has the same cause."""
    told: set[tuple[str, str, str]] = set()
    for figure in sorted(figures, key=lambda one: bool(one.measure)):
        why = _why(figure)
        cause = (figure.subject, figure.quantity, str(why))
        if figure.estimated and cause not in told:
            told.add(cause)
            yield Estimated(key=figure.key, station=figure.subject, nature=figure.nature, why=why)


def _why(figure: Figure) -> Phrase:
    at_terms = BY_PREFERENCE[-1] in figure.basis and not quantity_of(figure.quantity).state
    lacking = figure.of_days - figure.days
    if at_terms and lacking > 0:
        return phrase(
            "readings at the terms stand for means of days, and the days that have a value for {lacking} of {days}",
            lacking=lacking, days=figure.of_days,
        )  # fmt: skip
    if at_terms:
        return phrase("readings at the terms stand for the mean of the day")
    if lacking <= 0 and figure.measure == "change":
        return phrase("one of the two values that are compared is an estimate")
    if lacking <= 0:
        return phrase("its sender calls a reading of it an estimate")
    return phrase("the days that have a value stand for {lacking} of {days}", lacking=lacking, days=figure.of_days)
