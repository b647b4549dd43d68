"""The computed twins of stations: what is computed must never stand in the series of what is measured."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from record.network.basin import Station
from record.network.derived import By, Derived
from record.network.threshold import Threshold
from record.network.twins import twin_id

MARK = "computed"
UNCERTAINTY = "inflow_error"
"""The quantity that an inflow by water balance brings with it, at the same interval."""

T = TypeVar("T", bound=Threshold)

_SUFFIX = {"en": "(computed)", "ru": "(расчёт)", "kk": "(есептелген)", "ky": "(эсептелген)"}


def computed_id(station: str) -> str:
    """The id of the computed twin of a station, be that real or simulated."""
    return f"{station}:{MARK}"


def gauge_of(station: str) -> str:
    """The id of the station of which a twin is computed; of any other its own."""
    return station.removesuffix(f":{MARK}")


def words_of(row: Derived) -> tuple[str, ...]:
    """The `quantity.interval` words that a row computes: its own, and of a balance the uncertainty as well."""
    if row.by is not By.BALANCE:
        return (row.series,)
    return row.series, f"{UNCERTAINTY}.{row.series.partition('.')[2]}"


def placed_derived(rows: Iterable[Derived], stations: Mapping[str, Station]) -> tuple[Derived, ...]:
    """The computed series whose stations and inputs there are; of those that are simulated these are the twins."""
    moved = (_of_twins(row) if row.simulated else row for row in rows)
    return tuple(row for row in moved if all(name in stations for name in _gauges_of(row)))


def computed_stations(derived: Iterable[Derived], stations: Mapping[str, Station]) -> dict[str, Station]:
    """The computed twins by id, each with the series that are computed of its station."""
    rows: dict[str, list[Derived]] = {}
    for row in derived:
        rows.setdefault(row.station, []).append(row)
    return {computed_id(name): _computed(stations[name], of) for name, of in rows.items()}


def judged_as_their_gauges(rows: Iterable[T], computed: Iterable[str]) -> tuple[T, ...]:
    """The thresholds of single stations, and once more for their computed twins: one water, one limit."""
    given = tuple(rows)
    gauges = {name: gauge_of(name) for name in computed}
    return given + tuple(
        row.model_copy(update={"station": name})
        for row in given
        for name, gauge in gauges.items()
        if row.station == gauge
    )


def _computed(station: Station, rows: list[Derived]) -> Station:
    name = computed_id(station.id)
    words = dict.fromkeys(word for row in rows for word in words_of(row))
    return station.model_copy(
        update={
            "id": name,
            "code": name,
            "names": {language: f"{said} {_SUFFIX[language]}" for language, said in station.names.items()},
            "series": tuple(words),
            "computed": True,
            "verified": station.verified and all(row.verified for row in rows),
            "note": "Computed from other series by declared rules; no gauge said these values.",
            "source": "config/derived.toml",
        }
    )


def _gauges_of(row: Derived) -> tuple[str, ...]:
    """The station of a computed series, and those of its inputs."""
    inputs = (one.series.partition(".")[0].removesuffix(f":{MARK}") for one in row.inputs)
    return row.station, *inputs


def _of_twins(row: Derived) -> Derived:
    inputs = tuple(one.model_copy(update={"series": _twin_series(one.series)}) for one in row.inputs)
    return row.model_copy(update={"station": twin_id(row.station), "inputs": inputs})


def _twin_series(series: str) -> str:
    station, quantity, interval = series.rsplit(".", 2)
    if station.endswith(f":{MARK}"):
        return f"{computed_id(twin_id(station.removesuffix(f':{MARK}')))}.{quantity}.{interval}"
    return f"{twin_id(station)}.{quantity}.{interval}"
