"""What is not proposed again: a no that only its own maker sees, and that is forgotten soon."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hkplein.clock import now
from hkplein.db import Model


class RefusedLeg(Model):
    """A task that is not proposed again for a wish, since somebody said no to it; only that one can see it.

    The end of a chain says no to whom its task would go to, and that one may not learn it.
    """

    __tablename__ = "refused_leg"
    __table_args__ = (UniqueConstraint("wish_id", "task_id", "for_id"), {"sqlite_autoincrement": True})

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"))  # of who said no
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    for_id: Mapped[int | None] = mapped_column(ForeignKey("wish.id"), index=True)  # who would have taken it, if another
    at: Mapped[datetime] = mapped_column(default=now)
