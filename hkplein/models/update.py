"""The state of play (stand) of an issue, and the questions that are asked about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship
from sqlalchemy.orm.interfaces import ORMOption

from hkplein.clock import end_of, now, working_days_ago
from hkplein.db import LAZY, Conditions, Model, Verb, before, change, either, missing, rule, table, within
from hkplein.i18n import _l
from hkplein.models.event import Event
from hkplein.models.person import Person


class Update(Model):
    """The trekker's short, honest word on an issue."""

    __tablename__ = "update"

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[Person] = relationship(lazy=LAZY)

    @staticmethod
    def of(issue_id: int) -> Select[Update]:
        """Those of an issue, the newest first."""
        by = joinedload(Update.by).lazyload(Person.skills)
        return select(Update).where(Update.issue_id == issue_id).options(by).order_by(Update.id.desc())


class Question(Model):
    """A question on an issue: the one verb of the board, open to everybody who may read the issue."""

    __tablename__ = "question"
    PLACE = "questions"
    VERBS = table(
        Verb(
            "answer", "", None, "answerable_by", _l("Answer"), _l("Your answer is there."),
            _l("%(who)s answered a question about “%(what)s”."), icon="message",
        ),
        Verb(
            "remind", "", None, "unanswered",
            told=_l("A question about “%(what)s” has waited for an answer for a week."), clock=True,
        ),
    )  # fmt: skip

    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    reminded_at: Mapped[datetime | None]  # when the trekker and the deputy were asked for the answer once more
    reply: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    by: Mapped[Person] = relationship(foreign_keys=by_id, lazy=LAZY)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id, lazy=LAZY)

    @rule()
    def visible_to(self, person: Person) -> Conditions:
        """Whoever may read the issue."""
        if person.role == "partner":
            yield within(self.issue_id, person.partner_issue_ids), ""

    @rule("answer")
    def answerable_by(self, person: Person) -> Conditions:
        """Anybody of the team, or who posted the issue; the first answer stays."""
        may = either(within(self.issue_id, person.team_ids), within(self.issue_id, person.fact("posted-issue")))
        yield may, _l("The team of this issue answers.")
        yield self.reply == "", _l("This question was answered already.")

    @rule("remind")
    def unanswered(self) -> Conditions:
        """Five working days without an answer, and nobody was reminded of it yet."""
        yield self.reply == "", ""
        yield missing(self.reminded_at), ""
        yield before(self.at, end_of(working_days_ago(5))), ""

    def answer(self, person: Person, *, text: str) -> None:
        """Answer it, for everybody to read."""
        change(self, "answer", person, reply=text, answered_by_id=person.id, answered_at=now())
        Event.record(self, "answer", by=person, tell={"asker": [self.by_id]}, issue_id=self.issue_id)

    @staticmethod
    def whole() -> tuple[ORMOption, ...]:
        """What a page needs of it: by name, who asked and who answered."""
        return tuple(joinedload(who).lazyload(Person.skills) for who in (Question.by, Question.answered_by))

    @staticmethod
    def of(issue_id: int) -> Select[Question]:
        """Those on an issue, the oldest first."""
        return select(Question).where(Question.issue_id == issue_id).options(*Question.whole()).order_by(Question.id)
