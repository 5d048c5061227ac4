"""Wishes (wensen): what somebody would take for a task that they offer to swap, or for nothing at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    delete,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now, working_days_after
from hkplein.db import FOR_COLLEAGUES, LAZY, LOOKS_ALONG, Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models.event import Event
from hkplein.models.person import Person
from hkplein.models.refused_leg import RefusedLeg
from hkplein.models.ring_rules import last_day
from hkplein.models.skill import Skill
from hkplein.models.task import Task, TaskSkill
from hkplein.models.task_verbs import only_once
from hkplein.models.wish_rules import LIVE, WishRules

MOST = 20  # candidates
WEEK = 5  # working days after which it is asked again; after as many more without an answer it rests
KINDS = {"tasks": _l("These tasks"), "filter": _l("Every task that suits me")}
ONE_EACH = _l("There is a wish with this task already. Change that one.")
ONE_FREE = _l("You said already that you would like to take a task. Change that wish.")


@dataclass(frozen=True)
class Wanted:
    """What a wish asks for: some tasks, by their ids, or what a task must be like; one candidate may be starred."""

    kind: str = "tasks"
    tasks: tuple[int, ...] = ()
    skills: tuple[int, ...] = ()
    hours: int | None = None  # at most
    place: str = ""
    pit_id: int | None = None
    due_from: date | None = None
    due_until: date | None = None
    starred: int | None = None

    def check(self) -> None:
        """Raises Invalid, beside the field, when nobody could grant it."""
        if self.kind not in KINDS:
            raise Invalid(kind=_("Choose what you would like to take."))
        if self.kind == "tasks" and not self.tasks:
            raise Invalid(tasks=_("Choose at least one task that you would take."))
        if len(self.tasks) > MOST:
            raise Invalid(tasks=_("Choose at most %(most)s tasks.") % {"most": MOST})
        if self.hours is not None and self.hours < 1:
            raise Invalid(hours=_("Fill in at least one hour."))
        if self.due_from and self.due_until and self.due_until < self.due_from:
            raise Invalid(due_until=_("This date lies before the first one."))
        if self.kind == "tasks" and self.starred and self.starred not in self.tasks:
            raise Invalid(starred=_("Only a task that you would take can have the star."))

    @property
    def columns(self) -> dict[str, Any]:
        """What of it stands in the wish itself; a list of tasks asks for nothing else."""
        asked = {name: getattr(self, name) for name in ("hours", "pit_id", "due_from", "due_until")}
        if self.kind == "tasks":
            asked = dict.fromkeys(asked)
        place = self.place.strip() if self.kind == "filter" else ""
        return {**asked, "kind": self.kind, "place": place, "starred_id": self.starred}


class Wish(WishRules, Model):
    """What somebody would take; it stands until it comes true, is revoked, or nobody says that it still stands.

    Without a task of its own it gives nothing back: the start of a chain.
    """

    __tablename__ = "wish"
    __table_args__ = (
        CheckConstraint("state IN ('standing', 'met', 'revoked', 'lapsed', 'over')", name="state"),
        CheckConstraint("kind IN ('tasks', 'filter')", name="kind"),
        *(
            Index(name, column, unique=True, sqlite_where=text(where), postgresql_where=text(where))
            for name, column, where in (
                ("uq_wish_standing_task", "task_id", "state = 'standing' AND task_id IS NOT NULL"),
                ("uq_wish_standing_free", "person_id", "state = 'standing' AND task_id IS NULL"),
            )
        ),
        {"sqlite_autoincrement": True},
    )
    PLACE = "wishes"

    state: Mapped[str] = mapped_column(String(10), default="standing", index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)  # what is given for it
    kind: Mapped[str] = mapped_column(String(6), default="tasks")
    hours: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(120), default="")
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"))
    due_from: Mapped[date | None]
    due_until: Mapped[date | None]
    starred_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    at: Mapped[datetime] = mapped_column(default=now)  # since when it waits
    kept_at: Mapped[datetime] = mapped_column(default=now)  # when its holder last said that it stands
    asked: Mapped[bool] = mapped_column(default=False)  # since then
    goes_first: Mapped[bool] = mapped_column(default=False)  # said yes to a ring that came to nothing: wins a tie

    person: Mapped[Person] = relationship(lazy=LAZY)
    task: Mapped[Task | None] = relationship(foreign_keys=task_id, lazy=LAZY)
    picks: Mapped[list[WishTask]] = relationship(lazy=LAZY, order_by=lambda: WishTask.id)
    skills: Mapped[list[Skill]] = relationship(secondary="wish_skill", lazy=LAZY, viewonly=True)

    @property
    def caption(self) -> str:
        """The task that is given; or that there is none."""
        return self.task.title if self.task else _("I would like to take a task")

    @property
    def rests_on(self) -> date:
        """The last day that it stands without another word of its holder."""
        return working_days_after(self.kept_at.date(), 2 * WEEK)

    # Queries.

    @staticmethod
    def of(person: Person) -> Select[Wish]:
        """The wishes of `person` that stand or rest, oldest first."""
        live = Wish.state.in_(LIVE)
        return select(Wish).where(Wish.visible_to(person), live).order_by(Wish.state.desc(), Wish.id)

    @staticmethod
    def with_(person: Person, task: Task) -> Select[Wish]:
        """The wish in which `person` gives `task`, if one stands or rests."""
        return Wish.of(person).where(Wish.task_id == task.id).limit(1)

    @staticmethod
    def choices(person: Person) -> Select[Task]:
        """What colleagues offer to swap, and `person` could take: what a wish can name; soonest first.

        Not what is due before everybody in a ring has answered: it would change hands when its date has passed.
        """
        can_be = Task.visible_to(person), Task.askable_by(person), Task.due > last_day()
        return select(Task).where(*can_be).order_by(Task.due, Task.id)

    def candidates(self) -> Select[Task]:
        """The tasks that it asks for and that are there now, at most twenty; not what its holder said no to."""
        return self._found(self._refused)

    def possible(self) -> Select[Task]:
        """Those that a ring can bring, at most twenty: given in a wish, and by nobody who said no to that."""
        given = select(Wish.task_id).where(Wish.state == "standing", Wish.task_id.is_not(None))
        return self._found(or_(self._refused, RefusedLeg.for_id == self.id)).where(Task.id.in_(given))

    def _found(self, but: ColumnElement[bool]) -> Select[Task]:
        left = Task.id.not_in(select(RefusedLeg.task_id).where(but))
        return Wish.choices(self.person).where(left, *self._asked()).limit(MOST)

    @property
    def _refused(self) -> ColumnElement[bool]:
        return and_(RefusedLeg.wish_id == self.id, RefusedLeg.for_id.is_(None))

    def ring(self) -> Select[Any]:
        """The ring that waits for answers, if it is in one."""
        from hkplein.models.ring import Ring, RingLink

        links = select(RingLink.ring_id).where(RingLink.wish_id == self.id, RingLink.live)
        return select(Ring).where(Ring.id.in_(links)).options(*Ring.whole())

    @staticmethod
    def in_rings(person: Person) -> Select[int]:
        """The ids of the wishes of `person` that are in a ring that waits for answers."""
        from hkplein.models.ring import RingLink

        return select(RingLink.wish_id).where(RingLink.person_id == person.id, RingLink.live)

    def _asked(self) -> list[ColumnElement[bool]]:
        if self.kind == "tasks":
            return [Task.id.in_(select(WishTask.task_id).where(WishTask.wish_id == self.id))]
        skills = select(WishSkill.skill_id).where(WishSkill.wish_id == self.id)
        asks = select(TaskSkill.task_id).where(TaskSkill.skill_id.in_(skills))
        none = ~select(WishSkill.id).where(WishSkill.wish_id == self.id).exists()
        asked: list[ColumnElement[bool]] = [or_(none, Task.id.in_(asks), Task.learns_id.in_(skills))]
        if self.hours:
            asked.append(Task.hours <= self.hours)
        if self.place:
            asked.append(Task.place.icontains(self.place, autoescape=True))
        if self.pit_id:
            asked.append(Task.pit_id == self.pit_id)
        if self.due_from:
            asked.append(Task.due >= self.due_from)
        if self.due_until:
            asked.append(Task.due <= self.due_until)
        return asked

    # Verbs.

    @staticmethod
    def make(person: Person, task: Task | None, wanted: Wanted) -> Wish:
        """Say what you would take for `task`, which you hold and offer to swap; or, without one, for nothing."""
        if not person.colleague:
            raise Refused(task or person, FOR_COLLEAGUES if person.acts else LOOKS_ALONG)
        if task is not None and not task.wishable_by(person):
            raise Refused(task, task.worded(task.wishable_by.why_not(person)))
        wanted.check()
        wish = Wish(person_id=person.id, task_id=task.id if task else None, **wanted.columns)
        wish.person, wish.task = person, task
        with only_once(task or person, ONE_EACH if task else ONE_FREE):
            db.session.add(wish)
            db.session.flush()
        wish._set(wanted)
        Event.record(wish, "make", by=person)
        return wish

    def change(self, person: Person, wanted: Wanted) -> None:
        """Ask for something else; it waits as long as it did."""
        wanted.check()
        change(self, "change", person, **wanted.columns, kept_at=now(), asked=False)
        db.session.execute(delete(WishTask).where(WishTask.wish_id == self.id))
        db.session.execute(delete(WishSkill).where(WishSkill.wish_id == self.id))
        db.session.execute(delete(RefusedLeg).where(RefusedLeg.wish_id == self.id))
        self._set(wanted)
        Event.record(self, "change", by=person)

    def _set(self, wanted: Wanted) -> None:
        tasks = wanted.tasks if wanted.kind == "tasks" else ()
        there = set(db.session.scalars(Wish.choices(self.person).with_only_columns(Task.id).where(Task.id.in_(tasks))))
        if set(tasks) - there:
            raise Invalid(tasks=_("Some of these tasks are no longer offered. Choose again."))
        db.session.add_all(WishTask(wish_id=self.id, task_id=id_) for id_ in tasks)
        skills = wanted.skills if wanted.kind == "filter" else ()
        db.session.add_all(WishSkill(wish_id=self.id, skill_id=id_) for id_ in skills)
        db.session.flush()
        db.session.expire(self, ["picks", "skills"])

    def keep(self, person: Person) -> None:
        """Say that it still stands; a wish that rests stands again."""
        if self.task_id is not None:
            task = db.session.get_one(Task, self.task_id)
            if not task.wishable_by(person):
                raise Refused(self, task.worded(task.wishable_by.why_not(person)))
        with only_once(self, ONE_EACH if self.task_id else ONE_FREE):
            change(self, "keep", person, kept_at=now(), asked=False)
        Event.record(self, "keep", by=person)

    def revoke(self, person: Person) -> None:
        """Take it back; a ring that waits for it does not go on."""
        from hkplein.models.ring import Ring

        Ring.leave(self)
        change(self, "revoke", person)
        Event.record(self, "revoke", by=person)

    @staticmethod
    def end(*tasks: Task) -> None:
        """These tasks are no longer offered by who held them: their wishes are over."""
        theirs = Wish.task_id.in_([task.id for task in tasks]), Wish.state.in_(LIVE)
        live = select(Wish).where(*theirs).order_by(Wish.id)
        for wish in db.session.scalars(live.with_for_update(key_share=True)).all():
            change(wish, "end")
            Event.record(wish, "end", by=None)

    @staticmethod
    def lock(ids: Collection[int]) -> None:
        """Nobody else changes these wishes until this transaction ends; after the tasks, as everywhere."""
        db.session.execute(select(Wish.id).where(Wish.id.in_(ids)).order_by(Wish.id).with_for_update(key_share=True))


class WishTask(Model):
    """A task that a wish names."""

    __tablename__ = "wish_task"
    __table_args__ = (UniqueConstraint("wish_id", "task_id"), {"sqlite_autoincrement": True})

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)

    task: Mapped[Task] = relationship(lazy=LAZY)


class WishSkill(Model):
    """A skill that a task must ask, or teach; one of them is enough."""

    __tablename__ = "wish_skill"
    __table_args__ = (UniqueConstraint("wish_id", "skill_id"), {"sqlite_autoincrement": True})

    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)
