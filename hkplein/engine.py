"""The engine, the same for SQLite and PostgreSQL: times, transactions that only read, and a queue of writers."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, DateTime, Dialect, TypeDecorator, event
from sqlalchemy.engine import Engine

read_only: ContextVar[bool] = ContextVar("read_only", default=False)


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

    def enter(self) -> None:
        self.threads.acquire()
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def leave(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_UN)
        self.threads.release()


@event.listens_for(Engine, "connect")
def _sqlite_connect(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # SQLAlchemy emits BEGIN itself
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    reading = read_only.get()
    if connection.dialect.name != "sqlite":
        if reading:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        return
    info, path = connection.info, connection.engine.url.database
    if not reading and path and path != ":memory:" and "queue" not in info:
        info["queue"] = WriteQueue.of(f"{path}-queue")
        info["queue"].enter()
    if info.get("reading") != reading:
        connection.exec_driver_sql(f"PRAGMA query_only={int(reading)}")
        info["reading"] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@event.listens_for(Engine, "checkin")
def _checkin(_connection: Any, record: Any) -> None:
    if queue := record.info.pop("queue", None):
        queue.leave()
