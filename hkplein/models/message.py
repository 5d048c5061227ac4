"""Messages: what was said in a pitstop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import Model
from hkplein.models.person import Person


class Message(Model):
    """One turn in the thread of a pitstop."""

    __tablename__ = "message"

    pitstop_id: Mapped[int] = mapped_column(ForeignKey("pitstop.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined")
