"""What is stored about people: nothing that the page does not say, and everything that it says."""

from __future__ import annotations

import json
import re
import tracemalloc

import pytest
import sqlalchemy as sa
from sqlalchemy import insert, select

from hkplein import models, terms
from hkplein.config import ROOT
from hkplein.db import Base, db
from hkplein.i18n import speaking
from hkplein.models.stored import IMPERSONAL, SECRETS, STORED, counts_of, fields_of
from hkplein.passwords import hashed
from tests import world

PASSWORD = "een zin die niemand raadt"


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


def take(browser, form="json", current=PASSWORD):
    answer = browser.post("/account/export", data={"current": current, "form": form})
    assert answer.data
    answer.close()
    return answer


@pytest.fixture
def anna(cast):
    """Somebody with a password, and with something everywhere."""
    world.build(cast)
    cast.anna.password_hash = hashed(PASSWORD)
    cast.anna.about = "Met <b>hart</b> en ziel"
    db.session.commit()
    return cast.anna


def test_all_that_is_stored_is_taken_along_by_a_program(anna, visit):
    """As many rows as the page counts, every column with its purpose, and no secret."""
    browser = visit(anna)
    answer = take(browser)
    assert answer.mimetype == "application/json" and answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"attachment; filename=hk-plein-\d{4}-\d\d-\d\d\.json", answer.headers["Content-Disposition"])
    file = json.loads(answer.text)
    assert (file["schema"], file["person"]) == ("hkplein-export-1", anna.id)
    counted = {(it.table, it.whose): count for it, count in counts_of(anna)}
    assert {(part["table"], part["whose"]): len(part["rows"]) for part in file["stored"]} == counted
    for part in file["stored"]:
        assert part["title"] and part["kept"] and all(part["columns"].values())
        assert all(row.keys() == part["columns"].keys() for row in part["rows"])
    account = file["stored"][0]["rows"][0]
    assert account["email"] == "anna@voorbeeld.nl" and account["about"] == "Met <b>hart</b> en ziel"
    assert account["password_hash"] == "kept, and shown to nobody" and "$argon2" not in answer.text
    again = take(browser)
    assert again.status_code == 200 and len(again.data) > len(answer.data), "that it was taken along is stored as well"


def test_all_that_is_stored_is_taken_along_to_read(anna, visit):
    anna.locale = "nl"
    answer = take(visit(anna), "html")
    assert answer.mimetype == "text/html" and ".html" in answer.headers["Content-Disposition"]
    assert "Met &lt;b&gt;hart&lt;/b&gt; en ziel" in answer.text and "Klussen die je hebt geplaatst" in answer.text
    assert "argon2" not in answer.text and "<script" not in answer.text


def test_only_with_the_password_and_it_is_written_down(anna, visit):
    browser = visit(anna)
    assert "Take my data along" in browser.get("/account/export").text
    for wrong in ("", "wrong"):
        assert take(browser, current=wrong).status_code == 422
    assert take(browser).status_code == 200
    kinds = db.session.scalars(select(models.SecurityEvent.kind).order_by(models.SecurityEvent.id)).all()
    assert kinds == ["password-failed", "export"]
    assert visit(None).post("/account/export").status_code == 302


def test_whoever_has_much_takes_it_along_in_as_many_statements_and_little_memory(anna, visit, statements):
    browser, costs = visit(anna), []
    for many in (10, 20_000):
        values = [{"by_id": anna.id, "kind": "sign-in", "note": "x" * 50} for _n in range(many)]
        db.session.execute(insert(models.SecurityEvent), values)
        with statements() as said:
            tracemalloc.start()
            size = len(take(browser).data)
            costs.append((len(said), tracemalloc.get_traced_memory()[1] - 2 * size))
            tracemalloc.stop()
    assert costs[0][0] == costs[1][0], "one a role"
    assert costs[1][1] < costs[0][1] + 4_000_000


def test_what_others_told_in_confidence_goes_along_with_nobody_else(cast, visit):
    world.make_pitstop(cast, "answered", question="Het geheim van Anna", readers="line")
    for person in cast.people:
        person.password_hash = hashed(PASSWORD)
        for form in ("json", "html"):
            assert ("Het geheim van Anna" in take(visit(person), form).text) == (person is cast.anna), person.name


def test_every_term_stands_in_the_papers(app):
    """docs/privacy.md has a line for each, as the clock keeps it."""
    text = (ROOT / "docs/privacy.md").read_text()
    with speaking("nl"):
        for term in terms.TERMS:
            assert f"| {term.what} | {term.words} | {term.since} |" in text
