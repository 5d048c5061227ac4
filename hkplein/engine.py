"""The engine, the same for SQLite and PostgreSQL: times, transactions that only read, and a queue of writers."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar

from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import Connection, DateTime, Dialect, TypeDecorator, event
from sqlalchemy.engine import Engine, ExceptionContext
from sqlalchemy.exc import InterfaceError, OperationalError

PATIENCE = 10  # seconds to wait for a lock, or for a server to answer; then the database is unavailable
AWAY = (OperationalError, InterfaceError)  # the database cannot be reached, is locked or is full
read_only: ContextVar[bool] = ContextVar("read_only", default=False)
on_turn: Callable[[float], None] | None = None  # told how many seconds a writer waited for its turn


class UTCDateTime(TypeDecorator[datetime]):
    """timestamptz on PostgreSQL, naive UTC text on SQLite; always aware in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WriteQueue:
    """Lets one writer at a time begin on a SQLite file, in the order of asking.

    SQLite itself polls and starves writers (p99 788 ms against 56 ms at 32 writers); BEGIN IMMEDIATE stays the lock
    that decides.
    """

    queues: ClassVar[dict[str, WriteQueue]] = {}
    making: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, path: str) -> None:
        self.threads = threading.Lock()
        self.file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)

    @classmethod
    def of(cls, path: str) -> WriteQueue:
        """The queue of a database file in this process; a fork makes its own, for a lock is shared with the file."""
        key = f"{os.getpid()} {path}"
        with cls.making:
            if key not in cls.queues:
                cls.queues[key] = cls(path)
            return cls.queues[key]

    def enter(self) -> bool:
        """Wait for this one's turn; False when it did not come in time."""
        until = time.monotonic() + PATIENCE
        if not self.threads.acquire(timeout=PATIENCE):
            return False
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return self.wait(until - time.monotonic())
        return True

    def wait(self, seconds: float) -> bool:
        """Wait for another process, in a thread: a lock on a file knows no limit of time."""
        turn: Future[None] = Future()

        def take() -> None:
            fcntl.flock(self.file, fcntl.LOCK_EX)
            turn.set_result(None)

        threading.Thread(target=take, daemon=True).start()
        try:
            turn.result(seconds)
        except TimeoutError:
            turn.add_done_callback(lambda _turn: self.leave())  # it comes yet, and finds nobody waiting
            return False
        return True

    def leave(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_UN)
        self.threads.release()


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Dialect, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
    parameters.setdefault({"sqlite": "timeout", "postgresql": "connect_timeout"}[dialect.name], PATIENCE)


@event.listens_for(Engine, "connect")
def _connected(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        connection.execute(f"SET lock_timeout = '{PATIENCE}s'")
        connection.commit()
        return
    connection.isolation_level = None  # SQLAlchemy emits BEGIN itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    reading = read_only.get()
    if connection.dialect.name != "sqlite":
        if reading:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        return
    info, path, asked = connection.info, connection.engine.url.database, time.monotonic()
    if not reading and path and path != ":memory:" and "queue" not in info:
        queue = WriteQueue.of(f"{path}-queue")
        if queue.enter():
            info["queue"] = queue
        if on_turn:
            on_turn(time.monotonic() - asked)
    left = round(max(0, PATIENCE - (time.monotonic() - asked)), 1)  # who waited in the queue has less patience left
    for pragma, value in (("query_only", int(reading)), ("busy_timeout", int(left * 1000))):
        if info.get(pragma) != value:
            connection.exec_driver_sql(f"PRAGMA {pragma}={value}")
            info[pragma] = value
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@event.listens_for(Engine, "handle_error")
def _hide_rows(context: ExceptionContext) -> None:
    """Keep what people wrote out of errors, and so out of logs: PostgreSQL quotes the row below its first line."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])


@event.listens_for(Engine, "handle_error")
def _stand_by(context: ExceptionContext) -> None:
    """A server that only reads, such as one that stands by, is away for whoever has something to write."""
    error = context.original_exception
    if isinstance(error, ReadOnlySqlTransaction) and not read_only.get():
        raise OperationalError(context.statement, None, error, hide_parameters=True) from error


@event.listens_for(Engine, "checkin")
def _checkin(_connection: Any, record: Any) -> None:
    if queue := record.info.pop("queue", None):
        queue.leave()
