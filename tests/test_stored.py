"""What is stored about people: nothing that the page does not say, and everything that it says."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy import select

from hkplein import models
from hkplein.db import Base, db
from hkplein.models.stored import IMPERSONAL, SECRETS, STORED, counts_of, fields_of
from tests import world

assert models


def unsaid(metadata, stored=STORED, impersonal=IMPERSONAL):
    """What a schema holds and the list does not say: tables, columns, and roles that somebody has in a table."""
    found = []
    for table in metadata.sorted_tables:
        people = {key.parent.name for key in table.foreign_keys if key.column.table.name == "person"}
        roles = [it for it in stored if it.table == table.name]
        if table.name in impersonal:
            found += [f"{table.name}.{name}: somebody is in it" for name in people]
            continue
        said = {name for it in roles for name in it.purposes}
        found += [f"{table.name}.{column.name}" for column in table.columns if column.name not in said]
        found += [f"{table.name}: whose is {name}" for name in people - {it.whose for it in roles}]
    return found


def test_every_column_says_what_it_is_for_and_how_long_it_stays():
    """A new table or column fails here: say it in stored_people, stored_work or IMPERSONAL."""
    assert unsaid(Base.metadata) == []
    for it in STORED:
        assert set(it.purposes) <= set(it.rows.columns.keys()), it.table
        assert it.table not in IMPERSONAL
        assert str(it.title) and str(it.kept) and all(map(str, it.purposes.values()))
    assert set(IMPERSONAL) <= set(Base.metadata.tables) and all(IMPERSONAL.values())
    assert {f"{it.table}.{name}" for it in STORED for name in it.purposes} >= SECRETS


def test_the_test_sees_a_column_and_a_role_that_nobody_speaks_of():
    schema = sa.MetaData()
    sa.Table("person", schema, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("wish", schema, sa.Column("by_id", sa.ForeignKey("person.id")), sa.Column("mood", sa.Integer))
    person = [it for it in STORED if it.table == "person"]
    assert unsaid(schema, person, {}) == ["wish.by_id", "wish.mood", "wish: whose is by_id"]
    assert unsaid(schema, person, {"wish": "nobody"}) == ["wish.by_id: somebody is in it"]


def test_what_is_stored_is_told_to_whom_it_is_about_and_no_secret(cast):
    world.build(cast)
    cast.anna.password_hash = "$argon2id$secret"
    cast.anna.away_from = None
    db.session.commit()
    told = {(field.table, field.column): field for field in fields_of(cast.anna)}
    assert told["person", "email"].values == ["anna@voorbeeld.nl"]
    assert "$argon2id$secret" not in str([field.values for field in told.values()])
    assert "anna@voorbeeld.nl" not in str([field.values for field in fields_of(cast.bram)])
    for it, count in counts_of(cast.anna):
        rows = db.session.execute(select(it.rows.c.id).where(it.of(cast.anna))).all()
        assert count == len(rows), it.title
    assert sum(count for _it, count in counts_of(cast.anna)) > 20


def test_whoever_helps_does_not_take_the_question_along(cast):
    """Of a pitstop its asker gets the words, and its helper only what the helping was."""
    world.make_pitstop(cast, "picked-up", question="Het geheim van Anna", readers="line")
    assert "Het geheim van Anna" in str([field.values for field in fields_of(cast.anna)])
    assert "Het geheim van Anna" not in str([field.values for field in fields_of(cast.femke)])


def test_everybody_reads_it_in_both_languages_whatever_the_role(cast, visit):
    for name in ("anna", "gijs", "wim", "petra"):
        person = getattr(cast, name)
        browser = visit(person)
        assert 'href="/account/stored"' in browser.get("/account").text
        page = browser.get("/account/stored").text
        assert person.email in page and "Where you are signed in: " in page
        fields = set(re.findall(r"<code>([\w.]+)</code>", page))
        assert fields == {
            name if it.table == "person" else f"{it.table}.{name}" for it in STORED for name in it.purposes
        }
    cast.anna.locale = "nl"
    dutch = visit(cast.anna).get("/account/stored").text
    assert "Wat er over mij is opgeslagen" in dutch and "Klussen die je hebt geplaatst" in dutch
