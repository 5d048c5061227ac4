"""Making a backup, and putting one back."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import delete

from hkplein import schema
from hkplein.backup import postgresql, sqlite
from hkplein.backup.archive import Manifest, Unusable, pack, unpack
from hkplein.db import db
from hkplein.models import SignIn
from hkplein.models.erasure import Erased, erasures, reapply

KINDS = {"sqlite": sqlite, "postgresql": postgresql}
NO_WORK = {"alembic_version", "tick"}  # rows that are there before anybody has done anything
Say = Callable[[str], None]


def save(file: Path, say: Say) -> Manifest:
    """Write a backup to `file`, which must not be there yet. Raises Unusable."""
    if file.exists():
        raise Unusable(f"{file} is there already. Nothing was done.")
    if not file.parent.is_dir():
        raise Unusable(f"There is no folder {file.parent}. Nothing was done.")
    revision = schema.current()
    if revision is None:
        raise Unusable("This database has no tables yet, so there is nothing to back up.")
    kind = db.engine.dialect.name
    with in_words(), tempfile.TemporaryDirectory(prefix=".hkplein-", dir=file.parent) as folder:
        copy = Path(folder) / "database"
        tables = KINDS[kind].save(copy, say)
        made = Manifest(kind, revision, tables)
        say("Packing …")
        pack(copy, made, Path(folder) / "backup", compress=kind == "sqlite")
        os.replace(Path(folder) / "backup", file)  # noqa: PTH105 - nobody ever sees half a backup
    return made


def restore(file: Path, say: Say, *, replace: bool = False, erased: Iterable[Erased] = ()) -> tuple[Manifest, int]:
    """Put a backup in the place of this database; returns what it held, and how many were erased again.

    Whoever this database knows to be erased, or is named in `erased`, is erased in what comes. With rows in it, it is
    only replaced when `replace` says so. Raises Unusable, and then it is as it was.
    """
    kind = db.engine.dialect.name
    KINDS[kind].recover(say)
    here = rows()
    if here and not replace:
        raise Unusable(
            f"This database holds {here} rows. To replace them by what is in {file.name}, add --replace. "
            "Nothing was done."
        )
    known = [*(erasures() if has_table("erasure") else []), *erased]
    db.session.rollback()
    with in_words(), tempfile.TemporaryDirectory(prefix=".hkplein-", dir=KINDS[kind].beside(file)) as folder:
        copy = Path(folder) / "database"
        made = unpack(file, copy)
        fits(made, file)
        say(f"Restoring what was made at {made.at} …")
        again = 0

        def settle() -> None:
            nonlocal again
            if schema.upgrade():
                say("Older tables were brought up to date.")
            db.session.execute(delete(SignIn))
            again = reapply(known)
            db.session.commit()

        KINDS[kind].restore(copy, made.tables, settle)
    return made, again


@contextmanager
def in_words() -> Iterator[None]:
    """A disk that is full, or a folder that cannot be written, is a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise Unusable(f"{error}. The database is as it was.") from None


def fits(made: Manifest, file: Path) -> None:
    """Raise Unusable when this backup is of another kind, or of a program that comes after this one."""
    if made.kind != db.engine.dialect.name:
        raise Unusable(f"{file} is of {made.kind}, and this database is of {db.engine.dialect.name}. Nothing was done.")
    if made.revision not in schema.revisions()[0]:
        raise Unusable(
            f"{file} is of a newer HK-plein: its tables are of revision {made.revision}, and this program knows "
            f"none after {schema.newest()}. Bring HK-plein up to date first. Nothing was done."
        )


def has_table(name: str) -> bool:
    """Whether this database has it."""
    return sa.inspect(db.engine).has_table(name)


def rows() -> int:
    """How many rows this database holds."""
    inspector, found = sa.inspect(db.engine), 0
    for table in inspector.get_table_names():
        if table not in NO_WORK and not table.startswith(sqlite.SHADOW):
            found += db.session.scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0
    db.session.rollback()
    return found
