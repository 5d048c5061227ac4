"""Tasks (klussen): bounded pieces of work with hours, a place and a date."""

from __future__ import annotations

import functools
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from hkplein.clock import now, today
from hkplein.db import LAZY, Model, db
from hkplein.i18n import language
from hkplein.models.event import Event, Line
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.skill import Skill, skill_name
from hkplein.models.task_table import HELD
from hkplein.models.task_writing import TaskWriting


class Task(TaskWriting):
    """A piece of work that somebody posts and somebody else may take on.

    A posting with several `places` is split as they are taken: each taken place becomes a task of its own, with
    `posting_id` naming where it came from, until the last place is the posting itself. So every place lives the whole
    life of a task, and the counter that one UPDATE guards can never let one person too many in. `hands` counts the
    hands that are up, for the rules that ask whether there are any.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'open', 'taken', 'reported', 'done', 'withdrawn', 'expired', 'scrapped')",
            name="state",
        ),
        CheckConstraint("(state IN ('taken', 'reported', 'done')) = (holder_id IS NOT NULL)", name="holder"),
        CheckConstraint("places >= 1", name="places"),
        CheckConstraint("hands >= 0", name="hands"),
        CheckConstraint("hours >= 1", name="hours"),
        CheckConstraint("choice IN ('first', 'hands')", name="choice"),
        CheckConstraint("offered IS NULL OR (offered IN ('give', 'swap') AND state = 'taken')", name="offered"),
        Index(
            "uq_task_one_place_each",
            "posting_id",
            "holder_id",
            unique=True,
            sqlite_where=text(f"state IN {HELD}"),
            postgresql_where=text(f"state IN {HELD}"),
        ),
        Index("ix_task_state_due", "state", "due", "id"),
        *(
            Index(f"ix_task_{name}", *columns, "id", sqlite_where=text(where), postgresql_where=text(where))
            for name, where, *columns in (
                ("open_due", "state = 'open'", "due"),
                ("open_posted", "state = 'open'", "posted_at"),
                ("open_hours", "state = 'open'", "hours"),
                ("open_pit", "state = 'open'", "pit_id", "due"),
                ("offered_due", "offered IS NOT NULL", "due"),
            )
        ),
        {"sqlite_autoincrement": True},
    )
    PLACE = "tasks"

    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    author_left: Mapped[bool] = mapped_column(default=False)  # and can do nothing any more: colleagues answer for it
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    hours: Mapped[int]
    place: Mapped[str] = mapped_column(String(120), default="")
    due: Mapped[date]
    learns_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))  # what you learn from it
    less_fun: Mapped[bool] = mapped_column(default=False)
    mandate: Mapped[bool] = mapped_column(default=False)  # only with bevoegdheid: never swapped
    choice: Mapped[str] = mapped_column(String(6), default="first")
    places: Mapped[int] = mapped_column(default=1)  # that are still free while it is open
    hands: Mapped[int] = mapped_column(default=0)  # that are up
    created_at: Mapped[datetime] = mapped_column(default=now)
    posted_at: Mapped[datetime | None]

    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    taken_at: Mapped[datetime | None]
    offered: Mapped[str | None] = mapped_column(String(4))
    wish: Mapped[str] = mapped_column(default="")  # what the holder would like in return
    undo_until: Mapped[datetime | None]
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whom `undo` gives it back to
    taken_offer: Mapped[str | None] = mapped_column(String(4))  # how it was offered then
    reported_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    handover_done: Mapped[str] = mapped_column(default="")
    handover_left: Mapped[str] = mapped_column(default="")
    handover_tip: Mapped[str] = mapped_column(default="")
    hours_left: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")  # of the last return, withdrawal or scrapping
    thanks: Mapped[str] = mapped_column(default="")
    asked: Mapped[str] = mapped_column(String(20), default="")  # what the clock did last: tips, invite, date-passed
    asked_at: Mapped[datetime | None]

    author: Mapped[Person] = relationship(foreign_keys=author_id, lazy=LAZY)
    holder: Mapped[Person | None] = relationship(foreign_keys=holder_id, lazy=LAZY)
    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    issue: Mapped[Issue | None] = relationship(lazy=LAZY)
    learns: Mapped[Skill | None] = relationship(lazy=LAZY)
    skills: Mapped[list[Skill]] = relationship(secondary="task_skill", lazy=LAZY)

    @property
    def overdue(self) -> bool:
        """Somebody does it, and its date has gone by; the holder's own affair."""
        return self.state == "taken" and self.due < today()

    def history(self) -> list[Line]:
        """What happened to it, newest first; not what is between the clock, the author and one colleague."""
        return [Line(self, *row) for row in db.session.connection().execute(_history(), {"id": self.id})]

    def asked_skills(self) -> dict[int, str]:
        """The skills that it asks, by id and name."""
        return dict(db.session.connection().execute(_asked_skills(language()), {"id": self.id}).all())

    def similar(self, person: Person, limit: int = 3) -> Select[Task]:
        """Open tasks of the same pit or with a skill in common that `person` may take, soonest first."""
        asked = select(TaskSkill.skill_id).where(TaskSkill.task_id == self.id)
        alike = select(TaskSkill.id).where(TaskSkill.task_id == Task.id, TaskSkill.skill_id.in_(asked)).exists()
        return (
            select(Task)
            .where(Task.state == "open", Task.id != self.id, Task.visible_to(person))
            .where(or_(Task.claimable_by(person), Task.raisable_by(person)))
            .where(or_(Task.pit_id == self.pit_id, alike))
            .order_by(Task.due, Task.id)
            .limit(limit)
        )


# Statements that every page of a task asks: making one costs more than asking it.


@functools.cache
def _history() -> Select[datetime, str, str, str, str]:
    who, whom = aliased(Person), aliased(Person)
    return (
        select(Event.at, Event.verb, Event.note, who.name, whom.name)
        .outerjoin(who, who.id == Event.by_id)
        .outerjoin(whom, whom.id == Event.whom_id)
        .where(Event.task_id == bindparam("id"), Event.noun == "task", Event.verb.not_in(Task.PRIVATE))
        .order_by(Event.id.desc())
        .limit(20)
    )


@functools.cache
def _asked_skills(_language: str) -> Select[Any]:
    asked = select(Skill.id, skill_name()).join(TaskSkill, TaskSkill.skill_id == Skill.id)
    return asked.where(TaskSkill.task_id == bindparam("id")).order_by(skill_name())


class TaskSkill(Model):
    """A skill that a task asks."""

    __tablename__ = "task_skill"
    __table_args__ = (UniqueConstraint("task_id", "skill_id"), {"sqlite_autoincrement": True})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)


def members_of(*pit_ids: int | None) -> list[int]:
    """The colleagues of these pits."""
    ids = [id_ for id_ in pit_ids if id_ is not None]
    return list(db.session.connection().scalars(_MEMBERS, {"pits": ids}))


def leading(issue_id: int | None) -> list[int]:
    """The trekker and the deputy of an issue, if there are any."""
    both = db.session.execute(select(Issue.trekker_id, Issue.deputy_id).where(Issue.id == issue_id)).first()
    return [id_ for id_ in both or () if id_ is not None]


_MEMBERS = select(Person.id).where(
    Person.pit_id.in_(bindparam("pits", expanding=True)), Person.active, Person.role == "colleague"
)
