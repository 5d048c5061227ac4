"""Pits: the home teams, each with one purpose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Select,
    String,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now
from hkplein.db import FOR_COLLEAGUES, LAZY, LOOKS_ALONG, Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models.event import Event
from hkplein.models.issue_circle import people_of
from hkplein.models.person import Person
from hkplein.models.pit_rules import FOUNDERS, PitRules
from hkplein.models.pit_work import PitWork
from hkplein.models.skill import Skill


class Pit(PitWork, PitRules, Model):
    """A home team of five to fifteen people with one purpose."""

    __tablename__ = "pit"
    __table_args__ = (
        CheckConstraint("state IN ('starting', 'active', 'closed')", name="state"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "pits"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str]
    domain: Mapped[str] = mapped_column(String(60), default="")
    agreements: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(10), default="starting", index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]  # when somebody last came or went; coming and closing wait for each other here

    members: Mapped[list[Person]] = relationship(
        foreign_keys=Person.pit_id, viewonly=True, order_by=Person.name, lazy=LAZY
    )
    founders: Mapped[list[Founder]] = relationship(order_by=lambda: Founder.id, viewonly=True, lazy=LAZY)
    core: Mapped[list[Skill]] = relationship(secondary="pit_skill", viewonly=True, order_by=Skill.id, lazy=LAZY)

    # Starting.

    @classmethod
    def found(cls, person: Person, *, name: str, purpose: str, domain: str, second: int, third: int) -> Pit:
        """Begin a pit: it starts when the two others have said yes."""
        if not person.colleague:
            raise Refused(None, FOR_COLLEAGUES if person.acts else LOOKS_ALONG)
        pit = cls(name=name, purpose=purpose, domain=domain, state="starting", key=_key(name))
        pit._check_name(name)
        for field, whom in (("second", second), ("third", third)):
            if whom == person.id or not _is_colleague(whom):
                raise Invalid(**{field: _("Choose a colleague from the list.")})
        if second == third:
            raise Invalid(third=_("Choose two different colleagues."))
        db.session.add(pit)
        db.session.flush()
        rows = [{"pit_id": pit.id, "person_id": id_, "agreed": None} for id_ in (second, third)]
        db.session.execute(insert(Founder), [{"pit_id": pit.id, "person_id": person.id, "agreed": True}, *rows])
        Event.record(pit, "found", by=person, tell={"invited": [second, third]})
        return pit

    def join_founding(self, person: Person) -> None:
        """Say yes; the third yes starts it, and all three move in."""
        self._answer_founding("join-founding", person, agreed=True)
        agreed = self._founders(agreed=True)
        if len(agreed) == FOUNDERS:
            change(self, "start", moved_at=now())
            left = people_of(list(db.session.scalars(select(Person.pit_id).where(Person.id.in_(agreed)))))
            db.session.execute(update(Person).where(Person.id.in_(agreed)).values(pit_id=self.id))
            Event.record(self, "start", by=person, tell={"you": agreed, "pit": left})

    def decline_founding(self, person: Person) -> None:
        """Say no; no reason needed."""
        self._answer_founding("decline-founding", person, agreed=False)

    def ask_founder(self, person: Person, *, whom: int) -> None:
        """Ask somebody in the place of whoever said no."""
        change(self, "ask-founder", person, moved_at=now())
        known = select(Founder.person_id, Founder.agreed).where(Founder.pit_id == self.id)
        answers = dict(db.session.execute(known).all())
        if sum(agreed is not False for agreed in answers.values()) >= FOUNDERS:
            raise Refused(self, _("Three people are asked already. Wait for their answer."))
        if whom in answers or not _is_colleague(whom):
            raise Invalid(whom=_("Choose a colleague from the list."))
        db.session.execute(insert(Founder), [{"pit_id": self.id, "person_id": whom, "agreed": None}])
        Event.record(self, "ask-founder", by=person, tell={"invited": [whom]}, whom_id=whom)

    def give_up(self, person: Person) -> None:
        """It does not start after all."""
        change(self, "give-up", person, closed_at=now())
        Event.record(self, "give-up", by=person, tell={"invited": self._founders()})

    def fade(self) -> None:
        """Nobody answered in time."""
        change(self, "fade", closed_at=now())
        Event.record(self, "fade", by=None, tell={"you": self._founders()})

    def _answer_founding(self, verb: str, person: Person, *, agreed: bool) -> None:
        change(self, verb, person, moved_at=now())
        unanswered = (Founder.pit_id == self.id, Founder.person_id == person.id, Founder.agreed.is_(None))
        answer = update(Founder).where(*unanswered).values(agreed=agreed).returning(Founder.id)
        if db.session.scalar(answer, execution_options={"synchronize_session": False}) is None:
            raise Refused(self, _("You have answered this already."))
        Event.record(self, verb, by=person, tell={"asker": self._founders(agreed=True)})

    def _founders(self, *, agreed: bool | None = None) -> list[int | None]:
        found = select(Founder.person_id).where(Founder.pit_id == self.id)
        return list(db.session.scalars(found if agreed is None else found.where(Founder.agreed.is_(agreed))))

    # Coming and going.

    def join(self, person: Person) -> None:
        """Leave the present pit and come here; both pits are told."""
        former = db.session.get(Pit, person.pit_id) if person.pit_id else None
        change(self, "join", person, moved_at=now())
        _move(self, person, self.id)
        if former is not None:
            Event.record(former, "leave", by=person, tell={"pit": people_of([former.id])})
        Event.record(self, "join", by=person, tell={"pit": people_of([self.id])})

    def leave(self, person: Person) -> None:
        """Be between pits."""
        change(self, "leave", person, moved_at=now())
        _move(self, person, None)
        Event.record(self, "leave", by=person, tell={"pit": people_of([self.id])})

    # Changing.

    def rename(self, person: Person, *, name: str) -> None:
        """Give it another name."""
        self._check_name(name)
        change(self, "rename", person, name=name)
        Event.record(self, "rename", by=person, tell={"pit": people_of([self.id]), "you": self._founders(agreed=True)})

    def edit(
        self,
        person: Person,
        *,
        purpose: str,
        agreements: str,
        domain: str,
        knowledge: Collection[int] = (),
        process_skills: Collection[int] = (),
    ) -> None:
        """Change what it is for and what its people agreed on."""
        change(self, "edit", person, purpose=purpose, agreements=agreements, domain=domain)
        db.session.execute(delete(PitSkill).where(PitSkill.pit_id == self.id))
        known = select(Skill.id).where(Skill.id.in_([*knowledge, *process_skills]), Skill.state == "active")
        if rows := [{"pit_id": self.id, "skill_id": id_} for id_ in db.session.scalars(known)]:
            db.session.execute(insert(PitSkill), rows)
        Event.record(self, "edit", by=person, tell={"pit": people_of([self.id])})

    def _check_name(self, name: str) -> None:
        twin = select(Pit.id).where(
            func.lower(Pit.name) == name.lower(), Pit.state != "closed", Pit.id != (self.id or 0)
        )
        if db.session.scalar(twin.limit(1)) is not None:
            raise Invalid(name=_("There is a pit of this name already."))

    # Queries.

    @staticmethod
    def of_state(person: Person, states: Iterable[str]) -> Select[tuple[int, str, str, str, str, int]]:
        """For the list: id, name, purpose, domain, state and how many people, by name."""
        people = select(func.count()).where(Person.pit_id == Pit.id, Person.active).scalar_subquery()
        columns = (Pit.id, Pit.name, Pit.purpose, Pit.domain, Pit.state, people.label("people"))
        return select(*columns).where(Pit.visible_to(person), Pit.state.in_(states)).order_by(Pit.name, Pit.id)


class PitSkill(Model):
    """A skill that is at the core of a pit's work."""

    __tablename__ = "pit_skill"
    __table_args__ = (UniqueConstraint("pit_id", "skill_id"), {"sqlite_autoincrement": True})

    pit_id: Mapped[int] = mapped_column(ForeignKey("pit.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"))


