"""A token that changes whenever something may have been committed: what was read before it changed may be kept."""

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from record.database import apart, told

_PATIENCE_SECONDS = 0.1
_SNAPSHOT = "SELECT pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text"
"""Which transactions are over and which are not, since the server began: where it is the same, so are all rows."""
_VERSION = "PRAGMA data_version"
_FAILED = "the record cannot be asked whether it changed"


class Pulse:
    """Tells whether a database changed since it was asked last; safe to share between threads.

    What is read after one beat and kept under it is as true as ever while the beat is the same. A commit of another
    process is seen as well as one of another connection here. On SQLite a beat costs some microseconds and is never
    late; a server is asked at most every 0.1 s by `clock` (seconds that only rise), and a beat may be late by that.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._own: sqlite3.Connection | None = None
        self._process = 0
        self._beat, self._seen, self._asked = 0, "", -_PATIENCE_SECONDS
        self._is_server = engine.dialect.name == "postgresql"
        self._sees = self._sees_server if self._is_server else self._sees_file

    @property
    def late(self) -> bool:
        """Whether a beat may lag behind a commit."""
        return self._is_server

    def beat(self) -> int:
        """The token now; raises `RecordError` where the database cannot be asked, and differs after that."""
        with self._lock:
            try:
                with told(_FAILED):
                    seen = self._sees()
            except BaseException:
                # Who was not answered knows nothing of what came meanwhile.
                self._close()
                raise
            if seen != self._seen:
                self._seen = seen
                self._beat += 1
            return self._beat

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Hashable]]:
        """A transaction that sees one state, with what that state is known by; None where that cannot be told.

        Two transactions with the same token see the same rows. This is never late.
        """
        before = None if self._is_server else self.beat()
        with self._engine.begin() as connection:
            yield connection, self._state(connection, before)

    def _state(self, connection: Connection, before: int | None) -> Hashable:
        if self._is_server:
            return str(connection.exec_driver_sql(_SNAPSHOT).scalar_one())
        # The first read takes hold of what is committed. Where nothing was since the beat, that is what the beat names.
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.execute(_VERSION).fetchone()
        return before if self.beat() == before else None

    def close(self) -> None:
        """Let go of the connection; a later beat opens it anew."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._own is not None:
            self._own.close()
        self._own, self._seen, self._asked = None, "", -_PATIENCE_SECONDS

    def _sees_file(self) -> str:
        # The number is of this connection alone, which never writes, so that every commit is another's.
        if self._own is None or self._process != os.getpid():
            # A connection of the process that this one was forked from is not ours to use.
            self._own, self._process = self._opened(), os.getpid()
        return str(self._own.execute(_VERSION).fetchone()[0])

    def _opened(self) -> sqlite3.Connection:
        connection = apart(self._engine)
        weakref.finalize(self, connection.close)
        return connection

    def _sees_server(self) -> str:
        moment = self._clock()
        if self._seen and moment - self._asked < _PATIENCE_SECONDS:
            return self._seen
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            seen = str(connection.exec_driver_sql(_SNAPSHOT).scalar_one())
        # The patience counts from before the question: what came while it was asked is not passed over for longer.
        self._asked = moment
        return seen
