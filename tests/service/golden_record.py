"""Two records with the days on which a report is most easily wrong: what was said, by whom, and when it came.

Each value is round, so that what a report makes of it is reckoned by hand: see `tests/golden/reports/`.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ingest.follow import followers_with, to_rest
from record.entry import Observation, Receipt, Refusal
from tests.service.golden_network import OWED, golden_network
from tests.service.report_example import ALMATY, BISHKEK, Record, at, reading

CORRECTED, SILENT, LATE, REFUSED = (date(2026, 5, day) for day in (12, 20, 22, 25))
RISEN = date(2026, 6, 10)
"""From this day on the inflow is 30 m3/s."""
NOW = datetime(2026, 10, 2, 5, tzinfo=UTC)
"""When reports are asked for that rest on all that was said."""
SEASON = date(2026, 4, 1), date(2026, 10, 1)
TUYTE = "tuyte:kg.intake.daily"
REASONS = {
    datetime(2026, 5, 14, 5, 30, tzinfo=UTC): "a digit was lost on the telephone",
    datetime(2026, 5, 15, 5, 30, tzinfo=UTC): "the first reading was right",
}
"""When the canal of the corrected day was amended, and why: to 2.75 m3/s, and back to 2.5."""
NASTY = (
    b"=cmd|' /C calc'!A1",
    b"+SUM(1+1)*cmd|'/C calc'!A0",
    b"@import url(http://example.org/)",
    b"-2+3+cmd",
    b'#set page(width: 1cm)\n#panic("out")',
    b"$ integral $ *bold* _under_ `raw` <label> @ref \\ // /* ",
    b"<script>alert(1)</script><img src=x onerror=alert(2)>",
    b"&amp; &#x41; ]]> <!-- <![CDATA[",
    b"{{reservoirs.kirov:kg.storage}} {% include 'x' %}",
    bytes(range(32)) + b"\x7f\x80\x9f\xad",
    b"\xff\xfe\x00\x00\xd8\x00 not text",
    "\u202e321 txet\u202c \u2066left\u2069 \u200b\u200d\ufeff".encode(),
    "\U0001f30a\U0001f4a7 вода \U0001f468\u200d\U0001f469\u200d\U0001f467 \u0301\u0301\u0301a".encode(),
    "\ud7ff\ue000\ufffd\uffff \U0010ffff \U000e0041".encode(),
    b"15954 01082 " * 834,
    "Ө".encode() * 5_000,
    b'a,b;c\td"e"\r\nf',
    b"'; DROP TABLE entries; --",
    b"_x0041_ _x000D_",
    b"",
)
"""What a telegram should not hold; each is refused twice."""


def leap_record(folder: Path) -> Record:
    """Februaries up to that of 2024, then nothing for a year, then a reservoir of which more ran out than came in."""
    made = Record(folder, golden_network())
    leap_years(made)
    water_below_nought(made)
    return made


def season_record(folder: Path) -> Record:
    """The growing season of 2026, in the order in which it came."""
    made = Record(folder, golden_network())
    for said, when in _messages():
        reason = REASONS.get(when)
        if reason is not None:
            receipt = Receipt(
                source="amendments-kg", name="by hand", media="text/plain", received=when, body=reason.encode()
            )
            made.pen.append(receipt, said, [], when, reason=reason)
        else:
            of_kyrgyzstan = said[0].series.startswith("kirov")
            made.say(said, _refusals() if of_kyrgyzstan and when == _morning(REFUSED) else (), when=when)
    return made


def leap_years(made: Record) -> None:
    """22 Februaries of the post, the winter of the border, and the end of February 2024, when Almaty's clock changed.

    In the base period each day of the post has as many m3/s as its year has beyond 2000, and the 29th twice as many.
    """
    leap, march = date(2024, 2, 29), date(2024, 3, 4)
    base = [one for year in range(2001, 2023) for one in _february(year, year - 2000, year - 2000, 2 * (year - 2000))]
    winter = _daily("gate:kz.discharge", "8.75", date(2023, 10, 1), date(2024, 2, 1))
    made.say([*base, *_february(2023, 5, 6, 0), *winter], when=_morning(date(2024, 1, 31)))
    for first, past in ((date(2024, 2, 1), leap), (leap, date(2024, 3, 1)), (date(2024, 3, 1), march)):
        february = _february(2024, 10, "13.5", 27) if first.month == 2 else []
        of_kyrgyzstan = [one for day in _days(first, past) for one in _kyrgyz(day, "21" if day == leap else "20")]
        of_kyrgyzstan += _at_eight(first) if first.month == 2 and first != leap else []
        own = [one for one in february if at(first) <= one.time < at(past)]
        made.say([*of_kyrgyzstan, *own], when=_morning(past - timedelta(1)))
        of_kazakhstan = [one for day in _days(first, past) for one in _kazakh(day)]
        made.say([*of_kazakhstan, *(_spring() if first == leap else [])], when=_morning(past - timedelta(1)))


def water_below_nought(made: Record) -> None:
    """A reservoir that lost 1 million m3 in a day on which 5 m3/s were let out; its inflow is computed."""
    stored = (100, 100, 100, 100, 100, 101, 100, 102, 102)
    days = [date(2025, 5, 4) + timedelta(place) for place in range(len(stored))]
    storage = [reading("orto:kg.storage.term", at(day, 8), str(value)) for day, value in zip(days, stored, strict=True)]
    when = _morning(date(2025, 5, 12))
    made.say([*storage, *_daily("orto:kg.release", "5", days[0], days[-1] + timedelta(1))], when=when)
    done = to_rest(made.network, made.pen, lambda: when, followers=followers_with())
    assert (done.fault, done.computed > 0) == (None, True)


def _messages() -> list[tuple[list[Observation], datetime]]:
    """Of the season of 2026, in the order in which they came: in bulk before and after the days that are owed."""
    first, past = OWED
    found = [*_bulk(SEASON[0], first)]
    for day in _days(first, past):
        found.append((_kyrgyz(day, _inflow(day)), _morning(day)))
        if day != SILENT:
            found.append((_kazakh(day), _morning(day + timedelta(day == LATE))))
    for value, when in zip(("2.75", "2.5"), REASONS, strict=True):
        found.append(([reading(TUYTE, at(CORRECTED), value)], when))
    july = date(2026, 7, 1)
    return sorted([*found, *_bulk(past, july), *_bulk(july, SEASON[1])], key=lambda one: one[1])


def _bulk(first: date, past: date) -> Iterator[tuple[list[Observation], datetime]]:
    last = past - timedelta(1)
    of_kyrgyzstan = [one for day in _days(first, past) for one in _kyrgyz(day, _inflow(day))]
    yield [*(_at_eight(first) if first == SEASON[0] else []), *of_kyrgyzstan], _morning(last)
    yield [one for day in _days(first, past) for one in _kazakh(day)], _morning(last)


def _kyrgyz(day: date, inflow: str) -> list[Observation]:
    """What is told of a day on the morning after, and what was read on that morning."""
    return [
        reading("kirov:kg.level.term", at(day, 20), "25.30"),
        *_at_eight(day + timedelta(1)),
        reading("kirov:kg.inflow.daily", at(day), inflow),
        reading("kirov:kg.release.daily", at(day), "12.5"),
        reading(TUYTE, at(day), "2.5"),
        reading("gate:kg.discharge.daily", at(day), "9"),
    ]


def _at_eight(day: date) -> list[Observation]:
    """Stored is 275.5 million m3 on 29 February and 274 on all other days."""
    return [
        reading("kirov:kg.level.term", at(day, 8), "25.20"),
        reading("kirov:kg.storage.term", at(day, 8), "275.5" if (day.month, day.day) == (2, 29) else "274"),
    ]


def _kazakh(day: date) -> list[Observation]:
    return [
        reading("merke:kz.intake.daily", at(day, zone=ALMATY), "1.25"),
        reading("gate:kz.discharge.daily", at(day, zone=ALMATY), "8.75"),
    ]


def _spring() -> list[Observation]:
    """24 hours from 08:00 in Bishkek on: 1 m3/s, and 13 in each of the two hours that Almaty's clock calls 23:00."""
    hours = [datetime(2024, 2, 29, 2, tzinfo=UTC) + timedelta(hours=hour) for hour in range(24)]
    return [
        reading("spring:kz.discharge.hourly", hour, "13" if hour.astimezone(ALMATY).hour == 23 else "1")
        for hour in hours
    ]


