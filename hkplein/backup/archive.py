"""The file of a backup: a zip with the database in it, and a manifest that says what that holds."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hkplein.clock import now

FORMAT = 1
DATABASE, MANIFEST = "database", "manifest.json"
PIECE = 2**20


class Unusable(Exception):
    """A backup cannot be made or restored; the sentence says why."""


@dataclass(frozen=True)
class Table:
    """What a table holds: how many rows, and a checksum of them in the order of their ids."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: the kind of its database, the revision of its tables, and the tables by name."""

    kind: str
    revision: str
    tables: Mapping[str, Table]
    at: str = field(default_factory=lambda: now().isoformat(timespec="seconds"))
    format: int = FORMAT
    sha256: str = ""  # of the database in it

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables.values())


def table_of(rows: Iterable[Any]) -> Table:
    """What these rows are together."""
    count, total = 0, hashlib.sha256()
    for row in rows:
        count += 1
        total.update(repr(row).encode())
    return Table(count, total.hexdigest())


def compare(said: Mapping[str, Table], found: Mapping[str, Table]) -> None:
    """Raise Unusable when these tables are not those of the manifest."""
    differ = sorted(name for name in {*said, *found} if said.get(name) != found.get(name))
    if differ:
        raise Unusable(f"What came out is not what was put in: {', '.join(differ)}. The database is as it was.")


def pack(copy: Path, made: Manifest, file: Path, *, compress: bool) -> None:
    """Write the backup, for the eyes of its owner only; it is on the disk when this returns."""
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as archive:
            archive.write(copy, DATABASE)
            about = asdict(made) | {"sha256": digest(copy)}
            archive.writestr(MANIFEST, json.dumps(about, indent=1))
        raw.flush()
        os.fsync(raw.fileno())


def unpack(file: Path, copy: Path) -> Manifest:
    """Take the database out, and read what it should hold. Raises Unusable when it is not as it was written."""
    try:
        with zipfile.ZipFile(file) as archive:
            about = json.loads(archive.read(MANIFEST))
            if about["format"] > FORMAT:
                raise Unusable(f"{file} is of a newer HK-plein. Bring HK-plein up to date first. Nothing was done.")
            tables = {name: Table(**table) for name, table in about.pop("tables").items()}
            made = Manifest(**about, tables=tables)
            with archive.open(DATABASE) as packed, copy.open("wb") as out:
                shutil.copyfileobj(packed, out, PIECE)
    except FileNotFoundError:
        raise Unusable(f"There is no {file}.") from None
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError):
        raise Unusable(f"{file} is no backup of HK-plein, or it is damaged. Nothing was done.") from None
    if digest(copy) != made.sha256:
        raise Unusable(f"{file} is damaged. Nothing was done.")
    return made


def digest(file: Path) -> str:
    """The checksum of a file."""
    total = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(PIECE):
            total.update(piece)
    return total.hexdigest()