class Founder(Model):
    """One of the three people who start a pit; they move in together when the third says yes."""

    __tablename__ = "founder"
    __table_args__ = (UniqueConstraint("pit_id", "person_id"), {"sqlite_autoincrement": True})

    pit_id: Mapped[int] = mapped_column(ForeignKey("pit.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agreed: Mapped[bool | None]  # None: has not answered yet

    person: Mapped[Person] = relationship(lazy="joined")


def _move(pit: Pit, person: Person, to: int | None) -> None:
    """Change somebody's home pit, from where the rule saw it."""
    here = (Person.id == person.id, Person.pit_id.is_not_distinct_from(person.pit_id))
    moved = update(Person).where(*here).values(pit_id=to).returning(Person.id)
    if db.session.scalar(moved, execution_options={"synchronize_session": False}) is None:
        raise Refused(pit, _("You changed pits just now. Look again."))
    db.session.refresh(person, ["pit_id"])


def _is_colleague(id_: int) -> bool:
    person = db.session.get(Person, id_)
    return person is not None and person.colleague


def _key(name: str) -> str:
    """A short, free name for files: "burgers-en-balie"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "pit"
    taken = set(db.session.scalars(select(Pit.key).where(Pit.key.startswith(stem, autoescape=True))))
    return next(key for n in range(1, len(taken) + 2) if (key := stem if n == 1 else f"{stem}-{n}") not in taken)
