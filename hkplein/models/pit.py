"""Pits: the home teams, each with one purpose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.person import Person
from hkplein.models.skill import Skill


class Pit(Model):
    """A home team of five to fifteen people with one purpose."""

    __tablename__ = "pit"
    __table_args__ = (
        CheckConstraint("state IN ('starting', 'active', 'closed')", name="state"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "pits"
    STATES = {"starting": _l("starting"), "active": _l("active"), "closed": _l("closed")}

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str]
    domain: Mapped[str] = mapped_column(String(60), default="")
    agreements: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(10), default="starting", index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    founders_agreed: Mapped[int] = mapped_column(default=0)  # how many founders have said yes

    members: Mapped[list[Person]] = relationship(
        foreign_keys=Person.pit_id, viewonly=True, order_by=Person.name, lazy=LAZY
    )
    founders: Mapped[list[Founder]] = relationship(lazy=LAZY)
    core: Mapped[list[Skill]] = relationship(secondary="pit_skill", lazy=LAZY)


class PitSkill(Model):
    """A skill that is at the core of a pit's work."""

    __tablename__ = "pit_skill"
    __table_args__ = (UniqueConstraint("pit_id", "skill_id"), {"sqlite_autoincrement": True})

    pit_id: Mapped[int] = mapped_column(ForeignKey("pit.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"))


class Founder(Model):
    """One of the three people who start a pit; they move in together when the third says yes."""

    __tablename__ = "founder"
    __table_args__ = (UniqueConstraint("pit_id", "person_id"), {"sqlite_autoincrement": True})

    pit_id: Mapped[int] = mapped_column(ForeignKey("pit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agreed: Mapped[bool] = mapped_column(default=False)  # has said yes

    person: Mapped[Person] = relationship(lazy="joined")
