"""The second step of signing in: a code of an app that works once, or one that was written down."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from hkplein.clock import moved_to, now
from hkplein.db import db
from hkplein.models import Authenticator, Person, RecoveryCode, SecurityEvent, SignIn
from hkplein.passwords import hashed

PASSWORD = "een zin die niemand raadt"


@pytest.fixture
def gijs(cast):
    """The steward, with a password."""
    cast.gijs.password_hash = hashed(PASSWORD)
    db.session.commit()
    return cast.gijs


def code_at(person, moment=None):
    """What the app of `person` shows."""
    return pyotp.TOTP(Authenticator.of(person).secret).at(int((moment or now()).timestamp()))


@pytest.fixture
def codes(gijs):
    """The steward's app is set up; the codes that were written down."""
    Authenticator.begin(gijs)
    with moved_to(now() - timedelta(minutes=5)):
        written = Authenticator.of(gijs).confirm(gijs, code_at(gijs))
    db.session.commit()
    return written


def password(browser, **more):
    return browser.post("/sign-in", data={"email": "gijs@voorbeeld.nl", "password": PASSWORD, **more})


def give(browser, code, **more):
    return browser.post("/sign-in/code", data={"code": code, **more})


def test_setting_it_up_takes_the_password_a_picture_and_a_first_code(gijs, visit):
    browser = visit(gijs)
    assert 'href="/account/authenticator"' in browser.get("/account").text
    assert browser.post("/account/authenticator", data={"current": "wrong"}).status_code == 422
    assert Authenticator.of(gijs) is None
    assert browser.post("/account/authenticator", data={"current": PASSWORD}).status_code == 303
    page = browser.get("/account/authenticator").text
    secret = Authenticator.of(gijs).secret
    assert "<svg" in page and secret[:4] in page and not Authenticator.asked_of(gijs), "it does not count yet"
    assert password(visit(None)).location == "/"
    wrong = browser.post("/account/authenticator/confirm", data={"code": "000000"})
    assert wrong.status_code == 422 and "This code is not right" in wrong.text
    done = browser.post("/account/authenticator/confirm", data={"code": f" {code_at(gijs)[:3]} {code_at(gijs)[3:]}"})
    written = db.session.scalars(select(RecoveryCode)).all()
    assert done.status_code == 200 and len(written) == 10 and done.text.count("<code>") == 10
    assert not any(row.digest in done.text for row in written)
    assert secret[:4] not in browser.get("/account/authenticator").text, "it is never shown again"
    assert Authenticator.asked_of(gijs)
    assert browser.post("/account/authenticator", data={"current": PASSWORD}).status_code == 303
    assert Authenticator.of(gijs).secret == secret


def test_signing_in_takes_the_password_and_then_a_code(gijs, codes, visit):
    browser = visit(None)
    assert give(browser, "123456").location == "/sign-in", "the password comes first"
    answer = password(browser, next="/steward")
    assert answer.location == "/sign-in/code?next=/steward"
    assert browser.get("/steward").location.startswith("/sign-in"), "one is not in yet"
    assert 'value="/steward"' in browser.get(answer.location).text
    assert give(browser, "").status_code == give(browser, "000000").status_code == 422
    assert give(browser, code_at(gijs), next="/steward").location == "/steward"
    assert browser.get("/steward").status_code == 200
    kinds = db.session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()
    assert kinds == ["authenticator-on", "sign-in-failed", "sign-in"]


@pytest.mark.parametrize(("seconds", "comes_in"), [(-90, False), (-30, True), (0, True), (30, True), (90, False)])
def test_a_clock_may_be_half_a_minute_off(seconds, comes_in, gijs, codes, visit):
    browser = visit(None)
    password(browser)
    answer = give(browser, code_at(gijs, now() + timedelta(seconds=seconds)))
    assert answer.status_code == (303 if comes_in else 422)


def test_a_code_works_once_also_for_two_at_the_same_time(app, gijs, codes, visit):
    browsers, answers, gate = [visit(None) for _n in range(4)], [], threading.Barrier(4)
    for browser in browsers:
        password(browser)
    code = code_at(gijs)
    db.session.commit()

    def send(browser):
        gate.wait()
        with app.app_context():
            plain = app.test_client_class.__base__.open
            answers.append(plain(browser, "/sign-in/code", method="POST", data={"code": code}).status_code)

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422, 422, 422]


