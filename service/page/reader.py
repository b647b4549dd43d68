"""Who reads a page: in which language, and by whose clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from babel.dates import get_timezone_location

from record.errors import SelectionError
from record.network import Network
from service.language import Language

_UTC = "utc"
_AT_HOME: Mapping[str, str] = {"kk": "kz", "ky": "kg"}
"""Whose clock is meant by who reads a language and names none; of other languages it is that of the report day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock that can be chosen: `id` is that of a party, or utc; `place` is where it hangs, in the reader's language.

    It can be said of any time, and always is, how far it is from UTC.
    """

    id: str
    place: str
    tz: tzinfo

    @property
    def zone(self) -> str:
        """Its name in the IANA database, by which browsers know it."""
        return str(self.tz)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The reader of a page; `clock` is the one in use, `clocks` are all, `home` is that of his language."""

    language: Language
    clock: Clock
    clocks: tuple[Clock, ...]
    home: str

    def moment(self, at: datetime) -> str:
        """A time by the reader's clock, to the minute, with its offset."""
        return self.language.moment(at.astimezone(self.clock.tz))

    def hour(self, at: datetime) -> str:
        """The same as hour and day, short, for where the offset stands beside it once for all."""
        return self.language.hour(at.astimezone(self.clock.tz))

    @property
    def is_at_home(self) -> bool:
        """Whether the clock is the one that a reader of the language has who names none."""
        return self.clock.id == self.home

    def brief(self, at: datetime, now: datetime) -> str:
        """The hour alone, with its day where that is not today; the offset stands beside it once for all."""
        local = at.astimezone(self.clock.tz)
        return f"{local:%H:%M}" if local.date() == now.astimezone(self.clock.tz).date() else self.hour(at)

    def offset(self, at: datetime) -> str:
        """How far the reader's clock is from UTC."""
        return offset_of(self.clock.tz, at)


def reader_of(network: Network, language: Language, zone: str | None = None) -> Reader:
    """Who reads in a language by the clock that `zone` names: a party's id, or utc.

    Raises `SelectionError` with the clocks that there are.
    """
    clocks = (
        *(
            Clock(
                id=party.id,
                place=place_of(party.zone, language),
                tz=party.tz,
            )
            for party in network.parties.values()
        ),
        Clock(id=_UTC, place="UTC", tz=UTC),
    )
    home = _home(network, language)
    wanted = (zone or home).strip().lower()
    found = next((clock for clock in clocks if clock.id == wanted), None)
    if found is None and zone:
        known = ", ".join(clock.id for clock in clocks)
        raise SelectionError(f"zone={zone[:20]!r} is no clock of this page: use one of {known}")
    return Reader(language=language, clock=found or clocks[-1], clocks=clocks, home=home)


def _home(network: Network, language: Language) -> str:
    """The clock of a language: of its country, or the one by which report days begin; UTC where no party has that."""
    own = _AT_HOME.get(language.code, "")
    if own in network.parties:
        return own
    return next((party.id for party in network.parties.values() if party.zone == network.report_day.zone), _UTC)


def offset_of(zone: tzinfo, at: datetime) -> str:
    """How far a zone is from UTC at a time: +06:00."""
    said = f"{at.astimezone(zone):%z}"
    return f"{said[:3]}:{said[3:]}".replace("-", "\N{MINUS SIGN}")


def place_of(zone: str, language: Language) -> str:
    """The city by which a zone of the IANA database is known, in a language."""
    return str(get_timezone_location(zone, locale=language.locale, return_city=True))
