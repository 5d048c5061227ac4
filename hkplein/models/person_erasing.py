"""Erasing somebody: what was entered and told goes, what was done stays, as that of an "oud-collega"."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, delete, select, update

from hkplein.db import db
from hkplein.models.erasure import ERASING
from hkplein.models.event import Event
from hkplein.models.forgetting import forgetting
from hkplein.models.message import Message
from hkplein.models.municipality import Municipality
from hkplein.models.person import Person
from hkplein.models.person_leaving import let_go, others_answer
from hkplein.models.pitstop import Pitstop
from hkplein.models.pitstop_table import LIVE
from hkplein.models.stored import STORED
from hkplein.models.stored_terms import ROWS

NAME = "oud-collega"


def erase(person: Person) -> None:
    """Let go of what `person` holds, and forget who that was; part of the caller's transaction.

    What goes stands in `stored_people` and `stored_work`, as `gone`.
    """
    if person.active:
        let_go(person, None)
        person.active = False
        others_answer(person, None)
    db.session.flush()
    _confidential(person)
    with forgetting():
        bids = (Event.whom_id == person.id) & (Event.noun == "bid")
        words = update(Event).where((Event.by_id == person.id) | bids, Event.noun != "pit")  # where it is a name
        db.session.execute(words.values(note=""))
    for it in reversed(STORED):  # the account last: other things are found by it
        if it.gone == (ROWS,):
            db.session.execute(delete(it.rows).where(it.of(person)))
        elif it.gone and it.table not in ("event", "person"):
            db.session.execute(update(it.rows).where(it.of(person)).values(_empty(it.rows.c, it.gone)))
    account = STORED[0]
    nobody = {"name": NAME, "sought": "", "email": f"{person.id}@{NAME}.invalid", "erased": True}
    empty = _empty(account.rows.c, account.gone)
    db.session.execute(update(Person).where(Person.id == person.id).values({**empty, **nobody}))
    db.session.info.pop("facts", None)
    db.session.expire_all()
    Municipality.forget_guides()


def _empty(columns: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _nothing(columns[name]) for name in names}


def _nothing(column: Column[Any]) -> Any:
    """What stands in a column before anybody has entered something."""
    default = getattr(column.default, "arg", "")
    return None if column.nullable else "" if callable(default) else default


def _confidential(person: Person) -> None:
    """What `person` asked or said in confidence; a team goes on with what it still asks."""
    asked = (Pitstop.asker_id == person.id) & (Pitstop.issue_id.is_(None) | Pitstop.state.not_in(LIVE))
    for pitstop in db.session.scalars(select(Pitstop).where(asked, Pitstop.readers == "line")).all():
        pitstop.wipe()
    secret = select(Pitstop.id).where(Pitstop.readers == "line")
    said = update(Message).where(Message.by_id == person.id, Message.pitstop_id.in_(secret))
    db.session.execute(said.values(text=""))


ERASING.append(erase)
