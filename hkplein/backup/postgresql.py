"""A copy of a PostgreSQL database, made with pg_dump while others write."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema, DropSchema

from hkplein.backup.archive import Table, Unusable, compare, table_of
from hkplein.config import setting
from hkplein.db import db

BEFORE = "hkplein_before"  # the schema in which what was there waits until what came is right
OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def save(copy: Path, say: Callable[[str], None]) -> dict[str, Table]:
    """Write the database of this moment to `copy`; returns what it holds."""
    with connected() as connection:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()  # both read the same
        say("Copying …")
        run("pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={copy}")
        say("Counting …")
        return held(connection)


def beside(file: Path) -> Path:
    """Where there is room: beside the backup."""
    return file.absolute().parent


@contextmanager
def connected() -> Iterator[sa.Connection]:
    """A connection of its own."""
    db.session.remove()
    db.engine.dispose()
    engine = sa.create_engine(db.engine.url, poolclass=sa.NullPool, hide_parameters=True)
    with engine.connect() as connection:
        yield connection


def tool(name: str) -> str:
    """Where a program of PostgreSQL is. Raises Unusable."""
    folder = setting("HKPLEIN_POSTGRES_BIN")
    if found := shutil.which(name, path=folder or None):
        return found
    raise Unusable(
        f"{name} is not on this machine. Install the client of PostgreSQL (on Debian: apt install postgresql-client),"
        " or name its folder in HKPLEIN_POSTGRES_BIN. Nothing was done."
    )


def run(name: str, *options: str) -> None:
    """Run a program of PostgreSQL on this database; the password is not on its command line. Raises Unusable."""
    url = db.engine.url
    where = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [tool(name), "--no-owner", "--no-privileges", "--schema=public", "--no-password", f"--dbname={where}"]
    environment = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        first = done.stderr.strip().partition("\n")[0]  # further lines may quote rows
        raise Unusable(f"{first or name}. The database is as it was.")


def held(connection: sa.Connection) -> dict[str, Table]:
    """What each table holds."""
    connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    inspector, found = sa.inspect(connection), {}
    for name in sorted(inspector.get_table_names(schema="public")):
        key: list[sa.ColumnClause[Any]] = [
            sa.column(it) for it in inspector.get_pk_constraint(name)["constrained_columns"]
        ]
        whole = sa.select(sa.cast(sa.literal_column("t"), sa.Text)).select_from(
            sa.table(name, schema="public").alias("t")
        )
        rows = connection.execute(whole.order_by(*key), execution_options={"yield_per": 1000})
        found[name] = table_of(rows.scalars())
    return found


def recover(say: Callable[[str], None]) -> None:
    """A restore that was cut off left what was there in BEFORE: put it back."""
    with connected() as connection:
        if sa.inspect(connection).has_schema(BEFORE):
            say("An earlier restore was cut off; what was there before it is put back.")
            put_back(connection)


def put_back(connection: sa.Connection) -> None:
    """What came goes, and what was there is there again."""
    connection.execute(DropSchema("public", cascade=True, if_exists=True))
    connection.exec_driver_sql("ALTER SCHEMA hkplein_before RENAME TO public")
    connection.commit()


def restore(copy: Path, tables: Mapping[str, Table], settle: Callable[[], None]) -> None:
    """Put `copy` in the place of this database; what was there goes once all is right and `settle` is done."""
    tool("pg_restore")
    with connected() as connection:
        if others := connection.scalar(OTHERS):
            raise Unusable(f"Others work with this database ({others} connections): stop HK-plein first.")
        connection.exec_driver_sql("ALTER SCHEMA public RENAME TO hkplein_before")
        connection.execute(CreateSchema("public"))
        connection.commit()
        try:
            run("pg_restore", "--exit-on-error", "--single-transaction", str(copy))
            compare(tables, held(connection))
            connection.commit()
            settle()
            db.session.remove()
            db.engine.dispose()
        except BaseException:
            connection.rollback()
            db.session.remove()
            db.engine.dispose()
            put_back(connection)
            raise
        connection.execute(DropSchema(BEFORE, cascade=True))
        connection.commit()
