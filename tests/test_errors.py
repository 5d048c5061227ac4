"""What goes wrong is said in words: to everybody, in their language, whatever is left of the database."""

from __future__ import annotations

import contextlib
import fcntl
import html
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from hkplein import engine
from hkplein.db import db
from hkplein.models import SignIn, Skill, Tick
from tests import cast as players
from tests import pg
from tests.cast import make_task
from tests.conftest import built

SPOKEN = {
    "nl": {
        400: "Deze pagina was te oud",
        404: "Deze pagina bestaat niet",
        405: "Dat werkt hier niet",
        409: "Je hebt dit zelf",
        413: "Dat is te veel in één keer",
        500: "Er ging hier iets mis",
        503: "We kunnen nu even niets openen of opslaan",
    },
    "en": {
        400: "This page was too old",
        404: "This page does not exist",
        405: "That does not work here",
        409: "You posted this yourself.",
        413: "That is too much at once",
        500: "Something went wrong here",
        503: "We cannot open or save anything just now",
    },
}


@pytest.fixture
def real(app, monkeypatch) -> Flask:
    """The app as it runs: with its own answer to everything that goes wrong, and with tokens."""
    for name, value in (("PROPAGATE_EXCEPTIONS", False), ("WTF_CSRF_ENABLED", True), ("MAX_CONTENT_LENGTH", 2**20)):
        monkeypatch.setitem(app.config, name, value)
    return app


@contextlib.contextmanager
def gone() -> Iterator[list[str]]:
    """Inside the block nobody gets through to the database; who tries is counted."""
    tries: list[str] = []

    def refuse(dialect: Any, *_parameters: Any) -> None:
        tries.append(dialect.name)
        raise {"sqlite": sqlite3, "postgresql": psycopg}[dialect.name].OperationalError("gone")

    bind = db.engine
    db.session.remove()
    bind.dispose()
    event.listen(bind, "do_connect", refuse)
    try:
        yield tries
    finally:
        event.remove(bind, "do_connect", refuse)


def token(browser: Any) -> str:
    """The token of the forms on a page."""
    return str(browser.get("/account").text.split('name="csrf_token" value="')[1].split('"')[0])


def bare(browser: Any, url: str, **more: Any) -> Any:
    """POST, without the inspection of the answer, that tolerates no 500."""
    with browser.application.app_context():
        return FlaskClient.open(browser, url, method="POST", **more)


@pytest.fixture
def browse(real, cast, visit) -> Any:
    """`browse("nl")` is Anna's browser, and its token; she reads that language."""

    def browse(language: str) -> Any:
        browser = visit(cast.anna)
        browser.post("/language", data={"language": language, "csrf_token": token(browser)})
        return browser, token(browser)

    return browse


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_that_goes_wrong_is_said_in_the_language_of_whoever_asked(language, htmx, browse, cast, monkeypatch):
    def fall(*_anything: Any, **_named: Any) -> None:
        raise ZeroDivisionError

    browser, secret = browse(language)
    task = make_task(cast)
    headers = {"HX-Request": "true"} if htmx else {}
    data = {"csrf_token": secret, "name_nl": "Tekenen & meer"}
    monkeypatch.setattr(Skill, "propose", fall)
    answers = {
        400: browser.post("/skills/new", data={**data, "csrf_token": "of another day"}, headers=headers),
        404: browser.post("/tasks/999/claim", data=data, headers=headers),
        405: browser.post("/tasks", data=data, headers=headers),
        409: browser.post(f"{task.url}/claim", data=data, headers=headers),
        413: browser.post("/skills/new", data={**data, "name_nl": "x" * 2**21}, headers=headers),
        500: bare(browser, "/skills/new", data={**data, "kind": "process"}, headers=headers),
    }
    with gone() as tries:
        answers[503] = browser.post("/skills/new", data=data, headers=headers)
    assert len(tries) == 1, "what cannot be reached is not asked twice"
    for code, answer in answers.items():
        assert answer.status_code == code
        assert SPOKEN[language][code] in answer.text and 'role="alert"' in answer.text, code
        assert ("<html" in answer.text) != htmx
    assert answers[503].headers["Retry-After"] == "30"


