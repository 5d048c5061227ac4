"""Lessons: at most 120 words that others can use tomorrow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.pit import Pit


class Lesson(Model):
    """What somebody learned, written down for the next one."""

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'shared', 'archived')", name="state"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "lessons"
    STATES = {"draft": _l("draft"), "shared": _l("shared"), "archived": _l("archived")}

    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="shared", index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # None: names were dropped
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    pitstop_id: Mapped[int | None] = mapped_column(ForeignKey("pitstop.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[Person | None] = relationship(lazy=LAZY)
    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    issue: Mapped[Issue | None] = relationship(lazy=LAZY)


class LessonHelped(Model):
    """A pit that says "this helped us too"."""

    __tablename__ = "lesson_helped"
    __table_args__ = (UniqueConstraint("lesson_id", "person_id"), {"sqlite_autoincrement": True})

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"))
    at: Mapped[datetime] = mapped_column(default=now)
