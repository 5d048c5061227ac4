"""`hkplein backup`, `restore` and `erasures`."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkplein.terminal import app_context, at_hand, say

if TYPE_CHECKING:
    from hkplein.models.erasure import Erased

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write everything to FILE, while people work."""
    from hkplein.backup.archive import Unusable
    from hkplein.backup.steps import save

    began = time.monotonic()
    with at_hand():
        try:
            made = save(file, say)
        except Unusable as why:
            raise click.ClickException(str(why)) from None
    size = file.stat().st_size / 2**20
    click.echo(
        f"Backed up {len(made.tables)} tables with {made.rows} rows: {file}, {size:.1f} MB, "
        f"{time.monotonic() - began:.0f} s. It holds everything that people wrote: keep it as safe as the database."
    )


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Also when there is something in the database: that goes.")
@click.option("--erasures", type=FILE, help="Also erase whom this file names, made by `hkplein erasures`.")
def restore(file: Path, replace: bool, erasures: Path | None) -> None:
    """Put the backup FILE in the place of the database. Stop the server first.

    Nothing is replaced before the backup is verified. Everybody is signed out; who was erased since is erased again.
    """
    from hkplein.backup import steps
    from hkplein.backup.archive import Unusable

    began = time.monotonic()
    with at_hand():
        try:
            made, again = steps.restore(file, say, replace=replace, erased=listed(erasures))
        except Unusable as why:
            raise click.ClickException(str(why)) from None
    click.echo(
        f"Restored {len(made.tables)} tables with {made.rows} rows, of {made.at}, in {time.monotonic() - began:.0f} s. "
        f"Everybody is signed out; {again} erased again."
    )


@click.command()
def erasures() -> None:
    """Print who was erased, as numbers: for `restore --erasures`, where the database itself is lost."""
    from hkplein.models.erasure import erasures

    with app_context():
        for erased in erasures():
            click.echo(json.dumps({**erased._asdict(), "opened": str(erased.opened), "at": str(erased.at)}))


def listed(file: Path | None) -> list[Erased]:
    """Who is named in a file."""
    from hkplein.models.erasure import Erased

    try:
        lines = [json.loads(line) for line in file.read_text().splitlines() if line.strip()] if file else []
        moments = [(line["person"], line["opened"], line["at"]) for line in lines]
        return [Erased(int(who), *(datetime.fromisoformat(each) for each in when)) for who, *when in moments]
    except (OSError, ValueError, KeyError, TypeError):
        raise click.ClickException(f"{file} was not made by `hkplein erasures`. Nothing was done.") from None
