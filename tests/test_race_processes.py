"""Races over HTTP against the real server with two processes: one winner each, told in words, never a 500."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from urllib.parse import urlencode

import flask_migrate
import pytest
from sqlalchemy import select

from hkplein import create_app
from hkplein.config import ROOT
from hkplein.db import db
from hkplein.models import Event, HelpLineHelper, Issue, Person, SignIn, Swap, Task
from tests import cast as players
from tests.browser.site import free_port
from tests.cast import keep, make_issue, make_pitstop, make_task
from tests.conftest import fresh_postgresql
from tests.race import crowd

CROWD, KEY = 16, "k" * 40
# Planted, in the server: the rule is asked of what was seen, and the UPDATE asks nothing.
MUTANT = """
import hkplein.models
import hkplein.views.requests
from tests import race
race.PAUSE = 0.3
for module in race.changers():
    module.change = race.look_then_set
hkplein.models.Swap.accept = race.look_then_swap
hkplein.views.requests.once = lambda: None
"""


class Server:
    """The real server on a fresh database with the cast in it, and a crowd of colleagues who are signed in."""

    def __init__(self, url: str) -> None:
        self.app = create_app({"SECRET_KEY": KEY, "SQLALCHEMY_DATABASE_URI": url, "TESTING": True})
        self.url, self.port = url, 0
        self.app.config["SESSION_COOKIE_NAME"] = "hkplein"

    def assemble(self) -> None:
        with self.app.app_context():
            flask_migrate.upgrade()
            self.cast = players.assemble()
            self.crowd = crowd(self.cast, CROWD)
            for person in self.crowd:
                keep(HelpLineHelper(line_id=self.cast.lean.id, person_id=person.id))
            self.cookies = {person.id: self.cookie(person) for person in self.cast.people + self.crowd}

    def cookie(self, person: Person) -> str:
        token = SignIn.begin(person, 1)
        db.session.commit()
        signer = self.app.session_interface.get_signing_serializer(self.app)
        return f"hkplein={signer.dumps({'_user_id': token, '_fresh': True})}"

    @contextlib.contextmanager
    def running(self, planted: str = ""):
        before, self.port = self.port, free_port()
        code = f"{planted}\nfrom hkplein.cli import main\nmain()"
        environment = {**os.environ, "HKPLEIN_DATABASE_URL": self.url, "HKPLEIN_SECRET_KEY": KEY, "HKPLEIN_STRICT": ""}
        environment |= {"HKPLEIN_WORKERS": "2", "HKPLEIN_THREADS": "8", "HKPLEIN_TICK_SECONDS": "3600"}
        run = [sys.executable, "-c", code, "run", "--port", str(self.port)]
        server = subprocess.Popen(run, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 60
            while True:
                with contextlib.suppress(OSError):
                    if self.ask("GET", "/healthz")[0] == 200:
                        break
                assert server.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
            yield
        finally:
            server.terminate()
            server.wait(20)
            self.port = before

    def ask(self, method: str, path: str, cookie: str = "", **fields: object) -> tuple[int, str, str]:
        """One request; returns the status, the page and the cookie to go on with."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(fields) if method == "POST" else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        fresh = answer.getheader("Set-Cookie", "").split(";")[0]
        connection.close()
        return answer.status, text, fresh or cookie

    def rush(self, deeds: list[tuple[Person, str, str]]) -> Counter[int]:
        """Each of `deeds` is a person, a page and a verb: everybody opens the page, and does the verb at once."""
        looked, answers = threading.Barrier(len(deeds)), list[int]()

        def run(cookie: str, page: str, verb: str) -> None:
            _status, text, cookie = self.ask("GET", page, cookie)
            form = re.search(rf'action="{page}/{verb}".*?</form>', text, re.DOTALL)
            fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])) if form else {}
            looked.wait(30)
            status, text, _cookie = self.ask("POST", f"{page}/{verb}", cookie, **fields)
            assert status != 409 or 'role="alert"' in text, "a refusal is told in words"
            answers.append(status)

        with self.app.app_context():
            calls = [(self.cookies[person.id], page, verb) for person, page, verb in deeds]
        threads = [threading.Thread(target=run, args=call) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(answers) == len(deeds), "somebody got no answer"
        return Counter(answers)

    def all(self, row: object, verb: str) -> Counter[int]:
        """The whole crowd does one verb to one thing."""
        return self.rush([(person, row.url, verb) for person in self.crowd])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request, tmp_path_factory):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('race') / 'plein.sqlite3'}"
    else:
        url = fresh_postgresql(request.getfixturevalue("pg_server"), "race")
    server = Server(url)
    server.assemble()
    yield server
    with server.app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def running(server):
    with server.running():
        yield server


