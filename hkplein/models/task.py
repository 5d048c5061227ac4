"""Tasks (klussen): bounded pieces of work with hours, a place and a date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import (
    LAZY,
    Conditions,
    Model,
    Verb,
    after,
    change,
    differs,
    either,
    rule,
    same,
    table,
    within,
)
from hkplein.i18n import _l
from hkplein.models.event import Event
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.skill import Skill

UNDO = timedelta(hours=24)


class Task(Model):
    """A piece of work that somebody posts and somebody else may take on.

    A posting with several `places` is split as they are taken: each taken place becomes a task of its own, with
    `posting_id` naming where it came from, until the last place is the posting itself. So every place lives the whole
    life of a task, and the counter that one UPDATE guards can never let one person too many in.
    """

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'open', 'taken', 'reported', 'done', 'withdrawn', 'expired', 'scrapped')",
            name="state",
        ),
        CheckConstraint("(state IN ('taken', 'reported', 'done')) = (holder_id IS NOT NULL)", name="holder"),
        CheckConstraint("places >= 1", name="places"),
        CheckConstraint("hours >= 1", name="hours"),
        CheckConstraint("choice IN ('first', 'hands')", name="choice"),
        CheckConstraint("offered IS NULL OR (offered IN ('give', 'swap') AND state = 'taken')", name="offered"),
        Index(
            "uq_task_one_place_each",
            "posting_id",
            "holder_id",
            unique=True,
            sqlite_where=text("state = 'taken'"),
            postgresql_where=text("state = 'taken'"),
        ),
        Index(
            "ix_task_open_due",
            "due",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        {"sqlite_autoincrement": True},
    )
    PLACE = "tasks"
    VERBS = table(
        Verb(
            "claim",
            "open",
            "taken",
            "claimable_by",
            label=_l("I'll do this"),
            said=_l("You are doing this now."),
            told=_l("%(who)s does “%(what)s”."),
            gone=_l("Somebody else was just ahead of you."),
            primary=True,
        ),
        Verb(
            "undo",
            "taken",
            None,
            "undoable_by",
            label=_l("Undo"),
            said=_l("It is as it was before."),
            told=_l("%(who)s gave “%(what)s” back after all."),
            icon="arrow-back-up",
        ),
    )
    STATES = {
        "draft": _l("draft"),
        "open": _l("open"),
        "taken": _l("taken"),
        "reported": _l("reported as done"),
        "done": _l("done"),
        "withdrawn": _l("withdrawn"),
        "expired": _l("expired"),
        "scrapped": _l("scrapped"),
    }

    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    hours: Mapped[int]
    place: Mapped[str] = mapped_column(String(120), default="")
    due: Mapped[date]
    learns_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))  # what you learn from it
    less_fun: Mapped[bool] = mapped_column(default=False)
    mandate: Mapped[bool] = mapped_column(default=False)  # only with bevoegdheid: never swapped
    choice: Mapped[str] = mapped_column(String(6), default="first")
    places: Mapped[int] = mapped_column(default=1)  # that are still free while it is open
    created_at: Mapped[datetime] = mapped_column(default=now)
    posted_at: Mapped[datetime | None]

    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    taken_at: Mapped[datetime | None]
    offered: Mapped[str | None] = mapped_column(String(4))
    wish: Mapped[str] = mapped_column(default="")  # what the holder would like in return
    undo_until: Mapped[datetime | None]
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whom `undo` gives it back to
    taken_offer: Mapped[str | None] = mapped_column(String(4))  # how it was offered then
    reported_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    handover_done: Mapped[str] = mapped_column(default="")
    handover_left: Mapped[str] = mapped_column(default="")
    handover_tip: Mapped[str] = mapped_column(default="")
    hours_left: Mapped[int | None]
    reason: Mapped[str] = mapped_column(default="")  # of the last return, withdrawal or scrapping
    thanks: Mapped[str] = mapped_column(default="")
    asked: Mapped[str] = mapped_column(String(20), default="")  # what the clock asked last: day-3, day-5, date-passed
    asked_at: Mapped[datetime | None]

    author: Mapped[Person] = relationship(foreign_keys=author_id, lazy=LAZY)
    holder: Mapped[Person | None] = relationship(foreign_keys=holder_id, lazy=LAZY)
    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    issue: Mapped[Issue | None] = relationship(lazy=LAZY)
    learns: Mapped[Skill | None] = relationship(lazy=LAZY)
    skills: Mapped[list[Skill]] = relationship(secondary="task_skill", lazy=LAZY)

    # Rules: each is asked by a button, filters a list, guards an UPDATE and explains a refusal.

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """A draft is its author's; a partner sees the tasks of its own issues."""
        yield either(differs(self.state, "draft"), same(self.author_id, person.id)), ""
        if person.role == "partner":
            yield within(self.issue_id, person.partner_issue_ids), ""

    @rule("claim")
    def claimable_by(self, person: Person) -> Conditions:
        """Who is first has it."""
        yield differs(self.author_id, person.id), _l("You posted this yourself.")
        yield self.choice == "first", _l("Here you raise your hand; the author chooses.")

    @rule("undo")
    def undoable_by(self, person: Person) -> Conditions:
        """A wrong click costs nothing, for a day."""
        yield same(self.holder_id, person.id), _l("You do not do this task.")
        yield after(self.undo_until, now()), _l("That is possible for 24 hours. You can still give it back.")

    # Verbs: change the row and say so, in one transaction.

    def claim(self, person: Person) -> None:
        """Take it on; one atomic winner."""
        change(
            self,
            "claim",
            person,
            holder_id=person.id,
            taken_at=now(),
            undo_until=now() + UNDO,
            taken_from_id=None,
            taken_offer=None,
        )
        Event.record(self, "claim", by=person, tell={"author": [self.author_id]})

    def undo(self, person: Person) -> None:
        """Put it back as it was: open, or with whoever offered it."""
        change(self, "undo", person, state="open", holder_id=None, undo_until=None)
        Event.record(self, "undo", by=person, tell={"author": [self.author_id]})


class TaskSkill(Model):
    """A skill that a task asks."""

    __tablename__ = "task_skill"
    __table_args__ = (UniqueConstraint("task_id", "skill_id"), {"sqlite_autoincrement": True})

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)
