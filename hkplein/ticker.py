"""What time sets in motion, done to every row for which it is due: each in a transaction of its own."""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from itertools import takewhile
from pathlib import Path

import sqlalchemy as sa

from hkplein import rounds
from hkplein.clock import TRANSITIONS, Transition, moved_to
from hkplein.db import db, reading
from hkplein.errors import Refused
from hkplein.models import Tick

log = logging.getLogger(__name__)
LOCK = 7250552  # of the ticker, among PostgreSQL's advisory locks


class Busy(Exception):
    """Another ticker is at work."""


def tick(at: datetime | None = None, going_on: Callable[[], bool] = lambda: True) -> dict[str, int]:
    """Do everything that is due now, or would be due `at` that moment; returns how often each transition was done.

    Done twice it does nothing the second time. It stops before the next row when it should not be `going_on`: that
    waits for the next tick. Raises Busy when another ticker is at work on this database.
    """
    began = time.monotonic()
    with alone(), moved_to(at) if at else nullcontext():
        done = {transition.name: run(transition, going_on) for transition in list(TRANSITIONS)}
        if going_on():
            done["hkplein.rounds.swap_rings"] = rounds.swap_rings()
    if going_on() and at is None:
        Tick.mark()
        db.session.commit()
    counts = {name: count for name, count in done.items() if count}
    log.info("tick", extra={"done": counts, "ms": round((time.monotonic() - began) * 1000)})
    return done


def run(transition: Transition, going_on: Callable[[], bool] = lambda: True) -> int:
    """Do one transition to all rows for which it is due; what goes wrong with one never stops the others."""
    done = 0
    try:
        due = due_ids(transition)
    except Exception:
        log.exception("%s", transition.name)
        return 0
    for id_ in takewhile(lambda _id: going_on(), due):
        try:
            done += act_on(transition, id_)
            db.session.commit()
        except Refused:
            db.session.rollback()
            log.info("%s: row %s: refused", transition.name, id_)  # the sentence may name what people wrote
        except Exception:
            db.session.rollback()
            log.exception("%s: row %s", transition.name, id_)
        finally:
            db.session.expire_all()
    return done


def due_ids(transition: Transition) -> list[int]:
    """The rows for which it is due, oldest first."""
    with reading():
        query = transition.due()
        model = query.column_descriptions[0]["entity"]
        return list(db.session.scalars(query.with_only_columns(model.id).order_by(None).order_by(model.id)))


def act_on(transition: Transition, id_: int) -> bool:
    """Do it to one row, if it is due still."""
    query = transition.due()
    model = query.column_descriptions[0]["entity"]
    row = db.session.scalars(query.where(model.id == id_)).unique().one_or_none()
    if row is None:
        return False
    transition.act(row)
    return True


@contextmanager
def alone() -> Iterator[None]:
    """One ticker at a time on a database; raises Busy."""
    if db.engine.dialect.name == "sqlite":
        with Path(f"{db.engine.url.database}-tick").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            yield
        return
    with db.engine.connect() as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK))):
            raise Busy
        connection.commit()  # the lock is the connection's, not the transaction's
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))
            connection.commit()
