"""When the clock was last here."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped

from hkplein.clock import now
from hkplein.db import Model, db
from hkplein.models.session import insert


class Tick(Model):
    """The moment at which everything that was due was done last: one row, for all processes on all machines."""

    __tablename__ = "tick"

    at: Mapped[datetime]

    @staticmethod
    def mark() -> None:
        """It is done now."""
        first = insert(Tick).values(id=1, at=now())
        db.session.execute(first.on_conflict_do_update(index_elements=[Tick.id], set_={"at": now()}))

    @staticmethod
    def age() -> timedelta | None:
        """How long ago that was; None when the clock was never here."""
        last = db.session.scalar(select(func.max(Tick.at)))
        return None if last is None else now() - last
