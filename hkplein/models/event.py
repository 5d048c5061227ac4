"""What happened, and who was told. One row is the audit line, the feed item and the outbox entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, delete, insert, select, text, update
from sqlalchemy.orm import (
    Mapped,
    joinedload,
    lazyload,
    load_only,
    mapped_column,
    relationship,
    selectinload,
)

from hkplein.clock import now
from hkplein.db import LAZY, Conditions, Model, Verb, change, db, missing, rule, table
from hkplein.i18n import _, _l
from hkplein.models.forgetting import forgetting

if TYPE_CHECKING:
    from hkplein.models import HelpLine, Issue, Lesson, Person, Pit, Pitstop, Ring, Seat, Skill, Swap, Task, Wish

THINGS = ("task", "swap", "seat", "issue", "pitstop", "pit", "ring", "wish", "lesson", "help_line", "skill")

_UNREAD, _UNSENT = text("seen_at IS NULL"), text("sent_at IS NULL")

WHY = {
    "author": _l("because you posted this"),
    "stand-in": _l("because you answer for this now"),
    "holder": _l("because you do this task"),
    "hand": _l("because you raised your hand"),
    "asker": _l("because you asked for this"),
    "helper": _l("because you help on this line"),
    "pit": _l("because it touches your pit"),
    "team": _l("because you are in the team"),
    "trekker": _l("because you are trekker or deputy"),
    "invited": _l("because you are invited"),
    "offered": _l("because this is offered to you"),
    "swap": _l("because you are part of this swap"),
    "ring": _l("because you are part of this swap ring"),
    "you": _l("because it is about you"),
    "proposer": _l("because you proposed this"),
    "fits": _l("because you said that you want this"),
    "steward": _l("because you are a steward"),
}


def named(who: Any) -> Any:
    """Load a person for the name, and for what rules ask of somebody, with the row that it belongs to."""
    from hkplein.models import Person

    asked = Person.name, Person.erased, Person.active, Person.role, Person.pit_id, Person.partner_id
    return joinedload(who).options(load_only(*asked, raiseload=True), lazyload(Person.skills))


class Event(Model):
    """A verb that was done to a thing, by somebody or (nobody) by the clock."""

    __tablename__ = "event"
    __table_args__ = (
        # Most events belong to one thing: an index holds only those that do, and writing one touches few of them.
        *(
            Index(
                f"ix_event_{name}",
                f"{name}_id",
                sqlite_where=text(f"{name}_id IS NOT NULL"),
                postgresql_where=text(f"{name}_id IS NOT NULL"),
            )
            for name in THINGS[:8]
        ),
        {"sqlite_autoincrement": True},
    )

    at: Mapped[datetime] = mapped_column(default=now, index=True)
    noun: Mapped[str] = mapped_column(String(20))
    verb: Mapped[str] = mapped_column(String(30))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    whom_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whom it is about, if somebody else
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    swap_id: Mapped[int | None] = mapped_column(ForeignKey("swap.id"))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    pitstop_id: Mapped[int | None] = mapped_column(ForeignKey("pitstop.id"))
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"))
    ring_id: Mapped[int | None] = mapped_column(ForeignKey("ring.id"))
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("wish.id"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))
    help_line_id: Mapped[int | None] = mapped_column(ForeignKey("help_line.id"))
    skill_id: Mapped[int | None] = mapped_column(ForeignKey("skill.id"))
    note: Mapped[str] = mapped_column(default="")  # somebody's own words, or a name; never those of a pitstop

    by: Mapped[Person | None] = relationship(foreign_keys=by_id, lazy=LAZY)
    whom: Mapped[Person | None] = relationship(foreign_keys=whom_id, lazy=LAZY)
    task: Mapped[Task | None] = relationship(lazy=LAZY)
    swap: Mapped[Swap | None] = relationship(lazy=LAZY)
    seat: Mapped[Seat | None] = relationship(lazy=LAZY)
    issue: Mapped[Issue | None] = relationship(lazy=LAZY)
    pitstop: Mapped[Pitstop | None] = relationship(lazy=LAZY)
    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    ring: Mapped[Ring | None] = relationship(lazy=LAZY)
    wish: Mapped[Wish | None] = relationship(lazy=LAZY)
    lesson: Mapped[Lesson | None] = relationship(lazy=LAZY)
    help_line: Mapped[HelpLine | None] = relationship(lazy=LAZY)
    skill: Mapped[Skill | None] = relationship(lazy=LAZY)

    @staticmethod
    def record(
        thing: Model,
        verb: str,
        *,
        by: Person | None,
        tell: Mapping[str, Iterable[int | None]] | None = None,
        note: str = "",
        **about: Any,
    ) -> int:
        """Write down that `verb` was done to `thing`, and tell everyone in `tell` but its maker.

        `tell` maps a reason of WHY to ids of people; None among them is skipped, and nobody is told twice. `about`
        names other things that it belongs to (`issue_id=…`, `whom_id=…`). A verb without a sentence cannot be recorded.
        Returns the id of the event.
        """
        if not thing.VERBS[verb].told:
            raise KeyError(f"{thing.noun}.{verb} has no sentence")
        db.session.flush()
        db.session.info.pop("facts", None)
        if thing.noun in THINGS:
            about.setdefault(f"{thing.noun}_id", thing.id)
        write, by_id = db.session.connection().execute, by and by.id  # rows that this request reads nowhere
        values = {"noun": thing.noun, "verb": verb, "by_id": by_id, "note": note, **about}
        event_id: int = write(insert(Event).returning(Event.id), values).scalar_one()
        reasons: dict[int, str] = {}
        for why, ids in (tell or {}).items():
            if why not in WHY:
                raise KeyError(why)
            for id_ in ids:
                if id_ is not None and id_ != by_id:
                    reasons.setdefault(id_, why)
        if reasons:
            rows = [{"person_id": id_, "event_id": event_id, "why": why} for id_, why in reasons.items()]
            write(insert(Notification), rows)
        return event_id

    @staticmethod
    def whole() -> list[Any]:
        """What a query of events loads, so that each can say its sentence without asking the database again."""
        from hkplein.models import Leg, Pitstop, Ring, Skill, Swap, Wish

        often = [named(Event.by), named(Event.whom)]
        often += [joinedload(what) for what in (Event.task, Event.issue)]
        seldom = [selectinload(what) for what in (Event.seat, Event.pit, Event.lesson, Event.help_line)]
        swap = selectinload(Event.swap).selectinload(Swap.legs).joinedload(Leg.task)
        ring = selectinload(Event.ring).selectinload(Ring.links)
        wish = selectinload(Event.wish).joinedload(Wish.task)
        skill = selectinload(Event.skill).joinedload(Skill.merged_into)
        return [*often, *seldom, swap, ring, wish, skill, selectinload(Event.pitstop).joinedload(Pitstop.line)]

    @staticmethod
    def forget(which: Any) -> None:
        """These events were never there, nor were the messages about them."""
        ids = select(Event.id).where(which)
        with forgetting():
            db.session.execute(delete(Notification).where(Notification.event_id.in_(ids)))
            db.session.execute(delete(Event).where(which))

    def open_to(self, person: Person) -> bool:
        """Whether `person` may (still) see what it happened to."""
        visible_to = getattr(self.thing, "visible_to", None)
        return visible_to is None or bool(visible_to(person))

    @property
    def thing(self) -> Any:
        """What it happened to."""
        for name in THINGS:
            if getattr(self, f"{name}_id") is not None and (name == self.noun or self.noun not in THINGS):
                return getattr(self, name)
        return None

    def sentence(self) -> str:
        """What happened, in the language of whoever is reading."""
        by, whom = (person.name if person else None for person in (self.by, self.whom))
        return told(self.noun, self.verb, self.thing, by, whom, self.note)

    @property
    def quote(self) -> str:
        """Somebody's own words with it, if the sentence does not hold them already."""
        return "" if "%(note)s" in _sentence(self.noun, self.verb) else self.note


