"""Backups: of one moment while people work, verified, and put back as a whole or not at all; on both databases."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import sqlite3
import threading
import zipfile
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.engine import make_url

from hkplein import cli, config, create_app, schema, terminal
from hkplein.backup import postgresql, sqlite
from hkplein.backup.archive import Unusable, table_of
from hkplein.checks import database
from hkplein.db import db
from hkplein.models import Person, SignIn, Task, erasure
from hkplein.models.erasure import Erasure
from tests import cast as players
from tests import pg, world
from tests.cast import keep
from tests.conftest import built, fresh_postgresql


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request, tmp_path_factory):
    """The address of a database with the cast and everything that they do."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('full') / 'plein.sqlite3'}"
    else:
        url = fresh_postgresql(request.getfixturevalue("pg_server"), "full")
    with built(url) as app, app.app_context():
        cast = players.assemble()
        world.build(cast)
        keep(SignIn(digest="x", person_id=cast.anna.id, expires_at=cast.anna.created_at))
        db.session.remove()
    return url


@pytest.fixture
def machine(full, request, tmp_path, monkeypatch):
    """`machine("new")` is the address of an empty database; `machine("old", full)` of a copy of that one."""
    for setting in config.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("HKPLEIN_SECRET_KEY", "k" * 40)
    app_of = functools.cache(lambda _url: create_app())  # a command makes one; here they share it
    monkeypatch.setattr(terminal, "app_or_exit", lambda: app_of(os.environ["HKPLEIN_DATABASE_URL"]))
    if "TEST_POSTGRES_URL" not in os.environ:
        monkeypatch.setenv("HKPLEIN_POSTGRES_BIN", str(pg.installation() / "bin"))

    def url(name, of=None):
        if full.startswith("sqlite"):
            file = tmp_path / f"{name}.sqlite3"
            if of:
                shutil.copyfile(str(make_url(of).database), file)
            return f"sqlite:///{file}"
        template = str(make_url(of).database) if of else "template1"
        return fresh_postgresql(request.getfixturevalue("pg_server"), f"backup_{name}", template)

    return url


@pytest.fixture
def old(machine, full, monkeypatch):
    """The address of a copy of it, which is the one that every command works with."""
    monkeypatch.setenv("HKPLEIN_DATABASE_URL", url := machine("old", full))
    return url


