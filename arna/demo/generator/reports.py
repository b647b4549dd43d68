"""What a station is to say in its morning telegram, by the series it declares."""

from datetime import date, timedelta
from decimal import Decimal

from arna.demo.generator.chance import Chance
from arna.demo.generator.reservoirs import Reservoir
from arna.demo.generator.rivers import River
from arna.demo.generator.telegrams import Report, Value, as_sent, rain, water
from record.network.basin import Site, SiteKind, Station

_MORNING = 8
_EVENING = 20
_LEAST_GAPS = 0.06
_MORE_GAPS = 0.16
_DAY = timedelta(days=1)


def morning(station: Station, site: Site, day: date, chance: Chance) -> Report:
    """The telegram of a station for 08 h of `day`; a value of chance is sent as missing."""
    values = _pool(station, site, day, chance) if site.kind is SiteKind.RESERVOIR else _post(station, site, day, chance)
    return Report(
        post=station.code,
        day=day,
        hour=_MORNING,
        values={name: None if is_gap(chance, station, day, name) else value for name, value in values.items()},
    )


def is_gap(chance: Chance, station: Station, day: date, name: str) -> bool:
    """Whether this value is missing: real posts lack 5 to 26 per cent, each its own share."""
    share = _LEAST_GAPS + _MORE_GAPS * chance.uniform(station.code, "gaps")
    return chance.uniform(station.code, day, name, "gap") < share


def _post(station: Station, site: Site, day: date, chance: Chance) -> dict[str, Value]:
    river, before = River(site, chance), day - _DAY
    low = river.level(day, _MORNING)
    offered: dict[str, tuple[str, Value]] = {
        "level": ("level.term", Decimal(low)),
        "level_change": ("level.term", Decimal(low - river.level(before, _MORNING))),
        "level_20h": ("level.term", Decimal(river.level(before, _EVENING))),
        "water": ("temperature.term", _water(river.temperature(day))),
        "discharge": ("discharge.term", _flow(river.flow(day, _MORNING))),
        "rain": ("precipitation.daily", _rain(river.rain(day))),
        "discharge_mean": ("discharge.daily", _flow(river.mean(before))),
    }
    return {name: value for name, (series, value) in offered.items() if series in station.series}


def _pool(station: Station, site: Site, day: date, chance: Chance) -> dict[str, Value]:
    reservoir, before = Reservoir(site, chance), day - _DAY
    offered: dict[str, tuple[str, Value]] = {
        "pool": ("level.term", Decimal(round(100 * reservoir.level(day, _MORNING)))),
        "volume": ("storage.term", _flow(reservoir.storage(day, _MORNING))),
        "inflow": ("inflow.term", _flow(reservoir.inflow(day) * 0.97)),
        "inflow_mean": ("inflow.daily", _flow(reservoir.inflow(before))),
        "release_mean": ("release.daily", _flow(reservoir.release(before))),
    }
    return {name: value for name, (series, value) in offered.items() if series in station.series}


def _flow(value: float) -> Decimal:
    """As three figures leave it."""
    return as_sent(Decimal(value))


def _water(value: float) -> Decimal:
    """In tenths below 10 degrees, in whole degrees from there on."""
    tenths = Decimal(value).quantize(Decimal("0.1"))
    return tenths if water(tenths).endswith("/") else tenths.quantize(Decimal(1))


def _rain(value: float) -> Decimal:
    """In tenths below 1 mm, in whole mm from there on."""
    tenths = Decimal(value).quantize(Decimal("0.1"))
    return tenths if rain(tenths).startswith("99") else tenths.quantize(Decimal(1))
