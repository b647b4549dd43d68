"""Sources, tables and limits declared for the tests of ingestion, over the small network of `tests.example`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from ingest.decode import csv_table
from ingest.reading import Reading, Said, Single, Unreadable
from record.network import Network
from record.network.basin import Nature, Site, SiteKind, Station
from record.network.source import Column, Source, Table, Trigger
from record.network.threshold import GrossRange, Thresholds
from tests.example import network_of_two
from tests.ingest.golden import spread

RECEIVED = datetime(2026, 5, 10, 4, 0, tzinfo=UTC)
BISHKEK = ZoneInfo("Asia/Bishkek")

RESERVOIRS = Table(
    delimiter=";",
    encoding="cp1251",
    decimal=",",
    blanks=("", "-", "н/д"),
    time_heading="дата",
    time_format="%d.%m.%Y %H:%M",
    zone="Asia/Bishkek",
    station_heading="пост",
    columns=(
        Column(heading="приток, м3/с", series="inflow.daily", unit="м3/с"),
        Column(heading="объем, млн м3", series="storage.daily", unit="млн м3"),
    ),
)
HEAD = "дата;пост;приток, м3/с;объем, млн м3\r\n"


def source(place: str = "inbox/tables", **changes: object) -> Source:
    """A Kyrgyz sender of tables of reservoirs, with some of its facts changed."""
    facts: dict[str, object] = {
        "id": "tables-kg",
        "party": "kg",
        "kind": "folder",
        "place": place,
        "format": "csv-table",
        "media": "text/csv",
        "trigger": Trigger(every=60, timeout=5),
        "zone": "Asia/Bishkek",
        "table": RESERVOIRS,
    }
    return Source.model_validate(facts | changes)


def network(*sources: Source) -> Network:
    """The network of two with limits, a post with the code of a telegram, and these sources."""
    base = network_of_two()
    made_up = "made up for tests"
    site = Site(
        id="post", kind=SiteKind.POST, basin="talas", river="talas", names={"en": "Post"}, country="kg", source=made_up
    )
    stations = [
        Station(
            id=name, site="post", party="kg", code="15194", names={"en": "Post"}, nature=nature, source=made_up,
            series=("level.term", "discharge.term", "temperature.term", "precipitation.daily", "discharge.daily"),
        )
        for name, nature in (("post:kg", Nature.REAL), ("post:kg:simulated", Nature.SIMULATED))
    ]  # fmt: skip
    return replace(
        base,
        sites={**base.sites, site.id: site},
        stations={**base.stations, **{station.id: station for station in stations}},
        sources={declared.id: declared for declared in sources},
        thresholds=Thresholds(
            gross_range=(
                limit("storage", "0", "600"),
                limit("storage", "0", "550", usual=("0", "500"), station="kirov:kg"),
                limit("inflow", "0", "1000", usual=("0", "350")),
                limit("discharge", "-10", "1000"),
            ),
        ),
    )


def limit(
    quantity: str, low: str, high: str, *, usual: tuple[str, str] | None = None, station: str | None = None
) -> GrossRange:
    """A gross range."""
    return GrossRange(
        quantity=quantity,
        station=station,
        fail=(Decimal(low), Decimal(high)),
        suspect=None if usual is None else (Decimal(usual[0]), Decimal(usual[1])),
        source="made up for tests",
    )


def decoded(text: str | bytes, table: Table = RESERVOIRS) -> list[Single]:
    """What a table says; text is written in the table's encoding."""
    body = text if isinstance(text, bytes) else text.encode(table.encoding)
    said = spread(csv_table.decode(body, RECEIVED, ZoneInfo(table.zone), table))
    headings = [column.heading for column in table.columns]
    return sorted(said, key=lambda one: _place(one.where, headings))


def _place(where: str, headings: list[str]) -> tuple[int, int]:
    """Line by line, and in a line column by column."""
    line, _, column = where.removeprefix("line ").partition(", column ")
    at = next((place for place, heading in enumerate(headings) if column == repr(heading)), -1)
    return int(line) if line.isdigit() else 0, at


def rows(text: str, table: Table = RESERVOIRS) -> list[Single]:
    """What rows say under the header."""
    return decoded(HEAD + text, table)


def values(said: Sequence[Said]) -> list[Decimal | None]:
    """The values of the readings among it."""
    return [one.value for one in said if isinstance(one, Reading)]


def reasons(said: Sequence[Said]) -> list[tuple[str, str]]:
    """(where, reason) of the unreadable parts among it."""
    return [(one.where, one.reason) for one in said if isinstance(one, Unreadable)]


def counted(said: Sequence[Said]) -> int:
    """How many values are accounted for, those that one refusal tells of each by itself."""
    total = 0
    for one in said:
        many = re.search(r"\((\d+) values\)$", one.reason) if isinstance(one, Unreadable) else None
        total += 1 if many is None else int(many[1])
    return total


def clock(moment: datetime = RECEIVED) -> Callable[[], datetime]:
    """A clock that stands still."""
    return lambda: moment
