"""Which report an address means: an edition by its name, and the period by its first day, or the latest."""

from datetime import date, datetime, timedelta

from record.errors import SelectionError, UnknownName
from record.network import Network
from service.figures import last_complete
from service.figures.periods import FIRST, LAST, Period
from service.reports.editions import COPIES, EDITIONS, FIGURES, Edition

LATEST = "latest"
_DAY = timedelta(days=1)


def edition_called(name: str) -> Edition:
    """The edition of that name; raise `UnknownName` with the known ones."""
    if name not in EDITIONS:
        raise UnknownName(f"{name[:40]!r} is no edition of the report: use one of {', '.join(EDITIONS)}")
    return EDITIONS[name]


def day_called(text: str) -> date:
    """The day that is written YYYY-MM-DD; raise `SelectionError` for anything else, and for one without gauges."""
    try:
        called = date.fromisoformat(text)
    except ValueError:
        called = None
    if called is None or called.isoformat() != text:
        raise SelectionError(f"{text[:40]!r} is not a day: write YYYY-MM-DD or {LATEST}")
    if not FIRST <= called < LAST:
        raise UnknownName(f"{called} is no day of which a gauge tells: ask for one from {FIRST} on")
    return called


def latest(edition: Edition, network: Network, now: datetime) -> Period:
    """The last period of an edition that has ended at `now` (aware)."""
    ended = last_complete(network.report_day, now)
    period = edition.period(ended, network.figures)
    if edition.ends_with(ended, network.figures):
        return period
    return edition.period(period.begin - _DAY, network.figures)


def begun(edition: Edition, day: date, network: Network, now: datetime) -> Period:
    """The period that holds a report day; raise `UnknownName` where it has not begun at `now` (aware)."""
    period, today = edition.period(day, network.figures), last_complete(network.report_day, now) + _DAY
    if period.begin > today:
        raise UnknownName(f"{day} is a day to come: it is {today} by the report day, ask for {LATEST} or for that day")
    return period


def forms() -> tuple[str, ...]:
    """The forms of a report, by the endings of their files."""
    return tuple(dict.fromkeys(copy.form for copy in (FIGURES, *COPIES)))


def languages(form: str) -> tuple[str, ...]:
    """The languages in which a form is issued; none of a form that is in all of them."""
    return tuple(copy.language for copy in COPIES if copy.form == form and copy.language)


def form_called(name: str) -> str:
    """The form of that name in any case of letters; raise `SelectionError` with the known ones."""
    form = name.strip().lower()
    if form not in forms():
        raise SelectionError(f"{name[:40]!r} is no form of a report: use one of {', '.join(forms())}")
    return form


def language_of(form: str, asked: str | None, preferred: str) -> str:
    """In which language a form is wanted: the one asked for, else the preferred one; "" of a form that is in all.

    Raises `SelectionError` for a language in which the form is not, and for any where it is in all of them.
    """
    known = languages(form)
    if asked is None:
        return preferred if known else ""
    code = asked.strip().lower()
    if not known:
        raise SelectionError(f"{form} says all in every language: leave out lang={asked[:20]}")
    if code not in known:
        raise SelectionError(f"{form} is not written in {asked[:20]!r}: use one of {', '.join(known)}")
    return code
