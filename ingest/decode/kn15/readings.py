"""From a telegram to what it says in the terms of the record: readings, absences and unreadable parts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ingest.decode.kn15 import series
from ingest.decode.kn15.dating import (
    FAR_BACK,
    TOLERANCE,
    instant,
    latest_day,
    latest_month_day,
    latest_period,
    telegram_day,
)
from ingest.decode.kn15.series import Line
from ingest.decode.kn15.telegram import Section, Telegram
from ingest.reading import NoReport, Reading, Said, Unreadable

_OF_SENDING = frozenset({5, 7})
_MORNING = 8
_WARM_MONTHS = range(5, 10)
_WARM_AIR = 5
_PERIOD_LAG = timedelta(days=10)
_DAY = timedelta(days=1)
_NO_DOUBTS = frozenset({"trace"})
"""What a field carries as a doubt but says for certain: a trace is 0.0 mm by the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when a telegram stands: its number in the message, its local day and hour, receipt and zone."""

    telegram: Telegram
    number: int
    day: date
    hour: int | None
    received: datetime
    zone: ZoneInfo
    doubts: tuple[str, ...]

    def where(self, at: int) -> str:
        """The place of a group in the message."""
        return f"telegram {self.number}, group {at}"

    def unreadable(self, at: int, reason: str) -> Unreadable:
        """A group that was decoded but cannot be placed."""
        telegram = self.telegram
        fragment = telegram.tokens[at - 1].encode(telegram.encoding, "replace")
        return Unreadable(fragment=fragment, where=self.where(at), reason=reason)


def said_of(telegram: Telegram, number: int, received: datetime, zone: ZoneInfo) -> list[Said]:
    """All that the `number`-th telegram (from 1) says; `received` is aware, `zone` is the station's."""
    faults: list[Said] = [
        Unreadable(
            fragment=fault.token.encode(telegram.encoding, "replace"),
            where=f"telegram {number}, group {fault.at}",
            reason=fault.reason,
        )
        for fault in telegram.faults
    ]
    if telegram.refused is not None:
        return faults
    if telegram.nil:
        return [_no_report(telegram, number, received, zone), *faults]
    if telegram.undated is not None:
        return _undated(telegram, number, telegram.undated) or faults
    setting = _setting(telegram, number, received, zone)
    said = [item for section in telegram.sections for item in _READERS.get(section.number, _nothing)(section, setting)]
    return [*_with_contradictions(said), *faults]


def _no_report(telegram: Telegram, number: int, received: datetime, zone: ZoneInfo) -> NoReport:
    """Absence at the telegram's term, or at receipt where no term was sent; a bare NIL names no station."""
    time = received
    if telegram.day is not None and telegram.hour is not None:
        time = instant(telegram_day(telegram.day, received, zone), telegram.hour, zone)
    return NoReport(station=telegram.station or "", time=time, where=f"telegram {number}")


def _undated(telegram: Telegram, number: int, reason: str) -> list[Said]:
    """The telegram as one unreadable whole, where it has groups that could be read but not placed."""
    if not telegram.sections:
        return []
    fragment = telegram.text.encode(telegram.encoding, "replace")
    return [Unreadable(fragment=fragment, where=f"telegram {number}", reason=f"nothing in it can be dated: {reason}")]


def _setting(telegram: Telegram, number: int, received: datetime, zone: ZoneInfo) -> Setting:
    if telegram.day is None or telegram.hour is None:
        day = received.astimezone(zone).date()
        doubts: tuple[str, ...] = ("date_group_missing",)
    else:
        day, doubts = telegram_day(telegram.day, received, zone), ()
    return Setting(
        telegram=telegram, number=number, day=day, hour=telegram.hour, received=received, zone=zone, doubts=doubts
    )


def _nothing(_section: Section, _setting: Setting) -> list[Said]:
    """Section 8: sums of periods, for which the record holds no series."""
    return []


def _term(section: Section, setting: Setting) -> list[Said]:
    doubts: tuple[str, ...] = ()
    if setting.telegram.n in _OF_SENDING:
        doubts += ("hour_of_sending",)
    if "hour_mismatch" in setting.telegram.own_flags:
        doubts += ("hour_mismatch",)
    lines = series.TERM if setting.hour in (None, _MORNING) else series.OTHER_HOUR
    return _emit(lines, section, setting, setting.day, hour=setting.hour, doubts=doubts)


def _warning(section: Section, setting: Setting) -> list[Said]:
    return _emit(series.WARNING, section, setting, setting.day, hour=setting.hour)


def _past_day(lines: tuple[Line, ...]) -> Callable[[Section, Setting], list[Said]]:
    """Sections whose marker carries a day: the latest such day up to the telegram's own, at 08 h."""

    def read(section: Section, setting: Setting) -> list[Said]:
        return _emit(lines, section, setting, latest_day(int(section.head["day"]), setting.day), hour=8)

    return read


