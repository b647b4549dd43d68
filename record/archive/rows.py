"""Whole columns in and out of the tables, each in the one statement that its database does fastest.

SQLite takes rows one after the other and unpacks JSON by itself; PostgreSQL takes arrays. Both know `ON CONFLICT`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import orjson
from sqlalchemy import Connection

from record.place import BEGIN, MASK, NUMBER_BITS, SHIFT, TIME_BITS, places

NOBODY = -1
_COLUMNS = "series, time, entry, position, value, flag"
Column = np.ndarray | list[int] | list[float | None]
_ARRAYS = "%s::int[], %s::bigint[], %s::bigint[], %s::int[], %s::float8[], %s::smallint[]"

_STRETCH = f"(CAST(s.home AS BIGINT) << {NUMBER_BITS}) | ((k.time + {BEGIN}) / s.length)"
_STANDING: Mapping[str, str] = {
    "sqlite": f"""SELECT k.key, r.entry, r.position, r.value, r.flag
        FROM (SELECT key, value >> {TIME_BITS} AS series, (value & {MASK}) - {SHIFT} AS time FROM json_each(?)) AS k
        CROSS JOIN series AS s CROSS JOIN recent AS r
        WHERE s.no = k.series AND r.stretch = {_STRETCH} AND r.series = k.series AND r.time = k.time""",
    "postgresql": f"""SELECT k.key - 1, r.entry, r.position, r.value, r.flag
        FROM unnest(%s::int[], %s::bigint[]) WITH ORDINALITY AS k(series, time, key)
        JOIN series AS s ON s.no = k.series
        JOIN recent AS r ON r.stretch = {_STRETCH} AND r.series = k.series AND r.time = k.time""",
}
_PUT_RECENT: Mapping[str, str] = {
    "sqlite": f"INSERT OR REPLACE INTO recent (stretch, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "postgresql": f"""INSERT INTO recent (stretch, {_COLUMNS}) SELECT * FROM unnest(%s::bigint[], {_ARRAYS})
        ON CONFLICT (stretch, series, time) DO UPDATE SET
        entry = excluded.entry, position = excluded.position, value = excluded.value, flag = excluded.flag""",
}
_PUT_SUPERSEDED: Mapping[str, str] = {
    "sqlite": f"INSERT INTO superseded ({_COLUMNS}, ended) VALUES (?, ?, ?, ?, ?, ?, ?)",
    "postgresql": f"INSERT INTO superseded ({_COLUMNS}, ended) SELECT * FROM unnest({_ARRAYS}, %s::bigint[])",
}
_VALUE: Mapping[str, str] = {"sqlite": "coalesce(value, 9e999)", "postgresql": "coalesce(value, 'Infinity'::float8)"}
"""A value as a number: infinite where it is missing, which no value ever is."""
_AMONG: Mapping[str, str] = {"sqlite": "IN (SELECT value FROM json_each(?))", "postgresql": "= ANY(%s::bigint[])"}
_MARK: Mapping[str, str] = {"sqlite": "?", "postgresql": "%s"}
_MOVE_LATEST_END = """ON CONFLICT (series) DO UPDATE SET
        time = excluded.time, entry = excluded.entry, value = excluded.value, flag = excluded.flag
        WHERE excluded.time >= latest.time"""
_MOVE_LATEST: Mapping[str, str] = {
    "sqlite": f"INSERT INTO latest (series, time, entry, value, flag) VALUES (?, ?, ?, ?, ?) {_MOVE_LATEST_END}",
    "postgresql": f"""INSERT INTO latest (series, time, entry, value, flag)
        SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::float8[], %s::smallint[]) {_MOVE_LATEST_END}""",
}


@dataclass(slots=True, kw_only=True, eq=False)
class Rows:
    """Rows as columns of one length: series number, time, entry, position in the entry, value (NaN) and flag."""

    series: np.ndarray
    time: np.ndarray
    entry: np.ndarray
    position: np.ndarray
    value: np.ndarray
    flag: np.ndarray

    def only(self, kept: np.ndarray) -> "Rows":
        """The rows that a boolean array or an array of indexes chooses."""
        return Rows(
            series=self.series[kept],
            time=self.time[kept],
            entry=self.entry[kept],
            position=self.position[kept],
            value=self.value[kept],
            flag=self.flag[kept],
        )


def numbers_of(connection: Connection, question: str, width: int, *asked: int | Sequence[int]) -> np.ndarray:
    """The rows (float64, so many columns wide) that a question in SQL finds, all numbers.

    In it `{value}` is a value, infinite where it is missing; `{one}` takes the next number of `asked` and `{among}`
    the next several. Written out once, since to compose it anew would take as long as to answer it.
    """
    dialect = connection.dialect.name
    said = question.format(value=_VALUE[dialect], among=_AMONG[dialect], one=_MARK[dialect])
    given: list[object] = [one if isinstance(one, int) else list(one) for one in asked]
    if dialect == "sqlite":
        given = [orjson.dumps(one).decode() if isinstance(one, list) else one for one in given]
    cursor: Any = connection.exec_driver_sql(said, tuple(given)).cursor
    # Straight from the driver, without an object for each row; below 2^53 a float64 holds integers exactly.
    return np.fromiter(chain.from_iterable(cursor), dtype=np.float64).reshape(-1, width)


def standing(connection: Connection, series: np.ndarray, time: np.ndarray) -> Rows:
    """The recent row of each (series number, time); its entry is -1 where there is none."""
    dialect = connection.dialect.name
    asked: tuple[object, ...] = (series.tolist(), time.tolist())
    if dialect == "sqlite":
        asked = (orjson.dumps(places(series, time).tolist()).decode(),)
    found = connection.exec_driver_sql(_STANDING[dialect], asked).fetchall()
    count = len(series)
    rows = Rows(
        series=series,
        time=time,
        entry=np.full(count, NOBODY, dtype=np.int64),
        position=np.zeros(count, dtype=np.int64),
        value=np.full(count, np.nan),
        flag=np.zeros(count, dtype=np.int8),
    )
    if found:
        key, entry, position, value, flag = zip(*found, strict=True)
        where = np.array(key, dtype=np.int64)
        rows.entry[where], rows.position[where] = entry, position
        rows.value[where], rows.flag[where] = np.array(value, dtype=np.float64), flag
    return rows


def put_recent(connection: Connection, rows: Rows, stretch: np.ndarray) -> None:
    """Let the rows stand, in place of those of the same series and time; `stretch` (int64) is where each is kept."""
    _put(connection, _PUT_RECENT, [stretch, *_columns(rows)])


def put_superseded(connection: Connection, rows: Rows, ended: int) -> None:
    """Keep rows that stood until entry `ended`."""
    if len(rows.series):
        _put(connection, _PUT_SUPERSEDED, [*_columns(rows), [ended] * len(rows.series)])


def move_latest(connection: Connection, rows: Rows) -> None:
    """Keep the newest reading of each series at hand; `rows` hold each series once."""
    _put(connection, _MOVE_LATEST, [rows.series, rows.time, rows.entry, _values(rows.value), rows.flag])


def _columns(rows: Rows) -> list[Column]:
    return [rows.series, rows.time, rows.entry, rows.position, _values(rows.value), rows.flag]


def _values(value: np.ndarray) -> list[float | None]:
    absent = np.isnan(value)
    if not absent.any():
        return list(value.tolist())
    return [None if missing else number for number, missing in zip(value.tolist(), absent.tolist(), strict=True)]


def _put(
    connection: Connection,
    statements: Mapping[str, str],
    columns: Sequence[Column],
) -> None:
    dialect = connection.dialect.name
    plain = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns]
    if dialect == "sqlite":
        connection.exec_driver_sql(statements[dialect], list(zip(*plain, strict=True)))
    else:
        connection.exec_driver_sql(statements[dialect], tuple(plain))
