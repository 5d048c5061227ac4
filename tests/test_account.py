"""Accounts: signing in and out, the throttle, the language, the password, and forms that are sent twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from hkplein.clock import moved_to, now
from hkplein.db import db
from hkplein.models import Attempt, Event, Municipality, Person, SignIn, Submission
from hkplein.models.session import digest
from hkplein.passwords import check, common, hashed, problem_with
from tests.cast import make_task

PASSWORD = "een zin die niemand raadt"


@pytest.fixture
def anna(cast):
    cast.anna.password_hash = hashed(PASSWORD)
    db.session.commit()
    return cast.anna


def sign_in(browser, email="anna@voorbeeld.nl", password=PASSWORD, **more):
    return browser.post("/sign-in", data={"email": email, "password": password, **more})


def signed_in(browser):
    return browser.get("/account").status_code == 200


def test_signing_in_and_out(anna, visit):
    browser = visit(None)
    assert browser.get("/account").location == "/sign-in?next=/account"
    answer = sign_in(browser, " Anna@Voorbeeld.nl ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert signed_in(browser) and browser.get("/sign-in").location == "/"
    copy = visit(None)
    with browser.session_transaction() as theirs, copy.session_transaction() as ours:
        ours.update(theirs)
    assert signed_in(copy)
    assert browser.post("/sign-out").location == "/sign-in"
    assert not signed_in(browser) and not signed_in(copy), "signing out ends it on the server, not only in the cookie"


@pytest.mark.parametrize(
    ("email", "password"),
    [("anna@voorbeeld.nl", "wrong"), ("nobody@voorbeeld.nl", PASSWORD), ("bram@voorbeeld.nl", PASSWORD)],
)
def test_a_wrong_pair_gives_one_and_the_same_sentence(email, password, anna, visit):
    answer = sign_in(visit(None), email, password)
    assert answer.status_code == 422 and f'value="{email}"' in answer.text and password not in answer.text
    assert "adres en wachtwoord" in answer.text or "do not belong together" in answer.text


def test_a_closed_account_does_not_come_in(anna, visit):
    anna.active = False
    assert sign_in(visit(None)).status_code == 422


def test_every_sign_in_is_a_new_one_and_ends_the_old(anna, visit):
    browser = visit(None)
    with browser.session_transaction() as session:
        session["planted"] = "by somebody else"
    sign_in(browser)
    with browser.session_transaction() as session:
        first = session["_user_id"]
        assert "planted" not in session
    sign_in(browser)
    with browser.session_transaction() as session:
        second = session["_user_id"]
    assert first != second
    digests = db.session.scalars(select(SignIn.digest)).all()
    assert digests == [digest(second)], "and what is stored signs nobody in"


def test_a_sign_in_ends_by_itself_and_being_looked_at_does_not_extend_it(anna, visit):
    browser = visit(None)
    sign_in(browser)
    with moved_to(now() + timedelta(hours=167)):
        assert signed_in(browser)
    with moved_to(now() + timedelta(hours=169)):
        assert not signed_in(browser)


def test_ten_failures_close_an_account_for_a_quarter_of_an_hour(anna, visit):
    browser = visit(None)
    for _time in range(10):
        assert sign_in(browser, password="wrong").status_code == 422
    answer = sign_in(browser)
    assert answer.status_code == 429
    assert sign_in(browser, "bram@voorbeeld.nl").status_code == 422, "another account is not closed"
    assert "anna" not in "".join(db.session.scalars(select(Attempt.key)))
    with moved_to(now() + timedelta(minutes=16)):
        assert sign_in(browser).status_code == 303


def test_failures_at_the_same_instant_are_all_counted(app, anna):
    """Ten threads, each a wrong password: no row is there yet, then one whose window is over."""
    gate, keys, wrong = threading.Barrier(10), [digest("account anna"), digest("address here")], []

    def fail():
        with app.app_context():
            gate.wait()
            try:
                Attempt.count_one(keys)
                db.session.commit()
            except Exception as error:
                wrong.append(error)

    for _round in range(2):
        threads = [threading.Thread(target=fail) for _n in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong and Attempt.too_many(keys)
        assert db.session.scalars(select(Attempt.count)).all() == [10, 10]
        db.session.execute(update(Attempt).values(since=now() - timedelta(minutes=16)))
        db.session.commit()


def test_success_forgets_the_failures(anna, visit):
    browser = visit(None)
    for _round in range(2):
        for _time in range(9):
            sign_in(browser, password="wrong")
        assert sign_in(browser).status_code == 303


def test_an_office_has_one_address_for_everybody(anna, visit):
    """A hundred failures from one address, not ten, close that address; others come in."""
    browser = visit(None)
    for number in range(99):
        Attempt.count_one([digest("account x"), digest("address 127.0.0.1")])
        assert number < 98 or sign_in(browser).status_code == 303
    Attempt.count_one([digest("account x"), digest("address 127.0.0.1")])
    assert sign_in(browser).status_code == 429
    elsewhere = visit(None)
    data = {"email": "anna@voorbeeld.nl", "password": PASSWORD}
    assert elsewhere.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 303


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/tasks?q=a", "/tasks?q=a"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/ok\r\nSet-Cookie: x=1", "/"),
        ("tasks", "/"),
    ],
)
def test_after_signing_in_one_goes_only_to_a_page_of_ours(target, goes, anna, visit):
    assert sign_in(visit(None), next=target).location == goes


def test_a_page_comes_back_after_signing_in(anna, visit):
    browser = visit(None)
    assert browser.get("/account?a=b").location == "/sign-in?next=/account%3Fa%3Db"
    assert 'name="next" value="/account?a=b"' in browser.get("/sign-in?next=/account%3Fa%3Db").text


@pytest.mark.parametrize(
    ("page", "goes"),
    [
        ("http://localhost/tasks?q=a&kind=open", "/sign-in?next=/tasks%3Fq%3Da%26kind%3Dopen"),
        ("http://localhost/tasks/7/claim", "/sign-in?next=/tasks/7"),  # a refusal was shown at the address of the verb
        ("http://localhost/", "/sign-in"),
        ("http://evil.example/tasks", "/sign-in"),
        ("//evil.example/tasks", "/sign-in"),
    ],
)
def test_who_is_no_longer_signed_in_hears_it_and_comes_back_to_the_page(page, goes, cast, visit):
    for headers in ({"HX-Request": "true", "HX-Current-URL": page}, {"Referer": page}):
        browser = visit(None)
        answer = browser.post("/tasks/7/claim", headers=headers)
        led = answer.headers.get("HX-Redirect") or answer.location
        assert (answer.status_code, led) == (200 if "HX-Request" in headers else 302, goes)
        assert "Je bent niet meer ingelogd. Er is niets veranderd." in browser.get(led).text
    answer = visit(None).get("/tasks?q=b", headers={"HX-Request": "true", "HX-Current-URL": page})
    assert answer.headers["HX-Redirect"] == goes, "not to the part that was asked for"


def test_looking_around_as_somebody_leads_to_the_page_that_was_asked_for(app, cast, visit, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", True)
    db.session.scalars(select(Municipality)).one().guides = [{"email": "anna@voorbeeld.nl", "who": "v", "who_en": "w"}]
    browser = visit(None)
    form = browser.get("/sign-in?next=/lessons").text.split(f"/sign-in/as/{cast.anna.id}")[1].split("</form>")[0]
    assert 'name="next" value="/lessons"' in form
    assert browser.post(f"/sign-in/as/{cast.anna.id}", data={"next": "/lessons"}).location == "/lessons"


def test_a_new_password_ends_the_other_sign_ins(anna, visit):
    here, there = visit(anna), visit(anna)
    answer = here.post("/account/password", data={"current": PASSWORD, "new": "een heel andere zin"})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert signed_in(here) and not signed_in(there)
    assert sign_in(visit(None)).status_code == 422
    assert sign_in(visit(None), password="een heel andere zin").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("wrong", "een heel andere zin", "This is not your password."),
        (PASSWORD, "kort", "at least 8"),
        (PASSWORD, "Welkom123", "Everybody tries"),
        (PASSWORD, "Zomer2031!", "Everybody tries"),
        (PASSWORD, "trustno1", "Everybody tries"),
        (PASSWORD, "aaaaaaaaaa", "Everybody tries"),
        (PASSWORD, "anna@voorbeeld.nl", "your name or e-mail"),
        (PASSWORD, "x" * 129, "at most 128"),
        ("", "een heel andere zin", "current password"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(current, new, sentence, anna, visit):
    answer = visit(anna).post("/account/password", data={"current": current, "new": new})
    assert answer.status_code == 422 and sentence in answer.text
    assert check(db.session.get(Person, anna.id).password_hash, PASSWORD)


def test_guessing_the_present_password_is_throttled_too(anna, visit):
    browser, new = visit(anna), "een heel andere zin"
    guesses = [browser.post("/account/password", data={"current": f"gok {n}", "new": new}) for n in range(11)]
    assert [guess.status_code for guess in guesses] == [422] * 10 + [429]
    assert browser.post("/account/password", data={"current": PASSWORD, "new": new}).status_code == 429
    with moved_to(now() + timedelta(minutes=16)):
        assert browser.post("/account/password", data={"current": PASSWORD, "new": new}).status_code == 303
    assert not Attempt.too_many([digest(f"account {anna.email}"), digest("address 127.0.0.1")])


def test_passwords_are_hashed_outside_the_write_transaction(anna, visit, monkeypatch):
    """Twenty milliseconds with the lock in hand would hold up everybody."""
    from hkplein.engine import read_only
    from hkplein.views import account
    from hkplein.views import sign_in as door

    held = []
    for module, name in ((account, "check"), (account, "hashed"), (door, "check")):
        slow = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, slow=slow: held.append(not read_only.get()) or slow(*a))
    sign_in(visit(None))
    visit(anna).post("/account/password", data={"current": PASSWORD, "new": "een heel andere zin"})
    assert held == [False, False, False]


def test_more_than_three_thousand_passwords_that_everybody_tries_are_refused():
    assert len(common()) > 3_000 and all(len(word) >= 8 for word in common())


def test_a_password_has_no_rules_of_composition():
    assert problem_with("alleen kleine letters") is None
    assert problem_with("日本語のパスワード文") is None


def test_signing_out_everywhere_else(anna, visit):
    here, there = visit(anna), visit(anna)
    assert here.post("/account/sign-out-elsewhere").status_code == 303
    assert signed_in(here) and not signed_in(there)


def test_the_language_is_kept_with_the_person_and_works_signed_out(anna, visit):
    stranger = visit(None)
    assert '<html lang="nl"' in stranger.get("/sign-in").text
    stranger.post("/language", data={"language": "en", "next": "/sign-in"})
    assert '<html lang="en"' in stranger.get("/sign-in").text
    browser = visit(anna)
    browser.post("/language", data={"language": "nl"})
    assert db.session.get(Person, anna.id).locale == "nl"
    assert '<html lang="nl"' in visit(anna).get("/account").text
    browser.post("/language", data={"language": "xx"})
    assert db.session.get(Person, anna.id).locale == "nl"


def test_the_language_that_was_chosen_goes_along_through_signing_in_and_out(anna, cast, visit):
    anna.locale = "nl"
    browser = visit(None)
    browser.post("/language", data={"language": "en"})
    sign_in(browser)
    assert '<html lang="en"' in browser.get("/account").text
    assert db.session.get(Person, anna.id).locale == "en"
    browser.post("/sign-out")
    assert '<html lang="en"' in browser.get("/sign-in").text


def test_a_language_that_nobody_chose_here_is_nobody_elses(anna, cast, visit):
    cast.bram.locale, cast.bram.password_hash = "nl", anna.password_hash
    browser = visit(None)
    sign_in(browser)
    assert '<html lang="en"' in browser.get("/account").text, "hers"
    browser.post("/sign-out")
    assert '<html lang="en"' in browser.get("/sign-in").text
    sign_in(browser, "bram@voorbeeld.nl")
    assert '<html lang="nl"' in browser.get("/account").text, "his"


def test_every_answer_carries_the_headers(cast, visit):
    for browser, url in ((visit(cast.anna), "/account"), (visit(None), "/sign-in"), (visit(cast.anna), "/nowhere")):
        headers = browser.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"
        assert "HX-Request" in headers["Vary"] and headers["Referrer-Policy"] == "same-origin"


def test_cookies_are_not_for_scripts_nor_for_other_sites(app, anna, visit, monkeypatch):
    cookie = sign_in(visit(None)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    from hkplein.config import from_environment

    monkeypatch.setenv("HKPLEIN_SECRET_KEY", "k" * 40)
    assert from_environment()["SESSION_COOKIE_SAMESITE"] == "Lax"
    monkeypatch.setenv("HKPLEIN_SECURE", "1")
    config = from_environment()
    assert config["SESSION_COOKIE_NAME"].startswith("__Host-") and config["SESSION_COOKIE_SECURE"]
    monkeypatch.setitem(app.config, "SECURE", True)
    assert "max-age=31536000" in visit(None).get("/sign-in").headers["Strict-Transport-Security"]


def test_a_form_without_its_token_is_refused_in_words(app, cast, visit, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    browser, task = visit(cast.bram), make_task(cast)
    answer = browser.post(f"{task.url}/claim")
    assert answer.status_code == 400 and "This page was too old" in answer.text
    assert db.session.get(type(task), task.id).state == "open"
    token = browser.get(task.url).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert browser.post(f"{task.url}/claim", data={"csrf_token": token}).status_code == 303


def test_a_form_that_is_sent_twice_has_one_effect_and_shows_the_first_result(cast, visit):
    task, browser = make_task(cast), visit(cast.bram)
    nonce = browser.get(task.url).text.split('name="nonce" value="')[1].split('"')[0]
    first = browser.post(f"{task.url}/claim", data={"nonce": nonce})
    second = browser.post(f"{task.url}/claim", data={"nonce": nonce})
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, task.url)
    assert db.session.scalars(select(Event.verb)).all() == ["claim"]
    other = visit(cast.chris).post(f"{task.url}/claim", data={"nonce": nonce + "x"})
    assert other.status_code == 409, "somebody else's form is another form"


def test_a_refused_form_may_be_sent_again(cast, visit):
    browser = visit(cast.anna)
    data = {"nonce": "n1", "name_nl": "", "kind": "process"}
    assert browser.post("/skills/new", data=data).status_code == 422
    assert browser.post("/skills/new", data={**data, "name_nl": "Tekenen"}).status_code == 303


def test_a_form_that_is_sent_twice_at_once_has_one_effect(app, cast, visit):
    """Two threads, as when somebody clicks twice: one skill, and both see it."""
    browsers = [visit(cast.anna) for _n in range(2)]
    db.session.commit()
    answers, gate = [], threading.Barrier(2)

    def send(browser):
        gate.wait()
        with app.app_context():
            answers.append(app.test_client_class.__base__.open(browser, "/skills/new", method="POST", data=DRAWING))

    threads = [threading.Thread(target=send, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.location for answer in answers}) == 1
    assert db.session.query(Submission).count() == 1


DRAWING = {"nonce": "twice", "name_nl": "Tekenen", "kind": "process"}


def test_one_click_sign_in_is_for_the_demo_and_its_guides_only(app, cast, visit, monkeypatch):
    town = db.session.scalars(select(Municipality)).one()
    town.guides = [{"email": "anna@voorbeeld.nl", "who": "van de balie", "who_en": "of the front desk"}]
    assert visit(None).post(f"/sign-in/as/{cast.anna.id}").status_code == 404
    assert "/sign-in/as/" not in visit(None).get("/sign-in").text
    monkeypatch.setitem(app.config, "DEMO", True)
    browser = visit(None)
    assert f"/sign-in/as/{cast.anna.id}" in browser.get("/sign-in").text
    assert browser.post(f"/sign-in/as/{cast.gijs.id}").status_code == 404
    assert browser.post("/sign-in/as/999").status_code == 404
    assert browser.post(f"/sign-in/as/{cast.anna.id}").status_code == 303
    assert signed_in(browser)


@pytest.mark.parametrize(
    ("before", "goes"),
    [
        ("http://localhost/lessons?q=a", "/lessons?q=a"),
        ("http://localhost/tasks/7/release", "/tasks/7"),  # a refusal was shown at the address of the verb
        ("http://evil.example/lessons", "/"),
        ("", "/"),
    ],
)
def test_another_language_shows_the_same_page(before, goes, context, visit):
    answer = visit(None).post("/language", data={"language": "en"}, headers={"Referer": before})
    assert (answer.status_code, answer.location) == (303, goes)
