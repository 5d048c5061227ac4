"""Seats (plekken): the places in an issue's team."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, UniqueConstraint, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now, today
from hkplein.db import LAZY, Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, day, ngettext
from hkplein.models.event import Event
from hkplein.models.issue import Issue
from hkplein.models.issue_circle import people_of
from hkplein.models.issue_table import TEAMED
from hkplein.models.person import Person
from hkplein.models.search_entry import SearchEntry
from hkplein.models.seat_rules import NOT_YOURS, SeatRules
from hkplein.models.skill import Skill

LONGEST = timedelta(days=3 * 366)

OPEN = text("state = 'open'")


class Seat(SeatRules, Model):
    """A place in an issue's team: what it asks, hours a week, until when."""

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'filled', 'ended')", name="state"),
        CheckConstraint("state <> 'filled' OR holder_id IS NOT NULL", name="holder"),
        Index("ix_seat_open_until", "until", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("state <> 'open' OR holder_id IS NULL", name="free"),
        {"sqlite_autoincrement": True},
    )
    PLACE = "seats"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    asks: Mapped[str] = mapped_column(default="")
    hours: Mapped[int]  # a week
    until: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="open", index=True)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # of an ended one: the last
    filled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    warned: Mapped[bool] = mapped_column(default=False)  # the holder knows that its last week has begun
    reason: Mapped[str] = mapped_column(default="")  # why it was ended

    issue: Mapped[Issue] = relationship(lazy="joined")
    holder: Mapped[Person | None] = relationship(lazy=LAZY)
    skills: Mapped[list[Skill]] = relationship(secondary="seat_skill", order_by=Skill.id, lazy=LAZY)

    @property
    def wording(self) -> dict[str, str]:
        """The issue, the hours and the date, as the sentences name them."""
        hours = ngettext("%(num)s hour a week", "%(num)s hours a week", self.hours)
        return {"issue": self.issue.title, "hours": hours, "until": day(self.until)}

    @property
    def lead(self) -> list[int | None]:
        """Who answers its hands: the trekker and the deputy."""
        return [self.issue.trekker_id, self.issue.deputy_id]

    # Verbs.

    @classmethod
    def why_not_new(cls, issue: Issue, person: Person) -> str | None:
        """Why `person` may not describe a seat for `issue`; None when it may."""
        if issue.id not in person.lead_ids:
            return str(NOT_YOURS)
        return None if issue.state in TEAMED else _("This issue is not running, so it looks for nobody.")

    @classmethod
    def describe(
        cls,
        issue: Issue,
        person: Person,
        *,
        title: str,
        asks: str,
        hours: int,
        until: date,
        knowledge: Collection[int] = (),
        process_skills: Collection[int] = (),
    ) -> Seat:
        """Say what somebody is asked to do in the team."""
        if sentence := cls.why_not_new(issue, person):
            raise Refused(issue, sentence)
        _check(until)
        seat = cls(
            issue=issue, title=title, asks=asks, hours=hours, until=until, skills=_skills(knowledge, process_skills)
        )
        db.session.add(seat)
        db.session.flush()
        SearchEntry.put(seat, title, asks)
        Event.record(seat, "describe", by=person, issue_id=issue.id)
        return seat

    def edit(
        self,
        person: Person,
        *,
        title: str,
        asks: str,
        hours: int,
        until: date,
        knowledge: Collection[int] = (),
        process_skills: Collection[int] = (),
    ) -> None:
        """Change what it asks; whoever sits in it or wants to is told, and so is the pit that gives the hours."""
        from hkplein.models.bid import Bid

        _check(until)
        change(self, "edit", person, title=title, asks=asks, hours=hours, until=until, warned=False)
        db.session.refresh(self, ["skills"])
        self.skills = _skills(knowledge, process_skills)
        SearchEntry.put(self, title, asks)
        hands = db.session.scalars(Bid.unanswered(self, Bid.person_id)).all()
        home = db.session.scalars(select(Person.pit_id).where(Person.id == self.holder_id)).all()
        tell: dict[str, Any] = {"you": [self.holder_id], "hand": hands, "pit": people_of(home)}
        Event.record(self, "edit", by=person, tell=tell)

    def raise_hand(self, person: Person, *, words: str = "") -> None:
        """Want this seat."""
        self._bid("raise-hand", person, person, "raised", words, tell={"trekker": self.lead})

    def invite(self, person: Person, *, whom: int, words: str = "") -> None:
        """Ask a colleague for it; it is theirs when they say yes."""
        guest = db.session.get(Person, whom)
        if guest is None or not guest.colleague:
            raise Invalid(whom=_("Choose a colleague from the list."))
        if guest.id in self.lead:
            raise Invalid(whom=_("%(name)s is trekker or deputy here already.", name=guest.name))
        if self.id in guest.fact("seat-hand"):
            raise Invalid(whom=_("%(name)s has a hand up or an invitation for this seat already.", name=guest.name))
        self._bid("invite", person, guest, "invited", words, tell={"invited": [guest.id]})

    def _bid(self, verb: str, by: Person, whom: Person, state: str, words: str, tell: dict[str, Any]) -> None:
        """A new bid; of two at the same moment for the same person, the database keeps one."""
        from hkplein.models.bid import Bid

        if sentence := self.why_not(verb, by):
            raise Refused(self, sentence)
        bid = Bid(seat_id=self.id, person_id=whom.id, by_id=by.id, state=state, words=words)
        try:
            with db.session.begin_nested():
                db.session.add(bid)
                db.session.flush()
        except IntegrityError:
            raise Refused(self, _("There is a hand or an invitation for this seat already.")) from None
        Event.record(self, verb, by=by, tell=tell, note=words, whom_id=None if whom is by else whom.id)

    def fill(self, person: Person) -> None:
        """`person` sits down; of several at the same moment, one. The home pit and the team are told at once."""
        from hkplein.models.bid import Bid

        change(self, "fill", holder_id=person.id, filled_at=now(), warned=False)
        told = [id_ for id_ in people_of([person.pit_id]) if id_ not in self.lead]  # they agreed, or hear that
        tell = {"pit": told, "team": db.session.scalars(Seat.holders(self.issue)).all()}
        Event.record(self, "fill", by=person, tell=tell, issue_id=self.issue_id, pit_id=person.pit_id)
        if db.session.scalar(Bid.unanswered(self, Bid.id).where(Bid.person_id != person.id).limit(1)):
            Event.record(self, "answer-others", by=None, tell={"trekker": self.lead})

    def free(self, person: Person) -> None:
        """Its holder leaves; the first of the waiting list is asked at once."""
        change(self, "free", holder_id=None, filled_at=None)
        tell = {"trekker": self.lead, "pit": people_of([person.pit_id])}
        Event.record(self, "free", by=person, tell=tell, issue_id=self.issue_id, pit_id=person.pit_id)
        self.offer_next()

    def offer_next(self) -> None:
        """Ask the first of the waiting list, if there is one and nobody is asked already."""
        from hkplein.models.bid import Bid

        asked = select(Bid.id).where(Bid.seat_id == self.id, Bid.state == "invited").limit(1)
        if self.state != "open" or db.session.scalar(asked):
            return
        for bid in db.session.scalars(
            select(Bid).where(Bid.seat_id == self.id, Bid.state == "waiting").order_by(Bid.since, Bid.id)
        ):
            if bid.offer():
                return

    def end(self, person: Person, *, reason: str) -> None:
        """It is not needed any more; everybody concerned hears why."""
        self.over("end", person, reason=reason, asked=(person,))

    def over(self, verb: str, by: Person | None, *, reason: str = "", asked: tuple[Person, ...] = ()) -> None:
        """End it in one of three ways, with an answer for every hand that is still up."""
        from hkplein.models.bid import Bid

        change(self, verb, *asked, reason=reason)
        tell = {"you": [self.holder_id], "trekker": self.lead if by is None else [], **Bid.end_all(self, verb, reason)}
        Event.record(self, verb, by=by, tell=tell, note=reason, issue_id=self.issue_id)

    @staticmethod
    def end_all(issue: Issue, by: Person | None) -> None:
        """The issue ends, and its seats with it: those who wanted one are told."""
        for seat in db.session.scalars(select(Seat).where(Seat.issue_id == issue.id, Seat.state != "ended")).all():
            seat.over("close", by)

    # Queries.

    @staticmethod
    def holders(issue: Issue) -> Select[Any]:
        """The ids of those who sit in its seats."""
        return select(Seat.holder_id).where(Seat.issue_id == issue.id, Seat.state == "filled")


class SeatSkill(Model):
    """A skill that a seat asks."""

    __tablename__ = "seat_skill"
    __table_args__ = (UniqueConstraint("seat_id", "skill_id"), {"sqlite_autoincrement": True})

    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), index=True)


def _check(until: date) -> None:
    if until <= today():
        raise Invalid(until=_("Choose a date after today."))
    if until > today() + LONGEST:
        raise Invalid(until=_("Choose a date within three years."))


def _skills(*kinds: Collection[int]) -> list[Skill]:
    ids = {id_ for kind in kinds for id_ in kind}
    return list(db.session.scalars(select(Skill).where(Skill.id.in_(ids), Skill.state == "active"))) if ids else []
