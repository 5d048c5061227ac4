"""Pitstops: requests for help by a person, a pit or an issue team."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now, today, working_days_after
from hkplein.db import LAZY, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, moment
from hkplein.models.event import Event, Notification
from hkplein.models.help_line import HelpLine
from hkplein.models.issue import Issue
from hkplein.models.lesson import Lesson, check_length
from hkplein.models.message import Message
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.pitstop_rules import asks
from hkplein.models.pitstop_steps import UNPLANNED, PitstopSteps
from hkplein.models.pitstop_table import WAITING, WIDTH

FARTHEST = timedelta(days=92)  # that a moment may lie ahead


class Pitstop(PitstopSteps):
    """A request for help; it always shows whose turn it is.

    Who asks is a person, for themselves, for their whole pit (`for_pit`) or for the team of an issue (`issue_id`).
    """

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

    line_id: Mapped[int] = mapped_column(ForeignKey("help_line.id"), index=True)
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pit_id: Mapped[int | None] = mapped_column(ForeignKey("pit.id"), index=True)  # of the asker, when it was asked
    for_pit: Mapped[bool] = mapped_column(default=False)  # the pit asks, not the person
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)  # when an issue's team asks
    topic: Mapped[str] = mapped_column(String(120), default="")  # a few words that every helper of the line may see
    question: Mapped[str]
    tried: Mapped[str] = mapped_column(default="")
    readers: Mapped[str] = mapped_column(String(8), default="pit")
    state: Mapped[str] = mapped_column(String(10), default="asked", index=True)
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    turn: Mapped[str] = mapped_column(String(6), default="helper")
    waits_since: Mapped[datetime] = mapped_column(default=now)  # for whose turn it is
    asked_at: Mapped[datetime] = mapped_column(default=now)
    due: Mapped[date]  # the promised day
    front: Mapped[bool] = mapped_column(default=False)  # was put back: at the front of the queue
    reminded: Mapped[int] = mapped_column(default=0)  # 1: the line, 2: asked whether wider, 3: counts
    remind_on: Mapped[date | None]  # when the clock speaks again, after the first reminder
    picked_up_at: Mapped[datetime | None]
    planned_at: Mapped[datetime | None]
    planned_place: Mapped[str] = mapped_column(default="")
    refer_to_id: Mapped[int | None] = mapped_column(ForeignKey("help_line.id"))  # proposed, waits for the asker's yes
    hand_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # likewise, another helper
    helped: Mapped[str] = mapped_column(String(6), default="")  # yes, partly, no
    closed_at: Mapped[datetime | None]

    line: Mapped[HelpLine] = relationship(foreign_keys=line_id, lazy="joined", innerjoin=True)
    refer_to: Mapped[HelpLine | None] = relationship(foreign_keys=refer_to_id, lazy=LAZY)
    asker: Mapped[Person] = relationship(foreign_keys=asker_id, lazy=LAZY)
    helper: Mapped[Person | None] = relationship(foreign_keys=helper_id, lazy=LAZY)
    next_helper: Mapped[Person | None] = relationship(foreign_keys=hand_to_id, lazy=LAZY)
    pit: Mapped[Pit | None] = relationship(lazy=LAZY)
    issue: Mapped[Issue | None] = relationship(lazy=LAZY)
    messages: Mapped[list[Message]] = relationship(order_by=lambda: Message.id, lazy=LAZY)

    @property
    def title(self) -> str:
        """What may be said of it to those who may know that it exists: never its text."""
        return self.topic or self.line.name

    @property
    def caption(self) -> str:
        """What may be said of it to anybody, in whatever is told about it."""
        return self.title if self.readers == "everyone" else self.line.name

    @property
    def wording(self) -> dict[str, str]:
        """When and, if that is not confidential, where they meet."""
        if self.planned_at is None:
            return {"moment": _("that is off now")}
        return {"moment": ", ".join(filter(None, (moment(self.planned_at), self.open_place)))}

    @property
    def open_place(self) -> str:
        """Where they meet, if that may leave the square."""
        return "" if self.readers == "line" else self.planned_place

    # Verbs: change the row and say so, in one transaction.

    @staticmethod
    def ask(
        person: Person,
        line: HelpLine,
        *,
        question: str,
        readers: str = "",
        topic: str = "",
        tried: str = "",
        for_pit: bool = False,
        issue_id: int | None = None,
    ) -> Pitstop:
        """Ask `line` for help; without `readers`, those may read it that usually may on this line."""
        pitstop = Pitstop(
            line_id=line.id,
            asker_id=person.id,
            pit_id=person.pit_id,
            for_pit=for_pit,
            issue_id=issue_id,
            topic=topic,
            question=question,
            tried=tried,
            readers=readers or line.readers,
            due=working_days_after(today(), line.promised_days),
        )
        if sentence := pitstop.why_not("ask", person) or line.why_not_open():
            raise Refused(None, sentence)
        if (for_pit and not person.pit_id) or (issue_id and issue_id not in person.team_ids):
            raise Invalid(asking=_("You are not a member of it."))
        db.session.add(pitstop)
        db.session.flush()
        pitstop.tell_the_line("ask", by=person)
        return pitstop

    def pick_up(self, person: Person) -> None:
        """Help with it; one atomic winner."""
        first = self.helper_id
        self.to_helper("pick-up", person, helper_id=person.id, picked_up_at=now(), front=False, reminded=0)
        Event.record(self, "pick-up", by=person, tell={**self.asking(), "helper": [first]})

    def put_back(self, person: Person) -> None:
        """Ask the line again, at the front."""
        self.free("put-back", person)
        self.tell_the_line("put-back", by=person)

    def leave(self, person: Person) -> None:
        """Its first helper goes while it is referred: from now on it is the new line's alone."""
        self.free("leave", person)
        self.tell_the_line("leave", by=person)

    def plan(self, person: Person, at: datetime, place: str) -> None:
        """Meet at a moment; until then nobody is silent."""
        if at <= now():
            raise Invalid(at=_("Choose a moment that is still to come."))
        if at > now() + FARTHEST:
            raise Invalid(at=_("Choose a moment within three months."))
        self.to_helper("plan", person, waits_since=at, planned_at=at, planned_place=place)
        event_id = Event.record(self, "plan", by=person, tell=self.asking())
        db.session.add(Notification(person_id=person.id, event_id=event_id, why="helper"))  # for the own calendar

    def answer(self, person: Person, text: str) -> None:
        """The helper's answer; it is the asker's turn."""
        self.to_asker("answer", person)
        self.say(person, text)
        Event.record(self, "answer", by=person, tell=self.asking())

    def reply(self, person: Person, text: str) -> None:
        """A word from either side; it is the other's turn. A word more makes nobody wait for the helper longer."""
        if asks(self, person):
            fresh = max(now(), self.planned_at or now())
            self.to_helper("reply", person, waits_since=self.waits_since if self.turn == "helper" else fresh)
        else:
            self.to_asker("reply", person)
        self.say(person, text)
        self.tell_both("reply", person)

    def refer(self, person: Person, line_id: int) -> None:
        """Propose another line; the asker agrees, or stays."""
        line = db.session.get(HelpLine, line_id)
        if line is None or line.id == self.line_id or line.why_not_open():
            raise Invalid(line_id=_("Choose another help line that is open."))
        self.to_asker("refer", person, refer_to_id=line.id)
        Event.record(self, "refer", by=person, tell=self.asking())

    def agree(self, person: Person) -> None:
        """To the other line, with a fresh clock; the first helper stays with it until somebody there picks it up."""
        line = db.session.get_one(HelpLine, self.refer_to_id or self.line_id)
        fresh = {**self.fresh_clock(line), **UNPLANNED, "front": False}
        self.call_off()
        self.to_helper("agree", person, line_id=line.id, refer_to_id=None, **fresh)
        self.tell_the_line("agree", by=person)

    def hand_to(self, person: Person, helper_id: int) -> None:
        """Propose another helper of the line; the asker agrees, or stays."""
        if helper_id not in {other.id for other in self.others()}:
            raise Invalid(
                helper_id=_("Choose another helper of this line who is there, has room and is not too close.")
            )
        self.to_asker("hand-to", person, hand_to_id=helper_id)
        Event.record(self, "hand-to", by=person, whom_id=helper_id, tell=self.asking())

    def agree_hand(self, person: Person) -> None:
        """The other helper may read it now, and goes on with it; the first may no longer."""
        first, second = self.helper_id, self.hand_to_id
        other = db.session.get(Person, second) if second else None
        if other and not self.helped_by(other):
            raise Refused(self, _("%(name)s can no longer go on with it. Stay with your helper.", name=other.name))
        self.call_off()
        self.to_helper("agree-hand", person, helper_id=second, hand_to_id=None, picked_up_at=now(), **UNPLANNED)
        Event.record(self, "agree-hand", by=person, whom_id=second, tell={"helper": [first, second], **self.asking()})

    def stay(self, person: Person) -> None:
        """No, with the helper that I have."""
        self.to_helper("stay", person, refer_to_id=None, hand_to_id=None)
        self.tell_both("stay", person)

    def close(self, person: Person, helped: str, lesson_title: str = "", lesson: str = "") -> None:
        """Tell whether it helped; "no" asks again, at the front. A lesson from a confidential one has no names."""
        check_length(lesson, "lesson")
        if lesson and not lesson_title:
            raise Invalid(lesson_title=_("Give your lesson a name of a few words."))
        if lesson_title and not lesson:
            raise Invalid(lesson=_("Write down what you learned."))
        helper, secret = self.helper_id, self.readers == "line"
        if helped == "no":
            self.free("close", person, helped=helped, **self.fresh_clock(self.line))
        else:
            change(
                self, "close", person, helped=helped, closed_at=now(), turn="nobody", refer_to_id=None, hand_to_id=None
            )
        Event.record(self, "close", by=person, tell={"helper": [helper], **self.asking()})
        if helped == "no":
            self.tell_the_line("ask", by=person)
        if lesson:
            about: dict[str, Any] = {} if secret else {"pitstop_id": self.id, "issue_id": self.issue_id}
            Lesson.share(None if secret else person, lesson_title, lesson, **about)

    def withdraw(self, person: Person) -> None:
        """Not needed any more; a confidential text is erased."""
        self.call_off()
        change(self, "withdraw", person, turn="nobody", refer_to_id=None, hand_to_id=None)
        if self.readers == "line":
            self.wipe()
        self.tell_both("withdraw", person)

    def forget(self, person: Person) -> None:
        """Erase the text of a closed one now, instead of after ninety days."""
        change(self, "forget", person, question="")
        self.wipe()
        self.tell_both("forget", person)

    def narrow(self, person: Person) -> None:
        """Make it confidential, later too: its lessons lose their names."""
        change(self, "narrow", person, readers="line")
        Lesson.drop_names(self.id)
        self.tell_both("narrow", person)

    def widen(self, person: Person, readers: str) -> None:
        """Let more people read it."""
        if WIDTH.index(readers) <= WIDTH.index(self.readers):
            raise Invalid(readers=_("Choose more readers than there are now."))
        change(self, "widen", person, readers=readers)
        self.tell_both("widen", person)

    # Queries

    @staticmethod
    def queue(line_id: int) -> Select[Any]:
        """What waits on a line: what was put back first, then by promised day."""
        waiting = Pitstop.line_id == line_id, Pitstop.state.in_(WAITING)
        return select(Pitstop).where(*waiting).order_by(Pitstop.front.desc(), Pitstop.due, Pitstop.id)

    def others(self) -> list[Person]:
        """The other helpers of the line who could go on with it."""
        at_hand = set(HelpLine.at_hand(self.line_id, self.pit_id)) - {self.helper_id}
        people = [row.person for row in HelpLine.rows(self.line_id) if row.person_id in at_hand]
        return [person for person in people if self.helped_by(person)]
