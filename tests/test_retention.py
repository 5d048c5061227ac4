"""What has had its time goes by itself: every term of the house, with a moved clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from hkplein import terms, ticker
from hkplein.clock import moved_to, now
from hkplein.db import db
from hkplein.models import Attempt, Event, Notification, Person, SecurityEvent, SignIn, Submission, retention_clock
from hkplein.models.session import digest
from hkplein.passwords import hashed
from tests.cast import make_pitstop, make_task

MOMENT = timedelta(minutes=1)


def sign_in(cast):
    SignIn.begin(cast.anna, 0)


def attempt(cast):
    Attempt.count_one([digest("account x")])


def submission(cast):
    Submission.begin("een")


def message(cast):
    Event.record(make_task(cast, "done"), "claim", by=cast.bram, tell={"author": [cast.anna.id]})
    db.session.scalars(select(Notification)).one().read(cast.anna)


def security_event(cast):
    SecurityEvent.record("sign-in", by=cast.anna)


def event(cast):
    Event.record(make_task(cast, "done"), "claim", by=cast.bram, tell={"author": [cast.anna.id]})


@pytest.mark.parametrize(
    ("make", "model", "term"),
    [
        (sign_in, SignIn, terms.SIGNED_IN),
        (attempt, Attempt, terms.ATTEMPTS),
        (submission, Submission, terms.SUBMITTED),
        (message, Notification, terms.READ),
        (security_event, SecurityEvent, terms.SECURITY),
        (event, Event, terms.HISTORY),
    ],
)
def test_what_has_had_its_time_goes_and_not_a_moment_earlier(make, model, term, cast):
    began = now()
    with moved_to(began):
        make(cast)
        db.session.commit()
    for after, left in ((term.after, 1), (term.after + MOMENT, 0)):
        with moved_to(began + after):
            ticker.tick()
        assert db.session.scalar(select(func.count()).select_from(model)) == left, after
    assert term in terms.TERMS


def test_an_unread_message_stays_as_long_as_what_it_is_about(cast):
    event(cast)
    db.session.commit()
    with moved_to(now() + terms.HISTORY.after - MOMENT):
        ticker.tick()
        assert db.session.scalars(select(Notification)).one().seen_at is None
    with moved_to(now() + terms.HISTORY.after + MOMENT):
        ticker.tick()
    assert not db.session.scalars(select(Notification)).all()


def test_many_go_in_turns_and_nobody_waits_long(cast, monkeypatch):
    monkeypatch.setattr(retention_clock, "MOST", 10)
    db.session.execute(insert(Submission), [{"nonce": f"n{n}"} for n in range(25)])
    db.session.commit()
    left = []
    with moved_to(now() + terms.SUBMITTED.after + MOMENT):
        for _tick in range(4):
            ticker.tick()
            left.append(db.session.scalar(select(func.count(Submission.id))))
    assert left == [15, 5, 0, 0]


def test_a_one_time_password_that_nobody_replaced_opens_nothing_any_more(cast, visit):
    cast.anna.password_hash, cast.anna.password_until = hashed("eenmalig"), now() + terms.ONE_TIME.after
    browser, own = visit(cast.anna), visit(cast.bram)
    cast.bram.password_hash = "his own"
    db.session.commit()
    with moved_to(now() + terms.ONE_TIME.after - MOMENT):
        ticker.tick()
    assert db.session.get(Person, cast.anna.id).password_hash
    token = SignIn.begin(cast.anna, 999)
    db.session.commit()
    with moved_to(now() + terms.ONE_TIME.after + MOMENT):
        ticker.tick()
        assert SignIn.person_of(token) is None
    anna, bram = (db.session.get(Person, person.id) for person in (cast.anna, cast.bram))
    assert anna.password_hash is None and anna.must_choose_password and bram.password_hash == "his own"
    assert browser.get("/tasks").status_code == own.get("/tasks").status_code == 302


def test_the_text_of_a_confidential_pitstop_has_the_same_term(cast):
    pitstop = make_pitstop(cast, "closed", readers="line", closed_at=now())
    for after, erasable in ((terms.CONFIDENTIAL.after - MOMENT, False), (terms.CONFIDENTIAL.after + MOMENT, True)):
        with moved_to(now() + after):
            assert pitstop.erasable() == erasable
