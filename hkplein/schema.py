"""The tables in the database: brought to the newest schema, or taken away."""

from __future__ import annotations

import functools
import logging
import re
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hkplein.config import ROOT
from hkplein.db import db

_revision = re.compile(r'^(down_)?revision(?:: [^=]*)? = ["\']([^"\']+)["\']', re.MULTILINE)


@functools.cache
def revisions() -> tuple[frozenset[str], frozenset[str]]:
    """All that there are, and those that another follows; from the files, for Alembic takes long to load."""
    made, followed = set[str](), set[str]()
    for file in (ROOT / "migrations/versions").glob("*.py"):
        for down, revision in _revision.findall(file.read_text(encoding="utf-8")):
            (followed if down else made).add(revision)
    return frozenset(made), frozenset(followed)


def newest() -> str | None:
    """The last revision of this program."""
    made, followed = revisions()
    last = list(made - followed)
    return last[0] if len(last) == 1 else None


def behind() -> bool:
    """Whether the database is older than this program; one that is newer serves its predecessor as well."""
    made, followed = revisions()
    now = current()
    return now is None or now in made & followed


def ahead() -> bool:
    """Whether the database was made by a newer program than this."""
    now = current()
    return now is not None and now not in revisions()[0]


def current() -> str | None:
    """The revision that the database is at; a new one has none yet."""
    if db.engine.dialect.name == "sqlite" and (file := db.engine.url.database):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    with db.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return version


def upgrade() -> bool:
    """Bring the database to the newest schema; False when it was there already, or is ahead of this program."""
    if not behind():
        return False
    import flask_migrate

    logging.getLogger("alembic").setLevel(logging.WARNING)
    flask_migrate.upgrade()
    return True


def wipe() -> None:
    """Take everything away, the tables too: also what an older schema left."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _wipe_sqlite(connection)
        else:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            connection.commit()


def _wipe_sqlite(connection: sa.Connection) -> None:
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
    # The tables behind a virtual one go with it, so it goes first.
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY sql NOT LIKE ?"
    names = [name for (name,) in raw.execute(tables, ("CREATE VIRTUAL%",))]
    for name in names:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
    connection.commit()
    raw.execute("PRAGMA foreign_keys=ON")
