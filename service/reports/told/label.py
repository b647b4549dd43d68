"""What the period of a report is called, in words: week 16–22 November 2026, 2nd 10-day period of July 2010."""

from service.figures.periods import Kind
from service.reports.report import Span
from service.reports.told.teller import Teller


def label(teller: Teller, span: Span) -> str:
    """The period in the language; a season is that of the year in which it ends, one over New Year of both years."""
    match span.kind:
        case Kind.WEEK:
            return teller.say("week {days}", days=teller.days(span.begin, span.end))
        case Kind.TEN_DAYS:
            return _ten_days(teller, span)
        case Kind.MONTH:
            return teller.language.month_of(span.begin)
        case Kind.SEASON:
            return _season(teller, span)
        case _:
            return teller.days(span.begin, span.end)


def _ten_days(teller: Teller, span: Span) -> str:
    month = teller.language.month_of(span.begin)
    match span.begin.day:
        case 1:
            return teller.say("1st 10-day period of {month}", month=month)
        case 11:
            return teller.say("2nd 10-day period of {month}", month=month)
        case _:
            return teller.say("3rd 10-day period of {month}", month=month)


def _season(teller: Teller, span: Span) -> str:
    years, _, name = span.label.partition(" ")
    match name:
        case "growing":
            return teller.say("growing season of {year}", year=years)
        case "non-growing":
            return teller.say("non-growing season of {year}", year=years)
        case _:
            return teller.days(span.begin, span.end)
