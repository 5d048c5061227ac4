"""Sign-ins: where somebody is signed in, and that whoever does nothing for a while signs in again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from hkplein.clock import moved_to, now
from hkplein.config import ROOT
from hkplein.db import db
from hkplein.models import SecurityEvent, SignIn, Submission
from hkplein.passwords import hashed
from hkplein.views.account import SHOWN
from tests.cast import make_task

PASSWORD = "een zin die niemand raadt"
THERE = re.compile(r'action="(/account/sign-ins/\d+/sign-out-there)"')
ALL = 'action="/account/sign-out-elsewhere"'
NOWHERE = "You are signed in nowhere else."
AGAIN = "After 2 hours without doing anything you sign in again."
NOTHING = "You are no longer signed in. Nothing was changed."


def signed_in(browser):
    return browser.get("/account").status_code == 200


def kinds():
    return db.session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()


@pytest.fixture
def anna(cast):
    cast.anna.locale, cast.anna.password_hash = "en", hashed(PASSWORD)
    return cast.anna


@pytest.fixture
def idle(app, monkeypatch):
    monkeypatch.setitem(app.config, "IDLE_HOURS", 2)


@pytest.fixture
def enter(anna, visit):
    """A browser in which Anna signed in as people do."""

    def enter():
        browser = visit(None)
        browser.post("/language", data={"language": "en"})
        assert browser.post("/sign-in", data={"email": anna.email, "password": PASSWORD}).status_code == 303
        return browser

    return enter


def later(**time):
    return moved_to(now() + timedelta(**time))


def cookies_of(answer):
    return answer.headers.getlist("Set-Cookie")


def test_one_sees_where_one_is_signed_in_and_until_when(anna, cast, visit):
    here = visit(anna)
    visit(cast.bram)
    text = here.get("/account").text
    assert NOWHERE in text and not THERE.search(text) and ALL not in text
    assert text.count("This browser") == 1 and "Another browser" not in text
    with later(minutes=20):
        visit(anna)
        text = here.get("/account").text
    assert NOWHERE not in text and len(THERE.findall(text)) == 1 and ALL not in text, "one button is enough for one"
    assert text.index("This browser") < text.index("Another browser")
    visit(anna)
    text = here.get("/account").text
    assert len(THERE.findall(text)) == 2 and ALL in text
    with later(minutes=70):
        assert len(THERE.findall(visit(anna).get("/account").text)) == 1, "what is over stands there no more"


def test_the_moment_until_when_is_that_of_the_sign_in(anna, visit):
    here = visit(anna)
    with moved_to(datetime(2026, 1, 5, 8, 7, tzinfo=UTC)):
        visit(anna)
        text = here.get("/account").text
    assert text.count("Until Mon 5 Jan, 10:07") == 2, "on the line, and said with the button"


def test_one_signs_out_in_one_place_and_stays_in_the_others(anna, visit):
    here, first, second = visit(anna), visit(anna), visit(anna)
    newest, _oldest = THERE.findall(here.get("/account").text)
    answer = here.post(newest)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "You are signed out there." in here.get("/account").text
    assert signed_in(here) and signed_in(first) and not signed_in(second)
    assert kinds() == ["sign-out-there"]


def test_a_sign_in_of_somebody_else_or_the_one_in_hand_is_not_there(anna, cast, visit):
    here, bram = visit(anna), visit(cast.bram)
    for row in db.session.scalars(select(SignIn)).all():
        assert here.post(f"/account/sign-ins/{row.id}/sign-out-there").status_code == 404
    assert signed_in(here) and signed_in(bram)
    assert kinds() == ["refused", "refused"]


def test_of_very_many_the_newest_are_shown_with_as_many_questions(anna, visit, statements):
    here = visit(anna)
    here.get("/account")
    with statements() as few:
        here.get("/account")
    for _time in range(SHOWN + 9):
        SignIn.begin(anna, 1)
    db.session.commit()
    with statements() as many:
        text = here.get("/account").text
    assert len(THERE.findall(text)) == SHOWN - 1 and "This browser" in text and ALL in text
    assert "There are more." in text
    assert len(many) == len(few)


def test_who_does_nothing_for_a_while_signs_in_again_and_hears_why(anna, enter, idle):
    browser = enter()
    assert AGAIN in browser.get("/account").text
    with later(minutes=119):
        assert signed_in(browser)
    with later(minutes=200):
        assert signed_in(browser), "there was somebody in between"
    with later(minutes=321):
        answer = browser.get("/tasks?q=fiets")
        assert (answer.status_code, answer.location) == (302, "/sign-in?next=/tasks%3Fq%3Dfiets")
        text = browser.get(answer.location).text
        assert AGAIN in text and NOTHING not in text
        assert db.session.scalar(select(func.count(SignIn.id))) == 0, "ended on the server as well"
        assert kinds() == ["sign-in"], "nothing says when somebody came back"
        assert browser.get("/account").status_code == 302 and AGAIN not in browser.get("/sign-in").text


def test_what_was_typed_meanwhile_changes_nothing(cast, enter, idle):
    task, browser = make_task(cast, author=cast.bram), enter()
    with later(minutes=121):
        answer = browser.post(
            f"{task.url}/claim", data={"nonce": "n"}, headers={"Referer": f"http://localhost{task.url}"}
        )
        assert (answer.status_code, answer.location) == (302, f"/sign-in?next={task.url}")
        text = browser.get(answer.location).text
    assert AGAIN in text and NOTHING in text
    assert db.session.get(type(task), task.id).state == "open" and db.session.query(Submission).count() == 0


def test_part_of_a_page_leads_to_the_door_too(enter, idle):
    browser = enter()
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/lessons"}
    with later(minutes=121):
        assert browser.get("/tasks?q=a", headers=headers).headers["HX-Redirect"] == "/sign-in?next=/lessons"


@pytest.mark.parametrize("page", ["/about", "/sign-in"])
def test_on_a_page_for_everybody_one_is_a_stranger_as_well(page, enter, idle):
    browser = enter()
    with later(minutes=121):
        text = browser.get(page).text
    assert AGAIN in text and "Anna" not in text
    assert db.session.scalar(select(func.count(SignIn.id))) == 0


def test_a_form_of_an_old_page_is_refused_as_a_strangers(app, enter, idle, monkeypatch):
    browser = enter()
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert "Anna" in browser.post("/account/sign-out-elsewhere").text
    with later(minutes=121):
        answer = browser.post("/account/sign-out-elsewhere")
    assert answer.status_code == 400 and "Anna" not in answer.text, "refused before anything else is asked"


def test_an_old_copy_of_a_cookie_and_one_without_the_moment_are_over(visit, enter, idle):
    for name, value in (("seen", None), ("seen", int(now().timestamp()) - 7201)):
        browser, copy = enter(), visit(None)
        with browser.session_transaction() as theirs, copy.session_transaction() as ours:
            ours.update({**theirs, name: value} if value else {key: it for key, it in theirs.items() if key != name})
        assert signed_in(browser)
        assert not signed_in(copy)
        assert not signed_in(browser), "whoever used a copy signs out the other, who hears it and comes in again"


def test_the_cookie_is_written_now_and_then_and_says_it_in_whole_seconds(enter, idle):
    browser = enter()
    browser.get("/account")
    assert cookies_of(browser.get("/account")) == []
    with later(minutes=6):
        assert len(cookies_of(browser.get("/account"))) == 1
        assert cookies_of(browser.get("/account")) == []
        with browser.session_transaction() as session:
            assert session["seen"] == int(now().timestamp()) and isinstance(session["seen"], int)


def test_unless_it_is_set_nobody_has_to_and_no_page_writes_a_cookie(enter):
    browser = enter()
    browser.get("/account")
    with later(hours=160):
        answer = browser.get("/account")
    assert answer.status_code == 200 and cookies_of(answer) == [] and "without doing anything" not in answer.text
    with browser.session_transaction() as session:
        assert "seen" not in session


def test_it_costs_no_question(enter, app, monkeypatch, statements):
    browser = enter()
    with statements() as without:
        browser.get("/account")
    monkeypatch.setitem(app.config, "IDLE_HOURS", 200)
    with browser.session_transaction() as session:
        session["seen"] = int(now().timestamp()) - 3600
    with statements() as having:
        assert signed_in(browser)
    assert len(having) == len(without)


def test_a_database_that_only_reads_lets_nobody_in_either(enter, idle, monkeypatch):
    from sqlalchemy.exc import OperationalError

    browser = enter()

    def away(_token):
        raise OperationalError("DELETE", None, Exception("away"))

    monkeypatch.setattr(SignIn, "end", staticmethod(away))
    with later(minutes=121):
        assert browser.get("/account").location == "/sign-in?next=/account"
        assert browser.get("/account").status_code == 302


def test_no_page_asks_by_itself_so_whoever_asks_is_there():
    """Should one ever, it must not count as being here: see hkplein/views/cookie.py."""
    triggers = [
        (path.name, trigger)
        for path in (ROOT / "templates").rglob("*.html")
        for trigger in re.findall(r'hx-trigger="([^"]*)"', path.read_text())
    ]
    assert triggers and not [it for it in triggers if re.search(r"\bevery\b|\bload\b|\brevealed\b", it[1])]
