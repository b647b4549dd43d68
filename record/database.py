"""Opening the record's database: SQLite in one durable file by default, any other by its URL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from record import tables
from record.errors import RecordBusy, RecordError

_BUSY_MILLISECONDS = 10_000
_EARLIER_VIEW = "observation"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
    "PRAGMA cache_size=-16384",
)


def open_database(url: str, *, renew_views: bool = False) -> Engine:
    """Open the database at a SQLAlchemy `url` and lay the tables that it lacks; raise `RecordError` in one line.

    Views of an earlier version are refused, or with `renew_views` laid anew and empty, for `arna rebuild` to fill.
    """
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    try:
        engine = create_engine(url)
        if engine.dialect.name == "postgresql":
            # A question is several statements, and all of them must see one state of the record.
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        elif engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        with engine.begin() as connection:
            _lay_tables(connection, renew_views=renew_views)
    except (SQLAlchemyError, ImportError) as fault:
        raise translated(fault, f"the record at {_without_password(url)} cannot be opened") from None
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction of the one writer; others wait their turn. It sees all that was committed before its turn."""
    options: dict[str, Any] = {"writes": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "READ COMMITTED"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4150498)")
        yield connection


@contextmanager
def alone(engine: Engine, what: str) -> Iterator[None]:
    """Keep others from sealing or rebuilding at the same time; raise `RecordBusy` where one does.

    On SQLite the writer's own lock file does it, and this does nothing.
    """
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.exec_driver_sql("SELECT pg_try_advisory_lock(4150499)").scalar():
            raise RecordBusy(f"{what} waits: another process seals or rebuilds this record; try again when it is done")
        try:
            yield
        finally:
            connection.exec_driver_sql("SELECT pg_advisory_unlock(4150499)")


def translated(fault: BaseException, what: str) -> RecordError:
    """Our own error, in one line, for a database's."""
    cause = getattr(fault, "orig", None) or fault
    said = " ".join(str(cause).split())
    if isinstance(fault, OperationalError) and "locked" in said:
        return RecordBusy(f"{what}: another process is writing; wait for it to end")
    return RecordError(f"{what}: {said}; check the address, the free space and the rights of the data folder")


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # The driver would begin transactions by itself and too late; we say BEGIN, and so get one snapshot a question.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def _lay_tables(connection: Connection, *, renew_views: bool) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4150497)")
    if inspect(connection).has_table(_EARLIER_VIEW):
        if not renew_views:
            raise RecordError("the record was laid by version 0.1: run `arna rebuild` once, which folds its views anew")
        for name in (_EARLIER_VIEW, tables.series.name, tables.latest.name):
            connection.exec_driver_sql(f"DROP TABLE {name}")
    tables.metadata.create_all(connection)


def _without_password(url: str) -> str:
    before, at, after = url.rpartition("@")
    return f"{before.split('://', maxsplit=1)[0]}://…@{after}" if at else url