def _february(year: int, early: object, late: object, leap: object) -> list[Observation]:
    """Of the post: up to the 20th, from the 21st on, and on the 29th where there is one."""
    values = [early] * 20 + [late] * 8 + [leap]
    first = date(year, 2, 1)
    days = (date(year, 3, 1) - first).days
    return [
        reading("upper:kg.discharge.daily", at(first + timedelta(place)), str(values[place])) for place in range(days)
    ]


def _refusals() -> Sequence[Refusal]:
    """Forty parts of a message."""
    texts = [*NASTY, *NASTY]
    return [
        Refusal(fragment=fragment, where=f"group {place}", reason=f"=not a group {place} <b> #set")
        for place, fragment in enumerate(texts)
    ]


def _daily(series: str, value: str, first: date, past: date) -> list[Observation]:
    zone = ALMATY if ":kz" in series else BISHKEK
    return [reading(f"{series}.daily", at(day, zone=zone), value) for day in _days(first, past)]


def _inflow(day: date) -> str:
    return "30" if day >= RISEN else "20"


def _morning(day: date) -> datetime:
    """Half past eight in Bishkek on the day after."""
    return at(day + timedelta(1), 8) + timedelta(minutes=30)


def _days(first: date, past: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), past.toordinal()):
        yield date.fromordinal(ordinal)
