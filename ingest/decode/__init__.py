"""The formats that messages come in: one line a format, each a pure function from bytes to what they say."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ingest.decode import (
    bufr,
    coveragejson,
    csv_table,
    daily_runoff,
    json_paths,
    kn15,
    kyrgyz_stations,
    ott_xml,
    sensorthings,
    toa5,
    waterml2,
    wis2,
    xlsx_table,
    zrxp,
)
from ingest.reading import Said, Unreadable

if TYPE_CHECKING:
    from record.network.source import Source

Decoder = Callable[[bytes, datetime, "Source"], list[Said]]
"""A message's bytes, the aware time of its receipt, and the source with what it declares of its messages."""


def _kn15(body: bytes, received: datetime, source: "Source") -> list[Said]:
    return kn15.decode(body, received, ZoneInfo(source.zone))


def _csv_table(body: bytes, received: datetime, source: "Source") -> list[Said]:
    if source.table is None:
        reason = f"source {source.id!r} declares no table: write [source.table] under it in sources.toml"
        return [Unreadable(fragment=body, where="message", reason=reason)]
    return csv_table.decode(body, received, ZoneInfo(source.table.zone), source.table)


DECODERS: dict[str, Decoder] = {
    "bufr": bufr.decode,
    "coveragejson": coveragejson.decode,
    "csv-table": _csv_table,
    "daily-runoff": daily_runoff.decode,
    "json": json_paths.decode,
    "kn15": _kn15,
    "kyrgyz-stations": kyrgyz_stations.decode,
    "ott-xml": ott_xml.decode,
    "sensorthings": sensorthings.decode,
    "toa5": toa5.decode,
    "waterml2": waterml2.decode,
    "wis2": wis2.decode,
    "xlsx-table": xlsx_table.decode,
    "zrxp": zrxp.decode,
}
