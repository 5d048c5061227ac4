"""Pitstops: requests for help by a person, a pit or an issue team."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Model
from hkplein.i18n import _l
from hkplein.models.help_line import HelpLine
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.pit import Pit

READERS = {"line": _l("the line only"), "pit": _l("my pit and the line"), "everyone": _l("everyone")}


class Pitstop(Model):
    """A request for help; it always shows whose turn it is."""

    __tablename__ = "pitstop"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'picked-up', 'planned', 'answered', 'closed', 'referred', 'withdrawn')",
            name="state",
        ),
        CheckConstraint("state NOT IN ('picked-up', 'planned', 'answered') OR helper_id IS NOT NULL", name="helper"),
        CheckConstraint("readers IN ('line', 'pit', 'everyone')", name="readers"),
        CheckConstraint("turn IN ('asker', 'helper', 'nobody')", name="turn"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "pitstops"
    STATES = {
        "asked": _l("asked"),
        "picked-up": _l("picked up"),
        "planned": _l("planned"),
        "answered": _l("answered"),
        "closed": _l("closed"),
        "referred": _l("referred"),
        "withdrawn": _l("withdrawn"),
    }

    line_id: Mapped[int] = mapped_column(ForeignKey("help_line.id"), index=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)  # the asking pit, or the asker's
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)  # when an issue's team asks
    topic: Mapped[str] = mapped_column(String(120), default="")  # a few words that every helper of the line may see
    question: Mapped[str]
    tried: Mapped[str] = mapped_column(default="")
    readers: Mapped[str] = mapped_column(String(8), default="pit")
    state: Mapped[str] = mapped_column(String(10), default="asked", index=True)
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    turn: Mapped[str] = mapped_column(String(6), default="helper")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due: Mapped[date]  # the promised day
    front: Mapped[bool] = mapped_column(default=False)  # was put back: at the front of the queue
    reminded: Mapped[int] = mapped_column(default=0)  # 1: the line, 2: asked whether wider, 3: counts
    picked_up_at: Mapped[datetime | None]
    helper_spoke_at: Mapped[datetime | None]
    planned_at: Mapped[datetime | None]
    planned_place: Mapped[str] = mapped_column(default="")
    refer_to_id: Mapped[int | None] = mapped_column(ForeignKey("help_line.id"))  # proposed, waits for the asker's yes
    hand_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id")
    )  # proposed helper, waits for the asker's yes
    helped: Mapped[str] = mapped_column(String(6), default="")  # yes, partly, no
    closed_at: Mapped[datetime | None]

    line: Mapped[HelpLine] = relationship(foreign_keys=line_id, lazy=LAZY)
    refer_to: Mapped[HelpLine | None] = relationship(foreign_keys=refer_to_id, lazy=LAZY)
    asker: Mapped[Person] = relationship(foreign_keys=asker_id, lazy=LAZY)
    helper: Mapped[Person | None] = relationship(foreign_keys=helper_id, lazy=LAZY)
    hand_to: Mapped[Person | None] = relationship(foreign_keys=hand_to_id, lazy=LAZY)
    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    issue: Mapped[Issue | None] = relationship(lazy=LAZY)
    messages: Mapped[list[Message]] = relationship(order_by=lambda: Message.id, lazy=LAZY)

    @property
    def title(self) -> str:
        """What may be said of it to anybody: never its text."""
        return self.topic or self.line.name


class Message(Model):
    """One turn in the thread of a pitstop."""

    __tablename__ = "message"

    pitstop_id: Mapped[int] = mapped_column(ForeignKey("pitstop.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy="joined")