def hkplein(*arguments, fails=False):
    """What the command says."""
    result = CliRunner().invoke(cli.main, [str(each) for each in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert (result.exit_code != 0) == fails, result.output
    return result.output


@contextlib.contextmanager
def inside():
    with cli.at_hand() as app:
        yield app


def contents():
    """What the database holds."""
    with inside():
        if db.engine.dialect.name == "sqlite":
            with contextlib.closing(sqlite.connect(sqlite.live())) as connection:
                return sqlite.checked(connection)
        with postgresql.connected() as connection:
            return postgresql.held(connection)


def change_everything():
    with inside():
        db.session.execute(sa.update(Person).values(about="na de backup"))
        db.session.execute(sa.delete(SignIn))
        db.session.commit()


def test_what_comes_back_is_what_was_there_but_for_who_was_signed_in(old, tmp_path):
    before, file = contents(), tmp_path / "plein.backup"
    said = hkplein("backup", file)
    rows = sum(table.rows for table in before.values())
    assert f"Backed up {len(before)} tables with {rows} rows" in said and rows > 500
    assert file.stat().st_mode & 0o077 == 0 and not list(tmp_path.glob(".hkplein-*"))
    change_everything()
    assert contents()["person"] != before["person"]
    assert "Restored" in hkplein("restore", file, "--replace")
    assert contents() == before | {"sign_in": table_of([])}
    with inside():
        last = db.session.scalar(select(sa.func.max(Person.id)))
        assert keep(Person(name="Nieuw", email="nieuw@voorbeeld.nl")).id > last, "numbers go on where they were"
        assert list(database.drift()) == [], "walls and triggers came along"
    hkplein("backup", tmp_path / "again")  # what was restored can be backed up
    hkplein("restore", tmp_path / "again", "--replace")


def test_a_machine_that_is_empty_gets_everything(old, machine, monkeypatch, tmp_path):
    before = contents()
    hkplein("backup", tmp_path / "plein.backup")
    monkeypatch.setenv("HKPLEIN_DATABASE_URL", machine("new"))
    assert "; 0 erased again" in hkplein("restore", tmp_path / "plein.backup")
    assert contents() == before | {"sign_in": table_of([])}


def test_what_is_there_is_only_replaced_when_that_is_said(old, tmp_path):
    hkplein("backup", tmp_path / "plein.backup")
    change_everything()
    before = contents()
    assert "add --replace" in hkplein("restore", tmp_path / "plein.backup", fails=True)
    assert "is there already" in hkplein("backup", tmp_path / "plein.backup", fails=True)
    assert "There is no folder" in hkplein("backup", tmp_path / "nowhere/plein.backup", fails=True)
    assert contents() == before


def rewritten(file, **changes):
    """The same backup with another manifest."""
    other = file.with_name(f"with another {' '.join(changes)} {len(changes.get('revision', ''))}")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        new.writestr("database", old.read("database"))
        new.writestr("manifest.json", json.dumps(json.loads(old.read("manifest.json")) | changes))
    return other


def written(file, content):
    file.write_bytes(content)
    return file


def test_what_is_damaged_foreign_or_newer_is_refused_and_nothing_has_changed(old, tmp_path):
    file = tmp_path / "plein.backup"
    hkplein("backup", file)
    before, content = contents(), file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        tables = json.loads(archive.read("manifest.json"))["tables"]
    tables["person"]["rows"] += 1
    middle, other = len(content) // 2, "postgresql" if old.startswith("sqlite") else "sqlite"
    bit = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    wrong = [
        ("or it is damaged", written(tmp_path / "bit", bit)),
        ("or it is damaged", written(tmp_path / "cut", content[:middle])),
        ("or it is damaged", written(tmp_path / "text", b"Dit is geen backup.")),
        ("is damaged", rewritten(file, sha256="0" * 64)),
        ("is of a newer HK-plein: its tables are of revision 9999", rewritten(file, revision="9999")),
        ("is of a newer HK-plein.", rewritten(file, format=2)),
        (f"is of {other}", rewritten(file, kind=other)),
        ("is not what was put in: person", rewritten(file, tables=tables)),
        ("There is no", tmp_path / "nothing"),
    ]
    for sentence, each in wrong:
        assert sentence in hkplein("restore", each, "--replace", fails=True)
    assert contents() == before


def test_an_older_backup_is_brought_up_to_date(old, tmp_path):
    with inside():
        flask_migrate.downgrade()
    hkplein("backup", tmp_path / "plein.backup")
    with inside():
        flask_migrate.upgrade()
    assert "Older tables were brought up to date" in hkplein("restore", tmp_path / "plein.backup", "--replace")
    with inside():
        assert schema.current() == schema.newest()
        flask_migrate.check()
        assert db.session.scalar(select(sa.func.count(Person.id))) >= len(players.PEOPLE)


def test_what_goes_wrong_on_the_way_leaves_everything_as_it_was(old, tmp_path, monkeypatch):
    def fall(_known):
        raise ZeroDivisionError

    hkplein("backup", tmp_path / "plein.backup")
    change_everything()
    before = contents()
    with monkeypatch.context() as patched:
        patched.setattr("hkplein.backup.steps.reapply", fall)
        result = CliRunner().invoke(cli.main, ["restore", str(tmp_path / "plein.backup"), "--replace"])
        assert isinstance(result.exception, ZeroDivisionError)
    assert contents() == before


@pytest.fixture
def erasing(monkeypatch):
    """What erasing comes down to, here."""

    def erase(person):
        person.name, person.email = "oud-collega", f"{person.id}@"

    monkeypatch.setattr(erasure, "ERASING", [erase])


def names(*ids):
    with inside():
        return [db.session.get_one(Person, id_).name for id_ in ids]


def test_who_was_erased_since_is_erased_again_on_this_machine_and_on_an_empty_one(
    old, machine, erasing, monkeypatch, tmp_path
):
    file, listed = tmp_path / "plein.backup", tmp_path / "erasures"
    hkplein("backup", file)
    with inside():
        anna, bram = db.session.scalars(select(Person).order_by(Person.id).limit(2)).all()
        ids = anna.id, bram.id
        assert Erasure.record(anna) and not Erasure.record(anna)
        db.session.commit()
    assert names(*ids) == ["Anna", "Bram"], "the one that restores erases, not the record"
    assert "; 1 erased again" in hkplein("restore", file, "--replace")
    assert names(*ids) == ["oud-collega", "Bram"]
    listed.write_text(hkplein("erasures"))
    assert "Anna" not in listed.read_text() and len(listed.read_text().splitlines()) == 1
    monkeypatch.setenv("HKPLEIN_DATABASE_URL", machine("new"))
    assert "; 1 erased again" in hkplein("restore", file, "--erasures", listed)
    assert names(*ids) == ["oud-collega", "Bram"]
    assert hkplein("erasures") == listed.read_text(), "and it is known from here on"
    listed.write_text(listed.read_text().replace('"opened": "2', '"opened": "1'))
    monkeypatch.setenv("HKPLEIN_DATABASE_URL", machine("other"))
    assert "; 0 erased again" in hkplein("restore", file, "--erasures", listed), "that was somebody else"
    assert "was not made by" in hkplein("restore", file, "--replace", "--erasures", file, fails=True)


# While people work.


@contextlib.contextmanager
def busy():
    """Somebody posts two tasks at a time, again and again, in one transaction each."""
    stop, begun, posted, app = threading.Event(), threading.Event(), [0], create_app()

    def post():
        with app.app_context():
            common = {"author_id": 1, "hours": 1, "due": players.today(), "state": "draft"}
            while not stop.is_set():
                db.session.add_all(Task(title=f"Paar {posted[0]} {'x' * 900}"[:200], **common) for _n in range(2))
                db.session.commit()
                posted[0] += 1
                begun.set()
            db.session.remove()
            db.engine.dispose()

    thread = threading.Thread(target=post)
    thread.start()
    try:
        assert begun.wait(30)
        yield posted
    finally:
        stop.set()
        thread.join(30)


def pairs():
    """How often each pair is there: two of each, if it is of one moment."""
    with inside():
        found = select(sa.func.count()).where(Task.title.like("Paar %")).group_by(Task.title)
        return db.session.scalars(found).all()


def test_a_backup_under_load_is_of_one_moment(old, tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "PAGES", 10)
    with busy() as posted:
        before = posted[0]
        hkplein("backup", tmp_path / "plein.backup")
        assert posted[0] > before, "work goes on meanwhile"
    hkplein("restore", tmp_path / "plein.backup", "--replace")
    assert set(pairs()) == {2} and before <= len(pairs()) <= posted[0]


@pytest.mark.parametrize("full", ["sqlite"], indirect=True)
def test_a_copy_of_the_file_would_be_noticed(old, tmp_path, monkeypatch):
    """Planted: the file is copied while people work. What they did last stands beside it, in the log of writes."""

    def copied(copy, _say):
        shutil.copyfile(sqlite.live(), copy)
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            return sqlite.checked(connection)

    monkeypatch.setattr(sqlite, "save", copied)
    with busy() as posted:
        before = posted[0]
        try:
            hkplein("backup", tmp_path / "plein.backup")
        except (AssertionError, Unusable):
            return
    hkplein("restore", tmp_path / "plein.backup", "--replace")
    assert not (set(pairs()) == {2} and len(pairs()) >= before)


@pytest.mark.parametrize("full", ["sqlite"], indirect=True)
def test_what_was_erased_is_in_no_backup_of_a_later_day(old, tmp_path):
    with inside():
        keep(Person(name="Kanarie" * 20, email="k@voorbeeld.nl"))
        db.session.execute(sa.delete(Person).where(Person.email == "k@voorbeeld.nl"))
        db.session.commit()
    hkplein("backup", tmp_path / "plein.backup")
    with zipfile.ZipFile(tmp_path / "plein.backup") as archive:
        assert b"KanarieKanarie" not in archive.read("database")


@pytest.mark.parametrize("full", ["sqlite"], indirect=True)
def test_a_server_that_has_the_file_open_reads_what_came(old, tmp_path):
    hkplein("backup", tmp_path / "plein.backup")
    change_everything()
    with contextlib.closing(sqlite.connect(Path(make_url(old).database))) as open_:
        about = "SELECT count(*) FROM person WHERE about = 'na de backup'"
        assert open_.execute(about).fetchone()[0] > 0
        hkplein("restore", tmp_path / "plein.backup", "--replace")
        assert open_.execute(about).fetchone()[0] == 0


# PostgreSQL.


@pytest.mark.parametrize("full", ["postgresql"], indirect=True)
def test_without_its_programs_it_says_what_to_install(old, tmp_path, monkeypatch):
    monkeypatch.delenv("HKPLEIN_POSTGRES_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt install postgresql-client" in hkplein("backup", tmp_path / "plein.backup", fails=True)
    assert not (tmp_path / "plein.backup").exists()


@pytest.mark.parametrize("full", ["postgresql"], indirect=True)
def test_while_a_server_works_with_the_database_nothing_is_replaced(old, tmp_path):
    hkplein("backup", tmp_path / "plein.backup")
    engine = sa.create_engine(old, poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
        assert "stop HK-plein first" in hkplein("restore", tmp_path / "plein.backup", "--replace", fails=True)


@pytest.mark.parametrize("full", ["postgresql"], indirect=True)
def test_a_restore_that_was_cut_off_is_undone_by_the_next(old, tmp_path):
    hkplein("backup", tmp_path / "plein.backup")
    before = contents()
    with inside(), postgresql.connected() as connection:
        for step in (f"ALTER SCHEMA public RENAME TO {postgresql.BEFORE}", "CREATE SCHEMA public"):
            connection.exec_driver_sql(step)
        connection.exec_driver_sql("CREATE TABLE public.half (id integer)")
        connection.commit()
    said = hkplein("restore", tmp_path / "plein.backup", fails=True)
    assert "was cut off" in said and "add --replace" in said
    assert contents() == before
