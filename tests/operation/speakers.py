"""How each sender writes what it means: rows to the bytes of a message, and the declaration by which they are read."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.operation.world import Row

BISHKEK, ALMATY = ZoneInfo("Asia/Bishkek"), ZoneInfo("Asia/Almaty")
GONE = "-999"
"""What senders write for no value, where their format has no word of its own."""


def centimetres(row: Row) -> str | None:
    """The level of a row in whole centimetres."""
    return None if row.text is None else str(int(row.text.replace(".", "")))


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def kn15(rows: Sequence[Row]) -> bytes:
    """A bulletin of telegrams, one a row, for the local hour."""
    lines = ["HHZZ"]
    for row in rows:
        local, level = row.time.astimezone(BISHKEK), centimetres(row)
        kind = 1 if local.hour == 8 else 3
        group = "1////" if level is None else f"1{int(level):04d}"
        lines.append(f"{row.code} {local:%d%H}{kind} {group}=")
    return "\r\n".join([*lines, "NNNN", ""]).encode()


def table(rows: Sequence[Row]) -> bytes:
    """A table with semicolons, decimal commas and Cyrillic headings."""
    lines = ["дата;пост;уровень, м"]
    for row in rows:
        level = "н/д" if row.text is None else row.text.replace(".", ",")
        lines.append(f"{row.time.astimezone(BISHKEK):%d.%m.%Y %H:%M};{row.code};{level}")
    return "\r\n".join([*lines, ""]).encode("cp1251")


def readings(rows: Sequence[Row]) -> bytes:
    """A list of objects; numbers are written with all their digits."""
    items = [
        f'{{"post": "{row.code}", "at": "{iso(row.time)}", "what": "level", "value": {row.text or "null"}}}'
        for row in rows
    ]
    return f"[{', '.join(items)}]".encode()


def stations(rows: Sequence[Row]) -> bytes:
    """Reports of automatic stations, one a row."""
    reports = [
        f'<report TIME="{row.time.astimezone(UTC):%d-%m-%YT%H:%M:%SZ}"><station ID="{row.code}1"/>'
        f'<parameter VAR="LW"><value PROC="AVE">{centimetres(row) or GONE}</value></parameter></report>'
        for row in rows
    ]
    return f"<ROOT>{''.join(reports)}</ROOT>".encode()


def logger(rows: Sequence[Row]) -> bytes:
    """The file of one logger: its head and a row a reading."""
    lines = [
        f'"TOA5","{rows[0].code}","CR1000","1","CR1000.Std.1","CPU:level.CR1","1","Hourly"',
        '"TIMESTAMP","RECORD","Level"', '"TS","RN","m"', '"","","Smp"',
    ]  # fmt: skip
    for number, row in enumerate(rows):
        level = '"NAN"' if row.text is None else row.text
        lines.append(f'"{row.time.astimezone(ALMATY):%Y-%m-%d %H:%M:%S}",{number},{level}')
    return "\r\n".join([*lines, ""]).encode()


def exchange(rows: Sequence[Row]) -> bytes:
    """A file of segments, one a station."""
    lines = []
    for code in dict.fromkeys(row.code for row in rows):
        lines.append(f"#SANR{code}|*|CNRLevel|*|CUNITm|*|RINVAL{GONE}|*|TZUTC+5|*|LAYOUT(timestamp,value)|*|")
        for row in rows:
            if row.code == code:
                lines.append(f"{row.time.astimezone(ALMATY):%Y%m%d%H%M%S} {row.text or GONE}")
    return "\n".join([*lines, ""]).encode()


def waterml(rows: Sequence[Row]) -> bytes:
    """A collection of series, one a station."""
    members = []
    for code in dict.fromkeys(row.code for row in rows):
        points = "".join(
            f"<wml2:point><wml2:MeasurementTVP><wml2:time>{iso(row.time)}</wml2:time>"
            + ('<wml2:value xsi:nil="true"/>' if row.text is None else f"<wml2:value>{row.text}</wml2:value>")
            + "</wml2:MeasurementTVP></wml2:point>"
            for row in rows
            if row.code == code
        )
        members.append(
            "<wml2:observationMember><om:OM_Observation>"
            '<om:observedProperty xlink:href="http://made.up/level"/>'
            f'<om:featureOfInterest xlink:href="http://made.up/{code}"/>'
            "<om:result><wml2:MeasurementTimeseries><wml2:defaultPointMetadata>"
            '<wml2:DefaultTVPMeasurementMetadata><wml2:uom code="m"/></wml2:DefaultTVPMeasurementMetadata>'
            f"</wml2:defaultPointMetadata>{points}</wml2:MeasurementTimeseries></om:result>"
            "</om:OM_Observation></wml2:observationMember>"
        )
    return (
        '<wml2:Collection xmlns:wml2="http://www.opengis.net/waterml/2.0" xmlns:om="http://www.opengis.net/om/2.0" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{''.join(members)}</wml2:Collection>"
    ).encode()


def coverage(rows: Sequence[Row]) -> bytes:
    """What an EDR service answers for one location: a point and its times."""
    values = ", ".join(row.text or "null" for row in rows)
    times = json.dumps([iso(row.time) for row in rows])
    return (
        f'{{"type": "Coverage", "id": "{rows[0].code}", "domain": {{"type": "Domain", "domainType": "PointSeries",'
        f' "axes": {{"x": {{"values": [72]}}, "y": {{"values": [42]}}, "t": {{"values": {times}}}}}}},'
        ' "parameters": {"level": {"type": "Parameter", "unit": {"symbol": "m"},'
        ' "observedProperty": {"label": {"en": "level"}}}},'
        ' "ranges": {"level": {"type": "NdArray", "dataType": "float", "axisNames": ["t"],'
        f' "shape": [{len(rows)}], "values": [{values}]}}}}}}'
    ).encode()


def observations(rows: Sequence[Row]) -> bytes:
    """What a SensorThings service answers for the observations of one datastream."""
    items = ", ".join(
        f'{{"@iot.id": "{iso(row.time)}", "phenomenonTime": "{iso(row.time)}", "result": {row.text or "null"},'
        f' "Datastream": {{"@iot.id": {row.code}, "name": "level", "unitOfMeasurement": {{"symbol": "m"}}}}}}'
        for row in rows
    )
    return f'{{"value": [{items}]}}'.encode()


SPEAKERS: dict[str, Callable[[Sequence[Row]], bytes]] = {
    "kn15": kn15,
    "csv-table": table,
    "json": readings,
    "kyrgyz-stations": stations,
    "toa5": logger,
    "zrxp": exchange,
    "waterml2": waterml,
    "coveragejson": coverage,
    "sensorthings": observations,
}

TABLE = """
[source.table]
delimiter = ";"
encoding = "cp1251"
decimal = ","
blanks = ["", "н/д"]
time_heading = "дата"
time_format = "%d.%m.%Y %H:%M"
zone = "Asia/Bishkek"
station_heading = "пост"

