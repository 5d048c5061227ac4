"""What time forgets: rows whose term is over, many at a time. What belongs to one thing is in that thing's clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select

from hkplein import terms
from hkplein.clock import TRANSITIONS, Transition, now
from hkplein.db import Model, db
from hkplein.models.event import Event, Notification
from hkplein.models.forgetting import forgetting
from hkplein.models.security_event import SecurityEvent
from hkplein.models.session import Attempt, SignIn, Submission

MOST = 1_000  # rows of a table at one tick: nobody waits long for it, and the next tick goes on
SWEPT: dict[type[Model], tuple[Any, terms.Term]] = {
    SignIn: (SignIn.expires_at, terms.SIGNED_IN),
    Attempt: (Attempt.since, terms.ATTEMPTS),
    Submission: (Submission.at, terms.SUBMITTED),
    Notification: (Notification.seen_at, terms.READ),
    SecurityEvent: (SecurityEvent.at, terms.SECURITY),
    Event: (Event.at, terms.HISTORY),
}


def over(model: type[Model]) -> ColumnElement[bool]:
    """The condition for the rows whose term is over."""
    since, term = SWEPT[model]
    past: ColumnElement[bool] = since < now() - term.after
    return past


def first(model: type[Model]) -> Callable[[], Select[Any]]:
    """The oldest of them: it stands for all."""
    return lambda: select(model).where(over(model)).order_by(model.id).limit(1)


def sweep(row: Model) -> None:
    """Forget the oldest of the rows that are like this one."""
    model = type(row)
    ids = db.session.scalars(select(model.id).where(over(model)).order_by(model.id).limit(MOST)).all()
    if model is Event:
        Event.forget(Event.id.in_(ids))
        return
    with forgetting():
        db.session.execute(delete(model).where(model.id.in_(ids)))


TRANSITIONS.extend(Transition(f"{__name__}.{model.__tablename__}", first(model), sweep) for model in SWEPT)
