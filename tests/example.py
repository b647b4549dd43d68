"""A small declared network and a record in a temporary folder, for tests of every floor."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from record.archive import Record, open_record
from record.check import Known
from record.entry import Flag, Method, Observation, Receipt, Refusal
from record.network import Network
from record.network.basin import Basin, Nature, Site, SiteKind, Station
from record.network.party import Party, ReportDay
from record.proof.keys import new_signer
from record.writer import Appended, Pen

START = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
GATEWAY = new_signer("gateway.test")
LOG = new_signer("arna.example/test")
KNOWN = Known(gateway=GATEWAY.verifier, log=LOG.verifier)
KIROV = "kirov:kg.inflow.daily"
KIROV_STORAGE = "kirov:kg.storage.daily"
BORDER = "example-border:kz.discharge.daily"


def network_of_two() -> Network:
    """Two parties, one basin, a reservoir of the one and an example border gate of the other."""
    source = "made up for tests"
    sites = (
        Site(
            id="kirov", kind=SiteKind.RESERVOIR, basin="talas", river="talas", names={"en": "Kirov"},
            country="kg", shared=True, lon=71.6183, lat=42.6478, capacity=550, source=source,
        ),
        Site(
            id="example-border", kind=SiteKind.BORDER, basin="talas", river="talas", names={"en": "Example border"},
            country="kz", lon=71.5, lat=42.7, verified=False, source=source,
        ),
    )  # fmt: skip
    stations = (
        Station(
            id="kirov:kg", site="kirov", party="kg", code="15954", names={"en": "Kirov"},
            series=("inflow.daily", "storage.daily", "level.term"), source=source,
        ),
        Station(
            id="example-border:kz", site="example-border", party="kz", code="example-border",
            names={"en": "Example border"}, series=("discharge.daily",), nature=Nature.EXAMPLE, source=source,
        ),
    )  # fmt: skip
    parties = (
        Party(id="kg", names={"en": "Kyrgyzstan"}, zone="Asia/Bishkek", ministries=()),
        Party(id="kz", names={"en": "Kazakhstan"}, zone="Asia/Almaty", ministries=()),
    )
    return Network(
        origin="arna.example/test",
        report_day=ReportDay(zone="Asia/Bishkek", begins=time(8), issued=time(9, 30), document="made up for tests"),
        parties={party.id: party for party in parties},
        basins={"talas": Basin(id="talas", names={"en": "Talas"}, source=source)},
        sites={site.id: site for site in sites},
        stations={station.id: station for station in stations},
        shares={},
        season_plans={},
        sources={},
        files={"parties.toml": b"# made up for tests\n"},
    )


def url_of(folder: Path) -> str:
    """Where the record of `folder` is kept: in a file, unless a test says otherwise."""
    return f"sqlite:///{folder / 'record.sqlite'}"


def open_example(folder: Path, network: Network | None = None) -> Record:
    """The record in `folder`, made where it is not there yet."""
    return open_record(url_of(folder), network or network_of_two(), segments=str(folder / "segments"), data=folder)


def open_pen(folder: Path, network: Network | None = None) -> tuple[Record, Pen]:
    """The record in `folder` with a pen."""
    record = open_example(folder, network)
    return record, Pen(record, gateway=GATEWAY, log=LOG)


def seen(series: str, day: int, value: str | None, flag: Flag = Flag.GOOD) -> Observation:
    """An observation so many days after `START`."""
    return Observation(
        series=series,
        time=START + timedelta(days=day),
        value=None if value is None else Decimal(value),
        flag=Flag.MISSING if value is None else flag,
        method=Method.MEASURED,
    )


def message(body: str, *, source: str = "telegrams", hours: float = 0) -> Receipt:
    """A receipt so many hours after `START`."""
    received = START + timedelta(hours=hours)
    return Receipt(source=source, name="message.txt", media="text/plain", received=received, body=body.encode())


def say(
    pen: Pen, body: str, observations: Sequence[Observation], refusals: Sequence[Refusal] = (), *, hours: float = 0
) -> Appended:
    """Let the pen write one message so many hours after `START`."""
    return pen.append(message(body, hours=hours), observations, refusals, START + timedelta(hours=hours))
