"""What else somebody might like who was not chosen for a seat: open seats and tasks that ask the same skills first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, select

from hkplein.db import db
from hkplein.models.person import Person
from hkplein.models.seat import Seat, SeatSkill
from hkplein.models.task import Task, TaskSkill

COUNT = 3


def similar(seat: Seat, person: Person) -> list[Any]:
    """Up to three open seats and tasks for `person`, those that ask the skills of `seat` first."""
    seats = _near(Seat, SeatSkill, SeatSkill.seat_id, seat)
    free = Seat.visible_to(person) & Seat.hand_welcome_from(person) & (Seat.id != seat.id)
    found: list[Any] = list(db.session.scalars(seats.where(free)))
    if len(found) < COUNT:
        tasks = _near(Task, TaskSkill, TaskSkill.task_id, seat)
        mine = Task.visible_to(person) & (Task.state == "open") & (Task.author_id != person.id)
        found += db.session.scalars(tasks.where(mine))
    return found[:COUNT]


def _near(model: Any, link: Any, owner: Any, seat: Seat) -> Select[Any]:
    """Things of one kind, those that share the most skills with `seat` first, then those of about the same hours."""
    asked = select(SeatSkill.skill_id).where(SeatSkill.seat_id == seat.id)
    shared = select(func.count()).where(owner == model.id, link.skill_id.in_(asked)).scalar_subquery()
    hours = case((model.hours > seat.hours, model.hours - seat.hours), else_=seat.hours - model.hours)
    return select(model).order_by(shared.desc(), hours, model.id.desc()).limit(COUNT)
