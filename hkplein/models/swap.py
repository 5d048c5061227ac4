"""Swaps (ruilen): I do yours, you do mine, as a whole or not at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.person import Person
from hkplein.models.task import Task


class Swap(Model):
    """A proposal to exchange tasks, and the exchange itself."""

    __tablename__ = "swap"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'countered', 'done', 'declined', 'withdrawn', 'overtaken', 'expired')",
            name="state",
        ),
        CheckConstraint("proposer_id <> other_id", name="two_people"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "swaps"
    STATES = {
        "proposed": _l("proposed"),
        "countered": _l("another proposal"),
        "done": _l("swapped"),
        "declined": _l("rather not"),
        "withdrawn": _l("withdrawn"),
        "overtaken": _l("overtaken"),
        "expired": _l("expired"),
    }

    state: Mapped[str] = mapped_column(String(10), default="proposed", index=True)
    proposer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # whose turn it is
    round: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    moved_at: Mapped[datetime] = mapped_column(default=now)

    proposer: Mapped[Person] = relationship(foreign_keys=proposer_id, lazy=LAZY)
    other: Mapped[Person] = relationship(foreign_keys=other_id, lazy=LAZY)
    legs: Mapped[list[Leg]] = relationship(order_by=lambda: Leg.task_id, cascade="all, delete-orphan", lazy=LAZY)


class Leg(Model):
    """One hand-over inside a swap: `task` goes from `giver` to `taker`."""

    __tablename__ = "leg"

    swap_id: Mapped[int] = mapped_column(ForeignKey("swap.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    task: Mapped[Task] = relationship(lazy=LAZY)
    giver: Mapped[Person] = relationship(foreign_keys=giver_id, lazy=LAZY)
    taker: Mapped[Person] = relationship(foreign_keys=taker_id, lazy=LAZY)
