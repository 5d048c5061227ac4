"""The migrations lead to the tables of the models, and back, on both databases."""

from __future__ import annotations

import ast
import hashlib
import itertools
import re

import flask_migrate
import pytest
import sqlalchemy as sa

from hkplein.config import ROOT
from hkplein.db import Base, db
from tests import cast as players
from tests import world
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


def rows() -> dict[str, str]:
    """A checksum of what stands in every table."""
    with db.engine.connect() as connection:
        reflected = sa.MetaData()
        reflected.reflect(connection)
        found = {}
        for name, table in reflected.tables.items():
            if name == "square_count":  # lines that are added up
                asked = sa.select(table.c.facet, table.c.value, sa.func.sum(table.c.n)).group_by("facet", "value")
                found[name] = repr(sorted(tuple(row) for row in connection.execute(asked) if row[2]))
            elif name != "alembic_version":
                lines = sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
                found[name] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return found


def test_every_revision_up_and_down_again_keeps_every_row(fresh):
    """From the newest to the first: where a database of every noun stands, one step up and one down change nothing."""
    world.build(players.assemble())
    db.session.remove()
    steps = [path.stem[:4] for path in sorted((ROOT / "migrations/versions").glob("0*.py"))]
    for below, above in list(itertools.pairwise(steps))[::-1]:
        flask_migrate.downgrade(revision=below)
        before = rows()
        flask_migrate.upgrade(revision=above)
        once = rows()
        flask_migrate.downgrade(revision=below)
        assert rows() == before, f"{above} up and down"
        flask_migrate.upgrade(revision=above)
        assert rows() == once, f"{above} up again"
    assert rows()["person"] and rows()["task"]


def test_one_step_down_and_up_keeps_the_rows(fresh):
    cast = players.assemble()
    task = make_task(cast).id
    db.session.remove()
    flask_migrate.downgrade()
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT title FROM task WHERE id = :id"), {"id": task}).scalar_one()
        assert connection.execute(sa.text("SELECT count(*) FROM person")).scalar_one() == len(cast.people)


# A program of before goes on while the tables are brought up: first expand, and contract in a later release.

CONTRACTED: dict[str, str] = {}  # revision: in which release nothing used it any more
SQL = re.compile(
    r"\b(DROP\s+(COLUMN|TABLE)|RENAME|SET\s+NOT\s+NULL|(?<!IS )NOT\s+NULL(?!.*\bDEFAULT\b))", re.IGNORECASE
)


def contractions(source: str) -> list[str]:
    """What a revision does on its way up that the program before it does not survive."""
    tree = ast.parse(source)
    found, ups = [], [node for node in tree.body if getattr(node, "name", "") != "downgrade"]
    for call in (node for up in ups for node in ast.walk(up) if isinstance(node, ast.Call)):
        name, said = getattr(call.func, "attr", ""), {each.arg: ast.unparse(each.value) for each in call.keywords}
        if name in {"drop_column", "drop_table", "rename_table"}:
            found.append(name)
        if name == "alter_column" and (
            {"new_column_name", "type_"} & set(said)
            or said.get("nullable") == "False"
            or said.get("server_default") == "None"
        ):
            found.append(name)
        columns = [
            each for each in call.args if isinstance(each, ast.Call) and getattr(each.func, "attr", "") == "Column"
        ]
        for column in columns if name == "add_column" else []:
            about = {each.arg: ast.unparse(each.value) for each in column.keywords}
            if about.get("nullable") == "False" and "server_default" not in about:
                found.append("add_column NOT NULL")
        texts = [node.value for each in call.args for node in ast.walk(each) if isinstance(node, ast.Constant)]
        if name == "execute" and SQL.search(" ".join(text for text in texts if isinstance(text, str))):
            found.append("execute")
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "migrations/versions").glob("*.py")), ids=lambda path: path.stem)
def test_a_revision_only_adds(path):
    """See docs/migrations.md; what goes in a later release is named in CONTRACTED."""
    assert contractions(path.read_text()) == [] or path.stem.split("_")[0] in CONTRACTED


@pytest.mark.parametrize(
    "step",
    [
        "op.drop_column('task', 'thanks')",
        "op.drop_table('swap')",
        "op.rename_table('swap', 'exchange')",
        "op.alter_column('task', 'thanks', new_column_name='praise')",
        "op.alter_column('task', 'hours', nullable=False)",
        "op.alter_column('task', 'hours', server_default=None)",
        "op.add_column('task', sa.Column('mood', sa.Integer(), nullable=False))",
        "op.execute(f'ALTER TABLE {table} DROP COLUMN thanks')",
        "op.execute('ALTER TABLE task ADD COLUMN mood INTEGER NOT NULL')",
    ],
)
def test_a_step_that_takes_something_away_is_seen(step):
    assert contractions(f"def upgrade():\n    {step}\n\ndef downgrade():\n    pass")
    assert not contractions(f"def upgrade():\n    pass\n\ndef downgrade():\n    {step}")


@pytest.fixture
def before(fresh) -> sa.MetaData:
    """The tables as the program before this one knows them, while the database has those of this one, with rows."""
    world.build(players.assemble())
    db.session.remove()
    flask_migrate.downgrade()
    tables = sa.MetaData()
    tables.reflect(db.engine)
    flask_migrate.upgrade()
    return tables


def broken(before: sa.MetaData) -> list[str]:
    """The tables that the program before this one can no longer read and write."""
    found = []
    with db.engine.connect() as connection:
        walls = {"sqlite": "PRAGMA foreign_keys=OFF", "postgresql": "SET session_replication_role = replica"}
        connection.connection.cursor().execute(walls[connection.dialect.name])
        connection.connection.commit()
        for table in before.sorted_tables:
            if table.name.startswith(("search_fts", "alembic")):
                continue
            tried = connection.begin()
            try:
                use(connection, table)
            except sa.exc.DBAPIError:
                found.append(table.name)
            finally:
                tried.rollback()
    db.engine.dispose()
    return found


def use(connection: sa.Connection, table: sa.Table) -> None:
    """Read, change, remove and write anew one row, by the columns that were there before."""
    if connection.dialect.name == "sqlite":  # as on PostgreSQL here: what happens by itself is not what is asked
        names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
    row = connection.execute(sa.select(table).limit(1)).mappings().first()
    values = {column.name: row[column.name] for column in table.columns if row and column.computed is None}
    if values:
        connection.execute(sa.update(table).where(table.c.id == values["id"]).values(values))
        connection.execute(sa.delete(table).where(table.c.id == values["id"]))
        connection.execute(sa.insert(table).values(values))


def test_the_program_before_this_one_reads_and_writes_on(before):
    assert broken(before) == []


def test_a_column_with_another_name_would_stop_it(before):
    with db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE task RENAME COLUMN thanks TO praise"))
        connection.execute(sa.text("DROP TABLE lesson_helped"))
    assert set(broken(before)) == {"lesson_helped", "task"}