def test_what_was_typed_is_sent_again_from_the_page_that_said_no(browse):
    browser, secret = browse("en")
    typed = {"name_nl": 'Tekenen & "meer"\r\nregel', "kind": "process", "nonce": "once"}
    with gone():
        page = browser.post("/skills/new", data={**typed, "csrf_token": secret}).text
        forged = browser.post("/skills/new", data={**typed, "csrf_token": "x"})
        passwords = browser.post("/account/password", data={"current": "geheim", "new": "nieuw", "csrf_token": secret})
    form = page.split("<main")[1].split("</form>")[0]
    fields = [field.split('"')[0:3:2] for field in form.split('<input type="hidden" name="')[1:]]
    again = {name: html.unescape(value) for name, value in fields}
    assert {**again, "nonce": "once"} == {**typed, "csrf_token": again["csrf_token"]}
    assert again["nonce"] != "once" and "action=" not in form, "a form of its own, for the same address"
    assert browser.post("/skills/new", data=again).status_code == 303
    assert db.session.scalars(db.select(Skill.name_nl).order_by(Skill.id)).all()[-1].startswith('Tekenen & "meer"')
    assert "Tekenen" not in forged.text, "what somebody else made up is not offered to be sent"
    assert "geheim" not in passwords.text and "nieuw" not in passwords.text


def test_what_goes_wrong_while_it_is_saved_or_explained_is_said_as_well(browse, cast, monkeypatch):
    browser, secret = browse("en")
    task = make_task(cast)

    def away(*_anything: Any, **_named: Any) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("gone"))

    for what in ("commit", "refresh"):  # at the end of a request; in the answer to a refusal
        with monkeypatch.context() as patched:
            patched.setattr(type(db.session.registry()), what, away)
            answer = bare(
                browser, f"{task.url}/claim" if what == "refresh" else "/language", data={"csrf_token": secret}
            )
        assert answer.status_code == 503 and SPOKEN["en"][503] in answer.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", ["another program", "another process of ours"])
def test_a_file_that_stays_locked_keeps_nobody_waiting_for_long(by, app, context, monkeypatch):
    """Three writers wait together, not after each other, whether the file is locked or the queue before it."""
    monkeypatch.setattr(engine, "PATIENCE", 1)
    path, answers = str(db.engine.url.database), []

    def write() -> None:
        with app.app_context():
            answer = FlaskClient.open(app.test_client(), "/language", method="POST", data={"nonce": "once"})
        answers.append(answer.status_code)

    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder, open(f"{path}-queue", "w") as queue:
        if by == "another process of ours":
            fcntl.flock(queue, fcntl.LOCK_EX)
        holder.execute("BEGIN IMMEDIATE")
        threads = [threading.Thread(target=write) for _n in range(3)]
        with waiting(3) as waited:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
    assert answers == [503] * 3
    assert len(waited) == 3 and max(waited) < 1.8, "once, and for a second, not for two"
    write()
    assert answers[-1] == 303, "and nobody is left in the queue"


@contextlib.contextmanager
def waiting(writers: int) -> Iterator[list[float]]:
    """So many writers begin at the same moment; for how long each of them waits, in seconds, before it gives up."""
    together, began, waited = threading.Barrier(writers), threading.local(), list[float]()

    def begin(*_connection: Any) -> None:
        together.wait(30)
        began.at = time.monotonic()

    def give_up(_context: Any) -> None:
        waited.append(time.monotonic() - began.at)

    bind = db.engine
    event.listen(bind, "checkout", begin)
    event.listen(bind, "handle_error", give_up)
    try:
        yield waited
    finally:
        event.remove(bind, "checkout", begin)
        event.remove(bind, "handle_error", give_up)


@pytest.mark.skipif("TEST_POSTGRES_URL" in os.environ, reason="that server is not ours to stop")
def test_a_server_that_stops_is_said_in_words_to_who_was_signed_in():
    server = contextlib.ExitStack()
    with server, built(server.enter_context(pg.server()), PROPAGATE_EXCEPTIONS=False) as app, app.app_context():
        token = SignIn.begin(players.assemble().anna, 1)
        db.session.commit()
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(_user_id=token, language="en")
        assert browser.get("/account").status_code == 200
        server.close()
        answers = [
            browser.get("/account"),
            browser.post("/language", data={"nonce": "once"}),
            browser.get("/tasks"),
        ]
    assert [answer.status_code for answer in answers] == [503] * 3
    assert all(SPOKEN["en"][503] in answer.text for answer in answers)


ASKED = """q after before id pit theme skill level hours sort kind state place less_fun learns issue task line title
    next unread past closed""".split()
ODD = (
    "\0",
    "a\0b",
    "😀 é",
    "x" * 3000,
    str(2**31),
    str(2**63),
    "9" * 5000,
    "-1",
    "٣",
    "1~task~99999999999",
    "1-" + "9" * 5000,
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_an_odd_question_is_passed_over_on_every_page(odd, app, cast, visit):
    browser, walked = visit(cast.gijs), 0
    Tick.mark()  # else /readyz has something to say
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            answer = browser.get(f"{rule.rule}?{urlencode([(name, odd) for name in ASKED * 2])}")
            assert answer.status_code < 500, rule
            walked += 1
    assert walked > 30
    assert browser.post("/language", data={"nonce": odd}).status_code == 303
