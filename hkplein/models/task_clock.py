"""What time does to tasks: nothing dies in silence."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from hkplein.clock import by_the_clock, now, today
from hkplein.db import change, db
from hkplein.models.event import Event
from hkplein.models.person import Person, PersonSkill
from hkplein.models.task import Task, TaskSkill

INVITED = 5  # colleagues at a time, in no order


@by_the_clock(lambda: select(Task).where(Task.state == "open", Task.expired()))
def expire(task: Task) -> None:
    """Nobody took it before its date: the author is asked what would help, and hands get an answer."""
    change(task, "expire", hands=0, ended_at=now())
    Event.record(task, "expire", by=None, tell=task.answering())
    if hands := task.dismiss(""):
        Event.record(task, "none-chosen", by=None, tell={"hand": hands})


@by_the_clock(lambda: select(Task).where(Task.state == "open", Task.tips_due()))
def tips(task: Task) -> None:
    """After three working days the author gets three tips."""
    change(task, "tips", asked="tips", asked_at=now())
    Event.record(task, "tips", by=None, tell=task.answering())


@by_the_clock(lambda: select(Task).where(Task.state == "open", Task.invitation_due()))
def invite(task: Task) -> None:
    """After five working days, five colleagues who said that they want this hear of it, once."""
    change(task, "invite", asked="invite", asked_at=now())
    Event.record(task, "invite", by=None, tell={"fits": list(db.session.scalars(_who_want(task)))})


@by_the_clock(lambda: select(Task).where(Task.state == "taken", Task.date_passed()))
def date_passed(task: Task) -> None:
    """The date went by: a note to whoever does it, and to nobody else."""
    change(task, "date-passed", asked="date-passed", asked_at=now())
    Event.record(task, "date-passed", by=None, tell={"holder": [task.holder_id]})


@by_the_clock(lambda: select(Task).where(Task.state == "reported", Task.settled()))
def settle(task: Task) -> None:
    """The author said nothing for five working days: it is done."""
    change(task, "settle", ended_at=now())
    Event.record(task, "settle", by=None, tell={"holder": [task.holder_id], **task.answering()})


def _who_want(task: Task) -> Select[Any]:
    """A few colleagues who can do or want to learn what it asks, in random order; nobody who is away or had a hand."""
    from hkplein.models.bid import Bid

    asked = select(TaskSkill.skill_id).where(TaskSkill.task_id == task.id)
    fits = or_(
        PersonSkill.skill_id.in_(asked),
        and_(PersonSkill.skill_id == (task.learns_id or 0), PersonSkill.level == "learns"),
    )
    known = select(Bid.person_id).where(Bid.task_id == task.id)
    there = or_(Person.away_from.is_(None), Person.away_from > today(), Person.away_until < today())
    return (
        select(Person.id)
        .where(Person.active, Person.role == "colleague", Person.suggestions, there)
        .where(Person.id.in_(select(PersonSkill.person_id).where(fits)))
        .where(Person.id != task.author_id, Person.id.not_in(known))
        .order_by(func.random())
        .limit(INVITED)
    )
