"""The state of play (stand) of an issue, and the questions that are asked about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import Model
from hkplein.models.person import Person


class Update(Model):
    """The trekker's short, honest word on an issue."""

    __tablename__ = "update"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined")


class Question(Model):
    """A question on an issue: the one verb of the board, open to everybody who may read the issue."""

    __tablename__ = "question"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    by: Mapped[Person] = relationship(foreign_keys=by_id, lazy="joined")
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id, lazy="joined")
