"""Help lines (hulplijnen): named helpers with a promised reaction time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.person import Person
from hkplein.models.pit import Pit


class HelpLine(Model):
    """Where a pitstop is asked, e.g. the lean mechanic (lean-monteur)."""

    __tablename__ = "help_line"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'closed')", name="state"),
        CheckConstraint("promised_days >= 1", name="promised_days"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "help-lines"
    STATES = {"active": _l("active"), "closed": _l("closed")}

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(default="")
    promised_days: Mapped[int] = mapped_column(default=2)  # working days
    staffed_by: Mapped[str] = mapped_column(default="")
    readers: Mapped[str] = mapped_column(String(8), default="pit")  # who may read, unless the asker chooses otherwise
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"))
    state: Mapped[str] = mapped_column(String(8), default="active")

    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    helpers: Mapped[list[HelpLineHelper]] = relationship(back_populates="line", lazy=LAZY)


class HelpLineHelper(Model):
    """Somebody who helps on a line, with the dates on which they do not."""

    __tablename__ = "help_line_helper"
    __table_args__ = (UniqueConstraint("line_id", "person_id"), {"sqlite_autoincrement": True})

    line_id: Mapped[int] = mapped_column(ForeignKey("help_line.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]
    at_most: Mapped[int | None]  # pitstops at a time

    person: Mapped[Person] = relationship(lazy="joined")
    line: Mapped[HelpLine] = relationship(back_populates="helpers", lazy=LAZY)
