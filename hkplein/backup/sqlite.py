"""A copy of a SQLite database, made with its backup interface while others write."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects.sqlite import dialect

from hkplein.backup.archive import Table, Unusable, compare, table_of
from hkplein.db import db

PAGES = 4096  # that are copied between two words about how far it is
SHADOW = "search_fts"  # of the index of words: follows from the other tables


def save(copy: Path, say: Callable[[str], None]) -> dict[str, Table]:
    """Write the database of this moment to `copy`, without what was erased in it; returns what it holds."""
    told = [0]

    def tell(_status: int, left: int, total: int) -> None:
        done = 100 * (total - left) // max(total, 1)
        if done >= told[0] + 20:
            told[0] = done
            say(f"Copying … {done} %")

    with closing(connect(live())) as source, closing(connect(copy)) as target:
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchall()  # from here on it reads this moment, whoever writes
        source.backup(target, pages=PAGES, progress=tell)
        source.rollback()
        target.execute("PRAGMA journal_mode=DELETE")  # one file
        target.execute("VACUUM")  # what was erased still stands in the free pages
        say("Counting and checking …")
        return checked(target)


def live() -> Path:
    """The file of this database."""
    return Path(str(db.engine.url.database))


def beside(_file: Path) -> Path:
    """Where there is room: beside the database."""
    return live().parent


def connect(file: Path) -> sqlite3.Connection:
    """A plain connection, not one of the engine's."""
    return sqlite3.connect(file, timeout=60, isolation_level=None)


def checked(connection: sqlite3.Connection) -> dict[str, Table]:
    """What each table holds. Raises Unusable when the file is broken."""
    try:
        words = [word for (word,) in connection.execute("PRAGMA integrity_check")]
        if words != ["ok"]:
            raise Unusable(f"The database is broken: {words[0]}")
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        mine = [name for (name,) in names if not name.startswith(("sqlite_", SHADOW))]
        return {name: table_of(connection.execute(whole(name))) for name in mine}
    except sqlite3.DatabaseError as error:
        raise Unusable(f"The database is broken: {error}") from None


def whole(table: str) -> str:
    """The question for all of a table, in the order of its ids."""
    every = sa.select(sa.text("*")).select_from(sa.table(table)).order_by(sa.text("rowid"))
    return str(every.compile(dialect=dialect()))


def recover(_say: Callable[[str], None]) -> None:
    """Nothing was left half done, for replacing is one transaction; a new machine gets its folder."""
    live().parent.mkdir(parents=True, exist_ok=True)


def restore(copy: Path, tables: Mapping[str, Table], settle: Callable[[], None]) -> None:
    """Put `copy` in the place of this database, in one transaction, once it is what it should be and `settle` is done.

    The file stays the same one, so a server that has it open reads what came.
    """
    from hkplein import create_app

    with closing(connect(copy)) as source:
        compare(tables, checked(source))
    other = create_app({**current_app.config, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{copy}"})
    with other.app_context():
        try:
            settle()
        finally:
            db.session.remove()
            db.engine.dispose()
    db.session.remove()
    db.engine.dispose()
    with closing(connect(copy)) as source, closing(connect(live())) as target:
        source.backup(target)