def told(noun: str, verb: str, thing: Any, by: str | None, whom: str | None, note: str = "") -> str:
    """That somebody did `verb` to `thing`, in one sentence; without a name it was the clock."""
    names = {"who": by or _("The clock"), "whom": whom or "", "what": thing.caption if thing else "", "note": note}
    return _sentence(noun, verb) % {**names, **(thing.wording if thing else {})}


def _sentence(noun: str, verb: str) -> str:
    from hkplein.models import NOUNS

    return str(NOUNS[noun].VERBS[verb].told)


class Line(NamedTuple):
    """One line of the history of a thing, as light as it can be."""

    thing: Any
    at: datetime
    verb: str
    note: str
    by: str | None
    whom: str | None

    def sentence(self) -> str:
        """What happened, in the language of whoever is reading."""
        return told(self.thing.noun, self.verb, self.thing, self.by, self.whom)


class Notification(Model):
    """Somebody who is told of an event, and why; the inbox shows it, and mail brings it."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("person_id", "event_id"),
        Index("ix_notification_inbox", "person_id", "id"),
        Index("ix_notification_unread", "person_id", "id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notification_outbox", "event_id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        {"sqlite_autoincrement": True},
    )
    PLACE = "notifications"
    VERBS = table(Verb("read", "", None, "unread_by", _l("Mark as read"), icon="check", for_all=True))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    why: Mapped[str] = mapped_column(String(10))
    seen_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]  # by mail

    event: Mapped[Event] = relationship(lazy=LAZY)
    person: Mapped[Person] = relationship(lazy=LAZY)

    @property
    def state(self) -> str:
        """Read, or not."""
        return "read" if self.seen_at else "unread"

    @property
    def reason(self) -> str:
        """Why this person is told."""
        return str(WHY[self.why])

    def sentence(self, reader: Person) -> str:
        """What happened; nothing about what the reader may no longer see."""
        return self.event.sentence() if self.event.open_to(reader) else _("This is no longer meant for you.")

    def link(self, reader: Person) -> str:
        """Where it happened, if the reader may see it."""
        thing = self.event.thing
        return thing.url if thing is not None and thing.PLACE and self.event.open_to(reader) else ""

    # Rules and queries.

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """It is yours."""
        yield self.person_id == person.id, ""

    @rule("read")
    def unread_by(self, person: Person) -> Conditions:
        """You have not read it yet."""
        yield self.person_id == person.id, _l("This message is not yours.")
        yield missing(self.seen_at), _l("You have read this already.")

    @staticmethod
    def inbox(person: Person, *, unread: bool = False, before: int | None = None) -> Select[Notification]:
        """What `person` is told, newest first, from before the one with that id; with all that its sentences need."""
        found = select(Notification).where(Notification.visible_to(person)).order_by(Notification.id.desc())
        if unread:
            found = found.where(Notification.unread_by(person))
        if before is not None:
            found = found.where(Notification.id < before)
        return found.options(joinedload(Notification.event).options(*Event.whole()))

    # Verbs.

    def read(self, person: Person) -> None:
        """Mark it as read."""
        change(self, "read", person, seen_at=now())

    @staticmethod
    def read_all(person: Person) -> int:
        """Mark all as read; returns how many there were."""
        unread = update(Notification).where(Notification.unread_by(person)).values(seen_at=now())
        found = db.session.scalars(
            unread.returning(Notification.id), execution_options={"synchronize_session": False}
        ).all()
        return len(found)
