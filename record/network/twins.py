"""The simulated twins of stations: a generator's values must never stand in the series of a gauge."""

from collections.abc import Container, Iterable
from typing import TypeVar

from record.network.basin import Nature, Station
from record.network.fact import Fact

MARK = "simulated"

_SUFFIX = {"en": "(simulated)", "ru": "(модельные данные)", "kk": "(модельденген)", "ky": "(моделденген)"}


def twin_id(station: str) -> str:
    """The id of a station's simulated twin."""
    return f"{station}:{MARK}"


def twin_of(station: Station) -> Station:
    """The twin of a station: same site, code and series, and a name that says what it is."""
    return station.model_copy(
        update={
            "id": twin_id(station.id),
            "names": {language: f"{name} {_SUFFIX[language]}" for language, name in station.names.items()},
            "nature": Nature.SIMULATED,
            "note": "Generated values; no gauge said them.",
            "source": "a generator",
        }
    )


def twins_of(stations: Iterable[Station]) -> dict[str, Station]:
    """The twins by id; a station that several sources simulate has one."""
    return {twin.id: twin for twin in map(twin_of, stations)}


F = TypeVar("F", bound=Fact)


def judged_alike(rows: Iterable[F], twins: Iterable[str]) -> tuple[F, ...]:
    """The thresholds of single stations, and once more for their twins: both are judged alike."""
    given, made = tuple(rows), set(twins)
    return given + tuple(
        row.model_copy(update=renamed) for row in given for renamed in [_renamed(row, made)] if renamed
    )


def placed(rows: Iterable[F], stations: Container[str]) -> tuple[F, ...]:
    """Facts of stations, those that are simulated with the twin of theirs; without it they are of nobody."""
    moved = (_with_twins(row) if getattr(row, "simulated", False) else row for row in rows)
    return tuple(row for row in moved if getattr(row, "station", None) in stations)


def _renamed(row: Fact, twins: Container[str]) -> dict[str, str]:
    """The stations that a threshold names, as their twins; none where it names none, or one without a twin."""
    said = {name: getattr(row, name) for name in ("station", "upstream") if getattr(row, name, None) is not None}
    named = {name: twin_id(station) for name, station in said.items()}
    return named if all(name in twins for name in named.values()) else {}


def _with_twins(row: F) -> F:
    return row.model_copy(update={"station": twin_id(str(getattr(row, "station", "")))})
