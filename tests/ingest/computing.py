"""A small network in which series are computed, and a record of it that is followed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import orjson

from ingest.follow import Followed, followers_with, to_rest
from ingest.quality.record_context import RecordContext
from record.archive import Archive, Log, Record, Said
from record.entry import Flag, Method, Observation, Receipt
from record.network import Network
from record.network.basin import Site, SiteKind, Station
from record.network.computed import computed_stations
from record.network.curve import RatingCurve, ReservoirCurve
from record.network.derived import Balance, By, Derived, Input
from record.network.threshold import GrossRange, Thresholds
from record.selection import Selection
from tests.example import network_of_two, open_pen

if TYPE_CHECKING:
    from record.writer import Pen

BISHKEK, ALMATY = ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 7, 20, 4, tzinfo=UTC)
MADE_UP = {"document": "made up", "source": "made up for tests"}
LEVEL, RELEASE = "kirov:kg.level.term", "kirov:kg.release.daily"
STORAGE, SURFACE = "kirov:kg:computed.storage.term", "kirov:kg:computed.surface.term"
INFLOW, ERROR = "kirov:kg:computed.inflow.daily", "kirov:kg:computed.inflow_error.daily"
POST_LEVEL, POST_FLOW = "post:kg.level.term", "post:kg:computed.discharge.term"
UPPER, LOWER, VIRTUAL = "post:kg.discharge.daily", "far:kz.discharge.daily", "post:kg:computed.discharge.daily"


def network(**changed: object) -> Network:
    """A reservoir with a curve and a balance, a rated post, and a virtual post of two posts in two zones."""
    base = network_of_two()
    post = Site(
        id="post", kind=SiteKind.POST, basin="talas", river="talas", names={"en": "Post"}, country="kg", source="a test"
    )
    far = post.model_copy(update={"id": "far", "country": "kz"})
    gauges = {
        name: Station(id=name, site=site, party=party, code=name, names={"en": name}, series=series, source="a test")
        for name, site, party, series in (
            ("kirov:kg", "kirov", "kg", ("level.term", "storage.term", "release.daily", "inflow.daily")),
            ("post:kg", "post", "kg", ("level.term", "discharge.term", "discharge.daily")),
            ("far:kz", "far", "kz", ("discharge.daily",)),
        )
    }
    rows = (
        derived("kirov:kg", "storage.term", By.RESERVOIR_CURVE, LEVEL),
        derived("kirov:kg", "surface.term", By.RESERVOIR_CURVE, LEVEL),
        derived("kirov:kg", "inflow.daily", By.BALANCE, STORAGE, RELEASE),
        derived("post:kg", "discharge.term", By.RATING, POST_LEVEL),
        derived(
            "post:kg",
            "discharge.daily",
            By.WEIGHTED_SUM,
            Input(series=UPPER, weight=Decimal("0.5"), lag_days=1),
            Input(series=LOWER, weight=Decimal(2)),
        ),
    )
    told = replace(
        base,
        sites={**base.sites, "post": post, "far": far},
        stations=gauges | computed_stations(rows, gauges),
        derived=rows,
        rating_curves=(rating(),),
        reservoir_curves=(bowl(),),
        balances=(balance(),),
        thresholds=Thresholds(gross_range=(limit("storage", 0, 290), limit("discharge", 0, 90))),
    )
    return renewed(told, **changed)


def with_derived(row: Derived) -> Network:
    """The network with one computed series more."""
    base = network()
    gauges = {name: one for name, one in base.stations.items() if not one.computed}
    rows = (*base.derived, row)
    return replace(base, derived=rows, stations=gauges | computed_stations(rows, gauges))


def taking(row: Derived) -> Network:
    """The network with another row for the inflow, and hourly storages that nobody has ever told."""
    base = network()
    rows = (*(one for one in base.derived if one.series != row.series), row)
    gauges = {name: one for name, one in base.stations.items() if not one.computed}
    kirov = gauges[row.station]
    gauges[row.station] = kirov.model_copy(update={"series": (*kirov.series, "storage.hourly")})
    return replace(base, derived=rows, stations=gauges | computed_stations(rows, gauges))


def renewed(network: Network, **changed: object) -> Network:
    """The same network with some of its facts changed, as another version."""
    if not changed:
        return network
    files = {"parties.toml": repr(sorted(changed.items())).encode()}
    return replace(network, **changed, files=files)  # type: ignore[arg-type]


def derived(station: str, series: str, by: By, *inputs: str | Input) -> Derived:
    """A computed series."""
    said = [Input(series=one) if isinstance(one, str) else one for one in inputs]
    return Derived.model_validate({"station": station, "series": series, "by": by, "inputs": said} | MADE_UP)


def lagging(days: int) -> tuple[Derived, ...]:
    """The computed series, the posts of the virtual post so many days earlier."""
    return tuple(
        row.model_copy(update={"inputs": tuple(one.model_copy(update={"lag_days": days}) for one in row.inputs)})
        if row.by is By.WEIGHTED_SUM
        else row
        for row in network().derived
    )


def rating(factor: str = "10", **changed: object) -> RatingCurve:
    """A rating curve of one segment: discharge is `factor` times the level."""
    facts: dict[str, object] = {
        "id": "made-up",
        "station": "post:kg",
        "valid_from": date(2026, 1, 1),
        "segments": [{"above": "0", "a": factor, "b": "0", "c": "1"}],
        "lowest": "1",
        "highest": "5",
        "limit_low": "0",
        "limit_high": "9",
    }
    return RatingCurve.model_validate(facts | changed | MADE_UP)


def bowl(**changed: object) -> ReservoirCurve:
    """A reservoir with straight walls: 10 million m3 a metre above 10 m, and a surface of 10 km2."""
    facts: dict[str, object] = {
        "id": "bowl",
        "station": "kirov:kg",
        "valid_from": date(2026, 1, 1),
        "points": [("10", "0", "10"), ("40", "300", "10")],
    }
    return ReservoirCurve.model_validate(facts | changed | MADE_UP)


def balance(**changed: object) -> Balance:
    """No losses, and errors of storage alone."""
    facts: dict[str, object] = {
        "station": "kirov:kg",
        "evaporation_mm": [0] * 12,
        "storage_error": "0.0864",
        "release_error_percent": 0,
    }
    return Balance.model_validate(facts | changed | MADE_UP)


def limit(quantity: str, low: int, high: int) -> GrossRange:
    """A gross range of all stations."""
    return GrossRange(quantity=quantity, fail=(Decimal(low), Decimal(high)), source="made up for tests")


class House:
    """A record in a folder that is told things and followed to rest; `minutes` is what its clock shows since `NOW`."""

    def __init__(self, folder: Path, declared: Network | None = None) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.minutes = 0
        self.said = 0
        self.record: Record
        self.pen: Pen
        self.archive: Archive
        self.open(declared or network())

    def open(self, declared: Network) -> None:
        """Open it with a network, which comes into force."""
        self.record, self.pen = open_pen(self.folder, declared)
        self.archive = Archive(self.record)
        self.followers = followers_with(RecordContext(self.archive, declared))
        self.pen.declare(self.now)

    def now(self) -> datetime:
        """Its clock."""
        return NOW + timedelta(minutes=self.minutes)

    def tell(self, *rows: Observation, source: str = "telegrams") -> int:
        """Enter what a message says; return the index of its entry."""
        self.said += 1
        receipt = Receipt(
            source=source, name="message", media="text/plain", received=self.now(), body=str(self.said).encode()
        )
        return self.pen.append(receipt, rows, (), self.now).entries[-1]

    def follow(self) -> Followed:
        """Follow the journal to rest."""
        done = to_rest(self.record.network, self.pen, self.now, followers=self.followers)
        assert done.fault is None
        return done

    def values(self, series: str) -> dict[datetime, tuple[str | None, str]]:
        """What stands in a series: value as written and flag by time."""
        stands = {}
        for moment in self.times(series):
            last = self.archive.history(series, moment)[-1]
            stands[moment] = (None if last.value is None else str(last.value), last.flag.word)
        return stands

    def times(self, series: str) -> list[datetime]:
        """The times of which a series speaks."""
        span = self.archive.span(self.record.network.series[series].collection)
        if span is None:
            return []
        found = self.archive.select(_all_of(series))
        spoken = found[f"{series.rsplit('.', 2)[1]}_entry"].values[0] >= 0
        return [datetime.fromtimestamp(int(at), UTC) for at in found["time"].values[spoken].astype(int).tolist()]


def shown(house: House, series: str) -> list[tuple[str | None, str]]:
    """Value and flag of each time of a series, in order."""
    return list(house.values(series).values())


def last(house: House, series: str, day: int) -> Said:
    """What was said last of a daily mean."""
    return house.archive.history(series, midnight(day))[-1]


def grounds(house: House, entry: int) -> dict[str, object]:
    (receipt,) = Log(house.record).receipts_of(entry)
    stated: dict[str, object] = orjson.loads(receipt.body)
    return stated


def said(series: str, moment: datetime, value: str | None, flag: Flag = Flag.GOOD) -> Observation:
    """An observation; None for one that is missing."""
    return Observation(
        series=series,
        time=moment,
        value=None if value is None else Decimal(value),
        flag=Flag.MISSING if value is None else flag,
        method=Method.MEASURED,
    )


def term(day: int, hour: int = 8) -> datetime:
    """An hour of a day of July 2026 in Bishkek."""
    return datetime(2026, 7, day, hour, tzinfo=BISHKEK)


def midnight(day: int, zone: ZoneInfo = BISHKEK) -> datetime:
    """The stamp of a daily mean of July 2026."""
    return datetime(2026, 7, day, tzinfo=zone)


def reservoir(days: Sequence[int], levels: Sequence[str | None], release: str = "15") -> list[Observation]:
    """Levels at 08:00 of days, and the release of each day."""
    rows = [said(LEVEL, term(day), level) for day, level in zip(days, levels, strict=True)]
    return rows + [said(RELEASE, midnight(day), release) for day in days]


def _all_of(series: str) -> Selection:
    return Selection(series=(series,))