def winners(verb: str, **of: int) -> list[int | None]:
    return list(db.session.scalars(select(Event.by_id).filter_by(verb=verb, **of)))


def test_one_claim_wins(running):
    with running.app.app_context():
        for _round in range(3):
            task = make_task(running.cast)
            assert running.all(task, "claim") == {303: 1, 409: CROWD - 1}
            db.session.expire_all()
            assert winners("claim", task_id=task.id) == [task.holder_id]
            page = running.ask("GET", task.url, running.cookies[running.cast.anna.id])[1]
            assert f'data-holder="{task.holder_id}"' in page


def test_three_places_take_three(running):
    with running.app.app_context():
        task = make_task(running.cast, places=3)
        assert running.all(task, "claim") == {303: 3, 409: CROWD - 3}
        held = db.session.scalars(select(Task.holder_id).where((Task.posting_id == task.id) | (Task.id == task.id)))
        assert len(set(held)) == 3


def test_one_volunteer_becomes_trekker(running):
    with running.app.app_context():
        issue = make_issue(running.cast, "seeking", effect="Dat het lukt", role="do")
        assert running.all(issue, "lead") == {303: 1, 409: CROWD - 1}
        assert winners("lead", issue_id=issue.id) == [
            db.session.get_one(Issue, issue.id, populate_existing=True).trekker_id
        ]


def test_one_helper_picks_up(running):
    with running.app.app_context():
        pitstop = make_pitstop(running.cast)
        assert running.all(pitstop, "pick-up") == {303: 1, 409: CROWD - 1}
        db.session.refresh(pitstop)
        assert winners("pick-up", pitstop_id=pitstop.id) == [pitstop.helper_id]


def competing(server, wanted):
    """Six people propose a swap for the one task that Bram wants to be rid of; he agrees to all of them at once."""
    bram, others = server.cast.bram, server.crowd[:6]
    mine = [make_task(server.cast, "taken", holder_id=one.id, offered="swap") for one in others]
    swaps = [Swap.propose(one, task.id, wanted)[0] for one, task in zip(others, mine, strict=True)]
    db.session.commit()
    came = server.rush([(bram, swap.url, "accept") for swap in swaps])
    db.session.expire_all()
    return came, list(zip(swaps, mine, others, strict=True))


def wanted_task(server):
    return make_task(server.cast, "taken", holder_id=server.cast.bram.id, offered="swap")


def test_of_competing_swaps_one_is_carried_out_as_a_whole(running):
    with running.app.app_context():
        wanted = wanted_task(running)
        came, proposals = competing(running, wanted)
        assert came == {303: 1, 409: len(proposals) - 1}
        carried = [swap.state == "done" for swap, _mine, _one in proposals]
        assert carried.count(True) == 1
        for done, (_swap, mine, one) in zip(carried, proposals, strict=True):
            assert mine.holder_id == (running.cast.bram.id if done else one.id)
            assert not done or wanted.holder_id == one.id


def test_the_race_sees_who_looks_first_and_sets_afterwards(server):
    with server.running(MUTANT), server.app.app_context():
        issue = make_issue(server.cast, "seeking", effect="Dat het lukt", role="do")
        assert server.all(issue, "lead")[303] > 1
        pitstop = make_pitstop(server.cast)
        assert server.all(pitstop, "pick-up")[303] > 1
        task = make_task(server.cast)
        assert server.all(task, "claim")[303] > 1
        places = make_task(server.cast, places=3)
        assert server.all(places, "claim")[303] > 3
        came, _proposals = competing(server, wanted_task(server))
        assert came[303] > 1
