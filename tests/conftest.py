"""The houses in which tests live: one per database, emptied after every test."""

from __future__ import annotations

import os

os.environ["HKPLEIN_STRICT"] = "1"

import contextlib
import gc
import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from hkplein import create_app, logs
from hkplein.db import Base, db
from hkplein.i18n import speaking
from hkplein.models import Person, SignIn
from hkplein.models.forgetting import forgetting
from tests import cast as players
from tests import pages, pg

CONFIG = {"SECRET_KEY": "k" * 40, "TESTING": True, "WTF_CSRF_ENABLED": False, "DEMO": False}


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """A command that a test runs in this process begins a log; the next test is not to hear of it."""
    root, own = logging.getLogger(), logging.getLogger("hkplein")
    handlers, level = list(root.handlers), own.level
    yield
    root.handlers = [each for each in root.handlers if each in handlers or not isinstance(each, logs.Handler)]
    own.setLevel(level)


@contextlib.contextmanager
def built(url: str, **config: Any) -> Iterator[Flask]:
    """An app on a fresh database, migrated to the newest schema."""
    app = create_app({**CONFIG, "SQLALCHEMY_DATABASE_URI": url, **config})
    app.test_client_class = Visitor
    with app.app_context():
        if db.engine.name == "sqlite":  # as on PostgreSQL here, nothing waits for the disk
            sa.event.listen(db.engine, "connect", lambda it, _record: it.execute("PRAGMA synchronous=OFF").close())
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


class Visitor(FlaskClient):
    """A browser without JavaScript; every page that it opens is held against the rules for pages."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        db.session.commit()  # what the test did so far; and SQLite has one writer at a time
        with self.application.app_context():  # else the request would share the test's session and its `g`
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        pages.inspect(response)
        return response

    def htmx(self, url: str, data: dict[str, Any] | None = None, target: str = "") -> Any:
        """POST as htmx does."""
        return self.post(url, data=data or {}, headers={"HX-Request": "true", "HX-Target": target})


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with built(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'hkplein.sqlite3'}") as app:
        yield app


@pytest.fixture(scope="session")
def pg_server() -> Iterator[str]:
    with pg.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_app(pg_server: str) -> Iterator[Flask]:
    with built(fresh_postgresql(pg_server, "hkplein")) as app:
        yield app


def fresh_postgresql(server: str, name: str, template: str = "template1") -> str:
    """The URL of a new database on the throw-away server: an empty one, or the copy of another."""
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app, on both databases; its tables are empty again afterwards."""
    app: Flask = request.getfixturevalue(f"{request.param}_app")
    yield app
    with app.app_context():
        empty()


def empty() -> None:
    """Remove every row."""
    db.session.rollback()
    tables = [table.name for table in reversed(Base.metadata.sorted_tables) if table.name != "forgetting"]
    statements = [f'DELETE FROM "{name}"' for name in tables]
    with forgetting():
        cursor = db.session.connection().connection.cursor()  # of the driver: this is done after every test
        for statement in [";".join(statements)] if db.engine.name == "postgresql" else statements:
            cursor.execute(statement)
        cursor.close()
    db.session.commit()
    db.session.remove()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An application context, for tests that speak to models; its session is not the one of the client's requests."""
    with app.app_context(), speaking("en"):
        yield app
        db.session.rollback()


@pytest.fixture
def cast(context: Flask) -> SimpleNamespace:
    """The fixed cast, in the database; see tests/cast.py."""
    return players.assemble()


@pytest.fixture
def visit(app: Flask) -> Callable[[Person | None], Visitor]:
    """`visit(anna)` is Anna's browser, signed in; `visit(None)` is a stranger's."""

    def visit(person: Person | None) -> Visitor:
        client = app.test_client()
        if person is not None:
            token = SignIn.begin(person, 1)
            db.session.commit()
            with client.session_transaction() as session:
                session.update(_user_id=token, _fresh=True, language=person.locale)
        return client

    return visit


@pytest.fixture
def statements(context: Flask) -> Callable[[], contextlib.AbstractContextManager[list[str]]]:
    """`with statements() as said:` collects the SQL that the block sends."""

    @contextlib.contextmanager
    def collect() -> Iterator[list[str]]:
        said: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION")):
                said.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield said
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)

    return collect
