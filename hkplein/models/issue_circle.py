"""Who stands around an issue: whom its events are told to, and why."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, or_, select

from hkplein.db import db
from hkplein.models.person import Person


def circle(issue: Any, *whys: str) -> dict[str, list[int | None]]:
    """The ids of those who stand around an issue, by the reason for telling them (keys of `event.WHY`)."""
    return {why: _PEOPLE[why](issue) for why in whys}


def people_of(pits: Collection[int | None]) -> list[int | None]:
    """The ids of everybody in these pits."""
    query = select(Person.id).where(Person.pit_id.in_([id_ for id_ in pits if id_]), Person.active)
    return list(db.session.scalars(query)) if pits else []


def _ids(query: Select[Any]) -> list[int | None]:
    return list(db.session.scalars(query))


def _team(issue: Any) -> list[int | None]:
    from hkplein.models.seat import Seat

    return _ids(select(Seat.holder_id).where(Seat.issue_id == issue.id, Seat.state == "filled"))


def _hands(issue: Any) -> list[int | None]:
    from hkplein.models.bid import Bid

    return _ids(Bid.of(issue).with_only_columns(Bid.person_id))


def _pits(issue: Any) -> list[int | None]:
    from hkplein.models.issue import IssuePit

    touched = select(IssuePit.pit_id).where(IssuePit.issue_id == issue.id)
    theirs = or_(Person.pit_id == issue.pit_id, Person.pit_id.in_(touched))
    return _ids(select(Person.id).where(theirs, Person.active))


_PEOPLE = {
    "author": lambda issue: [issue.author_id],
    "trekker": lambda issue: [issue.trekker_id, issue.deputy_id],
    "offered": lambda issue: [issue.offered_lead_id, *people_of([issue.offered_pit_id])],
    "team": _team,
    "hand": _hands,
    "pit": _pits,
}
