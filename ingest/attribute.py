"""From what a message says to observations of declared series, or to the reason why it says nothing of any."""

from datetime import UTC, datetime, timedelta

from ingest.reading import NoReport, Reading, Said, Unreadable
from record.entry import Flag, Method, Observation, Refusal
from record.errors import UnitError
from record.network import Network
from record.network.basin import Station
from record.network.source import Source
from record.quantities import quantity_of
from record.selection import EARLIEST
from record.units import convert

AHEAD = timedelta(hours=3)
"""How far a time may run ahead of the receipt: clocks of senders are not exact."""
_TERM = "term"


def attribute(said: Said, source: Source, network: Network, received: datetime) -> list[Observation] | Refusal:
    """The observations that one thing said comes to, or why it is refused; `received` is aware.

    A reading gives one observation in the unit of its quantity, flagged unknown until it is judged and suspect where
    its reader had doubts. A reading that is itself "missing" of a series that the station does not have gives none.
    No report gives a missing observation of each of the station's series of the term.
    """
    if isinstance(said, Unreadable):
        return Refusal(fragment=said.fragment, where=said.where, reason=said.reason)
    station = _station(said, source, network)
    reason = station if isinstance(station, str) else _fault_of_time(said.time, received)
    if reason is not None or isinstance(station, str):
        return _refused(said, reason or "")
    if isinstance(said, NoReport):
        return _absences(said, source, station)
    return _observed(said, source, station)


def _station(said: Reading | NoReport, source: Source, network: Network) -> Station | str:
    """The station meant, or why the source may not speak of it."""
    if not said.station:
        return "it names no station"
    station = network.station_called(said.station, simulated=source.simulated)
    if station is None:
        return f"no {'simulated ' if source.simulated else ''}station is called {said.station!r}: declare it"
    if station.party not in (source.party, *source.speaks_for):
        return f"{station.id} is a station of {station.party}, for which source {source.id} may not speak"
    return station


def _fault_of_time(time: datetime, received: datetime) -> str | None:
    if time > received + AHEAD:
        return f"its time {_shown(time)} lies after the receipt at {_shown(received)}"
    if time < EARLIEST:
        return f"its time {_shown(time)} lies before {EARLIEST.year}, when no gauge stood here"
    return None


def _observed(said: Reading, source: Source, station: Station) -> list[Observation] | Refusal:
    if f"{said.quantity}.{said.interval}" not in station.series:
        if said.value is None:
            return []
        return _refused(said, f"{station.id} has no series {said.quantity}.{said.interval}: declare it")
    try:
        value = None if said.value is None else convert(said.value, said.unit, quantity_of(said.quantity).unit)
    except UnitError as fault:
        return _refused(said, str(fault))
    return [
        Observation(
            series=f"{station.id}.{said.quantity}.{said.interval}",
            time=_whole_seconds(said.time),
            value=value,
            flag=Flag.MISSING if value is None else _flag_of(said),
            method=_method(source, estimated=said.estimated),
        )
    ]


def _flag_of(said: Reading) -> Flag:
    if said.bad:
        return Flag.BAD
    return Flag.SUSPECT if said.doubts else Flag.UNKNOWN


def _absences(said: NoReport, source: Source, station: Station) -> list[Observation] | Refusal:
    terms = [name for name in station.series if name.endswith(f".{_TERM}")]
    if not terms:
        return _refused(said, f"it says that {station.id} has nothing to report, and that has no series of the term")
    return [
        Observation(
            series=f"{station.id}.{name}",
            time=_whole_seconds(said.time),
            value=None,
            flag=Flag.MISSING,
            method=_method(source),
        )
        for name in terms
    ]


def _whole_seconds(time: datetime) -> datetime:
    return time.astimezone(UTC).replace(microsecond=0)


def _method(source: Source, *, estimated: bool = False) -> Method:
    if source.simulated:
        return Method.SIMULATED
    return Method.ESTIMATED if estimated else Method.MEASURED


def _refused(said: Reading | NoReport, reason: str) -> Refusal:
    """The bytes that say it, or, of a reading that stands in several places, its words."""
    if isinstance(said, Reading) and said.fragment:
        return Refusal(fragment=said.fragment, where=said.where, reason=reason)
    words = [said.station, _shown(said.time)]
    if isinstance(said, Reading):
        value = "missing" if said.value is None else f"{said.value:f} {said.unit}"
        words += [f"{said.quantity}.{said.interval}", value]
    return Refusal(fragment=" ".join(words).encode("utf-8", "replace"), where=said.where, reason=reason)


def _shown(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
