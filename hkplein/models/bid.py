"""Bids (handen): raised hands for a task or a seat, and invitations to one."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.person import Person
from hkplein.models.seat import Seat
from hkplein.models.task import Task

_live = text("state IN ('raised', 'invited', 'waiting', 'accepted')")


class Bid(Model):
    """Somebody's raised hand for one task or one seat, or an invitation to it; both sides must say yes."""

    __tablename__ = "bid"
    __table_args__ = (
        CheckConstraint(
            "state IN ('raised', 'invited', 'waiting', 'accepted', 'declined', 'withdrawn', 'left')",
            name="state",
        ),
        CheckConstraint("(task_id IS NULL) <> (seat_id IS NULL)", name="one_thing"),
        Index("uq_bid_task", "task_id", "person_id", unique=True, sqlite_where=_live, postgresql_where=_live),
        Index("uq_bid_seat", "seat_id", "person_id", unique=True, sqlite_where=_live, postgresql_where=_live),
        {"sqlite_autoincrement": True},
    )
    PLACE = "bids"
    LIVE: ClassVar[tuple[str, ...]] = ("raised", "invited", "waiting", "accepted")
    STATES = {
        "raised": _l("hand raised"),
        "invited": _l("invited"),
        "waiting": _l("on the waiting list"),
        "accepted": _l("accepted"),
        "declined": _l("not this time"),
        "withdrawn": _l("withdrawn"),
        "left": _l("left"),
    }

    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who raised the hand, or who invites
    state: Mapped[str] = mapped_column(String(10), default="raised")
    words: Mapped[str] = mapped_column(default="")  # why I want this, or why you
    reply: Mapped[str] = mapped_column(default="")  # the sentence that goes with a no
    at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]

    task: Mapped[Task | None] = relationship(lazy=LAZY)
    seat: Mapped[Seat | None] = relationship(lazy=LAZY)
    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy=LAZY)
