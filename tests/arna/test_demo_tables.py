"""Written tables read back by the same declaration, cell by cell."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from arna.demo.generator import Message, messages, speakers, tables
from arna.demo.generator.chance import Chance
from arna.demo.generator.tables import Row
from arna.demo.history import real_tables
from ingest.decode.csv_table import decode
from ingest.reading import Reading
from record.network import load_network
from record.network.source import Table
from tests.ingest.golden import spread

NETWORK = load_network(Path(__file__).parent.parent.parent / "config")
DAY = date(2026, 6, 20)
SEED = 7
MADE = [made for made in messages(NETWORK, DAY, SEED) if NETWORK.sources[made.source].table is not None]


def table_of(source: str) -> Table:
    table = NETWORK.sources[source].table
    assert table is not None
    return table


def readings(source: str, body: bytes, at: datetime) -> list[Reading]:
    """What our own reader finds; it must understand all of it."""
    table = table_of(source)
    said = spread(decode(body, at, ZoneInfo(table.zone), table))
    found = [item for item in said if isinstance(item, Reading)]
    assert len(found) == len(said), said
    return found


@pytest.mark.parametrize("source", sorted({made.source for made in MADE}))
def test_a_table_is_read_back_value_by_value(source: str) -> None:
    table, speaking = table_of(source), speakers.by_table(NETWORK, NETWORK.sources[source])
    lines = tables.rows(table, speaking, DAY, Chance(SEED))
    sent = {(line.code, said, line.at): value for line in lines for said, value in line.values.items()}
    found = readings(source, tables.write(table, lines), MADE[0].at)
    assert sent
    assert {(item.station, f"{item.quantity}.{item.interval}", item.time): item.value for item in found} == sent


@pytest.mark.parametrize("made", MADE, ids=lambda made: f"{made.source}/{made.name}")
def test_every_message_is_read_and_names_declared_series(made: Message) -> None:
    for item in readings(made.source, made.body, made.at):
        station = NETWORK.station_called(item.station, simulated=True)
        assert station is not None
        assert f"{item.quantity}.{item.interval}" in station.series
        assert item.time < made.at


def test_daily_means_stand_on_the_midnight_that_begins_the_day_before_in_the_sender_s_zone() -> None:
    (made,) = [found for found in MADE if found.source == "simulated-reservoirs-kz"
               and found.name.startswith(f"daily-{DAY:%Y%m%d}")]  # fmt: skip
    times = {item.interval: item.time.astimezone(ZoneInfo("Asia/Almaty"))
             for item in readings(made.source, made.body, made.at)}  # fmt: skip
    assert times["daily"].replace(tzinfo=None) == datetime(DAY.year, DAY.month, DAY.day) - timedelta(days=1)  # noqa: DTZ001
    assert (times["term"].date(), times["term"].hour) == (DAY, 8)


def test_a_missing_value_bears_the_declared_mark_and_is_read_as_missing() -> None:
    table = table_of("simulated-canals-kg")
    at = datetime(2026, 6, 19, tzinfo=ZoneInfo(table.zone))
    body = tables.write(table, [Row(code="tuyte", at=at, values={"intake.daily": None})])
    assert body.decode(table.encoding).splitlines()[1] == "19.06.2026 00:00;tuyte;-;"
    assert [(item.quantity, item.value) for item in readings("simulated-canals-kg", body, MADE[0].at)] == [
        ("intake", None)
    ]


def test_the_share_of_missing_values_is_that_of_real_posts() -> None:
    found = [item for made in MADE for item in readings(made.source, made.body, made.at)]
    assert 0.05 <= sum(item.value is None for item in found) / len(found) <= 0.26


@pytest.mark.parametrize(
    ("source", "count", "missing", "total"),
    [("ala-archa-history", 2952, 40, "13342.10"), ("klyuchevka-history", 180, 9, "3895.6")],
)
def test_a_real_table_is_read_whole(source: str, count: int, missing: int, total: str) -> None:
    (body,) = [body for found, _, body in real_tables(NETWORK) if found.id == source]
    found = readings(source, body, MADE[0].at)
    assert len(found) == count
    assert sum(item.value is None for item in found) == missing
    assert sum(item.value for item in found if item.value is not None) == Decimal(total)
    assert Counter(item.station for item in found).keys() == {column.station for column in table_of(source).columns}
