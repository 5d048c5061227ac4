"""Seats (plekken): the places in an issue's team."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.skill import Skill


class Seat(Model):
    """A place in an issue's team: what it asks, hours a week, until when."""

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'filled', 'ended')", name="state"),
        CheckConstraint("state <> 'filled' OR holder_id IS NOT NULL", name="holder"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "seats"
    STATES = {"open": _l("open"), "filled": _l("filled"), "ended": _l("ended")}

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    asks: Mapped[str] = mapped_column(default="")
    hours: Mapped[int]  # a week
    until: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="open", index=True)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    filled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    issue: Mapped[Issue] = relationship(lazy=LAZY)
    holder: Mapped[Person | None] = relationship(lazy=LAZY)
    skills: Mapped[list[Skill]] = relationship(secondary="seat_skill", lazy=LAZY)


class SeatSkill(Model):
    """A skill that a seat asks."""

    __tablename__ = "seat_skill"
    __table_args__ = (UniqueConstraint("seat_id", "skill_id"), {"sqlite_autoincrement": True})

    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)