def _means(section: Section, setting: Setting) -> list[Said]:
    period = str(section.head["period_code"])
    lines = series.MEANS.get(period, ())
    if not lines:
        return []
    if period == "01":
        return _emit(lines, section, setting, setting.day - _DAY)
    start, end = latest_period(period, setting.day)
    late = setting.day - end > _PERIOD_LAG  # sent so late that the running period may be meant
    return _emit(lines, section, setting, start, doubts=("period_ambiguous",) if late else (), distant=True)


def _measured(section: Section, setting: Setting) -> list[Said]:
    day, hour = section.fields.get("day"), section.fields.get("hour")
    if not isinstance(day, int) or not isinstance(hour, int):
        return _unplaced(section, setting, "the day or the hour of the measurement is missing")
    month = int(section.head["month"])
    found = latest_month_day(month, day, setting.day)
    if found is None:
        return _unplaced(section, setting, f"day {day:02} of month {month:02} is in no calendar")
    return _emit(series.MEASURED, section, setting, found, hour=hour)


def _unplaced(section: Section, setting: Setting, reason: str) -> list[Said]:
    return [
        setting.unreadable(section.places[line.name], reason) for line in series.MEASURED if line.name in section.fields
    ]


_READERS: dict[int, Callable[[Section, Setting], list[Said]]] = {
    1: _term,
    2: _past_day(series.TERM),
    3: _means,
    4: _past_day(series.POOLS),
    5: _past_day(series.FLOW_THROUGH),
    6: _measured,
    7: _warning,
}


def _emit(
    lines: tuple[Line, ...],
    section: Section,
    setting: Setting,
    day: date,
    *,
    hour: int | None = None,
    doubts: tuple[str, ...] = (),
    distant: bool = False,
) -> list[Said]:
    """Readings of the fields that were sent; `distant` where the day is expected to lie far back."""
    doubts = setting.doubts + doubts
    if not distant and setting.received.astimezone(setting.zone).date() - day > FAR_BACK:
        doubts += ("dated_far_back",)
    return [_reading(line, section, setting, day, hour, doubts) for line in lines if line.name in section.fields]


def _reading(
    line: Line, section: Section, setting: Setting, day: date, hour: int | None, doubts: tuple[str, ...]
) -> Said:
    at = section.places[line.name]
    stamp_hour = line.hour if line.hour is not None else hour
    if stamp_hour is None:
        return setting.unreadable(at, "the hour was not sent: the date group is missing")
    time = instant(day + timedelta(days=line.days), stamp_hour, setting.zone)
    value, value_doubts = _value(line, section, day)
    doubts += value_doubts
    if time > setting.received + TOLERANCE:
        doubts += ("later_than_receipt",)
    return Reading(
        station=setting.telegram.station or "",
        quantity=line.quantity,
        interval=line.interval,
        time=time,
        value=value,
        unit=line.unit,
        where=setting.where(at),
        doubts=doubts,
    )


def _value(line: Line, section: Section, day: date) -> tuple[Decimal | None, tuple[str, ...]]:
    doubts = tuple(doubt for doubt in section.doubts.get(line.name, ()) if doubt not in _NO_DOUBTS)
    if line.doubt is not None:
        doubts += (line.doubt,)
    if line.name == "water_temp_c":
        return _water_temperature(section, day, doubts)
    held = section.fields[line.name]
    value = held.get("mm") if isinstance(held, dict) else held
    return value if isinstance(value, Decimal) else None, doubts


def _water_temperature(section: Section, day: date, doubts: tuple[str, ...]) -> tuple[Decimal | None, tuple[str, ...]]:
    """Where tt may be tenths or whole degrees, warm air in the warm months decides for whole ones."""
    value, air = section.number_of("water_temp_c"), section.number_of("air_temp_c")
    open_to_both = air is not None and any(doubt.startswith("water_temp_ambiguous") for doubt in doubts)
    if value is not None and air is not None and open_to_both and air >= _WARM_AIR and day.month in _WARM_MONTHS:
        return Decimal(int(value * 10)), (*doubts, "water_temp_by_season")
    return value, doubts


def _with_contradictions(said: list[Said]) -> list[Said]:
    """Add a doubt to readings of one series and time that differ within the telegram."""
    values: dict[tuple[str, str, datetime], set[Decimal]] = {}
    for item in said:
        if isinstance(item, Reading) and item.value is not None:
            values.setdefault((item.quantity, item.interval, item.time), set()).add(item.value)
    clashes = {place for place, held in values.items() if len(held) > 1}
    if not clashes:
        return said
    return [_doubted(item, clashes) for item in said]


def _doubted(item: Said, clashes: set[tuple[str, str, datetime]]) -> Said:
    if isinstance(item, Reading) and (item.quantity, item.interval, item.time) in clashes:
        return replace(item, doubts=(*item.doubts, "contradicted_in_telegram"))
    return item
