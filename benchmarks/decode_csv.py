"""Reading tables: a million rows on one core, whole and with damage, beside splitting the same bytes into cells."""

import random
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks.bars import Result, at_least, interleaved
from ingest.decode import csv_table
from ingest.reading import Readings, Said, Unreadable
from record.network.source import Column, Table

_ROWS = 1_000_000
_TIMES = 3
_BEGIN = datetime(1990, 1, 1)  # noqa: DTZ001 - local times as a sheet states them
_RECEIVED = datetime(2026, 1, 1, tzinfo=UTC)
_HEAD = "дата;пост;уровень, см;расход, м3/с\r\n"
_TABLE = Table(
    delimiter=";",
    encoding="cp1251",
    decimal=",",
    blanks=("", "-", "н/д"),
    time_heading="дата",
    time_format="%d.%m.%Y %H:%M",
    zone="Asia/Bishkek",
    station_heading="пост",
    columns=(
        Column(heading="уровень, см", series="level.hourly", unit="см"),
        Column(heading="расход, м3/с", series="discharge.hourly", unit="м3/с"),
    ),
)
_SIMPLE = Table(
    time_heading="date",
    time_format="%Y-%m-%d",
    zone="Asia/Bishkek",
    columns=(Column(heading="value", station="15194", series="discharge.daily", unit="m3/s"),),
)
_DAMAGE = (
    "31.11.2026 00:00;15954;1,5;2,5",
    "05.05.2026 00:00;15954;1,5",
    '05.05.2026 00:00;"15954;1,5;2,5',
    "??;?;?;?",
)


def measure(scale: float) -> list[Result]:
    """Rows a second of a table of stations with decimal commas, of the same damaged, and of the simple form."""
    count = max(10_000, int(_ROWS * scale))
    rows = list(_rows(count, random.Random(1)))
    whole = (_HEAD + "".join(rows)).encode("cp1251")
    for number in range(0, count, 100):
        rows[number] = _DAMAGE[number // 100 % len(_DAMAGE)] + "\r\n"
    damaged = (_HEAD + "".join(rows)).encode("cp1251")
    simple = ("date,value\n" + "".join(_simple(count, random.Random(2)))).encode()
    return [
        _result(f"CSV of {count:,} rows: station, time, two values", whole, _TABLE, count),
        _result("the same with one line in a hundred damaged", damaged, _TABLE, count),
        _result(f"CSV of {count:,} rows: date, value", simple, _SIMPLE, count),
    ]


def _result(name: str, body: bytes, table: Table, count: int) -> Result:
    said = _read(body, table)
    told = {int(place) for one in said if isinstance(one, Readings) for place in one.place}
    told |= {int(one.where.removeprefix("line ").partition(",")[0]) for one in said if isinstance(one, Unreadable)}
    if told != set(range(2, count + 2)):
        raise ValueError(f"of {count} rows {len(told)} were read or refused")
    ours, floor = interleaved([lambda: _read(body, table), lambda: _split(body, table)], _TIMES)
    return at_least(name, count / median(ours) * 1000, "rows/s", 300_000, count / median(floor) * 1000)


def _read(body: bytes, table: Table) -> list[Said]:
    return csv_table.decode(body, _RECEIVED, ZoneInfo(table.zone), table)


def _split(body: bytes, table: Table) -> int:
    """The floor: text and cells of each line, without a look at any of them."""
    return sum(len(line.split(table.delimiter)) for line in body.decode(table.encoding).splitlines())


def _rows(count: int, chance: random.Random) -> list[str]:
    """Hourly rows of ten stations; one value in fifty is missing."""
    made = []
    for number in range(count):
        time = _BEGIN + timedelta(hours=number // 10)
        level = "-" if chance.random() < 0.02 else f"{chance.uniform(50, 400):.1f}"
        row = f"{time:%d.%m.%Y %H:%M};{15190 + number % 10};{level};{chance.uniform(0, 300):.2f}\r\n"
        made.append(row[:16] + row[16:].replace(".", ","))
    return made


def _simple(count: int, chance: random.Random) -> list[str]:
    """Daily rows of one station, over and over."""
    return [
        f"{_BEGIN.date() + timedelta(days=number % 12_000)},{chance.uniform(0, 300):.2f}\n" for number in range(count)
    ]
