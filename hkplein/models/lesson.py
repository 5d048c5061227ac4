"""Lessons: at most 120 words that others can use tomorrow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import LAZY, Conditions, Model, Verb, change, db, differs, either, rule, same, table, within, without
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models.event import Event
from hkplein.models.forgetting import forgetting
from hkplein.models.issue import Issue
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.search_entry import SearchEntry
from hkplein.search import telling

LONGEST = 120  # words
_ALREADY = _l("You said that already.")


class Lesson(Model):
    """What somebody learned, written down for the next one."""

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'shared', 'archived')", name="state"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "lessons"
    STATES = {"draft": _l("draft"), "shared": _l("shared"), "archived": _l("archived")}
    VERBS = table(
        Verb("share", "", "shared", "shared_by", told=_l("%(who)s shared the lesson “%(what)s”."), clock=True),
        Verb(
            "helped-us",
            "shared",
            "shared",
            "helped_by",
            _l("This helped us too"),
            _l("Good to know. Whoever reads it sees that too."),
            _l("Your lesson “%(what)s” helped colleagues elsewhere."),
            icon="thumb-up",
        ),
        Verb(
            "edit",
            "draft shared",
            "shared",
            "editable_by",
            _l("Edit"),
            _l("Your lesson is changed."),
            _l("%(who)s edited the lesson “%(what)s”."),
            icon="edit",
        ),
        Verb(
            "archive",
            "shared",
            "archived",
            "archived_by",
            _l("Archive"),
            _l("It is archived: it can be read, but it is in no list."),
            _l("%(who)s archived the lesson “%(what)s”."),
            icon="archive",
        ),
    )

    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
    state: Mapped[str] = mapped_column(String(10), default="shared", index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # None: names were dropped
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    pitstop_id: Mapped[int | None] = mapped_column(ForeignKey("pitstop.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    author: Mapped[Person | None] = relationship(lazy=LAZY)
    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    issue: Mapped[Issue | None] = relationship(lazy=LAZY)

    # Rules

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """A draft is its author's; a partner reads the lessons of its own issues."""
        yield either(differs(self.state, "draft"), same(self.author_id, person.id)), ""
        if person.role == "partner":
            yield within(self.issue_id, person.partner_issue_ids), ""

    @rule("share")
    def shared_by(self, person: Person) -> Conditions:
        """Every colleague may share what was learned."""
        yield person.colleague, _l("Lessons are written by colleagues.")

    @rule("helped-us")
    def helped_by(self, person: Person) -> Conditions:
        """Every colleague of elsewhere, once."""
        yield person.colleague, _l("Only colleagues can say that.")
        yield differs(self.author_id, person.id), _l("You wrote this yourself.")
        yield without(self.pit_id, {person.pit_id} - {None}), _l("This lesson comes from your own pit.")
        yield without(self.id, person.helped_lesson_ids), _ALREADY

    @rule("edit")
    def editable_by(self, person: Person) -> Conditions:
        """Its author."""
        yield same(self.author_id, person.id), _l("Only its author can change this.")

    @rule("archive")
    def archived_by(self, person: Person) -> Conditions:
        """Its author."""
        yield same(self.author_id, person.id), _l("Only its author can do this.")

    # Verbs

    @staticmethod
    def share(person: Person | None, title: str, text: str, **about: Any) -> Lesson:
        """Write down what was learned; without a person it has no names.

        `about` says of which issue_id, task_id or pitstop_id it comes, and of which pit_id if not the person's own.
        """
        check_length(text)
        whose = {"author_id": person and person.id, "pit_id": person and person.pit_id}
        lesson = Lesson(title=title, text=text, **{**whose, **about})
        db.session.add(lesson)
        db.session.flush()
        SearchEntry.put(lesson, title, text)
        Event.record(lesson, "share", by=person, issue_id=lesson.issue_id, pit_id=lesson.pit_id)
        return lesson

    def helped_us(self, person: Person) -> None:
        """It helped there too: counted by pit, never by person."""
        change(self, "helped-us", person)
        try:
            with db.session.begin_nested():
                db.session.add(LessonHelped(lesson_id=self.id, person_id=person.id, pit_id=person.pit_id))
        except IntegrityError:
            raise Refused(self, _ALREADY) from None
        Event.record(self, "helped-us", by=person, tell={"author": [self.author_id]})

    def edit(self, person: Person, title: str, text: str) -> None:
        """Say it better."""
        check_length(text)
        change(self, "edit", person, title=title, text=text)
        SearchEntry.put(self, title, text)
        Event.record(self, "edit", by=person)

    def archive(self, person: Person) -> None:
        """It is no longer of use: out of every list."""
        change(self, "archive", person)
        SearchEntry.drop(self)
        Event.record(self, "archive", by=person)

    @staticmethod
    def drop_names(pitstop_id: int) -> None:
        """The pitstop became confidential: its lessons no longer say whose they were."""
        ids = db.session.scalars(select(Lesson.id).where(Lesson.pitstop_id == pitstop_id)).all()
        nobody = dict.fromkeys(("author_id", "pit_id", "issue_id", "pitstop_id"))
        db.session.execute(update(Lesson).where(Lesson.id.in_(ids)).values(nobody))
        theirs = Event.lesson_id.in_(ids), Event.verb.in_(("share", "edit", "archive"))  # not whom it helped
        with forgetting():
            db.session.execute(update(Event).where(*theirs).values(dict.fromkeys(("by_id", "pit_id", "issue_id"))))

    # Queries

    @staticmethod
    def helped_pits() -> Any:
        """How many other pits a lesson helped too: a column for a query of lessons."""
        pits = func.count(LessonHelped.pit_id.distinct())
        elsewhere = LessonHelped.pit_id.is_distinct_from(Lesson.pit_id)
        return select(pits).where(LessonHelped.lesson_id == Lesson.id, elsewhere).correlate(Lesson).scalar_subquery()

    @staticmethod
    def listed(person: Person, query: str = "", after: int = 0) -> Select[Any]:
        """The shared lessons that `person` may read, newest first: (lesson, how many pits it helped).

        `after` is the id of the last one of the page before.
        """
        rows = select(Lesson, Lesson.helped_pits()).where(Lesson.visible_to(person), Lesson.state == "shared")
        if query:
            rows = rows.where(SearchEntry.matches(Lesson, query))
        if after:
            at = select(Lesson.at).where(Lesson.id == after).correlate(None).scalar_subquery()
            rows = rows.where((Lesson.at < at) | ((Lesson.at == at) & (Lesson.id < after)))
        return rows.order_by(Lesson.at.desc(), Lesson.id.desc())

    @staticmethod
    def alike(person: Person, text: str, most: int = 3) -> list[Lesson]:
        """The lessons that share most telling words with `text`, at least two of them; newest first among equals."""
        asked = telling(text)
        longest = sorted(asked, key=len)[-8:]
        if not longest:
            return []
        mine = Lesson.visible_to(person), Lesson.state == "shared"
        hits = SearchEntry.newest(Lesson, " ".join(longest), *mine, every=False).subquery()
        found = (
            select(Lesson, SearchEntry.title, SearchEntry.body)
            .join(SearchEntry, (SearchEntry.ref == Lesson.id) & (SearchEntry.noun == "lesson"))
            .where(Lesson.id.in_(select(hits.c.ref)))
        )
        scores: dict[Lesson, int] = {}
        for lesson, title, body in db.session.execute(found):
            theirs = set(f"{title} {body}".split())
            scores[lesson] = sum(bool(forms & theirs) for forms in asked.values())
        alike = [lesson for lesson, score in scores.items() if score >= min(2, len(asked))]
        return sorted(alike, key=lambda lesson: (-scores[lesson], -lesson.id))[:most]


def check_length(text: str, field: str = "text") -> None:
    """A lesson has at most 120 words; raises Invalid for `field`."""
    if (count := len(text.split())) > LONGEST:
        raise Invalid(**{field: _("This has %(count)s words; a lesson has at most 120.", count=count)})


class LessonHelped(Model):
    """A pit that says "this helped us too"."""

    __tablename__ = "lesson_helped"
    __table_args__ = (UniqueConstraint("lesson_id", "person_id"), {"sqlite_autoincrement": True})

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"))
    at: Mapped[datetime] = mapped_column(default=now)