[[source.table.columns]]
heading = "уровень, м"
series = "level.hourly"
unit = "m"
"""
PATHS = """
[source.paths]
items = "*"
time = "at"
station = "post"
channel = "what"
value = "value"
"""


def _channel(name: str, unit: str | None = None, station: str | None = None, missing: str | None = None) -> str:
    lines = ["", "[[source.channels]]", f'name = "{name}"', 'series = "level.hourly"']
    lines += [f'unit = "{unit}"'] if unit else []
    lines += [f'station = "{station}"'] if station else []
    lines += [f'missing = ["{missing}"]'] if missing else []
    return "\n".join([*lines, ""])


def declared(form: str, codes: Sequence[str]) -> str:
    """What sources.toml says of the messages of a format."""
    said: dict[str, Callable[[], str]] = {
        "kn15": lambda: "",
        "csv-table": lambda: TABLE,
        "json": lambda: PATHS + _channel("level", "m"),
        "kyrgyz-stations": lambda: _channel("LW", "cm", missing=GONE),
        "toa5": lambda: _channel("Level", "m"),
        "zrxp": lambda: _channel("Level"),
        "waterml2": lambda: _channel("level"),
        "coveragejson": lambda: "".join(_channel(f"{code}/level", station=code) for code in codes),
        "sensorthings": lambda: "".join(_channel(code, station=code) for code in codes),
    }
    return said[form]()
