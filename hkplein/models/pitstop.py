"""Pitstops: requests for help by a person, a pit or an issue team."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hkplein.clock import now, today, working_days_after
from hkplein.db import LAZY, Model, change, db
from hkplein.errors import Invalid, Refused
from hkplein.i18n import _, _l
from hkplein.models.event import Event
from hkplein.models.help_line import HelpLine
from hkplein.models.issue import Issue
from hkplein.models.issue_circle import circle, people_of
from hkplein.models.lesson import Lesson, check_length
from hkplein.models.message import Message
from hkplein.models.person import Person
from hkplein.models.pit import Pit
from hkplein.models.pitstop_rules import PitstopRules, asks
from hkplein.models.pitstop_table import WAITING
from hkplein.models.search_entry import SearchEntry

# From few to many: who may read it.
READERS = {"line": _l("the line only"), "pit": _l("my pit and the line"), "everyone": _l("everyone")}
WIDTH = tuple(READERS)


class Pitstop(PitstopRules, Model):
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
        pitstop.index()
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

    def plan(self, person: Person, at: datetime, place: str) -> None:
        """Meet at a moment; until then nobody is silent."""
        if at <= now():
            raise Invalid(at=_("Choose a moment that is still to come."))
        self.to_helper("plan", person, waits_since=at, planned_at=at, planned_place=place)
        Event.record(self, "plan", by=person, tell=self.asking())

    def answer(self, person: Person, text: str) -> None:
        """The helper's answer; it is the asker's turn."""
        self.to_asker("answer", person)
        self.say(person, text)
        Event.record(self, "answer", by=person, tell=self.asking())

    def reply(self, person: Person, text: str) -> None:
        """A word from either side; it is the other's turn."""
        if asks(self, person):
            self.to_helper("reply", person, waits_since=max(now(), self.planned_at or now()))
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
        self.to_helper("agree", person, line_id=line.id, refer_to_id=None, **self.fresh_clock(line), front=False)
        self.tell_the_line("agree", by=person)

    def hand_to(self, person: Person, helper_id: int) -> None:
        """Propose another helper of the line; the asker agrees, or stays."""
        if helper_id not in HelpLine.at_hand(self.line_id, self.pit_id) or helper_id == person.id:
            raise Invalid(helper_id=_("Choose another helper of this line, who is not away and not from the same pit."))
        self.to_asker("hand-to", person, hand_to_id=helper_id)
        Event.record(self, "hand-to", by=person, whom_id=helper_id, tell=self.asking())

    def agree_hand(self, person: Person) -> None:
        """The other helper may read it now, and goes on with it; the first may no longer."""
        first, second = self.helper_id, self.hand_to_id
        plan: dict[str, Any] = {"planned_at": None, "planned_place": ""}
        self.to_helper("agree-hand", person, helper_id=second, hand_to_id=None, picked_up_at=now(), **plan)
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
        change(self, "withdraw", person, turn="nobody", refer_to_id=None, hand_to_id=None)
        if self.readers == "line":
            self.forget()
        self.tell_both("withdraw", person)
        self.index()

    def narrow(self, person: Person) -> None:
        """Make it confidential, later too: it leaves the index, and its lessons lose their names."""
        change(self, "narrow", person, readers="line")
        Lesson.drop_names(self.id)
        self.tell_both("narrow", person)
        self.index()

    def widen(self, person: Person, readers: str) -> None:
        """Let more people read it."""
        if WIDTH.index(readers) <= WIDTH.index(self.readers):
            raise Invalid(readers=_("Choose more readers than there are now."))
        change(self, "widen", person, readers=readers)
        self.tell_both("widen", person)
        self.index()

    # What the verbs have in common.

    def to_helper(self, verb: str, *asked: Any, **values: Any) -> None:
        """Do `verb`; after it, it is the helper's turn."""
        change(self, verb, *asked, **{"turn": "helper", "waits_since": now(), **values})

    def to_asker(self, verb: str, *asked: Any, **values: Any) -> None:
        """Do `verb`; after it, it is the asker's turn."""
        change(self, verb, *asked, turn="asker", waits_since=now(), **values)

    def free(self, verb: str, *asked: Any, **values: Any) -> None:
        """Do `verb`; after it, the line has it at the front of its queue, and what the helper arranged is off."""
        nobody = dict.fromkeys(("helper_id", "picked_up_at", "planned_at", "refer_to_id", "hand_to_id"))
        self.to_helper(verb, *asked, state="asked", front=True, planned_place="", **nobody, **values)

    def fresh_clock(self, line: HelpLine) -> dict[str, Any]:
        """The promise of `line`, from now on."""
        due = working_days_after(today(), line.promised_days)
        return {"asked_at": now(), "due": due, "reminded": 0, "remind_on": None}

    def say(self, person: Person, text: str) -> None:
        """Add a turn to the thread."""
        db.session.add(Message(pitstop_id=self.id, by_id=person.id, text=text))
        db.session.flush()

    def asking(self) -> dict[str, list[int | None]]:
        """Whose question it is, by the reason for telling them: the asker, a team, a whole pit."""
        team = circle(db.session.get_one(Issue, self.issue_id), "trekker", "team") if self.issue_id else {}
        pit = people_of([self.pit_id]) if self.for_pit and self.readers != "line" else []
        return {"asker": [self.asker_id], **team, "pit": pit}

    def tell_both(self, verb: str, by: Person) -> None:
        """Tell those who ask and the helper."""
        Event.record(self, verb, by=by, tell={**self.asking(), "helper": [self.helper_id]})

    def tell_the_line(self, verb: str, *, by: Person | None, also: Iterable[int | None] = ()) -> None:
        """Tell those who ask, the helper and whoever of the line may pick it up."""
        helpers = [*also, self.helper_id, *HelpLine.at_hand(self.line_id, self.pit_id)]
        Event.record(self, verb, by=by, tell={**self.asking(), "helper": helpers})

    def forget(self) -> None:
        """Keep that it was, and nothing of what was said."""
        nothing = dict.fromkeys(("question", "tried", "topic", "planned_place"), "")
        db.session.execute(update(Pitstop).where(Pitstop.id == self.id).values(**nothing))
        db.session.execute(update(Message).where(Message.pitstop_id == self.id).values(text=""))

    def index(self) -> None:
        """It can be found by its words only while everyone may read it."""
        if self.readers == "everyone" and self.state != "withdrawn":
            SearchEntry.put(self, self.title, self.question, self.tried)
        else:
            SearchEntry.drop(self)

    @staticmethod
    def queue(line_id: int) -> Select[Any]:
        """What waits on a line: what was put back first, then by promised day."""
        waiting = Pitstop.line_id == line_id, Pitstop.state.in_(WAITING)
        return select(Pitstop).where(*waiting).order_by(Pitstop.front.desc(), Pitstop.due, Pitstop.id)
