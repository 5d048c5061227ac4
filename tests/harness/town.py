"""The people of a site, already signed in, and a look into its database beside the server."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import flask_migrate
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select

from hkplein import create_app
from hkplein.checks import database
from hkplein.checks.findings import broken
from hkplein.checks.invariants import INVARIANTS
from hkplein.clock import now, today
from hkplein.db import db
from hkplein.engine import read_only
from hkplein.i18n import speaking
from hkplein.models import Event, HelpLineHelper, Person, SearchEntry, SignIn, Task
from tests import cast as players
from tests.harness.wire import knock
from tests.race import crowd

KEY = "k" * 40
CROWD = 20


@dataclass(frozen=True)
class Visitor:
    """Somebody's browser, as far as a request shows it."""

    id: int
    cookie: str
    token: str

    def knock(self, method: str, path: str, **fields: object) -> bytes:
        """A request of this person; what is sent has the token and a nonce of its own, as the forms have."""
        if method == "GET":
            return knock(method, path, cookie=self.cookie)
        hidden = {"csrf_token": self.token, "nonce": secrets.token_urlsafe(9)}
        return knock(method, path, cookie=self.cookie, fields={**hidden, **fields})


def filled(title: str, **more: object) -> dict[str, object]:
    """The form of a new task, as somebody fills it in."""
    usual = {"hours": "2", "due": str(today() + timedelta(days=14)), "learns": "0", "choice": "first", "places": "1"}
    return {"title": title, **usual, **more}


class Town:
    """The cast of the tests, and a crowd of colleagues who help on the lean line; each with a browser."""

    def __init__(self, url: str) -> None:
        self.app = create_app({"SECRET_KEY": KEY, "SQLALCHEMY_DATABASE_URI": url, "TESTING": True})
        self.visitors: dict[int, Visitor] = {}
        self.cast = SimpleNamespace()
        self.crowd: list[Person] = []

    def assemble(self) -> None:
        """Make the tables and everybody."""
        flask_migrate.upgrade()
        self.cast = players.assemble()
        self.crowd = crowd(self.cast, CROWD)
        db.session.add_all(HelpLineHelper(line_id=self.cast.lean.id, person_id=person.id) for person in self.crowd)
        self.visitors = {person.id: self.sign_in(person) for person in [*self.cast.people, *self.crowd]}
        db.session.commit()

    def sign_in(self, person: Person, language: str = "en") -> Visitor:
        """A browser in which this person is signed in, with the token that its forms would have."""
        return self.visitor(person.id, _user_id=SignIn.begin(person, 24), _fresh=True, language=language)

    def stranger(self) -> Visitor:
        """A browser in which nobody is signed in yet."""
        return self.visitor(0)

    def visitor(self, id: int, **session: object) -> Visitor:
        """A browser with this in its cookie."""
        raw = secrets.token_hex(20)
        session["csrf_token"] = raw
        signer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        token = URLSafeTimedSerializer(KEY, salt="wtf-csrf-token").dumps(raw)
        return Visitor(id, f"hkplein={signer.dumps(session)}", str(token))

    def browser(self, person: Person) -> Visitor:
        """This person's browser."""
        return self.visitors[person.id]

    @property
    def browsers(self) -> list[Visitor]:
        """Those of the crowd."""
        return [self.visitors[person.id] for person in self.crowd]

    # Beside the server.

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Inside the block the models can be asked; nothing is held that the server may want to write."""
        self.leave()  # the database may have been started anew since
        with self.app.app_context(), speaking("en"):
            read_only.set(True)
            try:
                yield
            finally:
                db.session.rollback()
                read_only.set(False)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Inside the block rows can be made, and they are kept at its end; the server waits meanwhile."""
        db.session.rollback()
        read_only.set(False)
        try:
            yield
            db.session.commit()
        finally:
            db.session.rollback()
            read_only.set(True)

    def fresh(self) -> None:
        """See what the server wrote since."""
        db.session.rollback()
        db.session.expire_all()

    def tasks(self, count: int, state: str = "open", **values: Any) -> list[Task]:
        """So many tasks of Anna's."""
        usual = {"title": "Bel tien inwoners", "author_id": self.cast.anna.id, "pit_id": self.cast.balie.id, "hours": 3}
        usual |= {"due": today() + timedelta(days=14), "posted_at": now(), "state": state}
        if state == "taken":
            usual["taken_at"] = now() - timedelta(days=2)
        with self.writing():
            made = [Task(**{**usual, **values}) for _n in range(count)]
            db.session.add_all(made)
            db.session.flush()
            for task in made:
                SearchEntry.put(task, task.title, task.description, task.place)
        return made

    def events(self, *verbs: str, noun: str = "task", since: int = 0) -> list[Event]:
        """What was recorded of these verbs after the event with this id, oldest first."""
        self.fresh()
        found = select(Event).where(Event.verb.in_(verbs), Event.noun == noun, Event.id > since)
        return list(db.session.scalars(found.order_by(Event.id)))

    def newest(self) -> int:
        """The id of the newest event."""
        self.fresh()
        return db.session.scalar(select(func.max(Event.id))) or 0

    def holders(self, *ids: int) -> dict[int, int | None]:
        """Who holds these tasks."""
        self.fresh()
        rows = db.session.execute(select(Task.id, Task.holder_id).where(Task.id.in_(ids)))
        return {row.id: row.holder_id for row in rows}

    def problems(self) -> set[str]:
        """What `hkplein check` finds wrong in rows; what a harness makes up is not all as it should be."""
        with self.writing():
            rules = [each for several in INVARIANTS.values() for each in several]
            return {*database.whole(), *database.totals(), *(line for each in rules for line in broken(each))}

    def leave(self) -> None:
        """No connection stays open."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