def test_a_code_that_was_written_down_works_once(gijs, codes, visit):
    for code, status in ((codes[0].upper(), 303), (codes[0], 422), (f" {codes[1]} ", 303)):
        browser = visit(None)
        password(browser)
        assert give(browser, code).status_code == status
    assert db.session.query(RecoveryCode).count() == 8
    assert codes[0] not in "".join(db.session.scalars(select(RecoveryCode.digest)))


def test_who_knows_the_password_guesses_no_codes(gijs, codes, visit):
    """The right password does not begin the count anew."""
    browser = visit(None)
    for number in range(10):
        assert password(browser).status_code == 303
        assert give(browser, f"{number:06}").status_code == 422
    assert give(browser, code_at(gijs)).status_code == 429 and password(browser).status_code == 429
    with moved_to(now() + timedelta(minutes=16)):
        password(browser)
        assert give(browser, code_at(gijs)).status_code == 303


def test_half_way_lasts_ten_minutes_and_no_new_password(gijs, codes, visit):
    browser = visit(None)
    password(browser)
    with moved_to(now() + timedelta(minutes=11)):
        assert give(browser, code_at(gijs)).location == "/sign-in"
    password(browser)
    db.session.get(Person, gijs.id).password_hash = hashed("een heel andere zin")
    assert give(browser, code_at(gijs)).location == "/sign-in"
    assert not db.session.scalars(select(SignIn)).all()


def test_it_is_switched_off_with_the_password_or_by_another_steward(cast, gijs, codes, visit):
    browser = visit(gijs)
    assert browser.post("/account/authenticator/off", data={"current": "wrong"}).status_code == 422
    assert Authenticator.asked_of(gijs)
    browser.post("/account/authenticator/off", data={"current": PASSWORD})
    assert not Authenticator.asked_of(gijs) and not db.session.scalars(select(RecoveryCode)).all()
    assert password(visit(None)).location == "/"
    Authenticator.begin(gijs)
    Authenticator.of(gijs).confirm(gijs, code_at(gijs))
    cast.anna.steward, cast.anna.password_hash = True, gijs.password_hash
    visit(cast.anna).post(f"{gijs.url}/reset-password", data={"current": PASSWORD})
    assert not Authenticator.asked_of(gijs), "the phone was lost"
    asked = select(SecurityEvent.by_id, SecurityEvent.whom_id).where(SecurityEvent.kind == "authenticator-off")
    off = db.session.execute(asked.order_by(SecurityEvent.id))
    assert [tuple(row) for row in off] == [(gijs.id, gijs.id), (cast.anna.id, gijs.id)]


def test_where_it_is_asked_of_stewards_they_set_it_up_first(app, cast, gijs, visit, monkeypatch):
    monkeypatch.setitem(app.config, "CODES", "stewards")
    browser = visit(gijs)
    for page in ("/", "/steward/accounts", "/account/stored"):
        assert browser.get(page).location == "/account/authenticator"
    assert "Set it up first" in browser.get("/account/authenticator").text
    assert browser.post("/steward/municipality", data={"name": "Anders"}).location == "/account/authenticator"
    assert visit(cast.anna).get("/tasks").status_code == 200, "a colleague need not"
    browser.post("/account/authenticator", data={"current": PASSWORD})
    browser.post("/account/authenticator/confirm", data={"code": code_at(gijs)})
    assert browser.get("/steward/accounts").status_code == 200


@pytest.mark.parametrize(
    ("provider", "asked"),
    [(None, {"anna", "petra", "wim", "gijs"}), ("there is one", {"petra", "gijs"})],
)
def test_where_it_is_asked_of_all_it_is_of_who_may_have_a_password(
    provider, asked, app, cast, gijs, visit, monkeypatch
):
    """Of who can only sign on at the provider, it is asked there."""
    monkeypatch.setitem(app.config, "CODES", "all")
    monkeypatch.setitem(app.extensions, "sign-on", provider)
    for name in ("anna", "petra", "wim", "gijs"):
        person = getattr(cast, name)
        person.password_hash, browser, set_up = gijs.password_hash, visit(person), "/account/authenticator"
        assert browser.get("/issues").location == (set_up if name in asked else None), name
        assert ("Set it up first" in browser.get(set_up).text) == (name in asked), name
        if name not in asked:
            continue
        browser.post(set_up, data={"current": PASSWORD})
        browser.post(f"{set_up}/confirm", data={"code": code_at(person)})
        assert browser.get("/issues").status_code == 200, name
        answer = visit(None).post("/sign-in", data={"email": person.email, "password": PASSWORD})
        assert answer.location.startswith("/sign-in/code"), name
        browser.post(f"{set_up}/off", data={"current": PASSWORD})
        assert browser.get("/issues").location == set_up, name
