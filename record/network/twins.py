"""The simulated twins of stations: a generator's values must never stand in the series of a gauge."""

from collections.abc import Iterable

from record.network.basin import Nature, Station
from record.network.limit import GrossRange

MARK = "simulated"

_SUFFIX = {"en": "(simulated)", "ru": "(смоделировано)", "kk": "(модельденген)", "ky": "(моделденген)"}


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


def limits_of_twins(limits: Iterable[GrossRange], twins: Iterable[str]) -> tuple[GrossRange, ...]:
    """The limits of single stations, once more for their twins: both are judged alike."""
    made = set(twins)
    return tuple(
        limit.model_copy(update={"station": twin_id(limit.station)})
        for limit in limits
        if limit.station is not None and twin_id(limit.station) in made
    )
