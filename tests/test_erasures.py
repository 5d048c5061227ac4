"""Erasing an account: asked by whose it is, some days to stop it, and then nothing is left that says who it was."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy import select, update

from hkplein import ticker
from hkplein.clock import moved_to, now
from hkplein.db import Base, db
from hkplein.models import (
    Attempt,
    Bid,
    Erasure,
    Event,
    HelpLineHelper,
    Issue,
    Message,
    Municipality,
    Notification,
    Person,
    PersonSkill,
    Pitstop,
    SecurityEvent,
    SignIn,
    Task,
    Wish,
    person_erasing,
)
from hkplein.models.erasure import Erased, erasures, reapply
from hkplein.models.forgetting import forgetting
from hkplein.models.stored import STORED
from hkplein.models.stored_terms import ROWS
from hkplein.passwords import hashed
from tests import world
from tests.cast import keep, make_issue, make_pitstop, make_task

PASSWORD = "een zin die niemand raadt"
LATER = timedelta(days=7, minutes=1)


@pytest.fixture
def bram(cast):
    """Somebody with a password."""
    cast.bram.password_hash = hashed(PASSWORD)
    db.session.commit()
    return cast.bram


def erase(person):
    """The person asks for it, and the clock does it."""
    person.erase(person)
    db.session.commit()
    with moved_to(now() + LATER):
        ticker.tick()
    return db.session.get(Person, person.id)


def test_one_asks_with_the_password_after_reading_what_happens(bram, visit):
    browser = visit(bram)
    assert f'href="{bram.url}/erase"' in browser.get("/account").text
    page = browser.get(f"{bram.url}/erase").text
    for words in (
        "For seven days nothing changes",
        "goes back to the square",
        "oud-collega",
        "no backup brings it back",
    ):
        assert words in page
    assert "Messages to you" in page.split("All that goes")[1].split("All that stays")[0]
    assert "Tasks that you posted" in page.split("All that stays")[1]
    wrong = browser.post(f"{bram.url}/erase", data={"current": "wrong"})
    assert wrong.status_code == 422 and "This is not your password." in wrong.text
    assert db.session.get(Person, bram.id).erase_at is None
    assert browser.post(f"{bram.url}/erase", data={"current": PASSWORD}).location == f"{bram.url}/erase"
    assert "will be erased on" in browser.get("/account").text
    told = browser.get("/notifications").text
    assert "Your account will be erased in seven days" in told, "in case somebody else knows the password"
    assert browser.post(f"{bram.url}/erase", data={"current": PASSWORD}).status_code == 409


def test_until_then_nothing_changes_and_it_can_be_stopped(bram, visit):
    task = make_task(SimpleNamespace(anna=bram, balie=SimpleNamespace(id=bram.pit_id)), "open")
    browser = visit(bram)
    browser.post(f"{bram.url}/erase", data={"current": PASSWORD})
    with moved_to(now() + timedelta(days=6, hours=23)):
        ticker.tick()
        browser = visit(bram)
        assert browser.get(task.url).status_code == 200
        assert browser.post(f"{bram.url}/keep").location == "/account"
    with moved_to(now() + timedelta(days=30)):
        ticker.tick()
    assert db.session.get(Person, bram.id).name == "Bram"
    assert visit(bram).post(f"{bram.url}/keep").status_code == 409
    kinds = db.session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()
    assert kinds == ["ask-erasure", "keep-account"]


def test_nobody_erases_somebody_else_and_a_steward_only_who_left(cast, bram, visit):
    cast.gijs.password_hash = bram.password_hash
    assert visit(cast.chris).get(f"{bram.url}/erase").status_code == 404
    assert visit(cast.chris).post(f"{bram.url}/erase", data={"current": PASSWORD}).status_code == 409
    assert visit(cast.wim).post(f"{bram.url}/erase", data={"current": PASSWORD}).status_code == 404
    gijs, data = visit(cast.gijs), {"current": PASSWORD}
    assert gijs.post(f"{bram.url}/erase", data=data).status_code == 409, "the account is open"
    assert "Ask another administrator" in gijs.get(f"{cast.gijs.url}/erase").text
    assert gijs.post(f"{cast.gijs.url}/erase", data=data).status_code == 409, "there is always one left"
    gijs.post(f"{bram.url}/deactivate")
    assert f'href="{bram.url}/erase"' in gijs.get(bram.url).text
    assert gijs.post(f"{bram.url}/erase", data={"current": "wrong"}).status_code == 422
    assert gijs.post(f"{bram.url}/erase", data=data).status_code == 303
    assert gijs.post(f"{bram.url}/keep").location == bram.url
    gijs.post(f"{bram.url}/erase", data=data)
    with moved_to(now() + LATER):
        ticker.tick()
    gijs = visit(cast.gijs)  # sign-ins of before have had their time
    assert gijs.get(bram.url).status_code == 404 and "oud-collega" not in gijs.get("/steward/accounts").text
    for verb in ("activate", "reset-password", "account", "keep", "erase"):
        assert gijs.post(f"{bram.url}/{verb}", data=data).status_code == 404, verb


def test_the_board_and_partners_may_too(cast, visit):
    for person in (cast.wim, cast.petra):
        assert visit(person).get(f"{person.url}/erase").status_code == 200
        assert erase(person).erased


def test_what_was_held_is_handed_back_and_the_history_keeps_an_oud_collega(cast, visit):
    task = make_task(cast, "taken", holder_id=cast.bram.id)
    posted = make_task(cast, author_id=cast.bram.id, title="Klus van Bram")
    issue = make_issue(cast, trekker_id=cast.bram.id)
    keep(HelpLineHelper(line_id=cast.recht.id, person_id=cast.bram.id))
    helped = make_pitstop(cast, "picked-up", line_id=cast.recht.id, helper_id=cast.bram.id, pit_id=cast.groen.id)
    Event.record(task, "claim", by=cast.bram)
    bram = erase(cast.bram)
    task, issue, helped = (db.session.get(type(row), row.id) for row in (task, issue, helped))
    assert (task.state, issue.state, helped.state) == ("open", "seeking", "asked")
    assert (bram.name, bram.active, bram.erased, bram.pit_id) == ("oud-collega", False, True, None)
    chris = visit(cast.chris)
    history = chris.get(task.url).text
    assert "oud-collega" in history and "Bram" not in history
    assert "Klus van Bram" in chris.get(posted.url).text, "the work is the municipality's"
    assert chris.get(bram.url).status_code == 404 and bram.url not in chris.get(posted.url).text
    assert "oud-collega" not in chris.get("/people").text + chris.get("/people?q=oud").text
    told = db.session.execute(select(Event.verb, Notification.person_id).join(Notification.event)).all()
    assert ("step-down", cast.eva.id) in told
    with moved_to(now() + LATER + LATER):
        assert sum(ticker.tick().values()) >= 0
        assert db.session.scalars(select(Erasure)).one().person == bram.id, "once"


def canary(person, number=0):
    """Put a word of the person's into every field that an erasure empties; returns the fields that hold it now."""
    full = []
    for it in STORED:
        rows = it.rows
        for name in it.gone if it.gone != (ROWS,) else rows.c.keys():
            column = rows.c[name]
            if not isinstance(column.type, sa.String) or column.foreign_keys or f"{it.table}.{name}" in FIXED:
                continue
            number += 1
            word = f"kanarie{number}"
            with forgetting():
                done = db.session.execute(update(rows).where(it.of(person)).values({name: _fit(word, column)}))
            if done.rowcount:
                full.append(f"{it.table}.{name}")
    return full


