"""Opening the record's database: SQLite in one durable file by default, any other by its URL."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from record import tables
from record.errors import RecordBusy, RecordDamaged, RecordError

_BUSY_MILLISECONDS = 10_000
_CONNECT_SECONDS = 10
_SECRETS = ("password", "sslpassword")
_EARLIER_VIEW = "observation"
_TRIES, _BETWEEN_TRIES = 200, 0.02
_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
    "PRAGMA cache_size=-16384",
)


def open_database(url: str, *, renew_views: bool = False) -> Engine:
    """Open the database at a SQLAlchemy `url` and lay the tables that it lacks; raise `RecordError` in one line.

    Views of an earlier version are refused, or with `renew_views` laid anew and empty, for `arna rebuild` to fill.
    """
    where = _address(url)
    failed = f"the record at {_without_password(where)} cannot be opened"
    with ExitStack() as otherwise:
        try:
            engine = _engine(where)
            otherwise.callback(engine.dispose)
            with _not_before_its_turn(engine) as connection:
                with connection.begin():
                    laid = _laid(connection)
                if not laid:
                    # Who comes at the same time waits here until the tables are laid, and lays none.
                    with connection.execution_options(writes=True).begin():
                        _lay_tables(connection, renew_views=renew_views)
        except ImportError as fault:
            raise RecordError(f"{failed}: its driver is not installed ({fault}); install arna[postgres]") from None
        except SQLAlchemyError as fault:
            raise translated(fault, failed) from None
        otherwise.pop_all()
    return engine


def connect(url: str) -> Engine:
    """An engine for a SQLAlchemy `url`, without any tables: for who keeps a book of its own."""
    return _engine(_address(url))


def apart(engine: Engine) -> sqlite3.Connection:
    """A connection to the same file that is none of the engine's own, for any thread; whoever opens it closes it."""
    args, named = engine.dialect.create_connect_args(engine.url)
    connection: Any = engine.dialect.connect(*args, **named)
    _prepare_sqlite(connection, None)
    return cast("sqlite3.Connection", connection)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction of the one writer; others wait their turn. It sees all that was committed before its turn."""
    with _not_before_its_turn(engine).execution_options(writes=True) as connection, connection.begin():
        if _is_server(engine):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4150498)")
        yield connection


@contextmanager
def aside(engine: Engine) -> Iterator[Connection]:
    """One transaction of who writes beside the journal: on a server it waits for no writer, and none waits for it."""
    with _not_before_its_turn(engine).execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def alone(engine: Engine, what: str) -> Iterator[None]:
    """Keep others from sealing or rebuilding at the same time; raise `RecordBusy` where one does.

    On SQLite the writer's own lock file does it, and this does nothing.
    """
    if not _is_server(engine):
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.exec_driver_sql("SELECT pg_try_advisory_lock(4150499)").scalar():
            raise RecordBusy(f"{what} waits: another process seals or rebuilds this record; try again when it is done")
        try:
            yield
        finally:
            # A connection that broke has let go of the lock already.
            with suppress(SQLAlchemyError):
                connection.exec_driver_sql("SELECT pg_advisory_unlock(4150499)")


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise the database's errors as our own, in one line that begins with `what` could not be done."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as fault:
        # Rows that are read from the driver itself bring its own errors.
        raise translated(fault, what) from None


def translated(fault: BaseException, what: str) -> RecordError:
    """Our own error, in one line, for a database's."""
    cause = getattr(fault, "orig", None) or fault
    said = " ".join(str(cause).split())
    if isinstance(fault, OperationalError) and "locked" in said:
        return RecordBusy(f"{what}: another process is writing; wait for it to end")
    if "malformed" in said or "not a database" in said:
        return RecordDamaged(f"{what}: {said}; restore the file from a copy and run `arna doctor`")
    return RecordError(f"{what}: {said}; check the address, the free space and the rights of the data folder")


def _address(url: str) -> URL:
    try:
        where = make_url(url)
    except (ArgumentError, ValueError):
        # What is wrong may be a part of the password, and so is not said.
        raise RecordError(
            "ARNA_RECORD is not the address of a database: write sqlite:///path or postgresql://user@host/name, "
            "with % codes for signs such as / : @ in a password"
        ) from None
    return where.set(drivername="postgresql+psycopg") if where.drivername == "postgresql" else where


def _engine(where: URL) -> Engine:
    if where.get_backend_name() == "postgresql":
        patience = {} if "connect_timeout" in where.query else {"connect_timeout": _CONNECT_SECONDS}
        # A connection that a restart of the server broke is found out before it is used.
        engine = create_engine(where, connect_args=patience, pool_pre_ping=True)
        # A question is several statements, and all of them must see one state of the record.
        return engine.execution_options(isolation_level="REPEATABLE READ")
    if where.get_backend_name() != "sqlite":
        raise ArgumentError("it is kept in sqlite or postgresql alone")
    engine = create_engine(where)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _not_before_its_turn(engine: Engine) -> Connection:
    """A connection that sees what was committed while it waited for its turn, which one snapshot would not hold."""
    connection = engine.connect()
    return connection.execution_options(isolation_level="READ COMMITTED") if _is_server(engine) else connection


def _is_server(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # The driver would begin transactions by itself and too late; we say BEGIN, and so get one snapshot a question.
    connection.isolation_level = None
    cursor = connection.cursor()
    _keep_a_log(cursor)
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _keep_a_log(cursor: sqlite3.Cursor) -> None:
    """Turn a new file to write-ahead logging. Where several turn it at once SQLite does not wait, and so we do."""
    for left in reversed(range(_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as fault:
            if not left or "locked" not in str(fault):
                raise
        time.sleep(_BETWEEN_TRIES)


def _begin_sqlite(connection: Connection) -> None:
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def _laid(connection: Connection) -> bool:
    """Whether all tables are there, and none of an earlier version."""
    there = set(inspect(connection).get_table_names())
    return there >= set(tables.metadata.tables) and _EARLIER_VIEW not in there and not _lacks_column(connection)


def _lacks_column(connection: Connection) -> bool:
    """Whether notes of fetches were laid when tokens had no names."""
    return tables.access.c.token.name not in {
        one["name"] for one in inspect(connection).get_columns(tables.access.name)
    }


def _lay_tables(connection: Connection, *, renew_views: bool) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4150497)")
    if inspect(connection).has_table(_EARLIER_VIEW):
        if not renew_views:
            raise RecordError("the record was laid by version 0.1: run `arna rebuild` once, which folds its views anew")
        for name in (_EARLIER_VIEW, tables.series.name, tables.latest.name):
            connection.exec_driver_sql(f"DROP TABLE {name}")
    tables.metadata.create_all(connection)
    if _lacks_column(connection):
        connection.exec_driver_sql(f"ALTER TABLE {tables.access.name} ADD COLUMN {tables.access.c.token.name} TEXT")


def _without_password(where: URL) -> str:
    return where.difference_update_query(_SECRETS).render_as_string(hide_password=True)
