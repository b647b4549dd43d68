"""A thousand series of both basins over a season: the record that accounts and reports are measured on.

Both basins have shares of flow and of storage, canals of both parties, some of which are gauged hourly, reaches, gates
with two gauges, a season plan, reservoirs whose balances are closed, and simulated twins beside the real stations.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.load import pen_of
from benchmarks.world import after, make_network, receipt
from record.archive import Archive, Record, open_record
from record.batch import Batch
from record.entry import Flag, Method
from record.network import Network
from record.network.account import Counted, Delivery, Gate, Reach, Resource
from record.network.basin import Basin, Nature, Site, SiteKind, Station
from record.network.derived import Balance
from record.network.fact import Fact
from record.network.party import Party
from record.network.share import Basis, SeasonPlan, Share
from record.writer import Pen
from service.figures.periods import days_between

BASINS = ("chu", "talas")
BEGIN, END = date(2025, 4, 1), date(2025, 10, 1)
_MONTH = timedelta(days=31)
_SOURCE = "made up for benchmarks"
_OF_A_BASIN = {"inflow": 20, "intake": 332, "discharge": 100}
"""How many gauges of each kind a basin has: of the last, two stand at each gate."""
_KINDS = {"inflow": SiteKind.RESERVOIR, "intake": SiteKind.CANAL, "discharge": SiteKind.BORDER}
_RESERVOIRS, _TWINS, _HOURLY = 2, 40, 10
"""How many reservoirs a basin has, how many simulated twins, and how many of its canals are gauged hourly."""
_HOURS = {"daily": (0,), "term": (8, 20), "hourly": tuple(range(24))}
F = TypeVar("F", bound=Fact)


def season_network() -> Network:
    """Both basins as they are declared."""
    sites: dict[str, Site] = {}
    stations: dict[str, Station] = {}
    resources, deliveries, reaches, gates, shares, plans = [], [], [], [], {}, {}
    balances: list[Balance] = []
    for basin in BASINS:
        here = {kind: [f"{basin}-{kind}-{number:03}" for number in range(count)] for kind, count in _OF_A_BASIN.items()}
        here["discharge"] = here["discharge"][: len(here["discharge"]) // 2]
        for kind, names in here.items():
            for place, name in enumerate(names):
                sites[name] = _site(name, basin, _KINDS[kind])
                parties = ("kg", "kz") if kind == "discharge" else ("kz",) if place % 2 else ("kg",)
                stations |= {f"{name}:{party}": _station(name, party, kind) for party in parties}
        for name in here["intake"][:_HOURLY]:
            gauge = next(one for one in stations.values() if one.site == name)
            stations[gauge.id] = gauge.model_copy(update={"series": ("intake.hourly",)})
        for name in (*here["inflow"], *here["intake"][-(_TWINS - len(here["inflow"])) :]):
            gauge = next(one for one in stations.values() if one.site == name)
            twin = {"id": f"{gauge.id}:simulated", "nature": Nature.SIMULATED}
            stations[f"{gauge.id}:simulated"] = gauge.model_copy(update=twin)
        for number in range(_RESERVOIRS):
            name = f"{basin}-reservoir-{number}"
            sites[name] = _site(name, basin, SiteKind.RESERVOIR).model_copy(update={"capacity": 500.0})
            stations[f"{name}:kg"] = _station(name, "kg", "inflow").model_copy(
                update={"series": ("inflow.daily", "release.daily", "storage.term")}
            )
            balances.append(_declared(
                Balance, station=f"{name}:kg", evaporation_mm=[30] * 12, surface_km2=20, storage_error=1,
                release_error_percent=5, inflow_error_percent=5,
            ))  # fmt: skip
            shares[f"{name}-storage"] = _declared(
                Share, id=f"{name}-storage", basin=basin, basis=Basis.STORAGE, of=name, valid_from=date(2001, 1, 1),
                percent={"kz": Decimal(88), "kg": Decimal(12)}, in_force=True,
            )  # fmt: skip
            held = (Counted(site=name, quantity="storage"),)
            resources.append(_declared(Resource, share=f"{name}-storage", counted=held))
        border = tuple(Counted(site=name, quantity="discharge", party="kz") for name in here["discharge"])
        taken = {party: tuple(Counted(site=name, quantity="intake") for name in here["intake"][place::2])
                 for place, party in enumerate(("kg", "kz"))}  # fmt: skip
        deliveries += [
            _declared(Delivery, basin=basin, party="kg", counted=taken["kg"]),
            _declared(Delivery, basin=basin, party="kz", counted=(*taken["kz"], *border)),
            _declared(Delivery, basin=basin, party="kz", counted=border, border=True),
        ]
        counted = tuple(Counted(site=name, quantity="inflow") for name in here["inflow"])
        resources.append(_declared(Resource, share=f"{basin}-flow", counted=counted))
        gates += [_declared(Gate, site=name, quantity="discharge", tolerance_percent=5) for name in here["discharge"]]
        reaches += [
            _declared(Reach, id=f"reach-{above.site}", basin=basin, above=(above,), below=(below,), loss_percent=25)
            for above, below in zip(counted, border, strict=False)
        ]
        shares[f"{basin}-flow"] = _declared(
            Share, id=f"{basin}-flow", basin=basin, basis=Basis.FLOW, of=basin, valid_from=date(2001, 1, 1),
            percent={"kz": Decimal(42), "kg": Decimal(58)}, in_force=True,
        )  # fmt: skip
        plans[basin] = _declared(
            SeasonPlan, id=basin, basin=basin, party="kz", begins=BEGIN, ends=END, volume=Decimal(400)
        )
    made = make_network(0, 0)
    return replace(
        made,
        parties={**made.parties, "kz": Party(id="kz", names={"en": "Kazakhstan"}, zone="Asia/Almaty", ministries=())},
        basins={name: Basin(id=name, names={"en": name}, source=_SOURCE) for name in BASINS},
        sites=sites, stations=stations, shares=shares, season_plans=plans, resources=tuple(resources),
        deliveries=tuple(deliveries), balances=tuple(balances), reaches=tuple(reaches), gates=tuple(gates),
    )  # fmt: skip


def _declared(kind: type[F], **said: object) -> F:
    return kind.model_validate(said | {"document": _SOURCE, "source": _SOURCE})


def _site(name: str, basin: str, kind: SiteKind) -> Site:
    return Site(id=name, kind=kind, basin=basin, river=basin, names={"en": name}, country="kg", source=_SOURCE)


def _station(site: str, party: str, quantity: str) -> Station:
    return Station(
        id=f"{site}:{party}", site=site, party=party, code=f"{site}-{party}", names={"en": site}, nature=Nature.REAL,
        series=(f"{quantity}.daily",), source=_SOURCE,
    )  # fmt: skip


def season_record(folder: Path, network: Network) -> tuple[Archive, Record, Pen, np.ndarray]:
    """A record in which every gauge spoke at all its hours, from a month before the season on; and its values.

    Of two gauges at a gate the second says the same as the first but for up to 8 percent.
    """
    folder.mkdir(parents=True)
    place = f"sqlite:///{folder / 'record.sqlite'}"
    record = open_record(place, network, segments=str(folder / "segments"), data=folder)
    pen, names = pen_of(record), list(network.series)
    days = days_between(BEGIN - _MONTH, END)
    hundredths = _values(names, len(days))
    for row, name in enumerate(names):
        zone = network.zone_of(network.series[name].station)
        hours = _HOURS[network.series[name].interval]
        times = [int(datetime.combine(day, time(hour), zone).timestamp()) for day in days.tolist() for hour in hours]
        batch = Batch(
            said=((name, Method.MEASURED),), which=np.zeros(len(times), dtype=np.int64), time=np.array(times),
            value=[Decimal(number).scaleb(-2) for number in np.repeat(hundredths[row], len(hours)).tolist()],
            flag=np.full(len(times), Flag.GOOD, dtype=np.int8),
        )  # fmt: skip
        pen.append(receipt(name, batch, after(times[-1])), batch, [], after(times[-1]))
    return Archive(record), record, pen, hundredths[:, _MONTH.days :] / 100


def _values(names: list[str], days: int) -> np.ndarray:
    chance = np.random.default_rng(1)
    found = chance.integers(100, 4000, (len(names), days))
    first = {name: row for row, name in enumerate(names) if ":kg." in name}
    for row, name in enumerate(names):
        if ":kz." in name and name.replace(":kz.", ":kg.") in first:
            found[row] = found[first[name.replace(":kz.", ":kg.")]] * chance.uniform(0.92, 1.08, days)
    return found
