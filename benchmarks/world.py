"""A made-up network of many gauges and their made-up values: the load that everything is measured under."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np

from record.batch import Batch
from record.entry import Flag, Method, Receipt
from record.network import Network
from record.network.basin import Basin, Nature, Site, SiteKind, Station
from record.network.party import Party, ReportDay

START = datetime(2016, 1, 1, tzinfo=UTC)
HOUR, TEN_MINUTES = 3600, 600
_SOURCE = "made up for benchmarks"
_DECIMALS = [Decimal(number).scaleb(-2) for number in range(40_000)]


def make_network(hourly: int, ten_minute: int) -> Network:
    """So many hourly and ten-minute gauges of one basin, all of one party."""
    gauges = [("hourly", number) for number in range(hourly)] + [("10-minute", number) for number in range(ten_minute)]
    sites, stations = {}, {}
    for interval, number in gauges:
        name = f"simulated-{interval}-{number:04}"
        sites[name] = Site(
            id=name, kind=SiteKind.POST, basin="chu", river="chu", names={"en": name}, country="kg",
            lon=74.0, lat=42.5, source=_SOURCE,
        )  # fmt: skip
        stations[f"{name}:kg"] = Station(
            id=f"{name}:kg", site=name, party="kg", code=name, names={"en": name}, nature=Nature.SIMULATED,
            series=(f"discharge.{interval}",), source=_SOURCE,
        )  # fmt: skip
    return Network(
        origin="arna.example/bench",
        report_day=ReportDay(zone="Asia/Bishkek", begins=time(8), issued=time(9, 30), document=_SOURCE),
        parties={"kg": Party(id="kg", names={"en": "Kyrgyzstan"}, zone="Asia/Bishkek", ministries=())},
        basins={"chu": Basin(id="chu", names={"en": "Chu"}, source=_SOURCE)},
        sites=sites,
        stations=stations,
        shares={},
        season_plans={},
        sources={},
        files={"parties.toml": b"# made up for benchmarks\n"},
    )


@dataclass(frozen=True)
class Gauges:
    """The series of one collection, and the values they would have; `step` in seconds."""

    series: tuple[str, ...]
    step: int

    @classmethod
    def of(cls, network: Network, collection: str) -> "Gauges":
        """Those of a collection of the made-up network."""
        names = tuple(series.id for series in network.collection(collection).series)
        return cls(names, HOUR if collection.endswith("hourly") else TEN_MINUTES)

    def hundredths(self, rows: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Discharge in hundredths of m3/s (int64; row, time): a season, a day, a flood now and then, and noise."""
        seconds = times[None, :].astype(np.float64)
        level = 300.0 + (rows[:, None] * 7919 % 5000)
        season = 1.0 + 0.6 * np.sin(2 * np.pi * seconds / (365.25 * 86_400) + rows[:, None])
        day = 1.0 + 0.05 * np.sin(2 * np.pi * seconds / 86_400)
        seed = int(times[0]) % (1 << 31)
        noise = np.cumsum(np.random.default_rng([seed, int(rows[0])]).normal(0, 0.004, (len(rows), len(times))), axis=1)
        found: np.ndarray = np.clip(level * season * day * np.exp(noise), 1, 39_999).astype(np.int64)
        return found

    def span(self, rows: np.ndarray, times: np.ndarray) -> Batch:
        """Every value of the series `rows` at `times`, series by series; one in a hundred is suspect."""
        number = self.hundredths(rows, times).ravel()
        flag = np.where(number % 100 == 7, Flag.SUSPECT, Flag.GOOD).astype(np.int8)
        return self._batch(rows, np.repeat(np.arange(len(rows)), len(times)), np.tile(times, len(rows)), number, flag)

    def moment(self, rows: np.ndarray, time: int, shift: int = 0) -> Batch:
        """One value of each of the series `rows` at `time`, moved by `shift` hundredths."""
        number = (rows * 7919 % 5000 + time // self.step + shift) % 39_000
        flag = np.full(len(rows), Flag.GOOD, dtype=np.int8)
        return self._batch(rows, np.arange(len(rows)), np.full(len(rows), time), number, flag)

    def cells(self, rows: np.ndarray, times: np.ndarray, shift: int) -> Batch:
        """A value for each (row, time), moved by `shift` hundredths: corrections."""
        named = np.unique(rows)
        number = (rows * 7919 % 5000 + times // self.step + shift) % 39_000
        flag = np.full(len(rows), Flag.GOOD, dtype=np.int8)
        return self._batch(named, np.searchsorted(named, rows), times, number, flag)

    def _batch(
        self, rows: np.ndarray, which: np.ndarray, times: np.ndarray, number: np.ndarray, flag: np.ndarray
    ) -> Batch:
        return Batch(
            said=tuple((self.series[row], Method.SIMULATED) for row in rows.tolist()),
            which=which.astype(np.int64),
            time=times.astype(np.int64),
            value=[_DECIMALS[hundredths] for hundredths in number.tolist()],
            flag=flag,
        )


def receipt(name: str, said: Batch, moment: datetime) -> Receipt:
    """The bytes of a message that says the batch: about twenty a reading."""
    body = f"{name}\n".encode() + b"".join(f"{time} {value}\n".encode() for _, _, time, value, _ in said.rows())
    return Receipt(source="bench", name=name, media="text/plain", received=moment, body=body)


def months(count: int) -> list[tuple[int, int]]:
    """The first and past-the-last second of so many months from the start."""
    first = np.datetime64(START.replace(tzinfo=None), "M") + np.arange(count + 1)
    seconds = first.astype("datetime64[s]").astype(np.int64).tolist()
    return list(pairwise(seconds))


def after(seconds: float) -> datetime:
    """A moment so many seconds after 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
