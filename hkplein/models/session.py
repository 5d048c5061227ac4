"""Sign-ins, the throttle on them, and the forms that were already handled."""

from __future__ import annotations

import functools
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Select, String, bindparam, case, delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, lazyload, mapped_column

from hkplein import terms
from hkplein.clock import now
from hkplein.db import Model, db
from hkplein.models.event import Notification
from hkplein.models.person import Person


def digest(secret: str) -> str:
    """What is stored of a secret: a stolen table signs nobody in."""
    return hashlib.sha256(secret.encode()).hexdigest()


def insert(model: type[Model]) -> Any:
    """An INSERT that knows what to do when the row is there: both databases can, each has its own."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.engine.dialect.name](model)


@functools.cache
def _whose() -> Select[Any]:
    """Who is signed in; made once, for it is asked with every request."""
    unread = select(func.count()).where(Notification.person_id == Person.id, Notification.seen_at.is_(None))
    return (
        select(Person, unread.scalar_subquery())
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.digest == bindparam("digest"), SignIn.expires_at > bindparam("now"), Person.active)
        .options(lazyload(Person.skills))  # few pages ask
    )


class SignIn(Model):
    """Somebody who is signed in somewhere; deleting the row signs them out there at once."""

    __tablename__ = "sign_in"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime]

    @staticmethod
    def begin(person: Person, hours: int) -> str:
        """A new sign-in; returns the token that the browser keeps."""
        token = secrets.token_urlsafe(32)
        db.session.add(SignIn(digest=digest(token), person_id=person.id, expires_at=now() + timedelta(hours=hours)))
        return token

    @staticmethod
    def person_of(token: str) -> Person | None:
        """Who signed in with this token, with the number of unread notifications: one query a request."""
        found = db.session.execute(_whose(), {"digest": digest(token), "now": now()}).first()
        if found is None:
            return None
        person: Person = found[0]
        person.token, person.unread = token, found[1]
        return person

    @staticmethod
    def all_of(person: Person) -> Select[Any]:
        """Where somebody is signed in: first in this browser, then the newest."""
        working = select(SignIn).where(SignIn.person_id == person.id, SignIn.expires_at > now())
        return working.order_by(SignIn.digest != digest(person.token), SignIn.expires_at.desc(), SignIn.id.desc())

    def is_of(self, token: str) -> bool:
        """Whether it is the one with this token."""
        return self.digest == digest(token)

    @staticmethod
    def end(token: str) -> None:
        """Sign out here."""
        db.session.execute(delete(SignIn).where(SignIn.digest == digest(token)))

    @staticmethod
    def end_there(person: Person, id: int) -> bool:
        """Sign out in one other place; whether there was one."""
        theirs = SignIn.person_id == person.id, SignIn.digest != digest(person.token)
        return db.session.scalar(delete(SignIn).where(SignIn.id == id, *theirs).returning(SignIn.id)) is not None

    @staticmethod
    def end_all(person: Person, but: str = "") -> None:
        """Sign out everywhere: after a new password, or when an account is closed."""
        db.session.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.digest != digest(but)))


class Attempt(Model):
    """How often signing in failed lately, per account and per address; both stored as digests."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(String(64), unique=True)
    count: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(default=now)

    LIMITS: ClassVar[tuple[int, int]] = (10, 100)  # per account; per address, for an office has one for everybody
    WINDOW: ClassVar[timedelta] = terms.ATTEMPTS.after

    @staticmethod
    def account(email: str) -> str:
        """The key of an account."""
        return digest(f"account {email.strip().lower()}")

    @staticmethod
    def too_many(keys: list[str]) -> bool:
        """Whether the account or the address, in this order, failed too often in the last quarter of an hour."""
        limits = zip(keys, Attempt.LIMITS, strict=True)
        over = or_(*((Attempt.key == key) & (Attempt.count >= limit) for key, limit in limits))
        recent = select(Attempt.id).where(over, Attempt.since > now() - Attempt.WINDOW)
        return db.session.scalar(recent.limit(1)) is not None

    @staticmethod
    def count_one(keys: list[str]) -> None:
        """One more failure; a window that is over begins anew."""
        recent = Attempt.since > now() - Attempt.WINDOW
        count, since = case((recent, Attempt.count + 1), else_=1), case((recent, Attempt.since), else_=now())
        for key in sorted(keys):  # in one order, so that two requests never wait for each other
            first, again = insert(Attempt).values(key=key, count=1, since=now()), {"count": count, "since": since}
            db.session.execute(first.on_conflict_do_update(index_elements=[Attempt.key], set_=again))

    @staticmethod
    def forget(keys: list[str]) -> None:
        """Signing in worked: the account's count is forgotten, the address's stays."""
        db.session.execute(delete(Attempt).where(Attempt.key == keys[0]))


class Submission(Model):
    """A form that was handled, by its nonce: sent twice, it has one effect and shows the first result."""

    __tablename__ = "submission"

    nonce: Mapped[str] = mapped_column(String(120), unique=True)
    result: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(default=now)

    @staticmethod
    def begin(nonce: str) -> Submission | None:
        """The form, the first time it comes; None when it was handled before, or is just now: that is waited for."""
        first = insert(Submission).values(nonce=nonce, at=now(), result="")
        made: Submission | None = db.session.scalar(first.on_conflict_do_nothing().returning(Submission))
        return made

    @staticmethod
    def result_of(nonce: str) -> str:
        """Where what came of a form is."""
        return db.session.scalars(select(Submission.result).filter_by(nonce=nonce)).one()
