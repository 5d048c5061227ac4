"""The log tells what happens to the installation; a canary that is put everywhere is never heard in it."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from hkplein import logs, ticker
from hkplein.clock import Transition
from hkplein.db import db
from hkplein.errors import Refused
from hkplein.models import Skill, Task
from tests.cast import make_task
from tests.test_errors import ASKED, gone

CANARY = "kanarie-Pietje"
FIELDS = (*ASKED, *"title text question words reply reason email password name about nonce".split())


@pytest.fixture
def log(capsys) -> Any:
    """`log("json")` begins a log; afterwards `log.lines()` reads it."""

    class Log:
        def __call__(self, form: str, *, quoting: bool = False) -> None:
            logs.begin(form, quoting=quoting)

        def read(self) -> str:
            return capsys.readouterr().err

        def lines(self) -> list[dict]:
            return [json.loads(line) for line in self.read().splitlines()]

    return Log()


@pytest.fixture
def real(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return app


def sing(app, cast, visit, monkeypatch) -> None:
    """Put the canary wherever something can be put, and let go wrong what can go wrong."""
    typed, task = dict.fromkeys(FIELDS, CANARY), make_task(cast, title=CANARY).id
    headers = {"User-Agent": CANARY, "Referer": f"http://localhost/{CANARY}", "X-Request-ID": CANARY}
    for rule in app.url_map.iter_rules():
        url, browser = rule.build(dict.fromkeys(rule.arguments, task))[1], visit(cast.gijs)
        for method in rule.methods & {"GET", "POST"}:
            with app.app_context():
                FlaskClient.open(browser, url, method=method, query_string=typed, data=typed, headers=headers)
    browser = visit(cast.hugo)
    browser.get(f"/{CANARY}")

    def fall(*_anything, **_named):
        try:
            int(CANARY)
        except ValueError as error:
            raise KeyError(CANARY) from error

    def ask(*_anything, **_named):
        db.session.execute(text("INSERT INTO skill (key) VALUES (:it)"), {"it": CANARY})

    for wrong in (fall, ask):
        with monkeypatch.context() as patched, app.app_context():
            patched.setattr(Skill, "propose", wrong)
            form = {"name_nl": CANARY, "kind": "process"}
            assert FlaskClient.open(browser, "/skills/new", method="POST", data=form).status_code == 500
    make_task(cast, "draft", title=CANARY)
    with gone():
        assert browser.get(f"/tasks?q={CANARY}").status_code == 503

    def refuse(task: Task) -> None:
        raise Refused(task, f"No {task.title}")

    def break_(task: Task) -> None:
        raise LookupError(task.title)

    drafts = lambda: db.select(Task).where(Task.state == "draft")  # noqa: E731
    monkeypatch.setattr(ticker, "TRANSITIONS", [Transition(f.__name__, drafts, f) for f in (refuse, break_)])
    ticker.tick()


@pytest.mark.parametrize(
    ("app", "form"), [("sqlite", "json"), ("postgresql", "json"), ("sqlite", "")], indirect=["app"]
)
def test_what_people_write_is_never_in_the_log(form, log, real, cast, visit, monkeypatch):
    log(form)
    sing(real, cast, visit, monkeypatch)
    told = log.read()
    assert "builtins.KeyError" in told and "builtins.ValueError" in told and "database: OperationalError" in told
    assert CANARY not in told and CANARY.lower() not in told.lower()
    assert "gijs" not in told.lower() and "voorbeeld.nl" not in told
    assert (told.count('"message": "request"') > 150) == (form == "json")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_canary_is_heard_where_it_may_be_in_a_demo(log, real, cast, visit, monkeypatch):
    log("json", quoting=True)
    sing(real, cast, visit, monkeypatch)
    assert CANARY in log.read()


def test_every_request_is_one_line_that_says_where_how_and_how_long(log, app, cast, visit):
    task, browser = make_task(cast), visit(cast.anna)
    log("json")
    browser.get(f"/tasks/{task.id}?q=x", headers={"X-Request-ID": "0123456789abcdef"})
    (line,) = log.lines()
    assert set(line) == {"at", "level", "logger", "message", "request", "method", "endpoint", "status", "ms"}
    assert (line["request"], line["method"], line["endpoint"]) == ("0123456789abcdef", "GET", "/tasks/<id:id>")
    assert line["status"] == 200 and line["ms"] >= 0


def test_a_mistake_says_which_request_and_where_in_the_code(log, real, cast, visit, monkeypatch):
    def fall(*_anything, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr(Skill, "propose", fall)
    browser = visit(cast.anna)
    log("json")
    with real.app_context():
        page = FlaskClient.open(browser, "/skills/new", method="POST", data={"name_nl": "x", "kind": "process"})
    mistake, line = log.lines()
    assert mistake["request"] == line["request"] == page.headers["X-Request-ID"] and line["request"] in page.text
    assert mistake["where"][0] == "builtins.ZeroDivisionError" and "test_logs.py" in mistake["where"][1]


def test_a_tick_is_one_line_that_counts(log, cast, monkeypatch):
    monkeypatch.setattr(ticker, "TRANSITIONS", [])
    log("json")
    ticker.tick()
    (line,) = log.lines()
    assert (line["message"], line["done"]) == ("tick", {})


@pytest.mark.parametrize("number", ["", "x", "1234567", "a" * 41, "abcdefgh;", "kanarie-kanarie", "0" * 20 + "\u0661"])
def test_a_number_that_could_be_words_is_replaced(number, app, context, visit):
    answer = visit(None).get("/healthz", headers={"X-Request-ID": number})
    assert answer.headers["X-Request-ID"] != number and logs_number(answer)


def test_a_number_of_the_proxy_is_kept(app, context, visit):
    for number in ("0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef"):
        answer = visit(None).get("/healthz", headers={"X-Request-ID": number})
        assert answer.headers["X-Request-ID"] == number


def logs_number(answer) -> bool:
    return len(answer.headers["X-Request-ID"]) == 16


@pytest.mark.parametrize(
    ("message", "arguments", "told"),
    [
        ("Invalid request from ip=192.0.2.1: Invalid Method 'ANNA'", (), "Invalid request"),
        ("Error handling request %s %s", ("GET", "/tasks?q=anna"), "Error handling request … …"),
        ("Worker (pid:%s) was sent %s!", (12, "SIGKILL"), "Worker (pid:12) was sent …!"),
    ],
)
def test_what_the_web_server_quotes_is_withheld(message, arguments, told):
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 1, message, arguments, None)
    assert logs.withhold(record) and record.getMessage() == told
