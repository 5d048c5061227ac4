"""Alembic environment, run inside the Flask app (Flask-Migrate)."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection, TypeDecorator

import hkplein.models  # noqa: F401  (fills the metadata)
from hkplein.db import Base, db


def render_item(kind: str, obj: object, _ctx: object) -> str | bool:
    if kind == "type" and isinstance(obj, TypeDecorator):
        return f"sa.{obj.impl_instance!r}"  # migrations must not import application types
    return False


def include_name(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    """What the search migration made by hand is not in the models."""
    if kind == "table":
        return not (name or "").startswith("search_fts")
    return not (parents.get("table_name") == "search_entry" and name in {"tsv", "ix_search_entry_tsv"})


conf_args = dict(current_app.extensions["migrate"].configure_args)
conf_args.update(target_metadata=Base.metadata, compare_type=True, render_item=render_item, include_name=include_name)


def run(connection: Connection) -> None:
    # transactional_ddl: SQLite can roll DDL back too, once sqlite3 does not commit behind our back
    context.configure(connection=connection, transactional_ddl=True, **conf_args)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    context.configure(url=db.engine.url, literal_binds=True, dialect_opts={"paramstyle": "named"}, **conf_args)
    with context.begin_transaction():
        context.run_migrations()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # a batch "move and copy" drops the old table: with foreign keys on, its children go too
            raw = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
        else:  # several web processes may start at once: one migrates, the others wait
            connection.exec_driver_sql("SELECT pg_advisory_lock(7250551)")
            connection.commit()
        try:
            run(connection)
            if sqlite:
                bad = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if bad:
                    raise RuntimeError(f"migration left dangling foreign keys: {bad[:5]}")
            connection.commit()
        finally:
            connection.rollback()
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
            else:
                connection.exec_driver_sql("SELECT pg_advisory_unlock(7250551)")
                connection.commit()