# What only a few words may stand in, or by which the row is found.
FIXED = {"person.role", "person.locale", "attempt.key", "notification.why", "event.note"}
FIXED |= {f"person.{part}_shown_to" for part in ("about", "wants", "skills")} | {"person_skill.level", "bid.why_no"}


def _fit(word, column):
    """A different word for each row, where no two may be the same."""
    return sa.literal(word) + sa.cast(column.table.c.id, sa.String) if column.unique else word


def test_a_canary_in_every_field_is_found_nowhere_afterwards(cast):
    world.build(cast)
    bram = cast.bram
    db.session.execute(update(Task).values(hands=20))  # that world counts no hands
    keep(PersonSkill(person_id=bram.id, skill_id=cast.tellen.id, level="can"))
    SignIn.begin(bram, 1)
    Attempt.count_one([Attempt.account(bram.email), "address"])
    keep(Bid(task_id=make_task(cast).id, person_id=bram.id, by_id=bram.id, state="withdrawn"))
    keep(Wish(person_id=bram.id, kind="filter", state="over", place="x"))
    secret = Pitstop.ask(
        bram, cast.lean, question="kanarievraag", tried="kanarietje", topic="kanariegeel", readers="line"
    )
    secret.pick_up(cast.femke)
    secret.reply(bram, "kanariewoord")
    secret.plan(cast.femke, now() + timedelta(days=2), "kanariehok")
    secret.close(bram, "yes")
    other = Pitstop.ask(cast.anna, cast.lean, question="Iets", readers="line")
    db.session.add(Message(pitstop_id=other.id, by_id=bram.id, text="kanarieraad"))
    make_task(cast, choice="hands").raise_hand(bram, words="kanariehand")
    db.session.commit()
    full = set(canary(bram))
    assert {"person.name", "person.email", "person.about", "bid.words", "wish.place", "sign_in.digest"} <= full
    db.session.commit()
    holding = [table.name for table in Base.metadata.sorted_tables if "kanarie" in everything(table)]
    assert {"person", "bid", "wish", "sign_in", "pitstop", "message", "event"} <= set(holding)
    db.session.expire_all()
    email = db.session.get(Person, bram.id).email  # with the canary in it
    db.session.execute(update(Attempt).where(Attempt.key != "address").values(key=Attempt.account(email)))
    erase(bram)
    assert [table.name for table in Base.metadata.sorted_tables if "kanarie" in everything(table)] == []
    assert Attempt.account(email) not in db.session.scalars(select(Attempt.key)).all()
    assert db.session.scalars(select(Notification).where(Notification.person_id == bram.id)).all() == []
    assert db.session.scalars(select(PersonSkill).where(PersonSkill.person_id == bram.id)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_canary_sees_a_field_that_is_left(cast, monkeypatch):
    """Planted: nobody empties what was said with a hand."""
    monkeypatch.setattr(person_erasing, "STORED", [it for it in STORED if it.table != "bid"])
    bid = keep(Bid(task_id=make_task(cast).id, person_id=cast.bram.id, by_id=cast.bram.id, state="withdrawn"))
    canary(cast.bram)
    assert erase(cast.bram).erased and db.session.get(Bid, bid.id).words.startswith("kanarie")


def everything(table):
    """All that stands in a table, and beside it in the index of words."""
    found = str(db.session.execute(table.select()).all())
    if table.name == "search_entry":
        index = "search_fts" if db.engine.name == "sqlite" else "search_entry"
        found += str(db.session.execute(sa.text(f"SELECT * FROM {index}")).all())
    return found.lower()


@pytest.mark.parametrize("address", ["bram@voorbeeld.nl", "bram.de-boer@voorbeeld.nl"])
def test_nobody_looks_around_as_who_was_erased(address, cast):
    """Not even under the address that was theirs when the demo was loaded."""
    town = db.session.scalars(select(Municipality)).one()
    town.guides = [{"email": who.email, "who": "v", "who_en": "w"} for who in (cast.bram, cast.anna)]
    cast.bram.email = address
    erase(cast.bram)
    assert [guide["email"] for guide in town.guides] == [cast.anna.email]
    assert "bram" not in everything(Municipality.__table__)


def test_a_team_goes_on_with_what_it_asks_and_others_keep_what_they_were_told(cast):
    issue = make_issue(cast)
    team = make_pitstop(cast, "picked-up", asker_id=cast.dina.id, issue_id=issue.id, readers="line", pit_id=None)
    ended = make_pitstop(cast, "closed", asker_id=cast.dina.id, issue_id=issue.id, readers="line", question="Weg")
    open_ = make_pitstop(cast, "closed", asker_id=cast.dina.id, readers="everyone", question="Blijft")
    erase(cast.dina)
    questions = [db.session.get(Pitstop, row.id).question for row in (team, ended, open_)]
    assert questions == ["Het loopt vast.", "", "Blijft"]
    assert db.session.get(Issue, issue.id).state == "seeking"


def test_a_backup_from_before_brings_nobody_back(cast):
    """`restore` puts the old rows back, and then erases again whoever was erased meanwhile."""
    task = make_task(cast, "taken", holder_id=cast.bram.id)
    known = [Erased(cast.bram.id, cast.bram.created_at, now()), Erased(cast.chris.id, now() - LATER, now())]
    assert reapply(known) == 1
    db.session.commit()
    assert db.session.get(Person, cast.bram.id).name == "oud-collega"
    assert db.session.get(Person, cast.chris.id).name == "Chris", "that number was another account then"
    assert db.session.get(Task, task.id).state == "open"
    assert reapply(erasures()) == 0


def test_the_clock_writes_down_who_was_erased(cast):
    opened = cast.bram.created_at
    erase(cast.bram)
    assert [(it.person, it.opened) for it in erasures()] == [(cast.bram.id, opened)]
    line = db.session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "erased")).one()
    assert line.sentence() == "The account of oud-collega was erased." and line.by_id is None
