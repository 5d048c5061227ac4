"""What every command needs: the app, its database, and a line of progress. What is wrong becomes one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hkplein import config, logs

if TYPE_CHECKING:
    from flask import Flask


def say(text: str) -> None:
    """A line of progress."""
    click.echo(text, err=True)


def app_or_exit() -> Flask:
    """The app; what keeps it from starting becomes one sentence."""
    from hkplein import create_app

    try:
        app = create_app()
    except config.Misconfigured as error:
        raise click.ClickException(str(error)) from None
    logs.begin(config.setting("HKPLEIN_LOG"), quoting=app.config["DEMO"])
    return app


@contextmanager
def at_hand() -> Iterator[Flask]:
    """The app, and its database as it is; no connection stays open afterwards. One that is away is a sentence."""
    from hkplein.db import db
    from hkplein.engine import AWAY

    app = app_or_exit()
    with app.app_context():
        try:
            yield app
        except AWAY as error:
            where, why = db.engine.url.render_as_string(), str(error.orig).strip().splitlines()
            raise click.ClickException(
                f"The database {where} does not answer: {why[0] if why else 'no reason'}"
            ) from None
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def app_context() -> Iterator[Flask]:
    """The app, with its database at the newest schema."""
    from hkplein import schema

    with at_hand() as app:
        if schema.upgrade():
            say("The database has the newest tables.")
        yield app
