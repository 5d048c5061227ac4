"""Who is who: the list of everybody with their roles, and the first steward of an installation."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from hkplein.clock import now
from hkplein.db import db
from hkplein.models import HelpLine, HelpLineHelper, Issue, Partner, Person, Pit

ONE_TIME = timedelta(days=7)


def roster() -> list[dict[str, Any]]:
    """Everybody with an account: id, name, e-mail address, the key of the pit, and roles."""
    more = defaultdict[int, list[str]](list)
    for name, column in (("trekker", Issue.trekker_id), ("deputy", Issue.deputy_id)):
        moving = select(column).where(column.is_not(None), Issue.state.in_(("forming", "running", "paused")))
        for id_ in db.session.scalars(moving.distinct()):
            more[id_ or 0].append(name)
    helping = select(HelpLineHelper.person_id, HelpLine.key).join(HelpLine).where(HelpLine.state == "active")
    for id_, key in db.session.execute(helping.order_by(HelpLine.key)):
        more[id_].append(f"helper:{key}")
    flags = (("steward", Person.steward), ("outdoors", Person.outdoors), ("newcomer", ~Person.welcomed))
    columns = [column.label(name) for name, column in flags]
    found = db.session.execute(
        select(
            Person.id, Person.name, Person.email, Person.role, Pit.key.label("pit"), Partner.key.label("of"), *columns
        )
        .outerjoin(Pit, Pit.id == Person.pit_id)
        .outerjoin(Partner, Partner.id == Person.partner_id)
        .where(Person.active)
        .order_by(Person.id)
    ).all()
    db.session.rollback()
    return [
        {
            "id": row.id,
            "name": row.name,
            "email": row.email,
            "pit": row.pit,
            "roles": [
                f"partner:{row.of}" if row.role == "partner" else row.role,
                *(name for name, _ in flags if getattr(row, name)),
                *more[row.id],
            ],
        }
        for row in found
    ]


def make_steward(email: str, name: str, password_hash: str, *, one_time: bool) -> bool:
    """A new account as steward, or the colleague who has this address; False when there was an account.

    Raises ValueError with a sentence.
    """
    if "@" not in email.strip("@"):
        raise ValueError(f"“{email}” is not an e-mail address.")
    person = db.session.scalar(select(Person).filter_by(email=email))
    if person is not None and not person.colleague:
        raise ValueError("Only a colleague can be steward.")
    if made := person is None:
        until = now() + ONE_TIME if one_time else None
        person = Person(email=email, name=name, password_hash=password_hash, password_until=until)
        db.session.add(person)
    person.steward = True
    db.session.commit()
    return made
