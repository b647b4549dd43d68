"""A basin small enough to check by hand: a shared reservoir, two canals, a border gate that both parties measure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from record.archive import Archive, Log
from record.entry import Flag, Method, Observation, Receipt, Refusal
from record.network import Network
from record.network.account import Counted, Delivery, Gate, Resource
from record.network.basin import Basin, Nature, Site, SiteKind, Station
from record.network.party import ReportDay
from record.network.share import Basis, SeasonPlan, Share
from record.writer import Appended
from tests.example import network_of_two, open_pen

DAY = date(2026, 5, 1)
BISHKEK = ZoneInfo("Asia/Bishkek")
ALMATY = ZoneInfo("Asia/Almaty")
BEGIN = datetime(2026, 5, 1, 2, tzinfo=UTC)
ISSUE = datetime(2026, 5, 2, 3, 30, tzinfo=UTC)
ON_TIME = ISSUE - timedelta(hours=1)
SOURCE = "made up for tests"


def _site(name: str, kind: SiteKind, country: str, *, shared: bool = False, capacity: float | None = None) -> Site:
    return Site(
        id=name, kind=kind, basin="talas", river="talas", names={"en": name.capitalize()}, country=country,
        shared=shared, capacity=capacity, source=SOURCE,
    )  # fmt: skip


def _station(site: str, party: str, *series: str, nature: Nature = Nature.REAL) -> Station:
    return Station(
        id=f"{site}:{party}", site=site, party=party, code=f"{site}-{party}", series=series, nature=nature,
        names={"en": f"{site.capitalize()} of {party}"}, source=SOURCE,
    )  # fmt: skip


_RESERVOIR = ("level.term", "storage.term", "inflow.term", "inflow.daily", "release.daily")


def _share(name: str, basis: Basis, of: str, kz: int, *, in_force: bool = True) -> Share:
    return Share(
        id=name, basin="talas", basis=basis, of=of, percent={"kz": Decimal(kz), "kg": Decimal(100 - kz)},
        in_force=in_force, valid_from=date(1981, 1, 1), document=f"Document of {name}.", source=SOURCE,
    )  # fmt: skip


def _counted(site: str, quantity: str, party: str) -> Counted:
    return Counted(site=site, quantity=quantity, party=party)


def _resource(share: str, quantity: str) -> Resource:
    counted = (_counted("kirov", quantity, "kg"),)
    return Resource(share=share, counted=counted, document=f"Document of what {share} divides.", source=SOURCE)


def _delivery(party: str, *counted: Counted, border: bool = False) -> Delivery:
    return Delivery(
        basin="talas", party=party, counted=counted, border=border, document="Document of delivery.", source=SOURCE
    )


_GATE = _counted("gate", "discharge", "kz")


def report_network() -> Network:
    """The declared network of the tests; the reservoir has a simulated twin."""
    sites = (
        _site("kirov", SiteKind.RESERVOIR, "kg", shared=True, capacity=550),
        _site("tuyte", SiteKind.CANAL, "kg"),
        _site("merke", SiteKind.CANAL, "kz"),
        _site("gate", SiteKind.BORDER, "kg/kz"),
        _site("upper", SiteKind.POST, "kg"),
    )
    real = (
        _station("kirov", "kg", *_RESERVOIR),
        _station("tuyte", "kg", "intake.daily", "intake.term"),
        _station("merke", "kz", "intake.daily"),
        _station("gate", "kg", "discharge.daily"),
        _station("gate", "kz", "discharge.daily"),
        _station("upper", "kg", "discharge.term", "discharge.10-day"),
    )
    twin = real[0].model_copy(
        update={"id": "kirov:kg:simulated", "nature": Nature.SIMULATED, "names": {"en": "Kirov of kg (simulated)"}}
    )
    shares = (
        _share("flow-50", Basis.FLOW, "talas", 50),
        _share("storage-88", Basis.STORAGE, "kirov", 88),
        _share("storage-80", Basis.STORAGE, "kirov", 80, in_force=False),
    )
    plan = SeasonPlan(
        id="talas-2026-kz", basin="talas", party="kz", begins=date(2026, 4, 1), ends=date(2026, 10, 1),
        volume=Decimal(400), document="Plan of 2026.", source=SOURCE,
    )  # fmt: skip
    return replace(
        network_of_two(),
        report_day=ReportDay(zone="Asia/Bishkek", begins=time(8), issued=time(9, 30), document="made up"),
        basins={"talas": Basin(id="talas", names={"en": "Talas"}, source=SOURCE)},
        sites={site.id: site for site in sites},
        stations={station.id: station for station in (*real, twin)},
        shares={share.id: share for share in shares},
        season_plans={plan.id: plan},
        resources=(_resource("flow-50", "inflow"), _resource("storage-88", "storage")),
        deliveries=(
            _delivery("kg", _counted("tuyte", "intake", "kg")),
            _delivery("kz", _counted("merke", "intake", "kz"), _GATE),
            _delivery("kz", _GATE, border=True),
        ),
        gates=(
            Gate(
                site="gate",
                quantity="discharge",
                tolerance_percent=Decimal(5),
                document="Document of the gate.",
                source=SOURCE,
            ),
        ),
    )


def at(day: date, hour: int = 0, zone: ZoneInfo = BISHKEK) -> datetime:
    """An hour of a local day."""
    return datetime.combine(day, time(hour), zone)


def reading(series: str, moment: datetime, value: str | None, flag: Flag = Flag.GOOD) -> Observation:
    """An observation at a moment."""
    return Observation(
        series=series,
        time=moment,
        value=None if value is None else Decimal(value),
        flag=Flag.MISSING if value is None else flag,
        method=Method.MEASURED,
    )


def kyrgyz_day(day: date = DAY) -> list[Observation]:
    """What the Kyrgyz side says of a day."""
    return [
        reading("kirov:kg.level.term", at(day, 8), "25.20"),
        reading("kirov:kg.level.term", at(day, 20), "25.30"),
        reading("kirov:kg.storage.term", at(day, 8), "275"),
        reading("kirov:kg.inflow.daily", at(day), "20"),
        reading("kirov:kg.release.daily", at(day), "12.5"),
        reading("tuyte:kg.intake.daily", at(day), "2.5"),
        reading("gate:kg.discharge.daily", at(day), "9"),
    ]


def kazakh_day(day: date = DAY) -> list[Observation]:
    """What the Kazakh side says of a day."""
    return [
        reading("merke:kz.intake.daily", at(day, zone=ALMATY), "1.25"),
        reading("gate:kz.discharge.daily", at(day, zone=ALMATY), "8.75"),
    ]


class Record:
    """A record in a folder, with a pen to write it."""

    def __init__(self, folder: Path, network: Network | None = None) -> None:
        self.network = report_network() if network is None else network
        self.record, self.pen = open_pen(folder, self.network)
        self.archive, self.log = Archive(self.record), Log(self.record)
        self._messages = 0

    def say(
        self, seen: Sequence[Observation], refusals: Sequence[Refusal] = (), *, when: datetime = ON_TIME
    ) -> Appended:
        """Enter one message, received and entered at the same moment."""
        self._messages += 1
        body = f"message {self._messages}".encode()
        receipt = Receipt(source="telegrams", name="message.txt", media="text/plain", received=when, body=body)
        return self.pen.append(receipt, list(seen), list(refusals), when)
