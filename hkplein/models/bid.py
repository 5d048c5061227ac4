"""Bids (handen): raised hands for a task or a seat, and invitations to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, Select, String, case, select, text
from sqlalchemy import update as sql_update
from sqlalchemy.orm import Mapped, joinedload, lazyload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from hkplein.clock import now
from hkplein.db import LAZY, Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _
from hkplein.models.bid_rules import UNANSWERED, WHY_NO, BidRules
from hkplein.models.event import Event
from hkplein.models.person import Person
from hkplein.models.seat import Seat
from hkplein.models.task import Task

_live = text("state IN ('raised', 'invited', 'waiting', 'accepted')")


class Bid(BidRules, Model):
    """Somebody's raised hand for one task or one seat, or an invitation to it; both sides must say yes.

    The verbs are those of a bid on a seat; a task answers its hands itself.
    """

    __tablename__ = "bid"
    __table_args__ = (
        CheckConstraint(
            "state IN ('raised', 'invited', 'waiting', 'accepted', 'declined', 'withdrawn', 'left')",
            name="state",
        ),
        CheckConstraint("(task_id IS NULL) <> (seat_id IS NULL)", name="one_thing"),
        Index("uq_bid_task", "task_id", "person_id", unique=True, sqlite_where=_live, postgresql_where=_live),
        Index("uq_bid_seat", "seat_id", "person_id", unique=True, sqlite_where=_live, postgresql_where=_live),
        {"sqlite_autoincrement": True},
    )
    PLACE = "bids"
    LIVE: ClassVar[tuple[str, ...]] = (*UNANSWERED, "accepted")

    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who raised the hand, or who invites
    state: Mapped[str] = mapped_column(String(10), default="raised")
    words: Mapped[str] = mapped_column(default="")  # why I want this, or why you
    reply: Mapped[str] = mapped_column(default="")  # the sentence that goes with a no
    at: Mapped[datetime] = mapped_column(default=now)
    since: Mapped[datetime] = mapped_column(default=now)  # when it came into this state
    reminded_at: Mapped[datetime | None]  # when whoever must answer was last asked again
    answered_at: Mapped[datetime | None]
    why_no: Mapped[str] = mapped_column(String(8), default="")  # of WHY_NO

    task: Mapped[Task | None] = relationship(lazy=LAZY)
    seat: Mapped[Seat | None] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(foreign_keys=person_id, lazy=LAZY)
    by: Mapped[Person] = relationship(foreign_keys=by_id, lazy=LAZY)

    @property
    def caption(self) -> str:
        """What it is for."""
        return self.seat.caption if self.seat else ""

    @property
    def wanted(self) -> bool:
        """Its person raised a hand; so did whoever is invited from the waiting list."""
        return self.by_id == self.person_id

    @property
    def turned_down(self) -> bool:
        """Its person wanted it, and somebody or something else said no."""
        return self.wanted and self.state in ("declined", "withdrawn") and self.why_no != "own"

    @property
    def reason(self) -> str:
        """Why it was a no: the sentence that somebody wrote, or else what happened."""
        return self.reply or str(WHY_NO.get(self.why_no, ""))

    # Verbs.

    def accept(self, person: Person) -> None:
        """The other side says yes: the seat is taken."""
        invited = self.state == "invited"
        self._answer("accept", person)
        self.place.fill(person if invited else db.session.get_one(Person, self.person_id))
        self._tell("accept", person, {"trekker": self.place.lead} if invited else {"hand": [self.person_id]})

    def decline(self, person: Person, *, reply: str = "") -> None:
        """Say no: whoever leads the issue says why, whoever was invited need not."""
        invited = self.state == "invited"
        if not invited:
            _check(reply)
        self._answer("decline", person, reply=reply, why_no="own" if invited else "lead")
        self._tell("decline", person, {"trekker" if invited else "hand": self._other_side(invited)}, reply)
        if invited:
            self.place.offer_next()

    def wait(self, person: Person) -> None:
        """Not now: first in line when the seat becomes free."""
        self._answer("wait", person)
        self._tell("wait", person, {"hand": [self.person_id]})

    def withdraw(self, person: Person, *, reply: str = "") -> None:
        """Take the own hand down, or the invitation back; whoever wanted the seat hears why."""
        invited = self.state == "invited"
        if invited and self.wanted:
            _check(reply)
        self._answer("withdraw", person, reply=reply, why_no="lead" if invited else "own")
        self._tell("withdraw", person, {self.told_as if invited else "trekker": self._other_side(not invited)}, reply)
        if invited:
            self.place.offer_next()

    def let_be(self, person: Person) -> None:
        """Want it no longer, whether the hand is up or an invitation came."""
        (self.decline if self.state == "invited" else self.withdraw)(person)

    def leave(self, person: Person) -> None:
        """Give the seat up; nobody asks why."""
        self._answer("leave", person)
        self.place.free(person)

    def offer(self) -> bool:
        """Ask somebody on the waiting list: the seat has become free. False when they are no longer waiting."""
        try:
            change(self, "offer", since=now(), reminded_at=None, answered_at=None)
        except Refused:
            return False
        self._tell("offer", None, {"offered": [self.person_id]})
        return True

    def lapse(self, verb: str) -> None:
        """Time says what nobody said: the seat went to somebody else, or the invitation stayed without an answer."""
        self._answer(verb, why_no="taken" if verb == "pass-over" else "silent")
        lead = self.place.lead if verb == "run-out" else []
        self._tell(verb, None, {self.told_as: [self.person_id], "trekker": lead})
        self.place.offer_next()

    def remind(self) -> None:
        """Ask whoever must answer once more."""
        change(self, "remind", reminded_at=now())
        self._tell(
            "remind", None, {"invited": [self.person_id]} if self.state == "invited" else {"trekker": self.place.lead}
        )

    @property
    def place(self) -> Seat:
        """The seat that it is for."""
        if self.seat is None:
            raise Refused(self, _("This is a hand for a task; the task itself answers it."))
        return self.seat

    def _answer(self, verb: str, *asked: Person, **values: Any) -> None:
        """Change it; the seat is locked before its hands, always, so that nobody waits for each other."""
        db.session.execute(select(Seat.id).where(Seat.id == self.place.id).with_for_update())
        change(self, verb, *asked, answered_at=now(), since=now(), reminded_at=None, **values)

    @property
    def told_as(self) -> str:
        """Why its person is told something (a key of `event.WHY`)."""
        return "hand" if self.wanted else "invited"

    def _other_side(self, invited: bool) -> list[int | None]:
        return self.place.lead if invited else [self.person_id]

    def _tell(self, verb: str, by: Person | None, tell: Mapping[str, Iterable[int | None]], note: str = "") -> None:
        """Only those whom it concerns: what somebody wanted and did not get is nobody else's news."""
        Event.record(self, verb, by=by, tell=tell, note=note, seat_id=self.seat_id, whom_id=self.person_id)

    # Queries.

    @staticmethod
    def whole() -> ORMOption:
        """What a page needs of it: whose it is, and of which pit."""
        return joinedload(Bid.person).options(joinedload(Person.pit), lazyload(Person.skills))

    @staticmethod
    def unanswered(seat: Seat, *columns: Any) -> Select[Any]:
        """Of the hands for a seat that are up, and of the invitations."""
        return select(*columns).where(Bid.seat_id == seat.id, Bid.state.in_(UNANSWERED))

    @staticmethod
    def of(issue: Any) -> Select[Bid]:
        """The hands that are up for the seats of an issue, and the invitations."""
        return (
            select(Bid).join(Seat, Seat.id == Bid.seat_id).where(Seat.issue_id == issue.id, Bid.state.in_(UNANSWERED))
        )

    @staticmethod
    def end_all(seat: Seat, verb: str, reason: str) -> dict[str, list[int | None]]:
        """The seat is over, by `verb`: every hand and invitation ends. Returns whom to tell, by their reason."""
        no = sql_update(Bid).where(Bid.seat_id == seat.id, Bid.state.in_(UNANSWERED)).returning(Bid)
        state = case((Bid.state == "invited", "withdrawn"), else_="declined")
        values = {"state": state, "reply": reason, "why_no": verb, "answered_at": now(), "since": now()}
        ended = db.session.scalars(no.values(values)).all()
        return {why: [bid.person_id for bid in ended if bid.told_as == why] for why in ("hand", "invited")}


def _check(reply: str) -> None:
    if not reply.strip():
        raise Invalid(reply=_("Say in a sentence why not; whoever raised a hand has a right to that."))
