"""Who is who: the list of everybody with their roles, and the first steward of an installation."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import select

from hkplein.clock import now
from hkplein.db import db
from hkplein.models import HelpLine, HelpLineHelper, Issue, Partner, Person, Pit, SecurityEvent

ADDRESS = re.compile(r"(?=.{1,320}\Z)[^@\s\0]+@[^@\s\0]+\.[^@\s\0]+\Z")  # of e-mail, at a place with a dot in it
LONGEST = 200  # characters of a name


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
    """Make the colleague who has this address steward, or a new one; whether the password is theirs.

    Who could not sign in gets it, whoever has a password keeps that. Raises ValueError with a sentence.
    """
    if not ADDRESS.match(email):
        raise ValueError(f"“{email}” is not an e-mail address.")
    person = db.session.scalar(select(Person).filter_by(email=email))
    if person is None:
        if not 0 < len(name) <= LONGEST:
            raise ValueError(f"Nobody has this address yet: give a name of at most {LONGEST} characters with --name.")
        person = Person(email=email, name=name)
        db.session.add(person)
        db.session.flush()
    if not person.colleague:
        raise ValueError("Only a colleague with an open account can be steward.")
    if new := person.password_hash is None or person.password_expired:
        person.choose_password(password_hash)
        person.password_until = now() + Person.ONE_TIME if one_time else None
    person.steward = True
    SecurityEvent.record("role", by=None, whom=person, note=person.rights)
    if new and one_time:
        SecurityEvent.record("one-time-password", by=None, whom=person)
    db.session.commit()
    return new
