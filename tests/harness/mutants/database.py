"""Mistakes between us and the database."""

from __future__ import annotations

import shutil
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from flask import Response
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from hkplein import delivery
from hkplein.backup import sqlite
from hkplein.db import db
from hkplein.engine import WriteQueue, read_only
from hkplein.views import requests
from tests.harness.mutants import awake, instead


def deferred(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> tuple[str, Any]:
    """To read first and find out at the first write whether one may."""
    wrong = statement == "BEGIN IMMEDIATE" and awake("deferred BEGIN")
    return ("BEGIN" if wrong else statement), parameters


def unsynced(connection: Connection) -> None:
    """To answer before the disk has it."""
    if connection.dialect.name == "postgresql":
        if awake("no sync"):
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        return
    wanted = "NORMAL" if awake("no sync") else "FULL"
    if connection.info.get("synchronous", "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted


def afterwards(response: Response) -> Response:
    """To answer first and commit then."""
    if read_only.get() or response.status_code >= 400:
        return kept_first(response)
    session, registry = db.session(), db.session.registry
    session.flush()
    registry.registry.pop(registry.scopefunc())  # else the end of the request rolls it back

    def commit() -> None:
        session.commit()
        session.close()

    threading.Timer(0.2, commit).start()
    return response


kept_first = requests.one_transaction


def copied(copy: Path, _say: Any) -> Any:
    """To copy the file under those who write."""
    shutil.copyfile(sqlite.live(), copy)
    with closing(sqlite.connect(copy)) as target:
        target.execute("PRAGMA journal_mode=DELETE")
        return sqlite.checked(target)


def unmarked(person_id: int) -> list[int]:
    """To forget that a mail was sent."""
    ids = reserve(person_id)
    delivery._put_back(ids)
    return ids


reserve = delivery._reserve


def plant() -> None:
    """Put them where the right ones are."""
    event.listen(Engine, "before_cursor_execute", deferred, retval=True)
    event.listen(Engine, "begin", unsynced, insert=True)
    WriteQueue.enter = instead("deferred BEGIN", WriteQueue.enter, lambda _queue: False)  # type: ignore[method-assign]
    requests.one_transaction = instead("answer before commit", kept_first, afterwards)
    sqlite.save = instead("file copy", sqlite.save, copied)
    delivery._reserve = instead("mail twice", reserve, unmarked)
