"""The migrations lead to the tables of the models, and back, on both databases."""

from __future__ import annotations

import flask_migrate
import pytest
import sqlalchemy as sa

from hkplein.db import Base, db
from tests import cast as players
from tests.cast import make_task
from tests.conftest import built, fresh_postgresql


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request, tmp_path):
    """An app on a database of its own, with the newest tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'plein.sqlite3'}"
    else:
        url = fresh_postgresql(request.getfixturevalue("pg_server"), "migrations")
    with built(url) as app, app.app_context():
        yield app


def tables() -> set[str]:
    with db.engine.connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_nothing_differs_between_the_models_and_the_migrations(fresh):
    flask_migrate.check()


def test_every_table_of_the_models_is_there(fresh):
    assert set(Base.metadata.tables) <= tables()


def test_down_to_nothing_and_up_again(fresh):
    players.assemble()
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    assert tables() <= {"alembic_version"}
    flask_migrate.upgrade()
    cast = players.assemble()
    assert make_task(cast).claim(cast.bram) is not None
    db.session.rollback()
    db.session.remove()


def test_one_step_down_and_up_keeps_the_rows(fresh):
    cast = players.assemble()
    task = make_task(cast).id
    db.session.remove()
    flask_migrate.downgrade()
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT title FROM task WHERE id = :id"), {"id": task}).scalar_one()
        assert connection.execute(sa.text("SELECT count(*) FROM person")).scalar_one() == len(cast.people)
