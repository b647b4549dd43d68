"""A record as clients meet it: thirteen stations of both countries with gaps, flags, corrections, a sealed month.

April and May 2026; the hourly readings of April are sealed. Twelve posts give the discharge every hour, every second of
them the level too; the reservoir gives inflow, release and storage every day. The last post has no known place, the one
before it is simulated. Of each post every 50th value is suspect, every 75th bad, every 60th missing, and two days in 41
are silent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from fastapi import FastAPI

from record import seal
from record.archive import Record
from record.batch import Batch
from record.entry import Flag, Method, Receipt
from record.network import Network
from record.network.basin import Basin, Nature, Site, SiteKind, Station
from record.writer import Pen
from service import renewal
from service.app import create_app
from service.settings import Settings
from tests.example import network_of_two, open_pen
from tests.serving import running

BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
SEALED_UNTIL = datetime(2026, 5, 1, tzinfo=UTC)
END = datetime(2026, 6, 1, tzinfo=UTC)
NOW = END + timedelta(days=1)
POSTS = 12
HOURLY, DAILY = "chu-hourly", "chu-daily"
_HOUR, _DAY = 3600, 86_400
_SOURCE = "made up for tests"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class World:
    """A served record; `url` is where it answers, without a slash at its end."""

    app: FastAPI
    url: str
    record: Record
    pen: Pen
    network: Network


def post(number: int) -> str:
    """The id of a station: of the Kyrgyz side the even ones, of the Kazakh side the odd ones."""
    return f"post-{number:02}:{'kz' if number % 2 else 'kg'}"


def network_of_posts() -> Network:
    """Twelve posts along the Chu and a reservoir above them."""
    sites, stations = {}, {}
    for number in range(POSTS):
        name, party = post(number).split(":")
        placed = number < POSTS - 1
        simulated = number == POSTS - 2
        sites[name] = Site(
            id=name, kind=SiteKind.POST, basin="chu", river="chu", names={"en": f"Post {number}"}, country=party,
            lon=74.0 + number / 10 if placed else None, lat=42.5 + number / 20 if placed else None, source=_SOURCE,
        )  # fmt: skip
        series = ("discharge.hourly", "level.hourly") if number % 2 == 0 else ("discharge.hourly",)
        stations[post(number)] = Station(
            id=post(number), site=name, party=party, code=name, names={"en": f"Post {number}"}, series=series,
            nature=Nature.SIMULATED if simulated else Nature.REAL, source=_SOURCE,
        )  # fmt: skip
    sites["reservoir"] = Site(
        id="reservoir", kind=SiteKind.RESERVOIR, basin="chu", river="chu", names={"en": "Reservoir"}, country="kg",
        lon=75.5, lat=42.3, capacity=470, source=_SOURCE,
    )  # fmt: skip
    stations["reservoir:kg"] = Station(
        id="reservoir:kg", site="reservoir", party="kg", code="reservoir", names={"en": "Reservoir"},
        series=("inflow.daily", "release.daily", "storage.daily"), source=_SOURCE,
    )  # fmt: skip
    basins = {"chu": Basin(id="chu", names={"en": "Chu"}, source=_SOURCE)}
    return replace(network_of_two(), basins=basins, sites=sites, stations=stations)


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """The record in `folder`, filled and served by a thread of this process."""
    network = network_of_posts()
    record, pen = open_pen(folder, network)
    for first, last in ((BEGIN, SEALED_UNTIL), (SEALED_UNTIL, END)):
        for collection, step in ((HOURLY, _HOUR), (DAILY, _DAY)):
            said = _readings(network, collection, step, first, last)
            pen.append(_receipt(f"{collection} {first:%Y-%m}", last), said, [], last)
        if last == SEALED_UNTIL:
            for done in seal.seal(record, pen, lambda: SEALED_UNTIL + timedelta(days=5), pause=lambda: None):
                assert done.fault is None
    again = SEALED_UNTIL + timedelta(days=10)
    pen.append(_receipt("correction", NOW), _correction(network, again), [], NOW)
    own = folder / "own"
    own.mkdir()
    app = create_app(Settings(config=ROOT / "config", data=own), now=lambda: NOW)
    renewal.install(app, lambda: record)
    with running(app) as url:
        yield World(app, url, record, pen, network)
    record.engine.dispose()


def _receipt(name: str, received: datetime) -> Receipt:
    return Receipt(source="posts", name=name, media="text/plain", received=received, body=name.encode())


def _readings(network: Network, collection: str, step: int, first: datetime, last: datetime) -> Batch:
    series = [one.id for one in network.collection(collection).series]
    times = np.arange(int(first.timestamp()), int(last.timestamp()), step)
    which, time = np.repeat(np.arange(len(series)), len(times)), np.tile(times, len(series))
    place = (time - int(BEGIN.timestamp())) // step
    # Two days of each post, a day later than those of the post before, are silent.
    silent = (time // _DAY + which * 3) % 41 < 2 if step == _HOUR else np.zeros(len(time), dtype=bool)
    which, time, place = which[~silent], time[~silent], place[~silent]
    flag = np.full(len(time), Flag.GOOD, dtype=np.int8)
    flag[place % 50 == 7] = Flag.SUSPECT
    flag[place % 75 == 11] = Flag.BAD
    flag[place % 60 == 13] = Flag.MISSING
    number = 500 + which * 137 + (place * 7 + place // 24 * 31) % 900
    value = [
        None if one == Flag.MISSING else Decimal(many).scaleb(-2)
        for one, many in zip(flag.tolist(), number.tolist(), strict=True)
    ]
    said = tuple((name, Method.MEASURED) for name in series)
    return Batch(said=said, which=which.astype(np.int64), time=time.astype(np.int64), value=value, flag=flag)


def _correction(network: Network, at: datetime) -> Batch:
    """The values of one hour, of all series, a quarter of a cubic metre higher than they can have been."""
    series = [one.id for one in network.collection(HOURLY).series]
    return Batch(
        said=tuple((name, Method.MEASURED) for name in series),
        which=np.arange(len(series)),
        time=np.full(len(series), int(at.timestamp())),
        value=[Decimal("33.25")] * len(series),
        flag=np.full(len(series), Flag.GOOD, dtype=np.int8),
    )
